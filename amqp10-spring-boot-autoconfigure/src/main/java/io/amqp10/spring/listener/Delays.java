package io.amqp10.spring.listener;

import io.amqp10.ClosedException;
import io.amqp10.Container;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs actions after a delay, or at once when there is no time left. */
final class Delays {

    private static final Logger LOG = LoggerFactory.getLogger(Delays.class);

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
        if (!isScheduled(delay, due) || hurrying) {
            due.run(); // nobody would, or it came too late to be seen by hurry()
        }
    }

    private boolean isScheduled(Duration delay, Action due) {
        try {
            container.schedule(delay, due);
            return true;
        } catch (ClosedException e) {
            LOG.debug("no delay, as the container is closed", e);
            return false;
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
