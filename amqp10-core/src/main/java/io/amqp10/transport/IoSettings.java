package io.amqp10.transport;

import java.time.Duration;

/**
 * How a connection's octets are moved.
 *
 * @param traceFrames whether each frame is logged, on the logger {@code io.amqp10.frames} at level INFO
 * @param writeStallTimeout how long the peer may take nothing while there is something to write, before the connection is
 *     given up; more than zero
 * @param lowWaterMark at how many octets waiting to be written the engine goes on, after it stopped
 * @param highWaterMark at how many octets waiting to be written the engine stops sending
 */
public record IoSettings(boolean traceFrames, Duration writeStallTimeout, int lowWaterMark, int highWaterMark) {

    /** The default of {@link #writeStallTimeout()}. */
    public static final Duration DEFAULT_WRITE_STALL_TIMEOUT = Duration.ofSeconds(30);

    /** The default of {@link #lowWaterMark()}: 128 KiB. */
    public static final int DEFAULT_LOW_WATER_MARK = 128 * 1024;

    /** The default of {@link #highWaterMark()}: 512 KiB. */
    public static final int DEFAULT_HIGH_WATER_MARK = 512 * 1024;

    /** Every setting at its default. */
    public static final IoSettings DEFAULT =
            new IoSettings(false, DEFAULT_WRITE_STALL_TIMEOUT, DEFAULT_LOW_WATER_MARK, DEFAULT_HIGH_WATER_MARK);

    /**
     * Checks the ranges.
     *
     * @param traceFrames whether to log frames
     * @param writeStallTimeout how long nothing may move
     * @param lowWaterMark octets at which to go on
     * @param highWaterMark octets at which to stop
     * @throws IllegalArgumentException if one is out of range
     */
    public IoSettings {
        if (writeStallTimeout.isZero() || writeStallTimeout.isNegative()) {
            throw new IllegalArgumentException("writeStallTimeout must be more than zero, not " + writeStallTimeout);
        }
        if (lowWaterMark < 0 || highWaterMark < lowWaterMark || highWaterMark == 0) {
            throw new IllegalArgumentException(
                    "water marks of " + lowWaterMark + " and " + highWaterMark + " are no range");
        }
    }

    /**
     * Sets whether frames are logged.
     *
     * @param value whether they are
     * @return a changed copy
     */
    public IoSettings withTraceFrames(boolean value) {
        return new IoSettings(value, writeStallTimeout, lowWaterMark, highWaterMark);
    }
}
