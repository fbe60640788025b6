"""Messages as the command line's JSON (docs/cli.md), by Proton's own Message class: what that has no room for raises
Unable. Times are milliseconds and decimals are bits, both of which the command line reads as well."""
import base64
import struct
import uuid

from proton import (Array, Data, Described, Message, UNDESCRIBED, byte, char, decimal32, decimal64, decimal128, float32,
                    int32, short, symbol, timestamp, ubyte, uint, ulong, ushort)


class Unable(Exception):
    pass


NUMBERS = {"ubyte": ubyte, "ushort": ushort, "uint": uint, "ulong": ulong, "byte": byte, "short": short, "int": int32,
           "long": int, "timestamp": timestamp}
TYPES = {"null": Data.NULL, "boolean": Data.BOOL, "ubyte": Data.UBYTE, "ushort": Data.USHORT, "uint": Data.UINT,
         "ulong": Data.ULONG, "byte": Data.BYTE, "short": Data.SHORT, "int": Data.INT, "long": Data.LONG,
         "float": Data.FLOAT, "double": Data.DOUBLE, "decimal32": Data.DECIMAL32, "decimal64": Data.DECIMAL64,
         "decimal128": Data.DECIMAL128, "char": Data.CHAR, "timestamp": Data.TIMESTAMP, "uuid": Data.UUID,
         "binary": Data.BINARY, "string": Data.STRING, "symbol": Data.SYMBOL, "list": Data.LIST, "map": Data.MAP,
         "array": Data.ARRAY}
NAMES = {number: name for name, number in TYPES.items()}


def octets(text):
    return base64.b64decode(text)


def text(value):
    return base64.b64encode(value).decode("ascii")


# --- from JSON

def value(json):
    if json is None or isinstance(json, (bool, str)):
        return json
    (name, content), = json.items()
    return of_type(name, content)


def of_type(name, content):
    if name in ("null", "boolean", "string"):
        return content
    if name in NUMBERS:
        return NUMBERS[name](int(content))
    if name == "float":
        # as near as such a float can be
        return float32(struct.unpack("!f", struct.pack("!f", fraction(content, "!I", "!f")))[0])
    if name == "double":
        return fraction(content, "!Q", "!d")
    if name == "decimal32":
        return decimal32(int(content, 16))
    if name == "decimal64":
        return decimal64(int(content, 16))
    if name == "decimal128":
        return decimal128(int(content, 16).to_bytes(16, "big"))
    if name == "char":
        return char(content)
    if name == "uuid":
        return uuid.UUID(content)
    if name == "binary":
        return octets(content)
    if name == "symbol":
        return symbol(content)
    if name == "list":
        return [value(element) for element in content]
    if name == "map":
        return mapping(content)
    if name == "described":
        return Described(value(content["descriptor"]), value(content["value"]))
    return array(content, UNDESCRIBED)


def mapping(pairs):
    try:
        entries = {value(key): value(entry) for key, entry in pairs}
    except TypeError as problem:
        raise Unable(problem)
    if len(entries) != len(pairs):
        raise Unable("keys that are equal in Python")
    return entries


def array(content, descriptor):
    if content["type"] == "described":
        return array(content["of"], value(content["descriptor"]))
    elements = [of_type(content["type"], element) for element in content["values"]]
    return Array(descriptor, TYPES[content["type"]], *elements)


def fraction(content, integer, floating):
    if isinstance(content, str) and content.startswith("0x"):
        return struct.unpack(floating, struct.pack(integer, int(content, 16)))[0]
    return float(content)


def encode(json):
    """Returns Proton's message of a JSON object."""
    message = Message()
    header = json.get("header", {})
    message.durable = header.get("durable", False)
    message.priority = header.get("priority", 4)
    message.ttl = header.get("ttl", 0) / 1000
    message.first_acquirer = header.get("first-acquirer", False)
    message.delivery_count = header.get("delivery-count", 0)
    message.instructions = annotations(json.get("delivery-annotations"))
    message.annotations = annotations(json.get("message-annotations"))
    properties = json.get("properties", {})
    for name, attribute, read in PROPERTIES:
        if name in properties:
            setattr(message, attribute, read(properties[name]))
    if "application-properties" in json:
        message.properties = {name: value(entry) for name, entry in json["application-properties"].items()}
    if "footer" in json:
        raise Unable("its Message has no footer")
    body(message, json.get("body", {}))
    return message


def annotations(json):
    if json is None:
        return None
    if isinstance(json, dict):
        return {symbol(key): value(entry) for key, entry in json.items()}
    return mapping(json)


