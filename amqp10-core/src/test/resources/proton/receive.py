"""receive.py URL ADDRESS COUNT: receives COUNT messages, prints their bodies, one a line (with --quiet only the count of
different ones), then "received N", and ends. Options: see common.py."""

from proton.handlers import MessagingHandler
from proton.reactor import Container

import common


class Recv(MessagingHandler):
    def __init__(self, options):
        super().__init__(prefetch=500)
        self.options = options
        self.received = 0
        self.different = set()

    def on_start(self, event):
        connection = common.connect(event.container, self.options)
        event.container.create_receiver(connection, self.options.address)

    def on_message(self, event):
        if self.received == self.options.count:
            return self.release(event.delivery)
        self.received += 1
        if self.options.quiet:
            self.different.add(str(event.message.body))
        else:
            print(event.message.body, flush=True)
        if self.received == self.options.count:
            if self.options.quiet:
                print("different", len(self.different), flush=True)
            print("received", self.received, flush=True)
            event.receiver.close()

    def on_link_closed(self, event):
        event.connection.close()

    def on_link_error(self, event):
        common.fail(event, event.link.remote_condition)

    def on_transport_error(self, event):
        common.fail(event, event.transport.condition)


Container(Recv(common.options(__doc__))).run()
common.leave()
