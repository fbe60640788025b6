package io.amqp10.spring.listener;

import io.amqp10.Container;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs actions after a delay, or at once when there is no time left. */
final class Delays {

    private final Container container;
    private final Set<Action> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean hurrying;

    Delays(Container container) {
        this.container = container;
    }

    void run(Duration delay, Runnable action) {
        if (hurrying || delay.isZero()) {
            action.run();
            return;
        }
        Action due = new Action(action);
        waiting.add(due);
        container.schedule(delay, due);
        if (hurrying) {
            due.run(); // it came too late to be seen by hurry()
        }
    }

    /** Runs all that waits now, and from now on everything at once. */
    void hurry() {
        hurrying = true;
        waiting.forEach(Action::run);
    }

    /** Lets delays take their time again. */
    void relax() {
        hurrying = false;
    }

    int waiting() {
        return waiting.size();
    }

    private final class Action implements Runnable {

        private final Runnable action;
        private final AtomicBoolean done = new AtomicBoolean();

        Action(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            waiting.remove(this);
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        }
    }
}
