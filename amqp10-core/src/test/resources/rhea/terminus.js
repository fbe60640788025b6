// terminus.js URL ADDRESS: asks for all that a source can promise, with the default outcome modified; prints as JSON what of it
// the answer grants; settles the first message without an outcome, leaves the second unsettled, and ends.
const rhea = require('rhea');
const connect = require('./connect.js');

const [url, address] = process.argv.slice(2);
const container = rhea.create_container();
let received = 0;

container.on('receiver_open', ({ receiver }) => {
  const { source } = receiver;
  console.log(JSON.stringify({
    address: source.address, durable: source.durable, expires: source.expiry_policy, timeout: source.timeout || 0,
    mode: source.distribution_mode || null, filter: source.filter || null, capabilities: source.capabilities || null,
    outcome: source.default_outcome && source.default_outcome.descriptor.value,
    properties: receiver.remote.attach.properties || null,
  }));
});
container.on('message', ({ delivery, receiver, connection }) => {
  if (++received === 1) return delivery.update(true);
  receiver.close();
  connection.close();
});
connect(container, url, []).open_receiver({
  autoaccept: false, autosettle: false,
  source: {
    address, durable: 2, expiry_policy: 'never', timeout: 60, distribution_mode: 'copy', capabilities: ['topic'],
    filter: rhea.filter.selector("colour = 'red'"),
    default_outcome: rhea.types.wrap_described([true], 0x27),
  },
});
