package io.amqp10.spring;

import io.amqp10.DeliveryGuarantee;
import io.amqp10.ReceiverOptions;
import io.amqp10.SenderOptions;
import io.amqp10.types.messaging.Header;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * How an {@link AmqpTemplate} works.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class TemplateOptions implements Cloneable {

    /** The default of {@link #durable()}: at-least-once is worth little if a broker forgets in a restart. */
    public static final boolean DEFAULT_DURABLE = true;

    /** The default of {@link #receiveTimeout()}. */
    public static final Duration DEFAULT_RECEIVE_TIMEOUT = Duration.ofSeconds(1);

    /** The default of {@link #replyTimeout()}. */
    public static final Duration DEFAULT_REPLY_TIMEOUT = Duration.ofSeconds(5);

    /** The default of {@link #maxLinks()}. */
    public static final int DEFAULT_MAX_LINKS = 100;

    /** Every option at its default. */
    public static final TemplateOptions DEFAULT = new TemplateOptions();

    private @Nullable String defaultAddress;
    private DeliveryGuarantee guarantee = DeliveryGuarantee.AT_LEAST_ONCE;
    private boolean durable = DEFAULT_DURABLE;
    private @Nullable Duration timeToLive;
    private int priority = Header.DEFAULT_PRIORITY;
    private Duration sendTimeout = SenderOptions.DEFAULT_SEND_TIMEOUT;
    private Duration receiveTimeout = DEFAULT_RECEIVE_TIMEOUT;
    private Duration replyTimeout = DEFAULT_REPLY_TIMEOUT;
    private @Nullable String replyAddress;
    private int maxLinks = DEFAULT_MAX_LINKS;
    private UnaryOperator<SenderOptions> senders = UnaryOperator.identity();
    private UnaryOperator<ReceiverOptions> receivers = UnaryOperator.identity();
    private @Nullable Executor executor;

    private TemplateOptions() {}

    /**
     * Returns the address of messages that are sent without one, null for none.
     *
     * @return the value
     */
    public @Nullable String defaultAddress() {
        return defaultAddress;
    }

    /**
     * Sets the address of messages that are sent without one, null for none.
     *
     * @param value the value
     * @return a changed copy
     */
    public TemplateOptions defaultAddress(@Nullable String value) {
        TemplateOptions copy = copy();
        copy.defaultAddress = value;
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
    public TemplateOptions guarantee(DeliveryGuarantee value) {
        TemplateOptions copy = copy();
        copy.guarantee = value;
        return copy;
    }

    /**
     * Returns whether the broker must not lose messages in a restart.
     *
     * @return the value
     */
    public boolean durable() {
        return durable;
    }

    /**
     * Sets whether the broker must not lose messages in a restart.
     *
     * @param value the value
     * @return a changed copy
     */
    public TemplateOptions durable(boolean value) {
        TemplateOptions copy = copy();
        copy.durable = value;
        return copy;
    }

    /**
     * Returns how long messages live, null for ever.
     *
     * @return the value
     */
    public @Nullable Duration timeToLive() {
        return timeToLive;
    }

    /**
     * Sets how long messages live, null for ever.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public TemplateOptions timeToLive(@Nullable Duration value) {
        SendOptions.checkPositive("timeToLive", value);
        TemplateOptions copy = copy();
        copy.timeToLive = value;
        return copy;
    }

    /**
     * Returns the priority of messages.
     *
     * @return the value
     */
    public int priority() {
        return priority;
    }

    /**
     * Sets the priority of messages.
     * From 0 to 255.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public TemplateOptions priority(int value) {
        Assert.isTrue(value >= 0 && value <= 255, () -> "priority must be from 0 to 255, not " + value);
        TemplateOptions copy = copy();
        copy.priority = value;
        return copy;
    }

    /**
     * Returns how long blocking sends wait for room and for the outcome, and receives for their link.
     *
     * @return the value
     */
    public Duration sendTimeout() {
        return sendTimeout;
    }

    /**
     * Sets how long blocking sends wait for room and for the outcome, and receives for their link.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public TemplateOptions sendTimeout(Duration value) {
        SendOptions.checkPositive("sendTimeout", value);
        TemplateOptions copy = copy();
        copy.sendTimeout = value;
        return copy;
    }

    /**
     * Returns how long receives wait for a message.
     *
     * @return the value
     */
    public Duration receiveTimeout() {
        return receiveTimeout;
    }

    /**
     * Sets how long receives wait for a message.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public TemplateOptions receiveTimeout(Duration value) {
        Assert.isTrue(!value.isNegative(), () -> "receiveTimeout must not be negative: " + value);
        TemplateOptions copy = copy();
        copy.receiveTimeout = value;
        return copy;
    }

    /**
     * Returns how long requests wait for their reply.
     *
     * @return the value
     */
    public Duration replyTimeout() {
        return replyTimeout;
    }

    /**
     * Sets how long requests wait for their reply.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public TemplateOptions replyTimeout(Duration value) {
        SendOptions.checkPositive("replyTimeout", value);
        TemplateOptions copy = copy();
        copy.replyTimeout = value;
        return copy;
    }

    /**
     * Returns the address that replies come to, null for a node that the peer creates.
     *
     * @return the value
     */
    public @Nullable String replyAddress() {
        return replyAddress;
    }

    /**
     * Sets the address that replies come to, null for a node that the peer creates.
     * No other application may receive from it.
     *
     * @param value the value
     * @return a changed copy
     */
    public TemplateOptions replyAddress(@Nullable String value) {
        TemplateOptions copy = copy();
        copy.replyAddress = value;
        return copy;
    }

    /**
     * Returns how many senders, and how many receivers, are kept open for the next use.
     *
     * @return the value
     */
    public int maxLinks() {
        return maxLinks;
    }

    /**
     * Sets how many senders, and how many receivers, are kept open for the next use.
     * At least 1.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public TemplateOptions maxLinks(int value) {
        Assert.isTrue(value >= 1, () -> "maxLinks must be at least 1, not " + value);
        TemplateOptions copy = copy();
        copy.maxLinks = value;
        return copy;
    }

    /**
     * Returns what changes the options of each sender before it is opened.
     *
     * @return the value
     */
    public UnaryOperator<SenderOptions> senders() {
        return senders;
    }

    /**
     * Sets what changes the options of each sender before it is opened.
     *
     * @param value the value
     * @return a changed copy
     */
    public TemplateOptions senders(UnaryOperator<SenderOptions> value) {
        TemplateOptions copy = copy();
        copy.senders = value;
        return copy;
    }

    /**
     * Returns what changes the options of each receiver before it is opened.
     *
     * @return the value
     */
    public UnaryOperator<ReceiverOptions> receivers() {
        return receivers;
    }

    /**
     * Sets what changes the options of each receiver before it is opened.
     *
     * @param value the value
     * @return a changed copy
     */
    public TemplateOptions receivers(UnaryOperator<ReceiverOptions> value) {
        TemplateOptions copy = copy();
        copy.receivers = value;
        return copy;
    }

    /**
     * Returns where replies and received messages complete futures, null for daemon threads of the template's own.
     *
     * @return the value
     */
    public @Nullable Executor executor() {
        return executor;
    }

    /**
     * Sets where replies and received messages complete futures, null for daemon threads of the template's own.
     *
     * @param value the value
     * @return a changed copy
     */
    public TemplateOptions executor(@Nullable Executor value) {
        TemplateOptions copy = copy();
        copy.executor = value;
        return copy;
    }

    private TemplateOptions copy() {
        try {
            return (TemplateOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
