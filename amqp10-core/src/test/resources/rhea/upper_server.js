// upper_server.js URL ADDRESS COUNT: answers COUNT requests with their bodies in upper case, and ends.
// Options: see connect.js.
const rhea = require('rhea');
const connect = require('./connect.js');

const [url, address, count, ...options] = process.argv.slice(2);
const container = rhea.create_container();
const connection = connect(container, url, options);
const senders = new Map();
let settled = 0;

container.on('receiver_open', () => console.log('READY'));
container.on('message', ({ message }) => {
  const to = message.reply_to;
  if (!senders.has(to)) senders.set(to, connection.open_sender(to));
  const correlation_id = message.correlation_id !== undefined ? message.correlation_id : message.message_id;
  senders.get(to).send({ correlation_id, body: message.body.toUpperCase() });
});
container.on('settled', () => {
  if (++settled === Number(count)) connection.close();
});
connection.open_receiver(address);
