"""direct_receive.py PORT COUNT: listens without a broker, prints what comes, one body a line, and ends after COUNT."""
import sys

from proton.handlers import MessagingHandler
from proton.reactor import Container


class Recv(MessagingHandler):
    def __init__(self, port, count):
        super().__init__()
        self.port = port
        self.count = int(count)
        self.received = 0

    def on_start(self, event):
        self.acceptor = event.container.listen("127.0.0.1:" + self.port)
        print("LISTENING", self.port, flush=True)

    def on_message(self, event):
        print(event.message.body, flush=True)
        self.received += 1
        if self.received == self.count:
            self.acceptor.close()


Container(Recv(*sys.argv[1:3])).run()
