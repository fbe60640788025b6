"""reconnecting_receive.py URL ADDRESS: prints what comes, one body a line, whatever happens to the peer: it connects again,
later and later, and says so; also where the peer is too young to answer. Runs until it is stopped."""
import sys

from proton.handlers import MessagingHandler
from proton.reactor import Backoff, Container


class Recv(MessagingHandler):
    def __init__(self, url, address):
        super().__init__()
        self.url = url
        self.address = address

    def on_start(self, event):
        connection = event.container.connect(self.url, reconnect=Backoff(initial=0.05, factor=2, max_delay=1), heartbeat=4)
        event.container.create_receiver(connection, self.address)

    def on_message(self, event):
        print(event.message.body, flush=True)

    def on_disconnected(self, event):
        print("Disconnected, reconnecting...", flush=True)

    def on_connection_error(self, event):
        print("Closed due to", event.connection.remote_condition, flush=True)

    def on_transport_error(self, event):
        print("Transport:", event.transport.condition, flush=True)


Container(Recv(*sys.argv[1:3])).run()
