"""json_send.py URL ADDRESS FILE FRAME-SIZE: sends the messages of a file, a name and the command line's JSON, divided by a
tab, on each line. Prints "refused NAME ..." for each that the peer does not accept, "unable NAME ..." for each that Proton
cannot make, and "done" once all have an outcome."""
import json
import sys

from proton.handlers import MessagingHandler
from proton.reactor import Container

import json_messages


class Send(MessagingHandler):
    def __init__(self, url, address, file, frame_size):
        super().__init__()
        self.url = url
        self.address = address
        self.frame_size = int(frame_size)
        self.names = {}
        self.messages = []
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                name, message = line.split("\t", 1)
                try:
                    self.messages.append((name, json_messages.encode(json.loads(message))))
                except Exception as problem:
                    print("unable", name, repr(problem), flush=True)
        self.unsettled = len(self.messages)

    def on_start(self, event):
        connection = event.container.connect(self.url, reconnect=False, max_frame_size=self.frame_size)
        event.container.create_sender(connection, self.address)

    def on_sendable(self, event):
        while event.sender.credit and self.messages:
            name, message = self.messages.pop(0)
            try:
                self.names[event.sender.send(message)] = name
            except Exception as problem:
                print("unable", name, repr(problem), flush=True)
                self.unsettled -= 1

    def on_rejected(self, event):
        print("refused", self.names[event.delivery], event.delivery.remote.condition, flush=True)

    def on_released(self, event):
        print("refused", self.names[event.delivery], event.delivery.remote_state, flush=True)

    def on_settled(self, event):
        self.unsettled -= 1
        if self.unsettled == 0:
            print("done", flush=True)
            event.connection.close()

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


Container(Send(*sys.argv[1:5])).run()
