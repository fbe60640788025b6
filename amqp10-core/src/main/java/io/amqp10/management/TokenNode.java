package io.amqp10.management;

import io.amqp10.Connection;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.Session;
import io.amqp10.SessionOptions;
import io.amqp10.TimedOutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** A peer's node that takes tokens, in one of its two protocols. */
sealed interface TokenNode {

    /** Shows it a token; completes when it took it, or with why it did not. */
    CompletableFuture<?> show(String audience, ClaimToken token);

    void close();

    /** Requests with answers. */
    final class Requested implements TokenNode {

        private final ManagementClient client;

        Requested(Connection connection, String address, Duration timeout) {
            client = ManagementClient.open(
                    connection,
                    ManagementOptions.of(address, ReplyPath.SAME_NODE).timeout(timeout));
        }

        @Override
        public CompletableFuture<?> show(String audience, ClaimToken token) {
            ManagementRequest request = ManagementRequest.operation("put-token", token.type())
                    .property("name", audience)
                    .body(token.value());
            return client.requestAsync(
                    token.expiry() == null ? request : request.property("expiration", token.expiry()));
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Messages that are accepted or rejected. */
    final class Set implements TokenNode {

        private final Connection connection;
        private final String address;
        private final Duration timeout;
        private final ReentrantLock lock = new ReentrantLock();
        private Session session;
        private Sender sender;
        private boolean closed;

        Set(Connection connection, String address, Duration timeout) {
            this.connection = connection;
            this.address = address;
            this.timeout = timeout;
            this.session = begin(connection);
            this.sender = open(session, address, timeout);
        }

        private static Session begin(Connection connection) {
            return connection.openSession(SessionOptions.DEFAULT.beforeLinkGate(true));
        }

        private static Sender open(Session session, String address, Duration timeout) {
            return session.openSender(SenderOptions.of(address)
                    .capabilities(List.of())
                    .sendTimeout(timeout)
                    .executor(Requests.EXECUTOR));
        }

        /** Returns the sender: a new one if the peer has refused or ended the last one, which need not be its last word. */
        private Sender sender() {
            lock.lock();
            try {
                if (!closed && (LinkPair.isOver(session.state()) || LinkPair.isOver(sender.state()))) {
                    session.closeAsync();
                    session = begin(connection);
                    sender = open(session, address, timeout);
                }
                return sender;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public CompletableFuture<?> show(String audience, ClaimToken token) {
            Message message = Message.builder()
                    .subject("set-token")
                    .property("token-type", token.type())
                    .body(token.value())
                    .build();
            // A copy, since a node that does not answer must not hold up what waits, but may still take the token.
            return sender().sendAsync(message)
                    .copy()
                    .orTimeout(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS)
                    .handle((outcome, failure) -> taken(audience, outcome, failure));
        }

        private SendOutcome taken(String audience, SendOutcome outcome, Throwable failure) {
            if (failure == null) {
                return outcome.orThrow();
            }
            if (Requests.cause(failure) instanceof java.util.concurrent.TimeoutException) {
                throw new TimedOutException(
                        address + " did not answer set-token " + audience + " within " + timeout, null, failure);
            }
            throw Requests.unchecked(failure);
        }

        @Override
        public void close() {
            Session last;
            lock.lock();
            try {
                closed = true;
                last = session;
            } finally {
                lock.unlock();
            }
            last.close();
        }
    }
}
