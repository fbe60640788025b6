package io.amqp10.cli;

import io.amqp10.SendOutcome;
import io.amqp10.Tracker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Collects what becomes of messages that are sent, and shows the first that were not accepted. */
final class Outcomes {

    private static final int SHOWN = 5;

    private final Environment environment;
    private final int window;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<SendOutcome.Status, Long> counts = new EnumMap<>(SendOutcome.Status.class);
    private long sent;
    private long concluded;
    private long refused;
    private @Nullable Throwable lost;
    private boolean stopping;

    /**
     * Starts with none.
     *
     * @param window how many may be without outcome at a time
     */
    Outcomes(Environment environment, int window) {
        this.environment = environment;
        this.window = window;
        environment
                .stop()
                .onRequest(() -> locked(() -> {
                    stopping = true;
                    changed.signalAll();
                }));
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until one more may be sent, or it is no use to wait. */
    void awaitRoom() {
        lock.lock();
        try {
            while (sent - concluded >= window && lost == null && !stopping) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Follows a message. */
    void follow(Tracker tracker) {
        long[] number = new long[1];
        locked(() -> number[0] = ++sent);
        tracker.settlement()
                .whenComplete((outcome, error) -> locked(() -> {
                    concluded++;
                    if (error != null) {
                        lost = error instanceof CompletionException && error.getCause() != null
                                ? error.getCause()
                                : error;
                    } else {
                        conclude(number[0], outcome);
                    }
                    changed.signalAll();
                }));
    }

    private void conclude(long number, SendOutcome outcome) {
        counts.merge(outcome.status(), 1L, Long::sum);
        if (!outcome.isAccepted() && outcome.status() != SendOutcome.Status.UNCONFIRMED && ++refused <= SHOWN) {
            environment.err().println("amqp10: message " + number + " was " + Texts.oneLine(outcome.toString()));
        }
    }

    /** Returns how many messages were sent so far. */
    long sent() {
        lock.lock();
        try {
            return sent;
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether it is no use to go on. */
    boolean isLost() {
        lock.lock();
        try {
            return lost != null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for all outcomes.
     *
     * @throws CliException if a message was not accepted or has no outcome in time
     */
    void finish(Duration timeout) {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (concluded < sent && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (lost != null && lost instanceof RuntimeException e) {
                throw new CliException(
                        CommandLines.exitCode(e),
                        "it is not known what became of " + (sent - known()) + " of " + sent + " messages: "
                                + e.getMessage(),
                        e);
            }
            if (concluded < sent) {
                throw CliException.timeout((sent - concluded) + " of " + sent + " messages have no outcome after "
                        + Quantities.show(timeout));
            }
            if (refused > 0) {
                throw new CliException(
                        ExitCode.REFUSED, refused + " of " + sent + " messages were not accepted (" + summary() + ")");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.INTERRUPTED, "interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    private long known() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private String summary() {
        StringBuilder text = new StringBuilder();
        counts.forEach((status, count) -> text.append(text.isEmpty() ? "" : ", ")
                .append(count)
                .append(' ')
                .append(status.name().toLowerCase(Locale.ROOT)));
        return text.toString();
    }
}
