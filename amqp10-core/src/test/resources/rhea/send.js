// send.js URL ADDRESS COUNT: sends COUNT durable messages {sequence: 1...}, as credit allows, prints "confirmed N" once
// all have been settled, and ends; "refused ..." for each that is not accepted. Options: see connect.js.
const rhea = require('rhea');
const connect = require('./connect.js');

const [url, address, count, ...options] = process.argv.slice(2);
const container = rhea.create_container();
let sent = 0;
let confirmed = 0;
let refused = 0;

container.on('sendable', ({ sender }) => {
  while (sender.sendable() && sent < Number(count)) {
    sent++;
    sender.send({ message_id: sent, durable: true, body: { sequence: sent } });
  }
});
container.on('accepted', () => confirmed++);
for (const outcome of ['rejected', 'released', 'modified']) {
  container.on(outcome, ({ delivery }) => {
    refused++;
    console.log('refused', outcome, (delivery.remote_state && delivery.remote_state.error || {}).condition);
  });
}
container.on('settled', ({ connection }) => {
  if (confirmed + refused === Number(count)) {
    console.log('confirmed', confirmed);
    connection.close();
  }
});
container.on('disconnected', () => { sent = confirmed + refused; });
connect(container, url, options).open_sender(address);
