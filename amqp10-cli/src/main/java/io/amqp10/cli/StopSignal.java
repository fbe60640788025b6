package io.amqp10.cli;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Somebody wants the command to end, now but in good order: Ctrl-C, or a test. Safe for any thread. */
final class StopSignal {

    private final CountDownLatch requested = new CountDownLatch(1);
    private final List<Runnable> actions = new CopyOnWriteArrayList<>();

    /** Asks to end. */
    void request() {
        requested.countDown();
        actions.forEach(Runnable::run);
    }

    boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Has something run, on the thread that asks, when the end is asked for; at once if it was. */
    void onRequest(Runnable action) {
        actions.add(action);
        if (isRequested()) {
            action.run();
        }
    }

    /**
     * Waits until the end is asked for.
     *
     * @return whether it was asked for within the time
     */
    boolean await(long nanos) {
        try {
            return requested.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
