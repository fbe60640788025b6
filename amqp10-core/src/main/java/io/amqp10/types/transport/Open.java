package io.amqp10.types.transport;

import io.amqp10.types.Symbol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Negotiates the parameters of a connection.
 *
 * @param containerId the source container's id
 * @param hostname the host that the sender wants to reach
 * @param maxFrameSize the largest frame that the sender takes, in octets, from 512 to 4294967295
 * @param channelMax the highest channel that may be used, from 0 to 65535
 * @param idleTimeOutMillis after how long without a frame the sender may give up; 0 if it never does
 * @param outgoingLocales locales for outgoing text
 * @param incomingLocales wanted locales for incoming text
 * @param offeredCapabilities extensions that the sender supports
 * @param desiredCapabilities extensions that the sender may use if the receiver supports them
 * @param properties connection properties
 * @see "AMQP 1.0 §2.7.1"
 */
public record Open(
        String containerId,
        @Nullable String hostname,
        long maxFrameSize,
        int channelMax,
        long idleTimeOutMillis,
        List<Symbol> outgoingLocales,
        List<Symbol> incomingLocales,
        List<Symbol> offeredCapabilities,
        List<Symbol> desiredCapabilities,
        Map<Symbol, @Nullable Object> properties)
        implements Performative {

    /** The smallest max-frame-size that a peer may ask for, in octets. */
    public static final int MIN_MAX_FRAME_SIZE = 512;

    /** The default of {@link #channelMax()}. */
    public static final int DEFAULT_CHANNEL_MAX = 0xffff;

    /**
     * Copies the collections.
     *
     * @param containerId the source container's id
     * @param hostname the host that the sender wants to reach
     * @param maxFrameSize the largest frame that the sender takes
     * @param channelMax the highest channel
     * @param idleTimeOutMillis the idle time-out, 0 for none
     * @param outgoingLocales locales for outgoing text
     * @param incomingLocales wanted locales for incoming text
     * @param offeredCapabilities supported extensions
     * @param desiredCapabilities wanted extensions
     * @param properties connection properties
     */
    public Open {
        outgoingLocales = List.copyOf(outgoingLocales);
        incomingLocales = List.copyOf(incomingLocales);
        offeredCapabilities = List.copyOf(offeredCapabilities);
        desiredCapabilities = List.copyOf(desiredCapabilities);
        properties = properties.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /**
     * Starts an open with every optional field at its default.
     *
     * @param containerId the source container's id
     * @return a builder
     */
    public static Builder builder(String containerId) {
        return new Builder(containerId);
    }

    @Override
    public <P> void dispatch(PerformativeHandler<P> handler, int channel, P payload) {
        handler.onOpen(channel, this);
    }

    /** Collects the fields of an {@link Open}. */
    public static final class Builder {
        private final String containerId;
        private @Nullable String hostname;
        private long maxFrameSize = 0xffff_ffffL;
        private int channelMax = DEFAULT_CHANNEL_MAX;
        private long idleTimeOutMillis;
        private List<Symbol> offeredCapabilities = List.of();
        private List<Symbol> desiredCapabilities = List.of();
        private Map<Symbol, @Nullable Object> properties = Map.of();

        private Builder(String containerId) {
            this.containerId = containerId;
        }

        /**
         * Sets the host.
         *
         * @param value the host that the sender wants to reach
         * @return this
         */
        public Builder hostname(@Nullable String value) {
            hostname = value;
            return this;
        }

        /**
         * Sets the largest frame.
         *
         * @param value octets, from 512 to 4294967295
         * @return this
         */
        public Builder maxFrameSize(long value) {
            maxFrameSize = value;
            return this;
        }

        /**
         * Sets the highest channel.
         *
         * @param value from 0 to 65535
         * @return this
         */
        public Builder channelMax(int value) {
            channelMax = value;
            return this;
        }

        /**
         * Sets the idle time-out.
         *
         * @param value milliseconds, 0 for none
         * @return this
         */
        public Builder idleTimeOutMillis(long value) {
            idleTimeOutMillis = value;
            return this;
        }

        /**
         * Sets the offered capabilities.
         *
         * @param value the capabilities
         * @return this
         */
        public Builder offeredCapabilities(List<Symbol> value) {
            offeredCapabilities = value;
            return this;
        }

        /**
         * Sets the desired capabilities.
         *
         * @param value the capabilities
         * @return this
         */
        public Builder desiredCapabilities(List<Symbol> value) {
            desiredCapabilities = value;
            return this;
        }

        /**
         * Sets the properties.
         *
         * @param value the properties
         * @return this
         */
        public Builder properties(Map<Symbol, @Nullable Object> value) {
            properties = value;
            return this;
        }

        /**
         * Makes the performative.
         *
         * @return the open
         */
        public Open build() {
            return new Open(
                    containerId,
                    hostname,
                    maxFrameSize,
                    channelMax,
                    idleTimeOutMillis,
                    List.of(),
                    List.of(),
                    offeredCapabilities,
                    desiredCapabilities,
                    properties);
        }
    }
}
