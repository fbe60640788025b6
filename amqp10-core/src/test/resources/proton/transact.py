"""transact.py URL FROM TO END [--leave]: in one transaction, takes a message from FROM and sends its body to TO, then ends
the transaction, END being "commit" or "abort", and says what became of it. With --leave the link from FROM is closed before."""
import sys

from proton import Message
from proton.handlers import MessagingHandler, TransactionHandler
from proton.reactor import Container

failed = False


class Move(MessagingHandler, TransactionHandler):
    def __init__(self, url, source, target, end, *more):
        super().__init__(prefetch=0, auto_accept=False)
        self.url = url
        self.source = source
        self.target = target
        self.end = end
        self.leave = "--leave" in more
        self.transaction = None
        self.body = None
        self.foreseen = False
        self.left = False
        self.discharged = False

    def on_start(self, event):
        self.container = event.container
        self.connection = event.container.connect(self.url, reconnect=False)
        self.receiver = event.container.create_receiver(self.connection, self.source)
        self.sender = event.container.create_sender(self.connection, self.target)
        event.container.declare_transaction(self.connection, handler=self)

    def on_transaction_declared(self, event):
        print("declared", flush=True)
        self.transaction = event.transaction
        self.receiver.flow(1)

    def on_message(self, event):
        self.transaction.accept(event.delivery)
        self.body = event.message.body
        self.send()

    def on_sendable(self, event):
        self.send()

    def send(self):
        if self.body is not None and self.sender.credit:
            self.transaction.send(self.sender, Message(body=self.body))
            self.body = None

    def on_settled(self, event):
        if event.link != self.sender:
            return
        print("foreseen", flush=True)
        self.foreseen = True
        if self.leave:
            self.receiver.close()
        else:
            self.discharge()

    def on_link_closed(self, event):
        if event.link == self.receiver and self.foreseen:
            print("left", flush=True)
            self.discharge()

    def discharge(self):
        if not self.discharged:
            self.discharged = True
            self.transaction.commit() if self.end == "commit" else self.transaction.abort()

    def on_transaction_committed(self, event):
        print("committed", flush=True)
        self.connection.close()

    def on_transaction_aborted(self, event):
        print("aborted", flush=True)
        self.connection.close()

    def on_transaction_commit_failed(self, event):
        self.fail("the commit failed")

    def on_transaction_declare_failed(self, event):
        self.fail("the declare failed")

    def on_link_error(self, event):
        self.fail(event.link.remote_condition)

    def on_transport_error(self, event):
        self.fail(event.transport.condition)

    def fail(self, why):
        global failed
        failed = True
        print("error", why, flush=True)
        self.connection.close()


Container(Move(*sys.argv[1:])).run()
sys.exit(1 if failed else 0)
