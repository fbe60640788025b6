"""stream_receive.py PORT: listens without a broker, reads one message piece by piece, prints a line for each 64 MiB, then
"received N octets, checksum C" of what is in its one data section, accepts it, and ends."""
import sys
import zlib

from proton import Delivery
from proton.handlers import Handshaker
from proton.reactor import Container

WINDOW = 1 << 20


class Recv:
    def __init__(self, port):
        self.port = port
        self.handlers = [Handshaker()]
        self.head = b""
        self.in_body = False
        self.size = 0
        self.sum = 0

    def on_reactor_init(self, event):
        self.acceptor = event.container.acceptor("127.0.0.1", self.port)
        print("LISTENING", self.port, flush=True)

    def on_session_init(self, event):
        event.session.incoming_capacity = WINDOW

    def on_session_remote_open(self, event):
        event.session.incoming_capacity = WINDOW

    def on_link_remote_open(self, event):
        event.link.flow(1)

    def on_delivery(self, event):
        link, delivery = event.link, event.delivery
        if not delivery.readable:
            return
        data = link.recv(1 << 16)
        while data:
            self.take(data)
            data = link.recv(1 << 16)
        if not delivery.partial:
            print("received %d octets, checksum %x" % (self.size, self.sum), flush=True)
            delivery.update(Delivery.ACCEPTED)
            delivery.settle()
            link.advance()

    def on_link_remote_close(self, event):
        self.acceptor.close()

    def on_connection_remote_close(self, event):
        self.acceptor.close()

    def take(self, data):
        if not self.in_body:
            self.head += data
            at = self.head.find(b"\x00\x53\x75\xb0")
            if at < 0 or len(self.head) < at + 8:
                return
            self.in_body = True
            data = self.head[at + 8 :]
        before = self.size >> 26
        self.size += len(data)
        self.sum = zlib.crc32(data, self.sum)
        if self.size >> 26 != before:
            print("at", (self.size >> 26) * 64, "MiB", flush=True)


Container(Recv(int(sys.argv[1]))).run()
