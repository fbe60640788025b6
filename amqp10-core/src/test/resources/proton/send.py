"""send.py URL ADDRESS COUNT: sends COUNT durable messages {"sequence": 1...}, as credit allows, prints "confirmed N"
once all have been accepted, and ends; "refused ..." for each that is not. Options: see common.py."""

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container

import common


class Send(MessagingHandler):
    def __init__(self, options):
        super().__init__()
        self.options = options
        self.sent = 0
        self.confirmed = 0
        self.refused = 0

    def on_start(self, event):
        connection = common.connect(event.container, self.options)
        event.container.create_sender(connection, self.options.address)

    def on_sendable(self, event):
        while event.sender.credit and self.sent < self.options.count:
            self.sent += 1
            event.sender.send(Message(id=self.sent, body={"sequence": self.sent}, durable=True))

    def on_accepted(self, event):
        self.confirmed += 1
        self.finish(event)

    def on_rejected(self, event):
        print("refused", event.delivery.remote.condition, flush=True)
        self.refused += 1
        self.finish(event)

    def on_released(self, event):
        print("refused", event.delivery.remote_state, flush=True)
        self.refused += 1
        self.finish(event)

    def finish(self, event):
        if self.confirmed + self.refused == self.options.count:
            print("confirmed", self.confirmed, flush=True)
            event.connection.close()

    def on_disconnected(self, event):
        self.sent = self.confirmed + self.refused

    def on_link_error(self, event):
        common.fail(event, event.link.remote_condition)

    def on_transport_error(self, event):
        common.fail(event, event.transport.condition)


Container(Send(common.options(__doc__))).run()
common.leave()
