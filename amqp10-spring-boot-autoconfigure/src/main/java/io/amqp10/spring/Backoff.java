package io.amqp10.spring;

import java.time.Duration;
import org.springframework.util.Assert;

/**
 * Delays that grow by a factor up to a limit.
 *
 * @param initialDelay the first delay, positive
 * @param multiplier the factor between two delays, from 1 to 1000
 * @param maxDelay the longest delay, positive
 */
public record Backoff(Duration initialDelay, double multiplier, Duration maxDelay) {

    private static final double MAX_MULTIPLIER = 1000;

    /**
     * Checks the ranges.
     *
     * @param initialDelay the first delay
     * @param multiplier the factor between two delays
     * @param maxDelay the longest delay
     */
    public Backoff {
        SendOptions.checkPositive("initialDelay", initialDelay);
        SendOptions.checkPositive("maxDelay", maxDelay);
        Assert.isTrue(
                multiplier >= 1 && multiplier <= MAX_MULTIPLIER,
                () -> "multiplier must be from 1 to 1000, not " + multiplier);
    }

    /**
     * Returns the delay after a number of failures in a row.
     *
     * @param failures how many, at least 1
     * @return the delay
     */
    public Duration delay(long failures) {
        double millis = initialDelay.toMillis() * Math.pow(multiplier, (double) Math.max(0L, failures - 1));
        return millis >= maxDelay.toMillis() ? maxDelay : Duration.ofMillis((long) millis);
    }
}
