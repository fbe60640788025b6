"""hello_world_direct_stop.py PORT: listens without a broker, sends itself one message, prints it, and stops listening when its
connection is closed, which ends it."""
import sys

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container


class HelloWorld(MessagingHandler):
    def __init__(self, port):
        super().__init__()
        self.here = "127.0.0.1:" + port

    def on_start(self, event):
        self.acceptor = event.container.listen(self.here)
        self.connection = event.container.connect(self.here, reconnect=False)
        event.container.create_sender(self.connection, "examples")

    def on_sendable(self, event):
        event.sender.send(Message(body="Hello World!"))
        event.sender.close()

    def on_message(self, event):
        print(event.message.body, flush=True)
        event.connection.close()

    def on_connection_closing(self, event):
        if event.connection == self.connection:
            self.acceptor.close()


Container(HelloWorld(sys.argv[1])).run()
