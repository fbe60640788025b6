// What the client programs share: [--ca FILE [--cert FILE --key FILE]] for TLS, WebSockets for amqpws and amqpwss, and to
// fail loudly.
const fs = require('fs');

module.exports = (container, url, options) => {
  const { protocol, hostname, port, pathname, username, password } = new URL(url.replace(/^amqp/, 'http'));
  const file = name => options.includes(name) ? fs.readFileSync(options[options.indexOf(name) + 1]) : undefined;
  const user = username ? { username: decodeURIComponent(username), password: decodeURIComponent(password) } : {};
  const tls = protocol === 'https:'
    ? { transport: 'tls', servername: hostname, ca: file('--ca'), cert: file('--cert'), key: file('--key') } : {};
  const webSocket = protocol.startsWith('httpws')
    ? { connection_details: container.websocket_connect(require('ws'))(
      `${protocol.substring(4)}//${hostname}:${port}${pathname}`, ['amqp'], { ca: file('--ca') }) } : {};
  const fail = what => context => {
    const error = context.error || (context.receiver || context.sender || context.session || context.connection || {}).error || context;
    console.log('error', what, error.condition || error.message || error);
    process.exitCode = 1;
    if (context.connection) context.connection.close();
  };
  for (const event of ['connection_error', 'session_error', 'sender_error', 'receiver_error', 'disconnected', 'error']) {
    container.on(event, context => (event === 'disconnected' && !context.error) || fail(event)(context));
  }
  return container.connect({
    host: hostname, port: Number(port), reconnect: options.includes('--reconnect'),
    ...user, ...(options.includes('--cert') ? { enable_sasl_external: true } : {}), ...tls, ...webSocket,
  });
};
