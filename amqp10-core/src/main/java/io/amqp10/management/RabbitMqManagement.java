package io.amqp10.management;

import io.amqp10.Connection;
import io.amqp10.types.Binary;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Declares, inspects and deletes what RabbitMQ 4 routes messages with, through the broker's own AMQP node; neither another
 * port nor another protocol is needed. Everything is about the connection's virtual host.
 *
 * <p>All methods throw or complete with {@link ManagementException} if the broker refuses, {@link
 * io.amqp10.TimedOutException} if it does not answer in time, {@link io.amqp10.ConnectionLostException} if the connection
 * broke before the answer came, and {@link io.amqp10.LinkRefusedException} if the broker ended the session, as it does
 * with requests that the user has no permission for. Safe for any thread.
 *
 * @see "RabbitMQ 4, management over AMQP 1.0"
 */
public final class RabbitMqManagement implements AutoCloseable {

    /** The address of the broker's node. */
    public static final String NODE = "/management";

    private final ManagementClient client;

    private RabbitMqManagement(ManagementClient client) {
        this.client = client;
    }

    /**
     * Starts to open the links to the broker's node and returns at once.
     *
     * @param connection a connection to RabbitMQ 4 or later; closing this leaves it open
     * @return the management, opening
     * @throws io.amqp10.ClosedException if the connection is closed
     */
    public static RabbitMqManagement open(Connection connection) {
        return open(connection, ManagementOptions.DEFAULT_TIMEOUT);
    }

    /**
     * Starts to open the links to the broker's node and returns at once.
     *
     * @param connection a connection to RabbitMQ 4 or later; closing this leaves it open
     * @param timeout how long each request waits for its answer
     * @return the management, opening
     * @throws io.amqp10.ClosedException if the connection is closed
     */
    public static RabbitMqManagement open(Connection connection, Duration timeout) {
        return new RabbitMqManagement(ManagementClient.open(
                connection, ManagementOptions.of(NODE, ReplyPath.LINK_PAIR).timeout(timeout)));
    }

    /**
     * Returns what carries the requests, for those that have no method here.
     *
     * @return the client, which is closed with this
     */
    public ManagementClient client() {
        return client;
    }

    /**
     * Declares a queue, or checks that it is there as declared.
     *
     * @param queue what to declare
     * @return what the broker tells about it
     * @throws ManagementException with status 409 if it is there with other properties
     */
    public QueueInfo declareQueue(QueueDeclaration queue) {
        return await(declareQueueAsync(queue));
    }

    /**
     * Declares a queue, without waiting; see {@link #declareQueue}.
     *
     * @param queue what to declare
     * @return completes with what the broker tells about it
     */
    public CompletableFuture<QueueInfo> declareQueueAsync(QueueDeclaration queue) {
        return http("PUT", RabbitMqAddress.queue(queue.name()), queue.toBody())
                .thenApply(response -> QueueInfo.of(response.bodyAsMap()));
    }

    /**
     * Asks for a queue.
     *
     * @param name its name
     * @return what the broker tells about it, empty if there is none of that name
     */
    public Optional<QueueInfo> queue(String name) {
        return await(queueAsync(name));
    }

    /**
     * Asks for a queue, without waiting; see {@link #queue}.
     *
     * @param name its name
     * @return completes with what the broker tells about it, empty if there is none of that name
     */
    public CompletableFuture<Optional<QueueInfo>> queueAsync(String name) {
        return http("GET", RabbitMqAddress.queue(name), null).handle((response, failure) -> {
            if (failure == null) {
                return Optional.of(QueueInfo.of(response.bodyAsMap()));
            }
            if (Requests.cause(failure) instanceof ManagementException known
                    && known.status() == ManagementException.NOT_FOUND) {
                return Optional.empty();
            }
            throw Requests.unchecked(failure);
        });
    }

    /**
     * Deletes a queue with its messages. One that is not there is no error.
     *
     * @param name its name
     * @return how many messages were in it
     */
    public long deleteQueue(String name) {
        return await(deleteQueueAsync(name));
    }

    /**
     * Deletes a queue, without waiting; see {@link #deleteQueue}.
     *
     * @param name its name
     * @return completes with how many messages were in it
     */
    public CompletableFuture<Long> deleteQueueAsync(String name) {
        return http("DELETE", RabbitMqAddress.queue(name), null).thenApply(RabbitMqManagement::messageCount);
    }

    /**
     * Deletes the messages of a queue that are ready to be delivered.
     *
     * @param name its name
     * @return how many there were
     * @throws ManagementException with status 404 if there is no such queue, or another if it cannot be purged, as a stream
     */
    public long purgeQueue(String name) {
        return await(purgeQueueAsync(name));
    }

