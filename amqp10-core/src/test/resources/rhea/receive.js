// receive.js URL ADDRESS COUNT: receives COUNT messages, prints their bodies as JSON, one a line (with --quiet only the
// count of different ones), then "received N", and ends. Options: see connect.js.
const rhea = require('rhea');
const connect = require('./connect.js');

const [url, address, count, ...options] = process.argv.slice(2);
const container = rhea.create_container();
const quiet = options.includes('--quiet');
const different = new Set();
let received = 0;

container.on('message', ({ message, delivery, receiver, connection }) => {
  if (received === Number(count)) return delivery.release();
  received++;
  if (quiet) different.add(JSON.stringify(message.body));
  else console.log(JSON.stringify(message.body));
  delivery.accept();
  if (received === Number(count)) {
    if (quiet) console.log('different', different.size);
    console.log('received', received);
    receiver.close();
    connection.close();
  }
});
connect(container, url, options).open_receiver({ source: address, autoaccept: false, credit_window: 500 });
