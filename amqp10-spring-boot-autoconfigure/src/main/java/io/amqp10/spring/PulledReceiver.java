package io.amqp10.spring;

import io.amqp10.Amqp10Exception;
import io.amqp10.ClosedException;
import io.amqp10.ConnectionLostException;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.TimedOutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A receiver that one caller at a time takes single messages from. It has credit only while someone waits, so the peer
 * never sends what nobody wants. It takes its messages by a handler of its own, since a connection that has a handler would
 * give that one all messages of receivers without.
 */
final class PulledReceiver implements MessagingHandler {

    /** How long a peer has to say that it has no message; not all say so. */
    private static final Duration PATIENCE_WITH_PEER = Duration.ofSeconds(2);

    private final String address;
    private final TemplateThreads threads;
    private final Receiver receiver;
    private volatile boolean abandoned;

    private volatile @Nullable CompletableFuture<@Nullable Delivery> waiting;

    PulledReceiver(
            Function<ReceiverOptions, Receiver> opener,
            String address,
            TemplateThreads threads,
            UnaryOperator<ReceiverOptions> customizer) {
        this.address = address;
        this.threads = threads;
        ReceiverOptions options = customizer.apply(ReceiverOptions.of(address));
        this.receiver = opener.apply(
                options.creditWindow(0).autoAccept(false).handler(this).executor(threads.executor()));
    }

    String address() {
        return address;
    }

    boolean isUsable() {
        return receiver.state() == LifecycleState.OPEN && !abandoned;
    }

    /**
     * Waits for the link to be open and then for a message.
     *
     * @param timeout at most how long for the message
     * @param openTimeout at most how long for the link
     * @return completes with the delivery, or with null when there is none in time; with an {@link Amqp10Exception} also if
     *     the peer could not say so, because the link was lost
     */
    CompletableFuture<@Nullable Delivery> receive(Duration timeout, Duration openTimeout) {
        CompletableFuture<@Nullable Delivery> result = new CompletableFuture<>();
        waiting = result;
        Container container = receiver.connection().container();
        Container.Timer openTimer =
                container.schedule(openTimeout, () -> threads.run(() -> notOpen(result, openTimeout)));
        receiver.opened().whenComplete((open, error) -> {
            openTimer.cancel();
            if (error != null) {
                result.completeExceptionally(error);
            } else if (!result.isDone()) {
                receiver.addCredit(1);
                if (timeout.isZero()) {
                    takeCreditBack(result);
                } else {
                    Container.Timer timer =
                            container.schedule(timeout, () -> threads.run(() -> takeCreditBack(result)));
                    result.whenComplete((delivery, e) -> timer.cancel());
                }
            }
        });
        return result;
    }

    private void notOpen(CompletableFuture<@Nullable Delivery> result, Duration openTimeout) {
        Amqp10Exception cause = lastError();
        result.completeExceptionally(new TimedOutException(
                "no receiver from '" + address + "' after " + openTimeout + told(cause),
                cause == null ? null : cause.condition(),
                cause));
    }

    private void takeCreditBack(CompletableFuture<@Nullable Delivery> result) {
        if (result.isDone()) {
            return;
        }
        if (receiver.state() != LifecycleState.OPEN) {
            abandon(result); // to wait until it is back would be longer than the caller wants to
        } else {
            // when this is done, a message that was on its way has come and was given to onMessage before
            receiver.drain().whenComplete((nothing, error) -> {
                if (error == null) {
                    result.complete(null);
                } else {
                    abandoned = true; // it would have the credit again when it is back
                    result.completeExceptionally(error);
                }
            });
            Container.Timer impatience = receiver.connection()
                    .container()
                    .schedule(PATIENCE_WITH_PEER, () -> threads.run(() -> abandon(result)));
            result.whenComplete((delivery, error) -> impatience.cancel());
        }
    }

    /** The peer keeps the credit: what it still sends is given back, and the link is not used again. */
    private void abandon(CompletableFuture<@Nullable Delivery> result) {
        abandoned = true;
        if (receiver.state() == LifecycleState.OPEN) {
            result.complete(null);
        } else {
            Amqp10Exception cause = lastError();
            result.completeExceptionally(new ConnectionLostException(
                    "the receiver from '" + address + "' was lost before the peer said whether it has a message"
                            + told(cause),
                    cause == null ? null : cause.condition(),
                    cause));
        }
    }

    private @Nullable Amqp10Exception lastError() {
        Amqp10Exception own = receiver.error();
        return own != null ? own : receiver.connection().error();
    }

    private static String told(@Nullable Amqp10Exception cause) {
        return cause == null ? "" : "; last error: " + cause.getMessage();
    }

    /** Ends a wait that is not over: the link, whose credit the peer has, is not used again. */
    void cancel(CompletableFuture<@Nullable Delivery> result) {
        if (!result.isDone()) {
            abandoned = true;
            result.completeExceptionally(new CancellationException("nobody waits for the message any more"));
        }
    }

    void close() {
        receiver.closeAsync();
    }

    @Override
    public void onMessage(Delivery delivery) {
        CompletableFuture<@Nullable Delivery> taker = waiting;
        waiting = null;
        if (taker == null || !taker.complete(delivery)) {
            delivery.release();
        }
    }

    @Override
    public void onLinkError(Link link, Amqp10Exception error) {
        fail(error);
    }

    @Override
    public void onLinkClosed(Link link) {
        fail(new ClosedException("the receiver from '" + address + "' was closed", null, null));
    }

    private void fail(Amqp10Exception error) {
        CompletableFuture<@Nullable Delivery> taker = waiting;
        waiting = null;
        if (taker != null) {
            taker.completeExceptionally(error);
        }
    }
}
