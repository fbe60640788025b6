"""upper_server.py URL ADDRESS COUNT: answers COUNT requests with their bodies in upper case, and ends.
Options: see common.py."""

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container

import common


class Server(MessagingHandler):
    def __init__(self, options):
        super().__init__()
        self.options = options
        self.senders = {}
        self.answered = 0
        self.settled = 0

    def on_start(self, event):
        self.container = event.container
        self.connection = common.connect(event.container, self.options)
        event.container.create_receiver(self.connection, self.options.address)

    def on_link_opened(self, event):
        if event.receiver:
            print("READY", flush=True)

    def on_message(self, event):
        request = event.message
        sender = self.senders.get(request.reply_to)
        if sender is None:
            sender = self.container.create_sender(self.connection, request.reply_to)
            self.senders[request.reply_to] = sender
        correlation = request.correlation_id if request.correlation_id is not None else request.id
        sender.send(Message(body=request.body.upper(), correlation_id=correlation))
        self.answered += 1

    def on_settled(self, event):
        self.settled += 1
        if self.settled == self.options.count:
            self.connection.close()

    def on_link_error(self, event):
        common.fail(event, event.link.remote_condition)

    def on_transport_error(self, event):
        common.fail(event, event.transport.condition)


Container(Server(common.options(__doc__))).run()
common.leave()
