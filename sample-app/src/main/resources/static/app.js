// Places orders by POST /orders, and shows what GET /events tells about them.
(() => {
  'use strict';

  const SHOWN = 50;
  const byId = (id) => document.getElementById(id);
  const orders = new Map(); // id -> order, as the server sent it
  const rows = new Map();   // id -> table row

  // ---- placing orders

  const form = byId('order-form');
  const fields = { item: byId('item'), quantity: byId('quantity') };

  async function place(item, quantity) {
    const response = await fetch('orders', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ item, quantity }),
    });
    if (response.ok) {
      return {};
    }
    const problem = await response.json().catch(() => ({}));
    return problem.errors ?? { form: problem.detail ?? `The server answered ${response.status}.` };
  }

  function showErrors(errors) {
    for (const [name, input] of Object.entries(fields)) {
      byId(`${name}-error`).textContent = errors[name] ?? '';
      input.setAttribute('aria-invalid', String(name in errors));
    }
    byId('form-error').textContent = errors.form ?? '';
    Object.keys(fields).filter((name) => name in errors).slice(0, 1).forEach((name) => fields[name].focus());
  }

  async function submit(button, wanted) {
    button.disabled = true;
    try {
      const answers = await Promise.all(wanted.map(([item, quantity]) => place(item, quantity)));
      showErrors(Object.assign({}, ...answers));
    } catch {
      showErrors({ form: 'The order service does not answer. Try again.' });
    } finally {
      button.disabled = false;
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const quantity = fields.quantity.value === '' ? null : Number(fields.quantity.value);
    submit(byId('place'), [[fields.item.value, quantity]]);
  });
  byId('place-ten').addEventListener('click', (event) => {
    const items = ['Coffee', 'Tea', 'Chocolate'];
    submit(event.currentTarget, Array.from({ length: 10 }, (_, i) => [items[i % items.length], 1 + i % 4]));
  });
  byId('place-poison').addEventListener('click', (event) => submit(event.currentTarget, [['Poison', 1]]));

  // ---- showing them

  const STATUS = {
    PLACED: { text: 'Placed', kind: 'busy' },
    SENT: { text: 'Sent', kind: 'calm' },
    NOT_SENT: { text: 'Not sent', kind: 'bad' },
    PROCESSING: { text: 'Processing', kind: 'busy' },
    DONE: { text: 'Done', kind: 'good' },
    REJECTED: { text: 'Rejected', kind: 'bad' },
    DEAD_LETTERED: { text: 'Rejected', kind: 'bad' },
  };

  function steps(order) {
    const past = (text) => ({ text, kind: 'past' });
    const now = (text) => ({ text, kind: 'now' });
    const later = (text) => ({ text, kind: 'later' });
    switch (order.status) {
      case 'PLACED': return [now('Placed'), later('Sent'), later('Processing'), later('Done')];
      case 'SENT': return [past('Placed'), now('Sent'), later('Processing'), later('Done')];
      case 'NOT_SENT': return [past('Placed'), { text: 'Not sent', kind: 'bad' }, later('Processing'), later('Done')];
      case 'PROCESSING': return [past('Placed'), past('Sent'), now('Processing'), later('Done')];
      case 'DONE': return [past('Placed'), past('Sent'), past('Processing'), { text: 'Done', kind: 'good' }];
      case 'REJECTED': return [past('Placed'), past('Sent'), { text: 'Rejected', kind: 'bad' }, later('Dead letter')];
      default: return [past('Placed'), past('Sent'), { text: 'Rejected', kind: 'bad' }, { text: 'Dead letter', kind: 'bad' }];
    }
  }

  function explain(order) {
    const lines = [];
    if (order.reason) {
      lines.push(order.reason);
    }
    if (order.status === 'DEAD_LETTERED') {
      lines.push('The broker moved it to the dead-letter queue.');
    }
    if (order.status === 'PLACED') {
      lines.push('Waiting for the broker’s answer.');
    }
    return lines;
  }

  function said(order) {
    const times = order.deliveries > 1 ? `, delivered ${order.deliveries} times` : '';
    return order.sendOutcome ? `Broker’s answer: ${order.sendOutcome}${times}` : '';
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) {
      made.className = className;
    }
    if (text !== undefined) {
      made.textContent = text;
    }
    return made;
  }

  function fill(row, order) {
    const what = element('td');
    what.append(
      element('div', 'what', `${order.quantity} × ${order.item}`),
      element('div', 'id', `${order.id.slice(0, 8)} · ${new Date(order.placedAt).toLocaleTimeString()}`));

    const progress = element('td');
    const list = element('ol', 'steps');
    for (const step of steps(order)) {
      const item = element('li', '', step.text);
      item.dataset.kind = step.kind;
      if (step.kind !== 'past' && step.kind !== 'later') {
        item.setAttribute('aria-current', 'step');
      }
      list.append(item);
    }
    progress.append(list);

    const status = element('td');
    const pill = element('span', 'pill status', STATUS[order.status].text);
    pill.dataset.kind = STATUS[order.status].kind;
    status.append(pill, ...explain(order).map((line) => element('p', 'why', line)), element('p', 'said', said(order)));

    row.dataset.id = order.id;
    row.dataset.status = order.status;
    row.replaceChildren(what, progress, status);
  }

  function show(order) {
    orders.set(order.id, order);
    let row = rows.get(order.id);
    if (!row) {
      row = element('tr');
      rows.set(order.id, row);
      byId('orders').prepend(row);
      while (rows.size > SHOWN) {
        const last = byId('orders').lastElementChild;
        rows.delete(last.dataset.id);
        last.remove();
      }
    }
    fill(row, order);
  }

  function count() {
    const of = {};
    for (const order of orders.values()) {
      of[order.status] = (of[order.status] ?? 0) + 1;
    }
    const set = (id, ...names) => {
      const number = names.reduce((sum, name) => sum + (of[name] ?? 0), 0);
      byId(id).textContent = number;
      byId(id).toggleAttribute('data-none', number === 0);
    };
    set('count-placed', 'PLACED', 'NOT_SENT');
    set('count-sent', 'SENT');
    set('count-processing', 'PROCESSING');
    set('count-done', 'DONE');
    set('count-rejected', 'REJECTED', 'DEAD_LETTERED');
    set('count-dead', 'DEAD_LETTERED');
    byId('empty').hidden = orders.size > 0;
    byId('table').hidden = orders.size === 0;
    byId('more').hidden = orders.size <= SHOWN;
    byId('more').textContent = `The latest ${SHOWN} of ${orders.size} orders.`;
  }

  const events = new EventSource('events');
  events.addEventListener('orders', (event) => { // comes first, after every reconnect too
    orders.clear();
    rows.clear();
    byId('orders').replaceChildren();
    JSON.parse(event.data).reverse().forEach(show);
    count();
  });
  events.addEventListener('order', (event) => {
    show(JSON.parse(event.data));
    count();
  });
  events.addEventListener('open', () => { byId('offline').hidden = true; });
  events.addEventListener('error', () => { byId('offline').hidden = false; });

  // ---- the broker

  const brokerSwitch = byId('broker-switch');

  function showBroker(broker, health) {
    const up = health?.status === 'UP';
    const pill = byId('health');
    pill.textContent = up ? 'Connected' : 'Not connected';
    pill.dataset.kind = up ? 'good' : 'bad';
    byId('broker-text').textContent = !broker.embedded ? `Your own broker, ${health?.details?.connection?.address ?? 'see amqp10.url'}`
      : broker.running ? `ActiveMQ Artemis in this application, ${broker.url}` : 'ActiveMQ Artemis, stopped';
    byId('address').textContent = `queue “${broker.address}”`;
    brokerSwitch.hidden = !broker.embedded;
    brokerSwitch.textContent = broker.running ? 'Stop the broker' : 'Start the broker';
    brokerSwitch.dataset.running = broker.running;
    byId('broker-hint').hidden = !broker.embedded;
  }

  async function watchBroker() {
    try {
      const [broker, health] = await Promise.all(
        [fetch('broker'), fetch('actuator/health')].map(async (answer) => (await answer).json()));
      showBroker(broker, health.components?.amqp10);
    } catch {
      byId('health').textContent = 'Unknown';
      byId('health').dataset.kind = '';
    }
    setTimeout(watchBroker, 1000);
  }

  brokerSwitch.addEventListener('click', async () => {
    brokerSwitch.disabled = true;
    try {
      await fetch('broker', {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ running: brokerSwitch.dataset.running !== 'true' }),
      });
    } catch {
      showErrors({ form: 'The order service does not answer. Try again.' });
    } finally {
      brokerSwitch.disabled = false;
    }
  });

  watchBroker();
})();