    /**
     * Deletes the messages of a queue, without waiting; see {@link #purgeQueue}.
     *
     * @param name its name
     * @return completes with how many there were
     */
    public CompletableFuture<Long> purgeQueueAsync(String name) {
        return http("DELETE", RabbitMqAddress.queue(name) + "/messages", null)
                .thenApply(RabbitMqManagement::messageCount);
    }

    private static long messageCount(ManagementResponse response) {
        return QueueInfo.number(response.bodyAsMap().get("message_count"));
    }

    /**
     * Declares an exchange, or checks that it is there as declared.
     *
     * @param exchange what to declare
     * @throws ManagementException with status 409 if it is there with other properties
     */
    public void declareExchange(ExchangeDeclaration exchange) {
        await(declareExchangeAsync(exchange));
    }

    /**
     * Declares an exchange, without waiting; see {@link #declareExchange}.
     *
     * @param exchange what to declare
     * @return completes with null
     */
    public CompletableFuture<@Nullable Void> declareExchangeAsync(ExchangeDeclaration exchange) {
        return done(http("PUT", RabbitMqAddress.exchange(exchange.name()), exchange.toBody()));
    }

    /**
     * Deletes an exchange with its bindings. One that is not there is no error.
     *
     * @param name its name
     */
    public void deleteExchange(String name) {
        await(deleteExchangeAsync(name));
    }

    /**
     * Deletes an exchange, without waiting; see {@link #deleteExchange}.
     *
     * @param name its name
     * @return completes with null
     */
    public CompletableFuture<@Nullable Void> deleteExchangeAsync(String name) {
        return done(http("DELETE", RabbitMqAddress.exchange(name), null));
    }

    /**
     * Binds. A binding that is there already is no error.
     *
     * @param binding what to bind to what
     * @throws ManagementException if one of the ends does not exist
     */
    public void bind(Binding binding) {
        await(bindAsync(binding));
    }

    /**
     * Binds, without waiting; see {@link #bind}.
     *
     * @param binding what to bind to what
     * @return completes with null
     */
    public CompletableFuture<@Nullable Void> bindAsync(Binding binding) {
        return done(http("POST", "/bindings", binding.toBody()));
    }

    /**
     * Unbinds. A binding that is not there is no error.
     *
     * @param binding what was bound to what, with the same key and arguments
     */
    public void unbind(Binding binding) {
        await(unbindAsync(binding));
    }

    /**
     * Unbinds, without waiting; see {@link #unbind}.
     *
     * @param binding what was bound to what, with the same key and arguments
     * @return completes with null
     */
    public CompletableFuture<@Nullable Void> unbindAsync(Binding binding) {
        if (binding.arguments().isEmpty()) {
            return done(http("DELETE", binding.path(), null));
        }
        // Where there are arguments the path holds a hash of them that only the broker knows.
        return http("GET", binding.query(), null).thenCompose(response -> {
            if (response.body() instanceof List<?> found) {
                for (Object one : found) {
                    if (one instanceof Map<?, ?> map
                            && binding.arguments().equals(map.get("arguments"))
                            && map.get("location") instanceof String location) {
                        return done(http("DELETE", location, null));
                    }
                }
            }
            return CompletableFuture.completedFuture(null);
        });
    }

    /**
     * Gives the broker a new token before that of the connection expires, if the connection was authenticated by OAuth 2.
     *
     * @param token the token, which is never logged
     */
    public void renewToken(String token) {
        await(renewTokenAsync(token));
    }

    /**
     * Gives the broker a new token, without waiting; see {@link #renewToken}.
     *
     * @param token the token, which is never logged
     * @return completes with null
     */
    public CompletableFuture<@Nullable Void> renewTokenAsync(String token) {
        return done(http("PUT", "/auth/tokens", Binary.wrap(token.getBytes(StandardCharsets.UTF_8))));
    }

    private CompletableFuture<ManagementResponse> http(String method, String path, @Nullable Object body) {
        return client.requestAsync(ManagementRequest.http(method, path).body(body));
    }

    @SuppressWarnings("NullAway") // the null that a future of Void is completed with
    private static CompletableFuture<@Nullable Void> done(CompletableFuture<?> response) {
        return response.thenApply(ignored -> null);
    }

    private <T extends @Nullable Object> T await(CompletableFuture<T> result) {
        return Requests.await(result, client.timeout());
    }

    /**
     * Starts to close the links.
     *
     * @return completes with null when they are closed, however they ended
     */
    public CompletableFuture<Void> closeAsync() {
        return client.closeAsync();
    }

    /** Closes the links, and waits until they are. The connection stays open. */
    @Override
    public void close() {
        client.close();
    }
}
