package io.amqp10.cli;

import io.amqp10.Amqp10Exception;
import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.MessageFormatException;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.types.AmqpError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages from a receiver, one after another on the calling thread: grants just the credit that is needed, hands each
 * message on, settles what is surely printed, and ends in good order, by whatever it ends.
 */
final class Reception implements MessagingHandler {

    private static final int SETTLED_AT_ONCE = 100;
    private static final int HELD_COPIES = 10_000;

    /**
     * What is wanted.
     *
     * @param count after how many messages to end, null for never
     * @param untilEmpty whether to end when the peer has no more
     * @param idle after how long without a message to end, or null
     * @param credit how many messages may come ahead
     * @param rate how many messages a second at most, 0 for any
     * @param strict whether it is an error if the peer has fewer than {@code count}
     * @param quiet whether to show no progress
     */
    record Wish(
            @Nullable Long count,
            boolean untilEmpty,
            @Nullable Duration idle,
            int credit,
            double rate,
            boolean strict,
            boolean quiet) {

        Wish {
            if (credit < 1 || count != null && count < 0) {
                throw CliException.usage("--credit must be at least 1, and --count not negative");
            }
        }
    }

    /** Who takes the messages. */
    interface Taker {

        /**
         * Takes a message.
         *
         * @param delivery the message, which the caller settles
         * @return what becomes of it; null keeps it until the end, then gives it back
         * @throws MessageFormatException if it is malformed
         */
        @Nullable
        Settlement take(Delivery delivery);
    }

    /** A message that was taken. */
    private record Taken(Delivery delivery, @Nullable Settlement settlement) {}

    /** Something that the library's threads tell. */
    private record Event(
            @Nullable Delivery delivery, @Nullable Amqp10Exception error, Sign sign) {}

    private enum Sign {
        NONE,
        /** The receiver is open, or open again. */
        OPENED,
        /** The peer has used up the credit or given it back. */
        DRAINED,
        /** The link broke before the peer said so. */
        UNANSWERED
    }

    private static final Event WAKE_UP = new Event(null, null, Sign.NONE);

    private final Environment environment;
    private final Wish wish;

    /** After how many messages to end, negative for never. */
    private final long count;

    private final Taker taker;
    private final boolean reconnects;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final List<Taken> taken = new ArrayList<>();
    private final List<Delivery> held = new ArrayList<>();

    private long granted;
    private long arrived;
    private long malformed;
    private boolean draining;
    private boolean stopping;

    Reception(Environment environment, Wish wish, boolean reconnects, Taker taker) {
        this.environment = environment;
        this.wish = wish;
        this.count = wish.count == null ? -1 : wish.count;
        this.reconnects = reconnects;
        this.taker = taker;
    }

    // --- told by the library's threads

    @Override
    public void onMessage(Delivery delivery) {
        events.add(new Event(delivery, null, Sign.NONE));
    }

    @Override
    public void onLinkError(Link link, Amqp10Exception error) {
        // who replies on the same connection learns from the sender itself what became of it
        if (link instanceof Receiver) {
            events.add(new Event(null, error, Sign.NONE));
        }
    }

    @Override
    public void onLinkClosed(Link link) {
        if (link instanceof Receiver && link.error() == null) {
            events.add(new Event(null, closedByPeer(link), Sign.NONE));
        }
    }

    /** Returns what to say of a receiver's link that the peer closed without an error, or with its connection. */
    static Amqp10Exception closedByPeer(Link link) {
        return link.connection().state() == LifecycleState.OPEN
                ? new ClosedException("the peer closed the link from '" + link.address() + "'", null, null)
                : new ConnectionLostException("the peer closed the connection", null, null);
    }

    @Override
    public void onReceiverOpened(Receiver receiver) {
        events.add(new Event(null, null, Sign.OPENED));
    }

    @Override
    public void onConnectionError(Connection connection, Amqp10Exception error) {
        events.add(new Event(null, error, Sign.NONE));
    }

    @Override
    public void onDisconnected(Connection connection, Amqp10Exception cause) {
        if (reconnects) {
            environment
                    .err()
                    .println("amqp10: " + Texts.oneLine(String.valueOf(cause.getMessage())) + "; trying again");
        }
    }

    // --- on the calling thread

    /**
     * Works until one of the wished ends, an error, or Ctrl-C.
     *
     * @param receiver whose messages come; null if peers send on links of their own, with credit of their own
     * @return the exit code
     */
    int run(@Nullable Receiver receiver) {
        environment.stop().onRequest(() -> events.add(WAKE_UP));
        Progress progress = new Progress(environment, "received", wish.quiet);
        Pace pace = new Pace(wish.rate, environment.stop());
        int code;
        try {
            code = work(receiver, progress, pace);
        } finally {
            settlePrinted();
            // what came and was not printed is somebody else's
            for (Event event = events.poll(); event != null; event = events.poll()) {
                if (event.delivery != null) {
                    event.delivery.release();
                }
            }
            held.forEach(Delivery::release);
        }
        progress.finish(arrived);
        return code == ExitCode.OK && malformed > 0 ? ExitCode.REFUSED : code;
    }

