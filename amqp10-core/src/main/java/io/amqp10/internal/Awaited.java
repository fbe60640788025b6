package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A result that an I/O thread gives and applications wait for: blocked threads are released at once, by the I/O thread
 * itself, while what applications hang onto the future runs on the thread of handlers.
 *
 * <p>A message whose outcome somebody asks for is one itself, so that it costs no further object: what it holds of those
 * who wait is the top of a stack, and not a future with others hung onto it.
 *
 * @param <T> the kind of result
 */
interface Awaited<T> {

    /** Returns where futures are completed. */
    Executor dispatcher();

    /** Returns the result: the value, an {@link Amqp10Exception}, or what {@link #value} takes for null; null before it is known. */
    @Nullable
    Object result();

    /** Makes the value of a result that is no exception. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // only values of the kind are given as results
    default T value(Object result) {
        return (T) result;
    }

    /** Tells whether futures complete after all that the dispatcher got before, even if a handler waits for futures. */
    default boolean isInOrder() {
        return false;
    }

    /**
     * Checks, before the calling thread waits for a future of this, whether it may.
     *
     * @throws IllegalStateException if the result needs that thread
     */
    default void checkWait() {}

    /** Returns who came last of those who wait, null if nobody does. */
    @Nullable
    Waiter lastWaiter();

    /** Sets who came last, if that is still who it was. */
    boolean replaceLastWaiter(@Nullable Waiter before, @Nullable Waiter after);

    /**
     * Returns who came last of those who wait, and lets go of all. Orders what was written before, such as the result, with
     * what comes after in the thread of one who is added later.
     */
    @Nullable
    Waiter takeWaiters();

    /** Returns a new future for the application, which may do with it what it wants. */
    default CompletableFuture<T> future() {
        Waiter.ResultFuture<T> future = new Waiter.ResultFuture<>(this);
        Waiter.add(this, future);
        return future;
    }

    /**
     * Waits for the result.
     *
     * @throws io.amqp10.TimedOutException with the given text if the time is over
     * @throws Amqp10Exception if the result is an error, or the thread was interrupted, whose flag stays set
     */
    default T await(Duration timeout, Supplier<String> onTimeout) {
        Object known = Waiter.await(this, timeout, onTimeout);
        if (known instanceof Amqp10Exception error) {
            throw Errors.rethrown(error);
        }
        return value(known);
    }

    /** Tells those who wait. To be called once the result is known; each waiter is told once, whoever calls it. */
    default void release() {
        Waiter waiter = takeWaiters();
        Executor dispatcher = dispatcher();
        while (waiter != null) {
            Waiter next = waiter.next();
            waiter.tell(dispatcher);
            waiter = next;
        }
    }
}
