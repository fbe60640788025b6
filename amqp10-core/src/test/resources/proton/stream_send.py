"""stream_send.py URL ADDRESS MIB: sends one message of MIB times 1 MiB piece by piece, prints "ACCEPTED, checksum C" when
it is accepted, and ends."""
import struct
import sys
import zlib

from proton.handlers import MessagingHandler
from proton.reactor import Container

PIECE = 1 << 16
BUFFERED = 1 << 20


class Send(MessagingHandler):
    def __init__(self, url, address, mib):
        super().__init__()
        self.url = url
        self.address = address
        self.left = int(mib) << 20
        self.sum = 0
        self.sender = None
        self.started = False

    def on_start(self, event):
        self.container = event.container
        self.connection = event.container.connect(self.url, reconnect=False)
        self.sender = event.container.create_sender(self.connection, self.address)

    def on_sendable(self, event):
        if not self.started:
            self.started = True
            self.sender.delivery("large")
            self.sender.stream(
                b"\x00\x53\x73\xc0\x0b\x04\x40\x40\x40\xa1\x05large" + b"\x00\x53\x75\xb0" + struct.pack("!I", self.left)
            )
            self.pump()

    def pump(self):
        while self.left and self.sender.session.outgoing_bytes < BUFFERED:
            number = self.left // PIECE
            piece = struct.pack("!Q", number) * (PIECE // 8)
            self.sum = zlib.crc32(piece, self.sum)
            self.sender.stream(piece)
            self.left -= PIECE
            if not self.left:
                self.sender.advance()
        if self.left:
            self.container.schedule(0.001, self)

    def on_timer_task(self, event):
        self.pump()

    def on_accepted(self, event):
        print("ACCEPTED, checksum %x" % self.sum, flush=True)
        event.connection.close()


Container(Send(*sys.argv[1:4])).run()
