package io.amqp10.spring.listener;

import io.amqp10.Delivery;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that came, and its place among those that are worked with at a time, in one object. Run when the work with it is
 * over, more often than once without harm.
 */
final class Arrival implements Runnable {

    private static final int WITH_THREAD = 0;
    private static final int ELSEWHERE = 1;
    private static final int OVER = 2;

    private static final VarHandle STAGE;

    static {
        try {
            STAGE = MethodHandles.lookup().findVarHandle(Arrival.class, "stage", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Delivery delivery;
    private final int attachment;

    /** Set before anybody is given this to run. */
    private @Nullable Runnable giveBack;

    private volatile int stage;

    /**
     * Makes one that nobody works with yet.
     *
     * @param attachment which of the link's attachments it came on: the peer delivers again what is unsettled when one is lost
     */
    Arrival(Delivery delivery, int attachment) {
        this.delivery = delivery;
        this.attachment = attachment;
    }

    Delivery delivery() {
        return delivery;
    }

    int attachment() {
        return attachment;
    }

    /** Notes that a thread that has a place begins with it, and how the place is given back if the thread leaves before the end. */
    void begins(Runnable toGiveBack) {
        giveBack = toGiveBack;
    }

    /** Tells the thread that has begun with it whether the work is over; if not, the place is no longer the thread's. */
    boolean isOverForThread() {
        return stage == OVER || !STAGE.compareAndSet(this, WITH_THREAD, ELSEWHERE);
    }

    @Override
    public void run() {
        int before = (int) STAGE.getAndSet(this, OVER);
        Runnable action = giveBack;
        if (before == ELSEWHERE && action != null) {
            action.run();
        }
    }
}
