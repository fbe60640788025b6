// json_receive.js URL ADDRESS FRAME-SIZE COUNT: receives COUNT messages and prints each as the command line's JSON on a line,
// or "unable NAME ..." if rhea cannot read it, where NAME is its application property "case" if that can be read. Waits no
// longer than ten seconds for more after the one whose "case" is "end".
const rhea = require('rhea');
const { decode } = require('./json_messages.js');

const [url, address, frameSize, count] = process.argv.slice(2);
const { hostname, port, username, password } = new URL(url.replace(/^amqp/, 'http'));
const container = rhea.create_container();
let missing = Number(count);
let patience;
const simple = rhea.message.decode;
// A message's body comes without its AMQP types, so the octets are read here by the reader that rhea itself uses.
rhea.message.decode = octets => ({ octets });

container.on('message', ({ message: { octets }, connection }) => {
  let name = '?';
  try {
    name = (simple(octets).application_properties || {}).case || '?';
    console.log(JSON.stringify(decode(octets)));
  } catch (problem) {
    console.log('unable', name, problem.message);
  }
  if (name === 'end') patience = setTimeout(() => connection.close(), 10000);
  if (--missing === 0) {
    clearTimeout(patience);
    connection.close();
  }
});
for (const event of ['connection_error', 'session_error', 'receiver_error', 'disconnected']) {
  container.on(event, context => {
    const error = context.error || [context.receiver, context.session, context.connection].map(of => (of || {}).error).find(e => e);
    if (error) console.log('error', error.condition, JSON.stringify(error.description || error.message));
    if (event !== 'disconnected') context.connection.close();
  });
}
// rhea does not open its session window again within a message, so the window has to hold all frames of one.
container.connect({
  host: hostname, port: Number(port), reconnect: false, max_frame_size: Number(frameSize), session_buffer_size: 8192,
  ...(username ? { username, password } : {}),
}).open_receiver({ source: address, credit_window: 100 });
