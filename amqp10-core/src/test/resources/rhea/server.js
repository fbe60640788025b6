// server.js PORT [--cert FILE --key FILE] [--websocket]: an AMQP 1.0 server with queues in memory, made on demand; users
// alice (alice-secret) and anonymous. What is sent to an address that begins with "reject", "release" or "modify" gets that
// outcome; one that begins with "nowhere" does not exist; "silent" never answers. The rest is queued and accepted.
const fs = require('fs');
const rhea = require('rhea');

const [port, ...options] = process.argv.slice(2);
const container = rhea.create_container({ id: 'rhea-server' });
const queues = new Map();
const addresses = new WeakMap();
const draining = new WeakSet();
const CREDIT = 100;

container.sasl_server_mechanisms.enable_plain((user, password) => user === 'alice' && password === 'alice-secret');
container.sasl_server_mechanisms.enable_anonymous();

function queue(address) {
  if (!queues.has(address)) queues.set(address, { messages: [], senders: new Set(), unsettled: new Map() });
  return queues.get(address);
}

// Not in the tick that handles an attach: rhea would write the transfer before its own attach.
const dispatch = q => setImmediate(() => {
  for (const sender of q.senders) {
    // rhea counts credit down when it writes: what is sent beyond it would stay in the session and block all others
    for (let credit = sender.credit; credit > 0 && sender.is_open() && sender.sendable() && q.messages.length; credit--) {
      const message = q.messages.shift();
      q.unsettled.set(sender.send(message), message);
    }
    if (draining.has(sender) && sender.is_open() && !q.messages.length) {
      draining.delete(sender);
      sender.set_drained(true);
    }
  }
});

function missing(link, address) {
  link.close({ condition: 'amqp:not-found', description: 'there is no node ' + address });
}

container.on('sender_open', ({ sender }) => {
  const dynamic = sender.source.dynamic;
  const address = dynamic ? rhea.generate_uuid() : sender.source.address;
  if (!address || address.startsWith('nowhere')) return missing(sender, address);
  sender.set_source(dynamic ? { address, dynamic: true } : sender.source);
  sender.set_target(sender.target);
  addresses.set(sender, address);
  queue(address).senders.add(sender);
});

container.on('receiver_open', ({ receiver }) => {
  const target = receiver.target;
  const address = target && target.address;
  if (address && address.startsWith('nowhere')) return missing(receiver, address);
  receiver.set_source(receiver.source);
  receiver.set_target(target);
  receiver.add_credit(CREDIT);
});

// Outside an event of rhea's own, set_drained is only written together with a transfer.
container.on('sender_draining', ({ sender }) => {
  const empty = !addresses.has(sender) || !queue(addresses.get(sender)).messages.length;
  if (empty) sender.set_drained(true);
  else draining.add(sender);
});
for (const event of ['sendable', 'sender_flow']) {
  container.on(event, ({ sender }) => addresses.has(sender) && dispatch(queue(addresses.get(sender))));
}

container.on('message', ({ message, delivery, receiver }) => {
  const address = (receiver.target && receiver.target.address) || message.to || '';
  if (address.startsWith('silent')) return;
  if (address.startsWith('reject')) delivery.reject({ condition: 'app:refused', description: 'as asked' });
  else if (address.startsWith('release')) delivery.release();
  else if (address.startsWith('modify')) delivery.modified({ delivery_failed: true });
  else {
    queue(address).messages.push(message);
    delivery.accept();
    dispatch(queue(address));
  }
  receiver.add_credit(1);
});

function settled(context, again, failed) {
  const address = addresses.get(context.sender);
  if (!address) return;
  const q = queue(address);
  const message = q.unsettled.get(context.delivery);
  q.unsettled.delete(context.delivery);
  if (message && again) {
    if (failed) message.delivery_count = (message.delivery_count || 0) + 1;
    q.messages.unshift(message);
  }
  dispatch(q);
}
container.on('accepted', context => settled(context, false));
container.on('rejected', context => settled(context, false));
container.on('released', context => settled(context, true));
container.on('modified', context => settled(context, true, true));

function gone(sender) {
  const address = addresses.get(sender);
  if (!address) return;
  const q = queue(address);
  q.senders.delete(sender);
  // rhea tells of outcomes that came with the detach only after it
  setImmediate(() => {
    for (const [delivery, message] of [...q.unsettled].reverse()) {
      if (delivery.link === sender) {
        q.unsettled.delete(delivery);
        message.delivery_count = (message.delivery_count || 0) + 1;
        q.messages.unshift(message);
      }
    }
    dispatch(q);
  });
}
container.on('sender_close', ({ sender }) => gone(sender));
container.on('disconnected', ({ connection }) => {
  for (const q of queues.values()) for (const sender of q.senders) if (sender.connection === connection) gone(sender);
});
for (const event of ['connection_error', 'session_error', 'sender_error', 'receiver_error', 'protocol_error', 'error']) {
  container.on(event, context => console.error(event, context.error || context));
}

const file = name => fs.readFileSync(options[options.indexOf(name) + 1]);
const tls = options.includes('--cert') ? { transport: 'tls', cert: file('--cert'), key: file('--key') } : {};
const links = {
  receiver_options: { credit_window: 0, autoaccept: false },
  sender_options: { treat_modified_as_released: false },
};
const listening = () => console.log('LISTENING', port);
if (options.includes('--websocket')) {
  const { WebSocketServer } = require('ws');
  const handleProtocols = offered => offered.has('amqp') && 'amqp';
  new WebSocketServer({ port: Number(port), host: '127.0.0.1', handleProtocols })
    .on('connection', socket => container.websocket_accept(socket, links))
    .on('listening', listening);
} else {
  container.listen({ port: Number(port), host: '127.0.0.1', ...tls, ...links }).on('listening', listening);
}
