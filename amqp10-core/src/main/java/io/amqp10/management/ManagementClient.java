package io.amqp10.management;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.Message;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a node of a peer and gets its answers: a management node, {@code $cbs}, or any other that copies a request's
 * message-id into the correlation-id of its answer. It has a session of its own, because some peers end the session of a
 * request that they do not like. Like all links, its links are restored after a break.
 *
 * <p>Safe for any thread. Futures complete on threads of {@link CompletableFuture}'s default executor.
 *
 * @see "AMQP Management 1.0"
 */
public final class ManagementClient implements AutoCloseable {

    private final Requests requests;
    private final ManagementOptions options;

    private ManagementClient(Connection connection, ManagementOptions options) {
        this.options = options;
        this.requests = new Requests(connection, options);
    }

    /**
     * Starts to open the links to a node and returns at once. Requests may be made before they are open.
     *
     * @param connection the connection; closing the client leaves it open
     * @param options which node
     * @return the client, opening
     * @throws io.amqp10.ClosedException if the connection is closed
     */
    public static ManagementClient open(Connection connection, ManagementOptions options) {
        return new ManagementClient(connection, options);
    }

    /**
     * Returns a future of the first opening.
     *
     * @return completes with this, or with the {@link Amqp10Exception} that the peer refused a link with
     */
    public CompletableFuture<ManagementClient> opened() {
        return requests.opened().thenApply(done -> this);
    }

    /**
     * Sends a request and insists on success.
     *
     * @param request the request
     * @return the answer
     * @throws ManagementException if the node answered with anything but success
     * @throws io.amqp10.TimedOutException if there is no answer in time
     * @throws io.amqp10.ConnectionLostException if the connection broke before the answer came; it is not known whether the
     *     node did what it was asked for
     * @throws IllegalArgumentException if it holds a value without AMQP type
     * @throws Amqp10Exception if the links are refused or closed
     */
    public ManagementResponse request(ManagementRequest request) {
        return Requests.await(requestAsync(request), options.timeout());
    }

    /**
     * Sends a request and insists on success, without waiting.
     *
     * @param request the request
     * @return completes with the answer, or with one of the exceptions of {@link #request(ManagementRequest)}
     */
    public CompletableFuture<ManagementResponse> requestAsync(ManagementRequest request) {
        return requests.send(request.toMessage(), request::toString).thenApply(message -> {
            ManagementResponse response = ManagementResponse.of(message);
            if (!response.isSuccess()) {
                throw new ManagementException(
                        options.node() + " did not carry out " + request + ": " + response.said(), response.status());
            }
            return response;
        });
    }

    /**
     * Sends any message as a request. Its message-id and reply-to are set by this client, which tells the answer by them; a
     * correlation-id of its own, which the node would answer with instead, is left out.
     *
     * @param message the message
     * @return the answer, whatever it says
     * @throws io.amqp10.TimedOutException if there is no answer in time
     * @throws io.amqp10.ConnectionLostException if the connection broke before the answer came
     * @throws IllegalArgumentException if it holds a value without AMQP type
     * @throws Amqp10Exception if the links are refused or closed
     */
    public Message exchange(Message message) {
        return Requests.await(exchangeAsync(message), options.timeout());
    }

    /**
     * Sends any message as a request, without waiting.
     *
     * @param message the message; its message-id, correlation-id and reply-to are set by this client
     * @return completes with the answer, or with one of the exceptions of {@link #exchange(Message)}
     */
    public CompletableFuture<Message> exchangeAsync(Message message) {
        return requests.send(message, () -> "a request");
    }

    /**
     * Starts to close the links; requests without an answer fail.
     *
     * @return completes with null when they are closed, however they ended; a handler of the connection must not wait for it
     *     (closing begins when that has returned): waiting throws {@link IllegalStateException}
     */
    public CompletableFuture<Void> closeAsync() {
        return requests.close();
    }

    /**
     * Closes the links, and waits like {@link Connection#close}: called by a handler of the connection, it returns at once,
     * and the links close when the handler has returned. Requests without an answer fail. The connection stays open.
     */
    @Override
    public void close() {
        requests.closeAndWait();
    }

    Duration timeout() {
        return options.timeout();
    }
}
