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

        private final String address;
        private final Duration timeout;
        private final Session session;
        private final Sender sender;

        Set(Connection connection, String address, Duration timeout) {
            this.address = address;
            this.timeout = timeout;
            this.session = connection.openSession(SessionOptions.DEFAULT.beforeLinkGate(true));
            this.sender = session.openSender(SenderOptions.of(address)
                    .capabilities(List.of())
                    .sendTimeout(timeout)
                    .executor(Requests.EXECUTOR));
        }

        @Override
        public CompletableFuture<?> show(String audience, ClaimToken token) {
            Message message = Message.builder()
                    .subject("set-token")
                    .property("token-type", token.type())
                    .body(token.value())
                    .build();
            // A copy, since a node that does not answer must not hold up what waits, but may still take the token.
            return sender.sendAsync(message)
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
            session.close();
        }
    }
}
