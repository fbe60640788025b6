package io.amqp10.transport;

import io.amqp10.codec.DecodeLimits;
import java.time.Duration;

/**
 * How a connection's octets are moved.
 *
 * @param traceFrames whether each frame is logged, on the logger {@code io.amqp10.frames} at level INFO
 * @param writeStallTimeout how long the peer may take nothing while there is something to write, before the connection is
 *     given up; more than zero
 * @param lowWaterMark at how many octets waiting to be written the engine goes on, after it stopped
 * @param highWaterMark at how many octets waiting to be written the engine stops sending
 * @param decodeLimits what to take of a frame at most
 */
public record IoSettings(
        boolean traceFrames,
        Duration writeStallTimeout,
        int lowWaterMark,
        int highWaterMark,
        DecodeLimits decodeLimits) {

    /** The default of {@link #writeStallTimeout()}. */
    public static final Duration DEFAULT_WRITE_STALL_TIMEOUT = Duration.ofSeconds(30);

    /** The default of {@link #lowWaterMark()}: 128 KiB. */
    public static final int DEFAULT_LOW_WATER_MARK = 128 * 1024;

    /** The default of {@link #highWaterMark()}: 512 KiB. */
    public static final int DEFAULT_HIGH_WATER_MARK = 512 * 1024;

    /** Every setting at its default. */
    public static final IoSettings DEFAULT = new IoSettings(
            false, DEFAULT_WRITE_STALL_TIMEOUT, DEFAULT_LOW_WATER_MARK, DEFAULT_HIGH_WATER_MARK, DecodeLimits.DEFAULT);

    /**
     * Checks the ranges.
     *
     * @param traceFrames whether to log frames
     * @param writeStallTimeout how long nothing may move
     * @param lowWaterMark octets at which to go on
     * @param highWaterMark octets at which to stop
     * @param decodeLimits the limits of a frame
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
        return new IoSettings(value, writeStallTimeout, lowWaterMark, highWaterMark, decodeLimits);
    }

    /**
     * Sets how long nothing may move.
     *
     * @param value more than zero
     * @return a changed copy
     */
    public IoSettings withWriteStallTimeout(Duration value) {
        return new IoSettings(traceFrames, value, lowWaterMark, highWaterMark, decodeLimits);
    }

    /**
     * Sets what is taken of a frame at most.
     *
     * @param value the limits
     * @return a changed copy
     */
    public IoSettings withDecodeLimits(DecodeLimits value) {
        return new IoSettings(traceFrames, writeStallTimeout, lowWaterMark, highWaterMark, value);
    }
}
