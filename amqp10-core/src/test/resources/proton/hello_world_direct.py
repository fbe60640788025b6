"""hello_world_direct.py PORT [URL]: listens without a broker, sends one message to itself, or to URL, prints what comes, one
body a line, and goes on listening."""
import sys

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container


class HelloWorld(MessagingHandler):
    def __init__(self, port, url=None):
        super().__init__()
        self.here = "127.0.0.1:" + port
        self.there = url or self.here
        self.sent = False

    def on_start(self, event):
        event.container.listen(self.here)
        print("LISTENING", self.here, flush=True)
        connection = event.container.connect(self.there, reconnect=False)
        event.container.create_sender(connection, "examples")

    def on_sendable(self, event):
        if not self.sent:
            self.sent = True
            event.sender.send(Message(body="Hello World!"))

    def on_accepted(self, event):
        print("accepted", flush=True)
        event.connection.close()

    def on_message(self, event):
        print(event.message.body, flush=True)


Container(HelloWorld(*sys.argv[1:3])).run()
