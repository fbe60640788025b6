// json_send.js URL ADDRESS FILE FRAME-SIZE: sends the messages of a file, a name and the command line's JSON, divided by a
// tab, on each line. Prints "refused NAME ..." for each that the peer does not accept, "unable NAME ..." for each that rhea
// cannot make, and "done" once all have an outcome.
const fs = require('fs');
const rhea = require('rhea');
const { encode } = require('./json_messages.js');

const [url, address, file, frameSize] = process.argv.slice(2);
const { hostname, port, username, password } = new URL(url.replace(/^amqp/, 'http'));
const container = rhea.create_container();
const names = new Map();
const messages = [];
for (const line of fs.readFileSync(file, 'utf8').split('\n').filter(text => text)) {
  const tab = line.indexOf('\t');
  const name = line.substring(0, tab);
  try {
    messages.push([name, rhea.message.encode(encode(JSON.parse(line.substring(tab + 1))))]);
  } catch (problem) {
    console.log('unable', name, problem.message);
  }
}
let unsettled = messages.length;

container.on('sendable', ({ sender }) => {
  while (sender.sendable() && messages.length) {
    const [name, octets] = messages.shift();
    names.set(sender.send(octets, undefined, 0), name);
  }
});
for (const outcome of ['rejected', 'released', 'modified']) {
  container.on(outcome, ({ delivery }) => {
    console.log('refused', names.get(delivery), outcome, (delivery.remote_state.error || {}).condition);
  });
}
container.on('settled', ({ connection }) => {
  if (--unsettled === 0) {
    console.log('done');
    connection.close();
  }
});
for (const event of ['connection_error', 'session_error', 'sender_error', 'disconnected']) {
  container.on(event, context => {
    const error = context.error || [context.sender, context.session, context.connection].map(of => (of || {}).error).find(e => e);
    if (error) console.log('error', error.condition, JSON.stringify(error.description || error.message));
    if (event !== 'disconnected') context.connection.close();
  });
}
container.connect({
  host: hostname, port: Number(port), reconnect: false, max_frame_size: Number(frameSize),
  ...(username ? { username, password } : {}),
}).open_sender(address);
