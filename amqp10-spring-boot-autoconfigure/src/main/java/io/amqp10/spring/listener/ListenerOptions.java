package io.amqp10.spring.listener;

import io.amqp10.DeliveryGuarantee;
import io.amqp10.ReceiverOptions;
import io.amqp10.ReconnectOptions;
import io.amqp10.spring.Backoff;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * How a {@link ListenerContainer} works.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class ListenerOptions implements Cloneable {

    /** The default of {@link #concurrency()}. */
    public static final int DEFAULT_CONCURRENCY = 1;

    /** The default of {@link #autoStartup()}. */
    public static final boolean DEFAULT_AUTO_STARTUP = true;

    /** The default of {@link #recovery()}: that of connections. */
    public static final Backoff DEFAULT_RECOVERY = new Backoff(
            ReconnectOptions.DEFAULT_INITIAL_DELAY,
            ReconnectOptions.DEFAULT_MULTIPLIER,
            ReconnectOptions.DEFAULT_MAX_DELAY);

    /** The default of {@link #shutdownTimeout()}, which leaves time within Spring's default for a phase of shutting down. */
    public static final Duration DEFAULT_SHUTDOWN_TIMEOUT = Duration.ofSeconds(20);

    /** Every option at its default. */
    public static final ListenerOptions DEFAULT = new ListenerOptions();

    private int concurrency = DEFAULT_CONCURRENCY;
    private int credit = ReceiverOptions.DEFAULT_CREDIT_WINDOW;
    private DeliveryGuarantee guarantee = DeliveryGuarantee.AT_LEAST_ONCE;
    private AcknowledgeMode acknowledgeMode = AcknowledgeMode.AUTO;
    private boolean autoStartup = DEFAULT_AUTO_STARTUP;
    private @Nullable String selector;
    private @Nullable String replyAddress;
    private Backoff recovery = DEFAULT_RECOVERY;
    private Duration shutdownTimeout = DEFAULT_SHUTDOWN_TIMEOUT;
    private UnaryOperator<ReceiverOptions> receiver = UnaryOperator.identity();

    private ListenerOptions() {}

    /**
     * Returns how many messages are worked with at a time.
     *
     * @return the value
     */
    public int concurrency() {
        return concurrency;
    }

    /**
     * Sets how many messages are worked with at a time.
     * At least 1. All share one link, so a slow message keeps no other waiting while a thread is free; with more than 1 their
     * order is not kept.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ListenerOptions concurrency(int value) {
        Assert.isTrue(value >= 1, () -> "concurrency must be at least 1, not " + value);
        ListenerOptions copy = copy();
        copy.concurrency = value;
        return copy;
    }

    /**
     * Returns how many messages the peer may send ahead of what is finished.
     *
     * @return the value
     */
    public int credit() {
        return credit;
    }

    /**
     * Sets how many messages the peer may send ahead of what is finished.
     * From 1 to 1000000.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ListenerOptions credit(int value) {
        Assert.isTrue(value >= 1 && value <= 1_000_000, () -> "credit must be from 1 to 1000000, not " + value);
        ListenerOptions copy = copy();
        copy.credit = value;
        return copy;
    }

    /**
     * Returns what is promised about messages.
     *
     * @return the value
     */
    public DeliveryGuarantee guarantee() {
        return guarantee;
    }

    /**
     * Sets what is promised about messages.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenerOptions guarantee(DeliveryGuarantee value) {
        ListenerOptions copy = copy();
        copy.guarantee = value;
        return copy;
    }

    /**
     * Returns who gives deliveries their outcome.
     *
     * @return the value
     */
    public AcknowledgeMode acknowledgeMode() {
        return acknowledgeMode;
    }

    /**
     * Sets who gives deliveries their outcome.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenerOptions acknowledgeMode(AcknowledgeMode value) {
        ListenerOptions copy = copy();
        copy.acknowledgeMode = value;
        return copy;
    }

    /**
     * Returns whether it is started with its registry.
     *
     * @return the value
     */
    public boolean autoStartup() {
        return autoStartup;
    }

    /**
     * Sets whether it is started with its registry.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenerOptions autoStartup(boolean value) {
        ListenerOptions copy = copy();
        copy.autoStartup = value;
        return copy;
    }

    /**
     * Returns the SQL-like selector that the peer filters messages by, null for all.
     *
     * @return the value
     */
    public @Nullable String selector() {
        return selector;
    }

    /**
     * Sets the SQL-like selector that the peer filters messages by, null for all.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenerOptions selector(@Nullable String value) {
        ListenerOptions copy = copy();
        copy.selector = value;
        return copy;
    }

    /**
     * Returns where replies to messages without a reply-to go, null for nowhere.
     *
     * @return the value
     */
    public @Nullable String replyAddress() {
        return replyAddress;
    }

    /**
     * Sets where replies to messages without a reply-to go, null for nowhere.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenerOptions replyAddress(@Nullable String value) {
        ListenerOptions copy = copy();
        copy.replyAddress = value;
        return copy;
    }

    /**
     * Returns the delays between tries to open a link that the peer refuses.
     *
     * @return the value
     */
    public Backoff recovery() {
        return recovery;
    }

    /**
     * Sets the delays between tries to open a link that the peer refuses.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenerOptions recovery(Backoff value) {
        ListenerOptions copy = copy();
        copy.recovery = value;
        return copy;
    }

    /**
     * Returns how long stopping waits for messages that are being worked with.
     *
     * @return the value
     */
    public Duration shutdownTimeout() {
        return shutdownTimeout;
    }

    /**
     * Sets how long stopping waits for messages that are being worked with.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ListenerOptions shutdownTimeout(Duration value) {
        Assert.isTrue(!value.isNegative(), () -> "shutdownTimeout must not be negative: " + value);
        ListenerOptions copy = copy();
        copy.shutdownTimeout = value;
        return copy;
    }

    /**
     * Returns what changes the options of the receiver before it is opened.
     *
     * @return the value
     */
    public UnaryOperator<ReceiverOptions> receiver() {
        return receiver;
    }

    /**
     * Sets what changes the options of the receiver before it is opened.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenerOptions receiver(UnaryOperator<ReceiverOptions> value) {
        ListenerOptions copy = copy();
        copy.receiver = value;
        return copy;
    }

    private ListenerOptions copy() {
        try {
            return (ListenerOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
