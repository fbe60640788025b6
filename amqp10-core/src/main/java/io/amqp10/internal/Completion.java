package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.TimedOutException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A result that an I/O thread gives and applications wait for: blocked threads are released at once, by the I/O thread
 * itself, while what applications hang onto the future runs on the thread of handlers.
 *
 * <p>There is one for each message whose outcome somebody asks for, so it is a stack of those who wait and not a future
 * with others hung onto it.
 *
 * @param <T> the kind of result
 */
final class Completion<T> {

    private static final VarHandle RESULT;
    private static final VarHandle WAITERS;

    /** Stands for null as a result. */
    private static final Object NOTHING = new Object();

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RESULT = lookup.findVarHandle(Completion.class, "result", Object.class);
            WAITERS = lookup.findVarHandle(Completion.class, "waiters", Waiter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Executor dispatcher;

    /** The value, {@link #NOTHING} or a {@link Failure}; null until it is known. */
    private volatile @Nullable Object result;

    private volatile @Nullable Waiter waiters;

    Completion(Executor dispatcher) {
        this.dispatcher = dispatcher;
    }

    /** Gives the result; later ones are ignored. */
    void complete(T value) {
        end(value);
    }

    /** Gives nothing as result, which says that it is done; later results are ignored. */
    void complete() {
        end(NOTHING);
    }

    /** Gives an error as result; later results are ignored. */
    void fail(Amqp10Exception error) {
        end(new Failure(error));
    }

    private record Failure(Amqp10Exception error) {}

    private void end(Object value) {
        if (RESULT.compareAndSet(this, null, value)) {
            release();
        }
    }

    boolean isDone() {
        return result != null;
    }

    /** Returns a new future for the application, which may do with it what it wants. */
    CompletableFuture<T> future() {
        ResultFuture<T> future = new ResultFuture<>(this);
        add(future);
        return future;
    }

    /**
     * Waits for the result.
     *
     * @throws TimedOutException with the given text if the time is over
     * @throws Amqp10Exception if the result is an error, or the thread was interrupted, whose flag stays set
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // a T, or the null that Completion<Void> is completed with
    T await(Duration timeout, Supplier<String> onTimeout) {
        Blocking.check();
        try {
            if (!block(Blocking.nanos(timeout))) {
                throw new TimedOutException(onTimeout.get(), null, null);
            }
        } catch (InterruptedException e) {
            throw Blocking.interrupted(e);
        }
        Object known = result;
        if (known instanceof Failure failure) {
            throw Errors.rethrown(failure.error());
        }
        return known == NOTHING ? null : (T) known;
    }

    /** Waits until the result is known; false if it is not in that time. */
    private boolean block(long nanos) throws InterruptedException {
        return result != null || blocked().await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Returns the one latch of all threads that wait, so that those that give up leave nothing behind. */
    private CountDownLatch blocked() {
        for (Waiter waiter = waiters; waiter != null; waiter = waiter.next()) {
            if (waiter instanceof Blocked blocked) {
                return blocked.latch;
            }
        }
        Blocked blocked = new Blocked();
        add(blocked);
        return blocked.latch;
    }

    private void add(Waiter waiter) {
        Waiter before;
        do {
            before = waiters;
            waiter.setNext(before);
        } while (!WAITERS.compareAndSet(this, before, waiter));
        if (result != null) {
            release();
        }
    }

    /** Tells those who wait. Who adds one and who gives the result may both call this; each waiter is told once. */
    private void release() {
        Waiter waiter = (Waiter) WAITERS.getAndSet(this, null);
        while (waiter != null) {
            Waiter next = waiter.next();
            waiter.tell(dispatcher);
            waiter = next;
        }
    }

    /** Who waits, a node of the stack. */
    private interface Waiter {

        @Nullable
        Waiter next();

        void setNext(@Nullable Waiter waiter);

        void tell(Executor dispatcher);
    }

    private static final class Blocked implements Waiter {

        final CountDownLatch latch = new CountDownLatch(1);
        private @Nullable Waiter next;

        @Override
        public @Nullable Waiter next() {
            return next;
        }

        @Override
        public void setNext(@Nullable Waiter waiter) {
            next = waiter;
        }

        @Override
        public void tell(Executor dispatcher) {
            latch.countDown();
        }
    }

    /**
     * A future of an application, or one that it derived from such a one. It is completed where handlers run; a handler that
     * waits for it would keep that thread from completing it, so it waits for the result itself and completes it on the
     * spot.
     */
    private abstract static class HandlersFuture<T> extends CompletableFuture<T> {

        abstract ResultFuture<?> root();

        @Override
        public T get() throws InterruptedException, ExecutionException {
            if (!isDone()) {
                root().prepareToWait(Long.MAX_VALUE);
            }
            return super.get();
        }

        @Override
        public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
            if (isDone()) {
                return super.get(timeout, unit);
            }
            long start = System.nanoTime();
            root().prepareToWait(unit.toNanos(timeout));
            return super.get(unit.toNanos(timeout) - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
        }

        @Override
        public T join() {
            boolean interrupted = false;
            try {
                while (!isDone()) {
                    try {
                        root().prepareToWait(Long.MAX_VALUE);
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
    }

    private static final class DerivedFuture<T> extends HandlersFuture<T> {

        private final ResultFuture<?> root;

        DerivedFuture(ResultFuture<?> root) {
            this.root = root;
        }

        @Override
        ResultFuture<?> root() {
            return root;
        }
    }

    private static final class ResultFuture<T> extends HandlersFuture<T> implements Waiter, SerialDispatcher.Essential {

        private final Completion<T> of;
        private @Nullable Waiter next;

        ResultFuture(Completion<T> of) {
            this.of = of;
        }

        @Override
        ResultFuture<?> root() {
            return this;
        }

        /** To be called before waiting; on the thread that is to complete it, waits for the result and completes it. */
        void prepareToWait(long nanos) throws InterruptedException {
            Blocking.check();
            if (of.dispatcher instanceof SerialDispatcher handlers && handlers.isCurrent() && of.block(nanos)) {
                run();
            }
        }

        @Override
        public @Nullable Waiter next() {
            return next;
        }

        @Override
        public void setNext(@Nullable Waiter waiter) {
            next = waiter;
        }

        @Override
        public void tell(Executor dispatcher) {
            dispatcher.execute(this);
        }

        @Override
        @SuppressWarnings({"unchecked", "NullAway"}) // a T, or the null that Completion<Void> is completed with
        public void run() {
            next = null;
            Object known = of.result;
            if (known instanceof Failure failure) {
                completeExceptionally(failure.error());
            } else {
                complete(known == NOTHING ? null : (T) known);
            }
        }
    }
}
