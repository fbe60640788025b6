package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A result that applications wait for and that belongs to no other object; null may be one.
 *
 * @param <T> the kind of result, which is no exception
 */
class Completion<T> implements Awaited<T> {

    private static final VarHandle RESULT;
    private static final VarHandle LAST_WAITER;

    /** Stands for null as a result. */
    private static final Object NOTHING = new Object();

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RESULT = lookup.findVarHandle(Completion.class, "result", Object.class);
            LAST_WAITER = lookup.findVarHandle(Completion.class, "lastWaiter", Waiter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Executor dispatcher;
    private final boolean inOrder;
    private volatile @Nullable Object result;
    private volatile @Nullable Waiter lastWaiter;

    Completion(Executor dispatcher) {
        this(dispatcher, false);
    }

    /**
     * Makes one.
     *
     * @param inOrder whether futures complete after all that the dispatcher got before, such as messages
     */
    Completion(Executor dispatcher, boolean inOrder) {
        this.dispatcher = dispatcher;
        this.inOrder = inOrder;
    }

    /** Gives the result; later ones are ignored. */
    final void complete(T value) {
        end(value);
    }

    /** Gives nothing as result, which says that it is done; later results are ignored. */
    final void complete() {
        end(NOTHING);
    }

    /** Gives an error as result; later results are ignored. */
    final void fail(Amqp10Exception error) {
        end(error);
    }

    private void end(Object value) {
        if (RESULT.compareAndSet(this, null, value)) {
            release();
        }
    }

    final boolean isDone() {
        return result != null;
    }

    @Override
    public Executor dispatcher() {
        return dispatcher;
    }

    @Override
    public final boolean isInOrder() {
        return inOrder;
    }

    @Override
    public @Nullable Object result() {
        return result;
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // a T, or the null that Completion<Void> is completed with
    public T value(Object known) {
        return known == NOTHING ? null : (T) known;
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
}
