package io.amqp10.management;

import io.amqp10.Amqp10Exception;
import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.LifecycleState;
import io.amqp10.LinkGate;
import io.amqp10.types.Symbol;
import java.time.Duration;
import java.time.InstantSource;
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
 * Shows the peer of one connection a token for each audience, as {@link ClaimsProtocol} says: puts it to the peer's node,
 * puts a new one before it expires, and puts all of them again, before the links are attached, when the connection was
 * restored. A connection that is made with the same options when that one is closed takes its place, and is shown all tokens;
 * of connections that live side by side each needs a security of its own. A token is like a password: use TLS. To be given to
 * a connection as its gate:
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
    /**
     * The capability of a peer that takes tokens by {@code set-token}. A connection whose
     * {@link io.amqp10.ConnectionOptions#desiredCapabilities desired capabilities} name it says that it will show some.
     */
    public static final Symbol CAPABILITY = Symbol.of("AMQP_CBS_V1_0");

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
    private final InstantSource clock;
    private final Timer timer;
    private volatile @Nullable TokenNode client;
    private boolean closed;

    /** Has something done after a while. */
    @FunctionalInterface
    interface Timer {

        /** Starts to wait; what is done when the future completes is not done if it is cancelled before. */
        CompletableFuture<Void> after(long millis);
    }

    ClaimsBasedSecurity(ClaimsOptions options, InstantSource clock, Timer timer) {
        this.options = options;
        this.clock = clock;
        this.timer = timer;
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
        return new ClaimsBasedSecurity(options, InstantSource.system(), millis -> new CompletableFuture<Void>()
                .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS));
    }

    /**
     * Puts a token for an audience, and keeps a valid one there until {@link #forget}.
     *
     * @param audience what the token is for, such as the URI of an entity
     * @throws ManagementException if the peer refuses the token that was put by {@code put-token}
     * @throws io.amqp10.DeliveryFailedException if it rejects one by {@code set-token}, with the condition that it says
     * @throws io.amqp10.TimedOutException if there is no answer in time
     * @throws Amqp10Exception if the peer's node cannot be reached, or no token could be made
     */
    public void authorize(String audience) {
        Requests.await(authorizeAsync(audience), options.timeout());
    }

    /**
     * Puts a token for an audience, without waiting; see {@link #authorize}. Called before the first connection is open, it is
     * put then, before links are attached. Called when the connection is closed, it fails, and the token is put all the same on
     * one that takes its place.
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
            if (known.first.isCompletedExceptionally() || known.first.isDone() && isOver()) {
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

    /**
     * Puts the tokens of all audiences.
     *
     * @param to the connection: the one that was served before, or another when that one is closed or about to be
     * @return completes when all are put, or could not be
     * @throws IllegalStateException if the connection that was served before lives on
     */
    @Override
    public CompletionStage<?> onConnected(Connection to) {
        Map<String, Audience> all;
        TokenNode replaced = null;
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.completedFuture(null);
            }
            if (connection != to) {
                replaced = client;
                serve(to);
            }
            all = Map.copyOf(audiences);
        } finally {
            lock.unlock();
        }
        if (replaced != null) {
            Requests.EXECUTOR.execute(replaced::close); // elsewhere, as it may wait for a connection that is closing
        }
        List<CompletableFuture<Void>> puts = all.entrySet().stream()
                .map(entry -> put(entry.getKey(), entry.getValue()))
                .toList();
        return CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new));
    }

    /** Turns to a connection, whose peer knows none of the tokens, that takes the place of one that is over. */
    private void serve(Connection to) {
        Connection before = connection;
        if (before != null && !LinkPair.isOver(before.state())) {
            throw new IllegalStateException("the claims-based security is that of " + before
                    + ", which is not closed: each connection needs one of its own");
        }
        client = open(to);
        connection = to;
        for (Audience known : audiences.values()) {
            if (known.first.isDone()) {
                known.first = new CompletableFuture<>();
            }
        }
    }

    private TokenNode open(Connection to) {
        boolean set =
                switch (options.protocol()) {
                    case AUTOMATIC -> to.remoteOfferedCapabilities().contains(CAPABILITY);
                    case PUT_TOKEN -> false;
                    case SET_TOKEN -> true;
                };
        return set
                ? new TokenNode.Set(to, node(to), options.timeout())
                : new TokenNode.Requested(to, node(to), options.timeout());
    }

    private String node(Connection to) {
        if (options.node() != null) {
            return options.node();
        }
        Object said = to.remoteProperties().get(NODE);
        return said == null ? DEFAULT_NODE : said.toString();
    }

    private CompletableFuture<Void> put(String audience, Audience known) {
        TokenNode to = client;
        if (to == null) {
            throw new IllegalStateException("there is no connection yet");
        }
        return CompletableFuture.supplyAsync(() -> options.tokens().apply(audience), Requests.EXECUTOR)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(noToken(audience, failure)))
                .thenCompose(token -> to.show(audience, token).thenApply(response -> token))
                .handleAsync(
                        (token, failure) -> {
                            done(to, audience, known, token, failure);
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

    private void done(
            TokenNode at, String audience, Audience known, @Nullable ClaimToken token, @Nullable Throwable failure) {
        long delayMillis = token == null ? RETRY_MILLIS : untilRefresh(token);
        CompletableFuture<Void> first;
        lock.lock();
        try {
            boolean wanted = audiences.get(audience) == known;
            if (wanted && at != client) {
                return; // what became of it on a connection that is gone says nothing: the next one gets another token
            }
            first = known.first;
            cancel(known);
            if (!isOver() && delayMillis >= 0 && wanted) {
                CompletableFuture<Void> waiting = timer.after(delayMillis);
                known.timer = waiting;
                waiting.thenRunAsync(() -> put(audience, known), Requests.EXECUTOR);
            }
        } finally {
            lock.unlock();
        }
        if (failure == null) {
            first.complete(null);
            return;
        }
        RuntimeException cause = Requests.unchecked(failure);
        Amqp10Exception told =
                cause instanceof Amqp10Exception plain ? plain : new Amqp10Exception(String.valueOf(cause), cause);
        LOG.warn("no valid token for {}: {}", audience, told.getMessage());
        first.completeExceptionally(told);
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
        Duration life = Duration.between(clock.instant(), token.expiry());
        Duration latest = life.minus(options.refreshBefore());
        Duration half = life.dividedBy(2);
        return Math.max(SHORTEST_MILLIS, (latest.compareTo(half) > 0 ? latest : half).toMillis());
    }

    private static void cancel(Audience known) {
        CompletableFuture<?> waiting = known.timer;
        known.timer = null;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    /** Puts no further tokens, and closes the links to the peer's node. */
    @Override
    public void close() {
        TokenNode last;
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
