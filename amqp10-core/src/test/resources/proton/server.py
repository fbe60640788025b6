"""server.py PORT [--cert FILE --key FILE]: an AMQP 1.0 server with queues in memory, made on demand.

What is sent to an address that begins with "reject", "release" or "modify" gets that outcome; one that begins with
"nowhere" does not exist; "silent" never answers. The rest is queued and accepted."""
import argparse
import collections
import uuid

from proton import Condition, Delivery, SSLDomain, Terminus
from proton.handlers import MessagingHandler
from proton.reactor import Container

CREDIT = 100


class Queue:
    def __init__(self):
        self.messages = collections.deque()
        self.consumers = []

    def dispatch(self, unsettled):
        for consumer in list(self.consumers):
            while self.messages and consumer.credit > 0:
                message = self.messages.popleft()
                delivery = consumer.send(message)
                if not delivery.settled:
                    unsettled[(consumer.connection.remote_container, consumer.name, delivery.tag)] = message
            if consumer.drain_mode and not self.messages:
                consumer.drained()


class Server(MessagingHandler):
    def __init__(self, arguments):
        super().__init__(prefetch=0, auto_accept=False)
        self.arguments = arguments
        self.queues = collections.defaultdict(Queue)
        self.unsettled = {}

    def on_start(self, event):
        domain = None
        scheme = "amqp"
        if self.arguments.cert:
            domain = SSLDomain(SSLDomain.MODE_SERVER)
            domain.set_credentials(self.arguments.cert, self.arguments.key, None)
            scheme = "amqps"
        self.acceptor = event.container.listen(
            "%s://127.0.0.1:%d" % (scheme, self.arguments.port), ssl_domain=domain)
        print("LISTENING", self.arguments.port, flush=True)

    def on_link_opening(self, event):
        link = event.link
        terminus = link.remote_source if link.is_sender else link.remote_target
        if terminus.type == Terminus.COORDINATOR:
            return self.refuse(event, "amqp:not-implemented", "no transactions here")
        address = str(uuid.uuid4()) if terminus.dynamic else terminus.address
        if address and address.startswith("nowhere"):
            return self.refuse(event, "amqp:not-found", "there is no node " + address)
        link.source.copy(link.remote_source)
        link.target.copy(link.remote_target)
        (link.source if link.is_sender else link.target).address = address
        link.snd_settle_mode = link.remote_snd_settle_mode
        if link.is_sender:
            self.queues[address].consumers.append(link)
        else:
            link.flow(CREDIT)

    def refuse(self, event, condition, text):
        link = event.link
        link.source.type = Terminus.UNSPECIFIED
        link.target.type = Terminus.UNSPECIFIED

        class CloseAfterOpen:
            def on_timer_task(self, _):
                link.condition = Condition(condition, text)
                link.close()

        event.container.schedule(0, CloseAfterOpen())

    def on_sendable(self, event):
        self.dispatch(event.link)

    def on_link_flow(self, event):
        if event.link.is_sender:
            self.dispatch(event.link)

    def dispatch(self, link):
        if link.source.address in self.queues:
            self.queues[link.source.address].dispatch(self.unsettled)

    def on_message(self, event):
        delivery = event.delivery
        address = event.link.target.address or event.message.address
        if address.startswith("silent"):
            return
        if address.startswith("reject"):
            delivery.local.condition = Condition("app:refused", "as asked")
            delivery.update(Delivery.REJECTED)
        elif address.startswith("release"):
            delivery.update(Delivery.RELEASED)
        elif address.startswith("modify"):
            delivery.local.failed = True
            delivery.update(Delivery.MODIFIED)
        else:
            self.queues[address].messages.append(event.message)
            delivery.update(Delivery.ACCEPTED)
        delivery.settle()
        event.link.flow(1)
        if address in self.queues:
            self.queues[address].dispatch(self.unsettled)

    def on_accepted(self, event):
        self.settled(event)

    def on_rejected(self, event):
        self.settled(event)

    def on_released(self, event):
        modified = event.delivery.remote_state == Delivery.MODIFIED
        self.settled(event, again=True, failed=modified and event.delivery.remote.failed)

    def on_settled(self, event):
        if event.link.is_sender:
            self.settled(event, again=True)

    def settled(self, event, again=False, failed=False):
        if not event.link.is_sender:
            return
        link = event.link
        message = self.unsettled.pop((link.connection.remote_container, link.name, event.delivery.tag), None)
        if message is not None and again:
            message.delivery_count += 1 if failed else 0
            self.queues[link.source.address].messages.appendleft(message)
        event.delivery.settle()
        self.dispatch(link)

    def on_link_closing(self, event):
        self.forget(event.link)
        event.link.close()

    def on_disconnected(self, event):
        link = event.connection.link_head(0)
        while link:
            self.forget(link)
            link = link.next(0)

    def forget(self, link):
        if not link.is_sender or link.source.address not in self.queues:
            return
        queue = self.queues[link.source.address]
        if link in queue.consumers:
            queue.consumers.remove(link)
        mine = [key for key in self.unsettled if key[:2] == (link.connection.remote_container, link.name)]
        for key in reversed(mine):
            message = self.unsettled.pop(key)
            message.delivery_count += 1
            queue.messages.appendleft(message)
        queue.dispatch(self.unsettled)


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("port", type=int)
parser.add_argument("--cert")
parser.add_argument("--key")
Container(Server(parser.parse_args())).run()
