"""request_client.py URL ADDRESS COUNT: sends COUNT lines as requests, one after the other, to be answered on a queue
that the peer makes up, prints "request => answer" for each, and ends. Options: see common.py."""

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container

import common


class Client(MessagingHandler):
    def __init__(self, options):
        super().__init__()
        self.options = options
        self.requests = ["line %d" % (i + 1) for i in range(options.count)]

    def on_start(self, event):
        connection = common.connect(event.container, self.options)
        self.sender = event.container.create_sender(connection, self.options.address)
        self.receiver = event.container.create_receiver(connection, None, dynamic=True)

    def next_request(self):
        reply_to = self.receiver.remote_source.address
        self.sender.send(Message(reply_to=reply_to, correlation_id=len(self.requests), body=self.requests[0]))

    def on_link_opened(self, event):
        if event.receiver == self.receiver:
            self.next_request()

    def on_message(self, event):
        print(self.requests.pop(0), "=>", event.message.body, flush=True)
        if self.requests:
            self.next_request()
        else:
            event.connection.close()

    def on_link_error(self, event):
        common.fail(event, event.link.remote_condition)

    def on_transport_error(self, event):
        common.fail(event, event.transport.condition)


Container(Client(common.options(__doc__))).run()
common.leave()