def body(message, json):
    for name, read in ("data", octets), ("sequence", lambda content: [value(element) for element in content]):
        if name in json:
            sections = json[name] if isinstance(json[name], list) else [json[name]]
            if len(sections) != 1:
                raise Unable("its Message has one body section")
            message.inferred = True
            message.body = read(sections[0])
            return
    message.inferred = False
    message.body = value(json.get("value"))


def seconds(json):
    return int(json) / 1000


PROPERTIES = [
    ("message-id", "id", value), ("user-id", "user_id", octets), ("to", "address", str), ("subject", "subject", str),
    ("reply-to", "reply_to", str), ("correlation-id", "correlation_id", value), ("content-type", "content_type", str),
    ("content-encoding", "content_encoding", str), ("absolute-expiry-time", "expiry_time", seconds),
    ("creation-time", "creation_time", seconds), ("group-id", "group_id", str),
    ("group-sequence", "group_sequence", int), ("reply-to-group-id", "reply_to_group_id", str)]


# --- to JSON

def to_json(value):
    if value is None or isinstance(value, bool) or value.__class__ is str:
        return value
    name, content = tagged(value)
    return {name: content}


def tagged(value):
    kind = value.__class__
    for name, number in NUMBERS.items():
        if kind is number:
            return name, str(int(value))
    if kind is float32:
        return "float", floating(value)
    if kind is float:
        return "double", floating(value)
    if kind is decimal32:
        return "decimal32", "0x%08x" % (value & 0xffffffff)
    if kind is decimal64:
        return "decimal64", "0x%016x" % (value & 0xffffffffffffffff)
    if kind is decimal128:
        return "decimal128", "0x" + bytes(value).hex()
    if kind is char:
        return "char", str(value)
    if kind is symbol:
        return "symbol", str(value)
    if kind is uuid.UUID:
        return "uuid", str(value)
    if kind in (bytes, memoryview):
        return "binary", text(bytes(value))
    if kind is list:
        return "list", [to_json(element) for element in value]
    if isinstance(value, dict):
        return "map", pairs(value)
    if kind is Described:
        return "described", {"descriptor": to_json(value.descriptor), "value": to_json(value.value)}
    if kind is Array:
        return "array", array_json(value)
    raise Unable("a value of " + str(kind))


def pairs(entries):
    return [[to_json(key), to_json(entry)] for key, entry in entries.items()]


def array_json(array):
    plain = {"type": NAMES[array.type], "values": [content(element) for element in array.elements]}
    if array.descriptor is UNDESCRIBED:
        return plain
    return {"type": "described", "descriptor": to_json(array.descriptor), "of": plain}


def content(element):
    if element is None or isinstance(element, bool) or element.__class__ is str:
        return element
    return tagged(element)[1]


def floating(value):
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(float(value)) if value.__class__ is float else float.__repr__(value)


def decode(message):
    """Returns the JSON object of Proton's message. That has no null for what is absent, but 0 or nothing."""
    json = {"header": {
        "durable": message.durable, "priority": message.priority, "first-acquirer": message.first_acquirer,
        "delivery-count": message.delivery_count}}
    if message.ttl:
        json["header"]["ttl"] = round(message.ttl * 1000)
    for name, entries in ("delivery-annotations", message.instructions), ("message-annotations", message.annotations):
        if entries:
            json[name] = pairs(entries)
    properties = {}
    for name, attribute, write in (
            ("message-id", "id", identifier), ("user-id", "user_id", text), ("to", "address", str),
            ("subject", "subject", str), ("reply-to", "reply_to", str), ("correlation-id", "correlation_id", identifier),
            ("content-type", "content_type", str), ("content-encoding", "content_encoding", str),
            ("absolute-expiry-time", "expiry_time", milliseconds), ("creation-time", "creation_time", milliseconds),
            ("group-id", "group_id", str), ("group-sequence", "group_sequence", int),
            ("reply-to-group-id", "reply_to_group_id", str)):
        field = getattr(message, attribute)
        if field == "None" and name.startswith("content-"):
            # what Proton's symbols say when there is none
            continue
        if field or (field == 0 and name.endswith("-id")):
            properties[name] = write(field)
    json["properties"] = properties
    if message.properties:
        json["application-properties"] = {key: to_json(entry) for key, entry in message.properties.items()}
    if message.inferred and isinstance(message.body, (bytes, memoryview)):
        json["body"] = {"data": text(bytes(message.body))}
    elif message.inferred and isinstance(message.body, list):
        json["body"] = {"sequence": [[to_json(element) for element in message.body]]}
    else:
        json["body"] = {"value": to_json(message.body)}
    return json


def identifier(value):
    """An id that is an ulong is one of Python's numbers."""
    return {"ulong": str(value)} if value.__class__ is int else to_json(value)


def milliseconds(value):
    if abs(value * 1000) > 2 ** 53:
        raise Unable("its times are seconds in floating point")
    return str(round(value * 1000))
