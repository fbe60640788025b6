package io.amqp10.spring.listener;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a listener to give the message back without counting a failed delivery: it could not be worked with now or here.
 */
public class AmqpReleaseException extends RuntimeException {

    private final @Nullable Duration delay;

    /**
     * Gives the message back after the container's first retry delay.
     *
     * @param reason text for people
     */
    public AmqpReleaseException(String reason) {
        this(reason, null, null);
    }

    /**
     * Gives the message back after a delay.
     *
     * @param reason text for people
     * @param delay how long to keep the message before it is given back; null for the container's first retry delay
     * @param cause the cause, or null
     */
    public AmqpReleaseException(String reason, @Nullable Duration delay, @Nullable Throwable cause) {
        super(reason, cause);
        this.delay = delay;
    }

    /**
     * Returns how long to keep the message before it is given back.
     *
     * @return the delay, null for the container's first retry delay
     */
    public @Nullable Duration delay() {
        return delay;
    }
}