    private int work(@Nullable Receiver receiver, Progress progress, Pace pace) {
        long idleNanos = wish.idle == null ? Long.MAX_VALUE : wish.idle.toNanos();
        long lastNanos = System.nanoTime();
        while (count < 0 || arrived < count) {
            if (environment.stop().isRequested() && !stopping) {
                stopping = true;
                lastNanos = System.nanoTime();
                if (receiver == null) {
                    events.add(new Event(null, null, Sign.DRAINED));
                } else {
                    drain(receiver);
                }
            }
            if (!stopping && receiver != null) {
                grant(receiver);
            }
            long patience = stopping ? Stopping.PATIENCE.toNanos() : idleNanos;
            Event event = next(patience - (System.nanoTime() - lastNanos));
            if (event == null) {
                return stopping ? ExitCode.INTERRUPTED : timedOut();
            }
            if (event.error != null) {
                throw event.error;
            }
            if (event.delivery != null) {
                pace.await();
                take(event.delivery);
                progress.update(arrived);
                lastNanos = System.nanoTime();
            }
            if (event.sign == Sign.UNANSWERED) {
                draining = false;
            }
            if (event.sign == Sign.OPENED && receiver != null && !draining && wish.untilEmpty && arrived < granted) {
                drain(receiver); // it has the credit again that it had before the break
            }
            if (event.sign == Sign.DRAINED) {
                draining = false;
                if (stopping) {
                    return ExitCode.INTERRUPTED;
                }
                if (arrived < granted) {
                    return enough();
                }
            }
        }
        return ExitCode.OK;
    }

    private int timedOut() {
        if (count >= 0) {
            throw CliException.timeout(arrived + " of " + count + " messages came");
        }
        return wish.untilEmpty && draining && arrived == 0 ? noAnswer() : ExitCode.OK;
    }

    private int noAnswer() {
        throw CliException.timeout("the peer does not say whether it has messages");
    }

    /** The peer has no more. */
    private int enough() {
        if (count >= 0 && wish.strict) {
            throw new CliException(ExitCode.REFUSED, "there were only " + arrived + " of " + count + " messages");
        }
        return ExitCode.OK;
    }

    private void grant(Receiver receiver) {
        long outstanding = granted - arrived;
        if (draining || outstanding > wish.credit / 2 || (wish.untilEmpty && outstanding > 0)) {
            return;
        }
        long missing = wish.credit - outstanding;
        if (count >= 0) {
            missing = Math.min(missing, count - granted);
        }
        if (missing > 0) {
            granted += missing;
            receiver.addCredit((int) missing);
            if (wish.untilEmpty) {
                drain(receiver);
            }
        }
    }

    private void drain(Receiver receiver) {
        draining = true;
        receiver.drain()
                .whenComplete((nothing, error) ->
                        events.add(new Event(null, null, error == null ? Sign.DRAINED : Sign.UNANSWERED)));
    }

    private @Nullable Event next(long nanos) {
        Event event = events.poll();
        if (event != null) {
            return event;
        }
        settlePrinted();
        if (nanos <= 0) {
            return null;
        }
        try {
            return events.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }

    private void take(Delivery delivery) {
        arrived++;
        Settlement settlement;
        try {
            settlement = taker.take(delivery);
        } catch (MessageFormatException e) {
            malformed++;
            environment
                    .err()
                    .println("amqp10: message " + arrived + " cannot be read and is rejected: "
                            + Texts.oneLine(String.valueOf(e.getMessage())));
            delivery.reject(AmqpError.DECODE_ERROR, e.getMessage());
            return;
        }
        taken.add(new Taken(delivery, settlement));
        if (taken.size() >= SETTLED_AT_ONCE) {
            settlePrinted();
        }
    }

    /** Only what left our process is settled: a message must not get lost in a buffer. */
    private void settlePrinted() {
        if (taken.isEmpty()) {
            return;
        }
        List<Taken> batch = List.copyOf(taken);
        taken.clear();
        try {
            environment.checkOutput();
        } catch (CliException e) {
            batch.forEach(message -> message.delivery.release());
            throw e;
        }
        for (Taken message : batch) {
            if (message.settlement == null) {
                held.add(message.delivery);
            } else {
                message.settlement.apply(message.delivery);
            }
        }
        int surplus = held.size() - HELD_COPIES;
        if (surplus > 0) {
            List<Delivery> oldest = held.subList(0, surplus);
            oldest.forEach(Delivery::release);
            oldest.clear();
        }
    }

    /** Returns what {@code --json -v} tells about a delivery. */
    static Map<String, @Nullable Object> about(Delivery delivery) {
        Map<String, @Nullable Object> about = new LinkedHashMap<>();
        about.put("address", delivery.receiver().address());
        if (delivery.messageFormat() != 0) {
            about.put("message-format", delivery.messageFormat());
        }
        about.put("settled", delivery.isSettled());
        return about;
    }
}
