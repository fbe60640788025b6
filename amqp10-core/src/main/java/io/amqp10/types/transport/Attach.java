package io.amqp10.types.transport;

import io.amqp10.types.Binary;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.LinkTarget;
import io.amqp10.types.messaging.Source;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attaches a link to a session.
 *
 * @param name the link's name, unique per direction between two containers
 * @param handle the handle that the sender will use, a {@code uint}
 * @param role the end that the sender is
 * @param sndSettleMode how the link's sender settles
 * @param rcvSettleMode how the link's receiver settles
 * @param source where messages come from, null if it does not exist
 * @param target where messages go to, null if it does not exist
 * @param unsettled states of unsettled deliveries by tag; null if the sender has no state of the link
 * @param incompleteUnsettled whether {@code unsettled} is only a part
 * @param initialDeliveryCount the sender's first delivery-count, a {@code uint}, or {@link UnsignedInteger#ABSENT}
 * @param maxMessageSize the largest message that the sender of this takes, in octets, as an unsigned long; 0 for no limit
 * @param offeredCapabilities extensions that the sender supports
 * @param desiredCapabilities extensions that the sender may use if the receiver supports them
 * @param properties link properties
 * @see "AMQP 1.0 §2.7.3"
 */
public record Attach(
        String name,
        long handle,
        Role role,
        SenderSettleMode sndSettleMode,
        ReceiverSettleMode rcvSettleMode,
        @Nullable Source source,
        @Nullable LinkTarget target,
        @Nullable Map<Binary, @Nullable DeliveryState> unsettled,
        boolean incompleteUnsettled,
        long initialDeliveryCount,
        long maxMessageSize,
        List<Symbol> offeredCapabilities,
        List<Symbol> desiredCapabilities,
        Map<Symbol, @Nullable Object> properties)
        implements Performative {

    /**
     * Copies the collections.
     *
     * @param name the link's name
     * @param handle the sender's handle
     * @param role the sender's end
     * @param sndSettleMode how the link's sender settles
     * @param rcvSettleMode how the link's receiver settles
     * @param source the source
     * @param target the target
     * @param unsettled states of unsettled deliveries
     * @param incompleteUnsettled whether that is only a part
     * @param initialDeliveryCount the first delivery-count
     * @param maxMessageSize the largest message, 0 for no limit
     * @param offeredCapabilities supported extensions
     * @param desiredCapabilities wanted extensions
     * @param properties link properties
     */
    public Attach {
        unsettled = unsettled == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(unsettled));
        offeredCapabilities = List.copyOf(offeredCapabilities);
        desiredCapabilities = List.copyOf(desiredCapabilities);
        properties = properties.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /**
     * Starts an attach with every optional field at its default.
     *
     * @param name the link's name
     * @param handle the sender's handle
     * @param role the sender's end
     * @return a builder
     */
    public static Builder builder(String name, long handle, Role role) {
        return new Builder(name, handle, role);
    }

    @Override
    public <P> void dispatch(PerformativeHandler<P> handler, int channel, P payload) {
        handler.onAttach(channel, this);
    }

    /** Collects the fields of an {@link Attach}. */
    public static final class Builder {
        private final String name;
        private final long handle;
        private final Role role;
        private SenderSettleMode sndSettleMode = SenderSettleMode.MIXED;
        private ReceiverSettleMode rcvSettleMode = ReceiverSettleMode.FIRST;
        private @Nullable Source source;
        private @Nullable LinkTarget target;
        private @Nullable Map<Binary, @Nullable DeliveryState> unsettled;
        private boolean incompleteUnsettled;
        private long initialDeliveryCount = UnsignedInteger.ABSENT;
        private long maxMessageSize;
        private List<Symbol> offeredCapabilities = List.of();
        private List<Symbol> desiredCapabilities = List.of();
        private Map<Symbol, @Nullable Object> properties = Map.of();

        private Builder(String name, long handle, Role role) {
            this.name = name;
            this.handle = handle;
            this.role = role;
        }

        /**
         * Sets how the link's sender settles.
         *
         * @param value the mode
         * @return this
         */
        public Builder sndSettleMode(SenderSettleMode value) {
            sndSettleMode = value;
            return this;
        }

        /**
         * Sets how the link's receiver settles.
         *
         * @param value the mode
         * @return this
         */
        public Builder rcvSettleMode(ReceiverSettleMode value) {
            rcvSettleMode = value;
            return this;
        }

        /**
         * Sets the source.
         *
         * @param value the source or null
         * @return this
         */
        public Builder source(@Nullable Source value) {
            source = value;
            return this;
        }

        /**
         * Sets the target.
         *
         * @param value the target or null
         * @return this
         */
        public Builder target(@Nullable LinkTarget value) {
            target = value;
            return this;
        }

        /**
         * Sets the states of unsettled deliveries.
         *
         * @param value states by tag or null
         * @param incomplete whether they are only a part
         * @return this
         */
        public Builder unsettled(@Nullable Map<Binary, @Nullable DeliveryState> value, boolean incomplete) {
            unsettled = value;
            incompleteUnsettled = incomplete;
            return this;
        }

        /**
         * Sets the sender's first delivery-count.
         *
         * @param value a {@code uint} or {@link UnsignedInteger#ABSENT}
         * @return this
         */
        public Builder initialDeliveryCount(long value) {
            initialDeliveryCount = value;
            return this;
        }

        /**
         * Sets the largest message.
         *
         * @param value octets as an unsigned long, 0 for no limit
         * @return this
         */
        public Builder maxMessageSize(long value) {
            maxMessageSize = value;
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
         * @return the attach
         */
        public Attach build() {
            return new Attach(
                    name,
                    handle,
                    role,
                    sndSettleMode,
                    rcvSettleMode,
                    source,
                    target,
                    unsettled,
                    incompleteUnsettled,
                    initialDeliveryCount,
                    maxMessageSize,
                    offeredCapabilities,
                    desiredCapabilities,
                    properties);
        }
    }
}
