package io.amqp10.spring;

import io.amqp10.Amqp10Exception;
import io.amqp10.Delivery;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The taking of one message. Who waits for it may end it, by cancelling it or completing it otherwise, such as by a time-out
 * of his own: then no message is taken, and one that comes all the same is given back.
 */
final class Taking<T> extends CompletableFuture<@Nullable T> {

    /** Whether the message goes on to the work, or the caller ended the taking before: one of both, whatever comes first. */
    private final AtomicBoolean decided = new AtomicBoolean();

    private final Runnable stop;

    private Taking(Runnable stop) {
        this.stop = stop;
    }

    /**
     * Takes a message.
     *
     * @param pull tells the message
     * @param worker runs the callbacks of the taking
     * @param work makes the result of the delivery; is not called if the taking was ended before
     */
    static <T> Taking<T> of(ReceiverPool.Pull pull, Executor worker, Function<Delivery, ? extends @Nullable T> work) {
        Taking<T> taking = new Taking<>(pull.cancel());
        pull.delivery().whenComplete((delivery, error) -> taking.came(delivery, error, worker, work));
        return taking;
    }

    private void came(
            @Nullable Delivery delivery,
            @Nullable Throwable error,
            Executor worker,
            Function<Delivery, ? extends @Nullable T> work) {
        if (!decided.compareAndSet(false, true)) {
            if (delivery != null) {
                delivery.release();
            }
        } else if (error != null) {
            Throwable why = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
            worker.execute(() -> super.completeExceptionally(why));
        } else {
            T result;
            try {
                // here, where the receiver cannot be closed before the message has its outcome
                result = delivery == null ? null : work.apply(delivery);
            } catch (Throwable e) {
                worker.execute(() -> super.completeExceptionally(e));
                return;
            }
            worker.execute(() -> super.complete(result));
        }
    }

    /**
     * Waits for it.
     *
     * @throws Amqp10Exception if the thread was interrupted, its flag being set; no message was taken then
     * @throws ExecutionException why it failed
     */
    @Nullable
    T await() throws ExecutionException {
        try {
            return get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (cancel(false)) {
                throw new Amqp10Exception("interrupted while waiting for a message; none was taken", e);
            }
            try {
                return join(); // it came just before
            } catch (CompletionException failed) {
                throw new ExecutionException(failed.getCause());
            }
        }
    }

    @Override
    public boolean complete(@Nullable T value) {
        return ended() && super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable error) {
        return ended() && super.completeExceptionally(error);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return ended() && super.cancel(mayInterruptIfRunning);
    }

    private boolean ended() {
        boolean first = decided.compareAndSet(false, true);
        if (first) {
            stop.run();
        }
        return first;
    }
}
