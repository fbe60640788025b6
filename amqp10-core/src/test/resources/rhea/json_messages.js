// Messages as the command line's JSON (docs/cli.md), by rhea's own encoder and reader of values: what they cannot do throws.
// Times are milliseconds and decimals are bits, both of which the command line reads as well.
const rhea = require('rhea');

const { types, message } = rhea;
const SECTIONS = {
  0x70: 'header', 0x71: 'delivery-annotations', 0x72: 'message-annotations', 0x73: 'properties',
  0x74: 'application-properties', 0x75: 'data', 0x76: 'sequence', 0x77: 'value', 0x78: 'footer',
};
const FIELDS = {
  header: ['durable', 'priority', 'ttl', 'first-acquirer', 'delivery-count'],
  properties: ['message-id', 'user-id', 'to', 'subject', 'reply-to', 'correlation-id', 'content-type', 'content-encoding',
    'absolute-expiry-time', 'creation-time', 'group-id', 'group-sequence', 'reply-to-group-id'],
};
const ARRAY_CODES = {
  null: types.Null, boolean: types.Boolean, ubyte: types.Ubyte, ushort: types.Ushort, uint: types.Uint, ulong: types.Ulong,
  byte: types.Byte, short: types.Short, int: types.Int, long: types.Long, float: types.Float, double: types.Double,
  decimal32: types.Decimal32, decimal64: types.Decimal64, decimal128: types.Decimal128, char: types.CharUTF32,
  timestamp: types.Timestamp, uuid: types.Uuid, binary: types.Vbin32, string: types.Str32, symbol: types.Sym32,
  list: types.List32, map: types.Map32, array: types.Array32,
};

// --- from JSON

const eight = text => {
  const octets = Buffer.alloc(8);
  octets.writeBigUInt64BE(BigInt.asUintN(64, BigInt(text)));
  return octets;
};
const bits = text => Buffer.from(text.substring(2), 'hex');
const number = content => typeof content === 'string' ? Number(content) : content;
const READERS = {
  null: () => types.Null(),
  boolean: content => types.wrap_boolean(content),
  ubyte: content => types.wrap_ubyte(content),
  ushort: content => types.wrap_ushort(content),
  uint: content => types.wrap_uint(content),
  ulong: content => types.wrap_ulong(eight(content)),
  byte: content => types.wrap_byte(content),
  short: content => types.wrap_short(content),
  int: content => types.wrap_int(content),
  long: content => types.wrap_long(eight(content)),
  float: content => types.wrap_float(number(content)),
  double: content => types.wrap_double(number(content)),
  decimal32: content => types.Decimal32(bits(content)),
  decimal64: content => types.Decimal64(bits(content)),
  decimal128: content => types.Decimal128(bits(content)),
  char: content => types.wrap_char(content.codePointAt(0)),
  timestamp: content => types.wrap_timestamp(eight(content)),
  uuid: content => types.wrap_uuid(rhea.string_to_uuid(content)),
  binary: content => types.wrap_binary(Buffer.from(content, 'base64')),
  string: content => types.wrap_string(content),
  symbol: content => types.wrap_symbol(content),
  list: content => types.wrap_list(content.map(value)),
  map: content => types.wrap_map_as_map(new Map(content.map(([key, entry]) => [value(key), value(entry)]))),
  described: content => types.described(value(content.descriptor), value(content.value)),
  array: content => array(content),
};

function value(json) {
  if (json === null) return types.Null();
  if (typeof json === 'boolean') return types.wrap_boolean(json);
  if (typeof json === 'string') return types.wrap_string(json);
  const [name] = Object.keys(json);
  return READERS[name](json[name]);
}

function array(content, descriptor) {
  if (content.type === 'described') return array(content.of, value(content.descriptor));
  const elements = content.values.map(element => content.type === 'boolean' ? Number(element) : READERS[content.type](element).value);
  if (content.type === 'array') throw new Error('rhea writes no arrays of arrays');
  return types.wrap_array(elements, ARRAY_CODES[content.type].typecode, descriptor);
}

function annotations(json) {
  if (Array.isArray(json)) throw new Error('rhea writes symbols as keys of annotations');
  return Object.fromEntries(Object.entries(json).map(([name, entry]) => [name, value(entry)]));
}

const FIELD_READERS = {
  'message-id': value, 'correlation-id': value,
  'user-id': text => Buffer.from(text, 'base64'),
  'absolute-expiry-time': eight, 'creation-time': eight,
};

