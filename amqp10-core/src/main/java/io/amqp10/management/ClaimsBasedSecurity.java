package io.amqp10.management;

import io.amqp10.Amqp10Exception;
import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.LifecycleState;
import io.amqp10.LinkGate;
import io.amqp10.types.Symbol;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the peer of one connection a token for each audience, in the way of Azure's Service Bus: puts it to the peer's node,
 * puts a new one before it expires, and puts all of them again, before the links are attached, when the connection was
 * restored. To be given to a connection as its gate:
 *
 * <pre>{@code
 * ClaimsBasedSecurity claims = ClaimsBasedSecurity.of(ClaimsOptions.of(audience -> fetchToken(audience)));
 * Connection connection = container.connect(ConnectionOptions.of(uri).linkGate(claims));
 * claims.authorize("amqps://host/orders");
 * }</pre>
 *
 * <p>Safe for any thread. Tokens are never logged.
 *
 * @see "AMQP Claims-based Security 1.0, working draft 11"
 */
public final class ClaimsBasedSecurity implements LinkGate, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimsBasedSecurity.class);
    private static final Symbol NODE = Symbol.of("cbs-node");
    private static final String DEFAULT_NODE = "$cbs";

    /** However short the life of a token is, the next one is put after so long at the earliest. */
    private static final long SHORTEST_MILLIS = 1_000;

    /** What could not be put is put again after so long. */
    private static final long RETRY_MILLIS = 5_000;

    private final ClaimsOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Audience> audiences = new HashMap<>();
    private volatile @Nullable Connection connection;
    private volatile @Nullable ManagementClient client;
    private boolean closed;

    private ClaimsBasedSecurity(ClaimsOptions options) {
        this.options = options;
    }

    /** What is known of an audience; changed under the lock. */
    private static final class Audience {

        private @Nullable CompletableFuture<?> timer;
        private CompletableFuture<Void> first = new CompletableFuture<>();
    }

    /**
     * Makes the security of a connection.
     *
     * @param options how
     * @return what is to be given to {@link io.amqp10.ConnectionOptions#linkGate}
     */
    public static ClaimsBasedSecurity of(ClaimsOptions options) {
        return new ClaimsBasedSecurity(options);
    }

    /**
     * Puts a token for an audience, and keeps a valid one there until {@link #forget}.
     *
     * @param audience what the token is for, such as the URI of an entity
     * @throws ManagementException if the peer refuses the token
     * @throws io.amqp10.TimedOutException if there is no answer in time
     * @throws Amqp10Exception if the peer's node cannot be reached, or no token could be made
     */
    public void authorize(String audience) {
        Requests.await(authorizeAsync(audience), options.timeout());
    }

    /**
     * Puts a token for an audience, without waiting; see {@link #authorize}. Called before the connection is open, it is put
     * then, before links are attached.
     *
     * @param audience what the token is for
     * @return completes with null when the peer took the first token, or with why it did not
     */
    public CompletableFuture<Void> authorizeAsync(String audience) {
        Audience known;
        boolean put;
        lock.lock();
        try {
            known = audiences.computeIfAbsent(audience, key -> new Audience());
            if (known.first.isCompletedExceptionally()) {
                known.first = new CompletableFuture<>();
            }
            put = client != null && !known.first.isDone();
        } finally {
            lock.unlock();
        }
        if (put) {
            put(audience, known);
        }
        return known.first.copy();
    }

    /**
     * Puts no further tokens for an audience. The last one stays until it expires or the connection closes.
     *
     * @param audience what the tokens were for
     */
    public void forget(String audience) {
        lock.lock();
        try {
            Audience known = audiences.remove(audience);
            if (known != null) {
                cancel(known);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<?> onConnected(Connection to) {
        Map<String, Audience> all;
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.completedFuture(null);
            }
            if (client == null) {
                connection = to;
                client = ManagementClient.open(
                        to, ManagementOptions.of(node(to), ReplyPath.SAME_NODE).timeout(options.timeout()));
            }
            all = Map.copyOf(audiences);
        } finally {
            lock.unlock();
        }
        List<CompletableFuture<Void>> puts = all.entrySet().stream()
                .map(entry -> put(entry.getKey(), entry.getValue()))
                .toList();
        return CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new));
    }

    private String node(Connection to) {
        if (options.node() != null) {
            return options.node();
        }
        Object said = to.remoteProperties().get(NODE);
        return said == null ? DEFAULT_NODE : said.toString();
    }

    private CompletableFuture<Void> put(String audience, Audience known) {
        ManagementClient to = client;
        if (to == null) {
            throw new IllegalStateException("there is no connection yet");
        }
        return CompletableFuture.supplyAsync(() -> options.tokens().apply(audience), Requests.EXECUTOR)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(noToken(audience, failure)))
                .thenCompose(token -> to.requestAsync(request(audience, token)).thenApply(response -> token))
                .handleAsync(
                        (token, failure) -> {
                            done(audience, known, token, failure);
                            return null;
                        },
                        Requests.EXECUTOR);
    }

    /** Of what the application threw only the kind is told: its text might hold anything. */
    private static Amqp10Exception noToken(String audience, Throwable failure) {
        return new Amqp10Exception(
                "no token could be made for " + audience + ": "
                        + Requests.cause(failure).getClass().getName(),
                null);
    }

    private static ManagementRequest request(String audience, ClaimToken token) {
        ManagementRequest request = ManagementRequest.operation("put-token", token.type())
                .property("name", audience)
                .body(token.value());
        return token.expiry() == null ? request : request.property("expiration", token.expiry());
    }

    private void done(String audience, Audience known, @Nullable ClaimToken token, @Nullable Throwable failure) {
        long delayMillis = token == null ? RETRY_MILLIS : untilRefresh(token);
        lock.lock();
        try {
            cancel(known);
            if (!isOver() && delayMillis >= 0 && audiences.get(audience) == known) {
                CompletableFuture<Void> timer = new CompletableFuture<>();
                known.timer = timer;
                timer.completeOnTimeout(null, delayMillis, TimeUnit.MILLISECONDS)
                        .thenRunAsync(() -> put(audience, known), Requests.EXECUTOR);
            }
        } finally {
            lock.unlock();
        }
        if (failure == null) {
            known.first.complete(null);
            return;
        }
        RuntimeException cause = Requests.unchecked(failure);
        Amqp10Exception told =
                cause instanceof Amqp10Exception plain ? plain : new Amqp10Exception(String.valueOf(cause), cause);
        LOG.warn("no valid token for {}: {}", audience, told.getMessage());
        known.first.completeExceptionally(told);
        options.onFailure().accept(audience, told);
    }

    private boolean isOver() {
        Connection known = connection;
        return closed || known == null || known.state() == LifecycleState.CLOSED;
    }

    /** Returns in how many milliseconds a new token has to be put, -1 for never. */
    private long untilRefresh(ClaimToken token) {
        if (token.expiry() == null) {
            return -1;
        }
        Duration life = Duration.between(Instant.now(), token.expiry());
        Duration latest = life.minus(options.refreshBefore());
        Duration half = life.dividedBy(2);
        return Math.max(SHORTEST_MILLIS, (latest.compareTo(half) > 0 ? latest : half).toMillis());
    }

    private static void cancel(Audience known) {
        CompletableFuture<?> timer = known.timer;
        known.timer = null;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Puts no further tokens, and closes the links to the peer's node. */
    @Override
    public void close() {
        ManagementClient last;
        lock.lock();
        try {
            closed = true;
            for (Audience known : audiences.values()) {
                cancel(known);
                known.first.completeExceptionally(new ClosedException("claims-based security is closed", null, null));
            }
            audiences.clear();
            last = client;
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.close();
        }
    }
}
