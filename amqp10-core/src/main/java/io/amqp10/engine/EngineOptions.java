package io.amqp10.engine;

import io.amqp10.types.transport.Open;

/**
 * What a connection says of itself, and its limits.
 *
 * @param open our open; its max-frame-size, channel-max and idle-time-out are also what the peer is held to. A peer may stay
 *     silent for twice the idle-time-out that it was told
 * @param closeTimeoutNanos how long to wait for the peer's close after ours, more than 0
 * @param minIdleTimeOutMillis the shortest idle-time-out that a peer may ask for, in milliseconds
 * @param maxSessions how many sessions there may be at once
 * @param maxNameLength how many characters a container-id, host or link name of the peer may have
 * @param maxBufferedBytes how many octets of incomplete deliveries are held for all links together
 * @param maxFramesPerDelivery how many frames a delivery may come in
 * @param maxUnsettledEntries how many deliveries the unsettled map of a peer's attach may have
 * @param endpointBurst how many begins, attaches and aborted deliveries the peer may start at once
 * @param endpointsPerSecond how many more of them it may start each second
 * @param flowsPerSecond how many flows the peer may send each second
 * @param emptyFramesPerSecond how many empty frames the peer may send each second
 */
public record EngineOptions(
        Open open,
        long closeTimeoutNanos,
        long minIdleTimeOutMillis,
        int maxSessions,
        int maxNameLength,
        long maxBufferedBytes,
        int maxFramesPerDelivery,
        int maxUnsettledEntries,
        int endpointBurst,
        int endpointsPerSecond,
        int flowsPerSecond,
        int emptyFramesPerSecond) {

    /** The default of {@link #closeTimeoutNanos()}: five seconds. */
    public static final long DEFAULT_CLOSE_TIMEOUT_NANOS = 5_000_000_000L;

    /** The default of {@link #minIdleTimeOutMillis()}. */
    public static final long DEFAULT_MIN_IDLE_TIME_OUT_MILLIS = 100;

    /** The default of {@link #maxSessions()}. */
    public static final int DEFAULT_MAX_SESSIONS = 1024;

    /** The default of {@link #maxNameLength()}. */
    public static final int DEFAULT_MAX_NAME_LENGTH = 4096;

    /** The default of {@link #maxBufferedBytes()}: 256 MiB. */
    public static final long DEFAULT_MAX_BUFFERED_BYTES = 256L << 20;

    /** The default of {@link #maxFramesPerDelivery()}. */
    public static final int DEFAULT_MAX_FRAMES_PER_DELIVERY = 1 << 20;

    /** The default of {@link #maxUnsettledEntries()}. */
    public static final int DEFAULT_MAX_UNSETTLED_ENTRIES = 1 << 16;

    /** The default of {@link #endpointBurst()}. */
    public static final int DEFAULT_ENDPOINT_BURST = 20_000;

    /** The default of {@link #endpointsPerSecond()}. */
    public static final int DEFAULT_ENDPOINTS_PER_SECOND = 1_000;

    /** The default of {@link #flowsPerSecond()}: far more than one for each message that can arrive. */
    public static final int DEFAULT_FLOWS_PER_SECOND = 500_000;

    /** The default of {@link #emptyFramesPerSecond()}. */
    public static final int DEFAULT_EMPTY_FRAMES_PER_SECOND = 100;

    /**
     * Checks the ranges.
     *
     * @param open our open
     * @param closeTimeoutNanos the wait for the peer's close
     * @param minIdleTimeOutMillis the shortest idle-time-out
     * @param maxSessions sessions at once
     * @param maxNameLength characters of a name
     * @param maxBufferedBytes octets of incomplete deliveries
     * @param maxFramesPerDelivery frames of a delivery
     * @param maxUnsettledEntries entries of an unsettled map
     * @param endpointBurst endpoints at once
     * @param endpointsPerSecond endpoints each second
     * @param flowsPerSecond flows each second
     * @param emptyFramesPerSecond empty frames each second
     * @throws IllegalArgumentException if one is out of range
     */
    public EngineOptions {
        if (open.maxFrameSize() < Open.MIN_MAX_FRAME_SIZE) {
            throw new IllegalArgumentException("max-frame-size is at least 512, not " + open.maxFrameSize());
        }
        if (closeTimeoutNanos <= 0 || minIdleTimeOutMillis < 0) {
            throw new IllegalArgumentException("a time is out of range");
        }
        if (maxSessions < 1
                || maxNameLength < 1
                || maxBufferedBytes < 0
                || maxFramesPerDelivery < 1
                || maxUnsettledEntries < 1
                || flowsPerSecond < 1
                || endpointBurst < 1
                || endpointsPerSecond < 1
                || emptyFramesPerSecond < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
    }

    /**
     * Starts options with every limit at its default.
     *
     * @param open our open
     * @return a builder
     */
    public static Builder builder(Open open) {
        return new Builder(open);
    }

    /** Collects the components of {@link EngineOptions}. */
    public static final class Builder {
        private final Open open;
        private long closeTimeoutNanos = DEFAULT_CLOSE_TIMEOUT_NANOS;
        private long minIdleTimeOutMillis = DEFAULT_MIN_IDLE_TIME_OUT_MILLIS;
        private int maxSessions = DEFAULT_MAX_SESSIONS;
        private int maxNameLength = DEFAULT_MAX_NAME_LENGTH;
        private long maxBufferedBytes = DEFAULT_MAX_BUFFERED_BYTES;
        private int maxFramesPerDelivery = DEFAULT_MAX_FRAMES_PER_DELIVERY;
        private int maxUnsettledEntries = DEFAULT_MAX_UNSETTLED_ENTRIES;
        private int endpointBurst = DEFAULT_ENDPOINT_BURST;
        private int endpointsPerSecond = DEFAULT_ENDPOINTS_PER_SECOND;
        private int flowsPerSecond = DEFAULT_FLOWS_PER_SECOND;
        private int emptyFramesPerSecond = DEFAULT_EMPTY_FRAMES_PER_SECOND;

        private Builder(Open open) {
            this.open = open;
        }

        /**
         * Sets the wait for the peer's close.
         *
         * @param value nanoseconds, more than 0
         * @return this
         */
        public Builder closeTimeoutNanos(long value) {
            closeTimeoutNanos = value;
            return this;
        }

        /**
         * Sets the shortest idle-time-out that a peer may ask for.
         *
         * @param value milliseconds
         * @return this
         */
        public Builder minIdleTimeOutMillis(long value) {
            minIdleTimeOutMillis = value;
            return this;
        }

        /**
         * Sets how many sessions there may be at once.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxSessions(int value) {
            maxSessions = value;
            return this;
        }

        /**
         * Sets the longest name.
         *
         * @param value characters
         * @return this
         */
        public Builder maxNameLength(int value) {
            maxNameLength = value;
            return this;
        }

        /**
         * Sets how much of incomplete deliveries is held.
         *
         * @param value octets
         * @return this
         */
        public Builder maxBufferedBytes(long value) {
            maxBufferedBytes = value;
            return this;
        }

        /**
         * Sets how many frames a delivery may come in.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxFramesPerDelivery(int value) {
            maxFramesPerDelivery = value;
            return this;
        }

        /**
         * Sets how many deliveries the unsettled map of a peer's attach may have.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxUnsettledEntries(int value) {
            maxUnsettledEntries = value;
            return this;
        }

        /**
         * Sets how fast the peer may start sessions and links.
         *
         * @param burst how many at once
         * @param perSecond how many more each second
         * @return this
         */
        public Builder endpointRate(int burst, int perSecond) {
            endpointBurst = burst;
            endpointsPerSecond = perSecond;
            return this;
        }

        /**
         * Sets how many flows the peer may send each second.
         *
         * @param value at least 1
         * @return this
         */
        public Builder flowsPerSecond(int value) {
            flowsPerSecond = value;
            return this;
        }

        /**
         * Sets how many empty frames the peer may send each second.
         *
         * @param value at least 1
         * @return this
         */
        public Builder emptyFramesPerSecond(int value) {
            emptyFramesPerSecond = value;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         * @throws IllegalArgumentException if a component is out of range
         */
        public EngineOptions build() {
            return new EngineOptions(
                    open,
                    closeTimeoutNanos,
                    minIdleTimeOutMillis,
                    maxSessions,
                    maxNameLength,
                    maxBufferedBytes,
                    maxFramesPerDelivery,
                    maxUnsettledEntries,
                    endpointBurst,
                    endpointsPerSecond,
                    flowsPerSecond,
                    emptyFramesPerSecond);
        }
    }
}
