"""hello_world.py URL ADDRESS: sends itself one message through a broker, prints it, and ends."""
import sys

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container


class HelloWorld(MessagingHandler):
    def __init__(self, url, address):
        super().__init__()
        self.url = url
        self.address = address

    def on_start(self, event):
        connection = event.container.connect(self.url, reconnect=False)
        event.container.create_receiver(connection, self.address)
        event.container.create_sender(connection, self.address)

    def on_sendable(self, event):
        event.sender.send(Message(body="Hello World!"))
        event.sender.close()

    def on_message(self, event):
        print(event.message.body, flush=True)
        event.connection.close()

    def on_link_error(self, event):
        print("Closed due to", event.link.remote_condition, flush=True)
        event.connection.close()


Container(HelloWorld(*sys.argv[1:3])).run()
