"""json_receive.py URL ADDRESS FRAME-SIZE COUNT: receives COUNT messages and prints each as the command line's JSON on a
line, or "unable NAME ..." if Proton cannot read it, where NAME is its application property "case" if that can be read.
Waits no longer than ten seconds for more after the one whose "case" is "end"."""
import json
import sys

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container

import json_messages

read = Message.decode


def decode(self, octets):
    """Keeps an error for later, since it would end the program."""
    try:
        self.problem = None
        read(self, octets)
    except Exception as problem:
        self.problem = problem


Message.decode = decode


class Recv(MessagingHandler):
    def __init__(self, url, address, frame_size, count):
        super().__init__(prefetch=100)
        self.url = url
        self.address = address
        self.frame_size = int(frame_size)
        self.missing = int(count)

    def on_start(self, event):
        connection = event.container.connect(self.url, reconnect=False, max_frame_size=self.frame_size)
        event.container.create_receiver(connection, self.address)

    def on_message(self, event):
        message = event.message
        name = (message.properties or {}).get("case", "?")
        try:
            if message.problem:
                raise message.problem
            print(json.dumps(json_messages.decode(message)), flush=True)
        except Exception as problem:
            print("unable", name, repr(problem), flush=True)
        self.missing -= 1
        if self.missing == 0:
            event.connection.close()
        elif name == "end":
            self.connection = event.connection
            event.container.schedule(10, self)

    def on_timer_task(self, event):
        if self.missing > 0:
            self.connection.close()

    def on_link_error(self, event):
        print("error", event.link.remote_condition, flush=True)
        event.connection.close()

    def on_session_error(self, event):
        print("error", event.session.remote_condition, flush=True)
        event.connection.close()

    def on_connection_error(self, event):
        print("error", event.connection.remote_condition, flush=True)
        event.connection.close()

    def on_transport_error(self, event):
        print("error", event.transport.condition, flush=True)


Container(Recv(*sys.argv[1:5])).run()
