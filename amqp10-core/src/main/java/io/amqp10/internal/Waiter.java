package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.TimedOutException;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who waits for a result, a node of the stack that {@link Awaited} holds. */
interface Waiter {

    /** Returns who came before. */
    @Nullable
    Waiter next();

    /** Sets who came before. */
    void setNext(@Nullable Waiter waiter);

    /** Says that the result is known. */
    void tell(Executor dispatcher);

    /** Adds one who waits, and tells him at once if the result is known already. */
    static void add(Awaited<?> to, Waiter waiter) {
        Waiter before;
        do {
            before = to.lastWaiter();
            waiter.setNext(before);
        } while (!to.replaceLastWaiter(before, waiter));
        if (to.result() != null) {
            to.release();
        }
    }

    /** Waits for the result and returns it. */
    static Object await(Awaited<?> of, Duration timeout, Supplier<String> onTimeout) {
        Blocking.check();
        try {
            block(of, Blocking.nanos(timeout));
        } catch (InterruptedException e) {
            throw Blocking.interrupted(e);
        }
        Object known = of.result();
        if (known == null) {
            throw new TimedOutException(onTimeout.get(), null, null);
        }
        return known;
    }

    /** Waits until the result is known; false if it is not in that time. */
    private static boolean block(Awaited<?> of, long nanos) throws InterruptedException {
        if (of.result() == null) {
            EventLoop loop = of.dispatcher() instanceof SerialDispatcher handlers ? handlers.loop() : null;
            Blocking.await(
                    loop, () -> of.result() != null, nanos, left -> blocked(of).await(left, TimeUnit.NANOSECONDS));
        }
        return of.result() != null;
    }

    /** Returns the one latch of all threads that wait, so that those that give up leave nothing behind. */
    private static CountDownLatch blocked(Awaited<?> of) {
        for (Waiter waiter = of.lastWaiter(); waiter != null; waiter = waiter.next()) {
            if (waiter instanceof Blocked blocked) {
                return blocked.latch;
            }
        }
        Blocked blocked = new Blocked();
        add(of, blocked);
        return blocked.latch;
    }

    /** Blocked threads. */
    final class Blocked implements Waiter {

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

    /** A future that an application asked for. */
    final class ResultFuture<T> extends HandlersFuture<T> implements Waiter, SerialDispatcher.Completing {

        private final Awaited<T> of;
        private @Nullable Waiter next;

        ResultFuture(Awaited<T> of) {
            this.of = of;
        }

        @Override
        void prepareToWait(long nanos) throws InterruptedException {
            Blocking.check();
            of.checkWait();
            if (of.dispatcher() instanceof SerialDispatcher handlers && handlers.isCurrent() && block(of, nanos)) {
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
            dispatcher.execute(of.isInOrder() ? (SerialDispatcher.Essential) this::run : this);
        }

        @Override
        public void run() {
            next = null;
            Object known = of.result();
            if (known instanceof Amqp10Exception error) {
                completeExceptionally(error);
            } else if (known != null) {
                complete(of.value(known));
            }
        }
    }
}
