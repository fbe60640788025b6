package io.amqp10.spring;

import io.amqp10.DeliveryGuarantee;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * How one message is sent. What is null is left to the template; for durability, time to live and priority to the message's
 * own header if it has one, and else to the template.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 *
 * @param guarantee what is promised about the message
 * @param durable whether the broker must not lose the message in a restart
 * @param timeToLive how long the message lives; positive
 * @param priority from 0 to 255
 * @param timeout how long to wait for room and for the outcome; positive
 * @param replyTimeout how long to wait for the reply to a request; positive
 */
public record SendOptions(
        @Nullable DeliveryGuarantee guarantee,
        @Nullable Boolean durable,
        @Nullable Duration timeToLive,
        @Nullable Integer priority,
        @Nullable Duration timeout,
        @Nullable Duration replyTimeout) {

    /** Leaves everything to the template. */
    public static final SendOptions NONE = new SendOptions(null, null, null, null, null, null);

    private static final int MAX_PRIORITY = 255;

    /**
     * Checks the ranges.
     *
     * @param guarantee what is promised about the message
     * @param durable whether the broker must not lose the message in a restart
     * @param timeToLive how long the message lives
     * @param priority from 0 to 255
     * @param timeout how long to wait for room and for the outcome
     * @param replyTimeout how long to wait for the reply to a request
     */
    public SendOptions {
        checkPositive("timeToLive", timeToLive);
        checkPositive("timeout", timeout);
        checkPositive("replyTimeout", replyTimeout);
        Assert.isTrue(
                priority == null || priority >= 0 && priority <= MAX_PRIORITY,
                () -> "priority must be from 0 to 255, not " + priority);
    }

    static void checkPositive(String name, @Nullable Duration value) {
        Assert.isTrue(
                value == null || !value.isNegative() && !value.isZero(),
                () -> name + " must be positive, not " + value);
    }

    /**
     * Sets what is promised about the message.
     *
     * @param value the guarantee
     * @return a changed copy
     */
    public SendOptions guarantee(DeliveryGuarantee value) {
        return new SendOptions(value, durable, timeToLive, priority, timeout, replyTimeout);
    }

    /**
     * Sets whether the broker must not lose the message in a restart.
     *
     * @param value whether
     * @return a changed copy
     */
    public SendOptions durable(boolean value) {
        return new SendOptions(guarantee, value, timeToLive, priority, timeout, replyTimeout);
    }

    /**
     * Sets how long the message lives.
     *
     * @param value the duration, positive
     * @return a changed copy
     */
    public SendOptions timeToLive(Duration value) {
        return new SendOptions(guarantee, durable, value, priority, timeout, replyTimeout);
    }

    /**
     * Sets the priority.
     *
     * @param value from 0 to 255
     * @return a changed copy
     */
    public SendOptions priority(int value) {
        return new SendOptions(guarantee, durable, timeToLive, value, timeout, replyTimeout);
    }

    /**
     * Sets how long to wait for room and for the outcome.
     *
     * @param value the duration, positive
     * @return a changed copy
     */
    public SendOptions timeout(Duration value) {
        return new SendOptions(guarantee, durable, timeToLive, priority, value, replyTimeout);
    }

    /**
     * Sets how long to wait for the reply to a request.
     *
     * @param value the duration, positive
     * @return a changed copy
     */
    public SendOptions replyTimeout(Duration value) {
        return new SendOptions(guarantee, durable, timeToLive, priority, timeout, value);
    }
}
