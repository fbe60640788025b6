package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.LifecycleState;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.Tracker;
import io.amqp10.engine.OutgoingDelivery;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way: the engine's delivery, the application's tracker, what waits for the outcome, and the command that
 * brings it to the event loop, in one object.
 */
class SentDelivery extends OutgoingDelivery implements Tracker, Awaited<SendOutcome>, Runnable {

    private static final VarHandle RESULT;
    private static final VarHandle LAST_WAITER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RESULT = lookup.findVarHandle(SentDelivery.class, "result", Object.class);
            LAST_WAITER = lookup.findVarHandle(SentDelivery.class, "lastWaiter", Waiter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LiveSender sender;
    private final Message message;
    private final long takenNanos;

    /** Neighbours among the sender's unsettled messages; confined to the event loop. */
    @Nullable
    SentDelivery previous;

    @Nullable
    SentDelivery next;

    private boolean resent;

    private volatile @Nullable Object result;

    @SuppressWarnings("UnusedVariable") // set through the handle
    private volatile @Nullable Waiter lastWaiter;

    SentDelivery(LiveSender sender, Message message, long takenNanos) {
        this.sender = sender;
        this.message = message;
        this.takenNanos = takenNanos;
    }

    /** Runs on the event loop, to hand the message to its sender. */
    @Override
    public void run() {
        sender.take(this);
    }

    /** Tells whether it was given to the engine before, on the event loop. */
    boolean isResent() {
        return resent;
    }

    /** Notes that it will be given to the engine again, on the event loop. */
    void resent() {
        resent = true;
    }

    /** Sets the payload that the message had, on the event loop. */
    void encodeAgain() {
        MessageCodec.encode(message, this);
    }

    long takenNanos() {
        return takenNanos;
    }

    /** Gives the outcome, on the event loop; only the first result counts. */
    void complete(SendOutcome outcome) {
        end(outcome);
    }

    /** Ends without an outcome, on the event loop; only the first result counts. */
    void fail(Amqp10Exception error) {
        end(error);
    }

    private void end(Object value) {
        if (result != null) {
            return;
        }
        RESULT.setRelease(this, value); // those who wait are taken next, which orders the two
        release();
        ended();
    }

    /** Nothing more happens to the message; on the event loop. */
    void ended() {}

    /** Returns how many octets the message has, as far as that is known. */
    long size() {
        return payloadSize();
    }

    boolean isDone() {
        return result != null;
    }

    @Override
    public Executor dispatcher() {
        return sender.dispatcher();
    }

    @Override
    public @Nullable Object result() {
        return result;
    }

    @Override
    public @Nullable Waiter lastWaiter() {
        return lastWaiter;
    }

    @Override
    public boolean replaceLastWaiter(@Nullable Waiter before, @Nullable Waiter after) {
        return LAST_WAITER.compareAndSet(this, before, after);
    }

    @Override
    public @Nullable Waiter takeWaiters() {
        return (Waiter) LAST_WAITER.getAndSet(this, null);
    }

    @Override
    public LiveSender sender() {
        return sender;
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public @Nullable SendOutcome outcome() {
        return result instanceof SendOutcome outcome ? outcome : null;
    }

    @Override
    public CompletableFuture<SendOutcome> settlement() {
        return future();
    }

    @Override
    public SendOutcome await() {
        return await(sender.options().sendTimeout());
    }

    @Override
    public SendOutcome await(Duration timeout) {
        if (result instanceof SendOutcome outcome) {
            return outcome;
        }
        return await(
                timeout,
                () -> "no outcome of a message of " + sender.described() + " within " + timeout.toMillis() + " ms"
                        + sender.why()
                        + (sender.state() == LifecycleState.OPEN && sender.credit() == 0
                                ? "; the peer gives it no credit now"
                                : ""));
    }
}
