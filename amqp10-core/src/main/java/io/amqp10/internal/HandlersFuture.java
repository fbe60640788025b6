package io.amqp10.internal;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A future of an application, or one that it derived from such a one. It is completed where handlers run, and a handler that
 * waits for it would keep that thread from completing it. So the handler's thread completes, while it waits, this future and
 * whatever others this one may wait for in turn.
 */
class HandlersFuture<T> extends CompletableFuture<T> {

    /** After so long a handler that waits looks again for what it could complete. */
    private static final long LOOK_NANOS = 1_000_000;

    /** Returns the future that the application asked for, of which this one is or is derived. */
    HandlersFuture<?> root() {
        return this;
    }

    /**
     * To be called before waiting for the root: on the thread that is to complete it, waits for the result and completes it.
     *
     * @throws IllegalStateException if the thread must not wait for it
     */
    void prepareToWait(long nanos) throws InterruptedException {
        Blocking.check();
    }

    /** Completes, as long as a handler waits for this on the calling thread, what that thread has to complete. */
    private void waitAsHandler(long nanos) throws InterruptedException {
        SerialDispatcher handlers = SerialDispatcher.current();
        if (handlers == null) {
            return;
        }
        long start = System.nanoTime();
        handlers.completeFutures();
        long left = nanos;
        while (!isDone() && left > 0) {
            try {
                super.get(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                handlers.completeFutures();
            } catch (ExecutionException | CancellationException e) {
                return; // told to the caller by the get or join that follows
            }
            left = nanos - (System.nanoTime() - start);
        }
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        if (!isDone()) {
            root().prepareToWait(Long.MAX_VALUE);
            waitAsHandler(Long.MAX_VALUE);
        }
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        if (isDone()) {
            return super.get(timeout, unit);
        }
        long start = System.nanoTime();
        long nanos = unit.toNanos(timeout);
        root().prepareToWait(nanos);
        waitAsHandler(nanos - (System.nanoTime() - start));
        return super.get(nanos - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
    }

    @Override
    public T join() {
        boolean interrupted = false;
        try {
            while (!isDone()) {
                try {
                    root().prepareToWait(Long.MAX_VALUE);
                    waitAsHandler(Long.MAX_VALUE);
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return super.join();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new DerivedFuture<>(root());
    }

    /** A future that an application derived. */
    private static final class DerivedFuture<T> extends HandlersFuture<T> {

        private final HandlersFuture<?> root;

        DerivedFuture(HandlersFuture<?> root) {
            this.root = root;
        }

        @Override
        HandlersFuture<?> root() {
            return root;
        }
    }
}
