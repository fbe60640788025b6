// request_client.js URL ADDRESS COUNT: sends COUNT lines as requests, one after the other, to be answered on a queue
// that the peer makes up, prints "request => answer" for each, and ends. Options: see connect.js.
const rhea = require('rhea');
const connect = require('./connect.js');

const [url, address, count, ...options] = process.argv.slice(2);
const container = rhea.create_container();
const requests = Array.from({ length: Number(count) }, (_, i) => 'line ' + (i + 1));
const connection = connect(container, url, options);
const sender = connection.open_sender(address);
const receiver = connection.open_receiver({ source: { dynamic: true } });

const next = () => sender.send({ reply_to: receiver.source.address, correlation_id: requests.length, body: requests[0] });
let ready = 0;
const start = () => { if (++ready === 2) next(); };
container.once('sendable', start);
container.once('receiver_open', start);
container.on('message', ({ message }) => {
  console.log(requests.shift(), '=>', message.body);
  if (requests.length) next();
  else connection.close();
});