// Returns rhea's message of a JSON object.
exports.encode = json => {
  const made = {};
  for (const section of ['header', 'properties']) {
    for (const [name, content] of Object.entries(json[section] || {})) {
      made[name.replace(/-/g, '_')] = (FIELD_READERS[name] || (field => field))(content);
    }
  }
  for (const section of ['delivery-annotations', 'message-annotations', 'application-properties', 'footer']) {
    if (json[section]) made[section.replace('-', '_')] = annotations(json[section]);
  }
  const body = json.body || {};
  if ('data' in body) {
    made.body = Array.isArray(body.data) ? message.data_sections(body.data.map(text => Buffer.from(text, 'base64')))
      : message.data_section(Buffer.from(body.data, 'base64'));
  } else if ('sequence' in body) {
    made.body = message.sequence_sections(body.sequence.map(list => list.map(value)));
  } else {
    made.body = value(body.value === undefined ? null : body.value);
  }
  return made;
};

// --- to JSON

const long = content => String(Buffer.isBuffer(content) ? content.readBigInt64BE() : content);
const hex = content => '0x' + content.toString('hex');
const fraction = content => Object.is(content, -0) ? '-0.0' : String(content);
const WRITERS = {
  Null: ['null', () => null],
  Boolean: ['boolean', content => Boolean(content)], True: ['boolean', () => true], False: ['boolean', () => false],
  Ubyte: ['ubyte', Number], Ushort: ['ushort', Number],
  Uint: ['uint', Number], SmallUint: ['uint', Number], Uint0: ['uint', () => 0],
  Ulong: ['ulong', content => String(Buffer.isBuffer(content) ? content.readBigUInt64BE() : content)],
  SmallUlong: ['ulong', String], Ulong0: ['ulong', () => '0'],
  Byte: ['byte', Number], Short: ['short', Number], Int: ['int', Number], SmallInt: ['int', Number],
  Long: ['long', long], SmallLong: ['long', String],
  Float: ['float', fraction], Double: ['double', fraction],
  Decimal32: ['decimal32', hex], Decimal64: ['decimal64', hex], Decimal128: ['decimal128', hex],
  CharUTF32: ['char', content => String.fromCodePoint(content)],
  Timestamp: ['timestamp', content => {
    if (Number.isNaN(content.getTime())) throw new Error('rhea has no Date for this timestamp');
    return String(content.getTime());
  }],
  Uuid: ['uuid', content => rhea.uuid_to_string(content)],
  Vbin8: ['binary', content => content.toString('base64')], Vbin32: ['binary', content => content.toString('base64')],
  Str8: ['string', String], Str32: ['string', String], Sym8: ['symbol', String], Sym32: ['symbol', String],
  List0: ['list', () => []], List8: ['list', list], List32: ['list', list],
  Map8: ['map', pairs], Map32: ['map', pairs],
};

function list(elements) {
  return elements.map(toJson);
}

function pairs(elements) {
  const found = [];
  for (let i = 0; i < elements.length; i += 2) found.push([toJson(elements[i]), toJson(elements[i + 1])]);
  return found;
}

function toJson(typed) {
  if (typed.descriptor) {
    const { descriptor } = typed;
    return { described: { descriptor: toJson(descriptor), value: toJson(Object.assign(Object.create(typed), { descriptor: undefined })) } };
  }
  const name = typed.type.name;
  if (name.startsWith('Array')) return { array: arrayJson(typed) };
  const [type, write] = WRITERS[name];
  const content = write(typed.value);
  return ['null', 'boolean', 'string'].includes(type) ? content : { [type]: content };
}

function arrayJson(typed) {
  const { typecode, descriptor } = typed.array_constructor;
  const element = types.by_code[typecode].name;
  if (element.startsWith('Array')) {
    return { type: 'array', values: typed.value.map(arrayJson) };
  }
  const [type, write] = WRITERS[element];
  const plain = { type, values: typed.value.map(item => write(item.value)) };
  return descriptor ? { type: 'described', descriptor: toJson(descriptor), of: plain } : plain;
}

// Returns the JSON object of a message's octets.
exports.decode = octets => {
  const json = {};
  const bodies = [];
  for (const reader = new types.Reader(octets); reader.remaining();) {
    const section = reader.read();
    const name = SECTIONS[section.descriptor.value];
    section.descriptor = undefined;
    if (FIELDS[name]) {
      json[name] = {};
      section.value.forEach((field, i) => {
        const content = toJson(field);
        if (content !== null) json[name][FIELDS[name][i]] = content;
      });
      for (const symbol of ['content-type', 'content-encoding']) {
        if (json[name][symbol]) json[name][symbol] = json[name][symbol].symbol;
      }
    } else if (name === 'application-properties') {
      json[name] = Object.fromEntries(pairs(section.value));
    } else if (name === 'data') {
      bodies.push(section.value.toString('base64'));
      json.body = { data: bodies };
    } else if (name === 'sequence') {
      bodies.push(section.value.map(toJson));
      json.body = { sequence: bodies };
    } else if (name === 'value') {
      json.body = { value: toJson(section) };
    } else {
      json[name] = pairs(section.value);
    }
  }
  return json;
};
