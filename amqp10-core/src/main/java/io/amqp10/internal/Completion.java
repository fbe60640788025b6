package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.TimedOutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A result that an I/O thread gives and applications wait for: blocked threads are released at once, by the I/O thread
 * itself, while what applications hang onto the future runs on the thread of handlers.
 *
 * @param <T> the kind of result
 */
final class Completion<T> {

    private final Executor dispatcher;
    private final CompletableFuture<T> signal = new CompletableFuture<>();

    Completion(Executor dispatcher) {
        this.dispatcher = dispatcher;
    }

    /** Gives the result; later ones are ignored. */
    void complete(T value) {
        signal.complete(value);
    }

    /** Gives nothing as result, which says that it is done; later results are ignored. */
    void complete() {
        signal.complete(null);
    }

    /** Gives an error as result; later results are ignored. */
    void fail(Amqp10Exception error) {
        signal.completeExceptionally(error);
    }

    boolean isDone() {
        return signal.isDone();
    }

    /** Returns a new future for the application, which may do with it what it wants. */
    CompletableFuture<T> future() {
        CompletableFuture<T> future = new CompletableFuture<>();
        signal.whenComplete((value, error) -> dispatcher.execute(() -> {
            if (error == null) {
                future.complete(value);
            } else {
                future.completeExceptionally(error);
            }
        }));
        return future;
    }

    /**
     * Waits for the result.
     *
     * @throws TimedOutException with the given text if the time is over
     * @throws Amqp10Exception if the result is an error, or the thread was interrupted, whose flag stays set
     */
    T await(Duration timeout, Supplier<String> onTimeout) {
        Blocking.check();
        try {
            return signal.get(Blocking.nanos(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new TimedOutException(onTimeout.get(), null, null);
        } catch (InterruptedException e) {
            throw Blocking.interrupted(e);
        } catch (ExecutionException e) {
            throw Errors.rethrown(e.getCause());
        }
    }
}
