package io.amqp10.types.messaging;

import io.amqp10.types.Symbol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the messages of a link come from.
 *
 * @param address the node's address
 * @param durable what of the terminus survives
 * @param expiryPolicy when the terminus expires
 * @param timeoutSeconds how long it lives after that, in seconds, a {@code uint}
 * @param dynamic whether the peer is to create a node
 * @param dynamicNodeProperties properties of the node to create
 * @param distributionMode {@code move} or {@code copy}, or null
 * @param filter filters by name
 * @param defaultOutcome the outcome of deliveries that are settled without one
 * @param outcomes descriptors of the outcomes that may be used
 * @param capabilities capabilities of the source
 * @see "AMQP 1.0 §3.5.3"
 */
public record Source(
        @Nullable String address,
        TerminusDurability durable,
        TerminusExpiryPolicy expiryPolicy,
        long timeoutSeconds,
        boolean dynamic,
        Map<Symbol, @Nullable Object> dynamicNodeProperties,
        @Nullable Symbol distributionMode,
        Map<Symbol, @Nullable Object> filter,
        @Nullable Outcome defaultOutcome,
        List<Symbol> outcomes,
        List<Symbol> capabilities) {

    /**
     * Copies the collections.
     *
     * @param address the node's address
     * @param durable what of the terminus survives
     * @param expiryPolicy when the terminus expires
     * @param timeoutSeconds how long it lives after that, in seconds, a {@code uint}
     * @param dynamic whether the peer is to create a node
     * @param dynamicNodeProperties properties of the node to create
     * @param distributionMode {@code move} or {@code copy}, or null
     * @param filter filters by name
     * @param defaultOutcome the outcome of deliveries that are settled without one
     * @param outcomes descriptors of the outcomes that may be used
     * @param capabilities capabilities of the source
     */
    public Source {
        dynamicNodeProperties = dynamicNodeProperties.isEmpty()
                ? Map.of()
                : Collections.unmodifiableMap(new LinkedHashMap<>(dynamicNodeProperties));
        filter = filter.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(filter));
        outcomes = List.copyOf(outcomes);
        capabilities = List.copyOf(capabilities);
    }

    /**
     * Starts a value with every optional field absent or at its default.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts a value that is like this one.
     *
     * @return a builder
     */
    public Builder toBuilder() {
        return new Builder()
                .address(address)
                .durable(durable)
                .expiryPolicy(expiryPolicy)
                .timeoutSeconds(timeoutSeconds)
                .dynamic(dynamic)
                .dynamicNodeProperties(dynamicNodeProperties)
                .distributionMode(distributionMode)
                .filter(filter)
                .defaultOutcome(defaultOutcome)
                .outcomes(outcomes)
                .capabilities(capabilities);
    }

    /** Collects the fields of a {@link Source}. */
    public static final class Builder {
        private @Nullable String address;
        private TerminusDurability durable = TerminusDurability.NONE;
        private TerminusExpiryPolicy expiryPolicy = TerminusExpiryPolicy.SESSION_END;
        private long timeoutSeconds;
        private boolean dynamic;
        private Map<Symbol, @Nullable Object> dynamicNodeProperties = Map.of();
        private @Nullable Symbol distributionMode;
        private Map<Symbol, @Nullable Object> filter = Map.of();
        private @Nullable Outcome defaultOutcome;
        private List<Symbol> outcomes = List.of();
        private List<Symbol> capabilities = List.of();

        private Builder() {}

        /**
         * Sets the node's address.
         *
         * @param value the value
         * @return this
         */
        public Builder address(@Nullable String value) {
            address = value;
            return this;
        }

        /**
         * Sets what of the terminus survives.
         *
         * @param value the value
         * @return this
         */
        public Builder durable(TerminusDurability value) {
            durable = value;
            return this;
        }

        /**
         * Sets when the terminus expires.
         *
         * @param value the value
         * @return this
         */
        public Builder expiryPolicy(TerminusExpiryPolicy value) {
            expiryPolicy = value;
            return this;
        }

        /**
         * Sets how long it lives after that, in seconds, a {@code uint}.
         *
         * @param value the value
         * @return this
         */
        public Builder timeoutSeconds(long value) {
            timeoutSeconds = value;
            return this;
        }

        /**
         * Sets whether the peer is to create a node.
         *
         * @param value the value
         * @return this
         */
        public Builder dynamic(boolean value) {
            dynamic = value;
            return this;
        }

        /**
         * Sets properties of the node to create.
         *
         * @param value the value
         * @return this
         */
        public Builder dynamicNodeProperties(Map<Symbol, @Nullable Object> value) {
            dynamicNodeProperties = value;
            return this;
        }

        /**
         * Sets {@code move} or {@code copy}, or null.
         *
         * @param value the value
         * @return this
         */
        public Builder distributionMode(@Nullable Symbol value) {
            distributionMode = value;
            return this;
        }

        /**
         * Sets filters by name.
         *
         * @param value the value
         * @return this
         */
        public Builder filter(Map<Symbol, @Nullable Object> value) {
            filter = value;
            return this;
        }

        /**
         * Sets the outcome of deliveries that are settled without one.
         *
         * @param value the value
         * @return this
         */
        public Builder defaultOutcome(@Nullable Outcome value) {
            defaultOutcome = value;
            return this;
        }

        /**
         * Sets descriptors of the outcomes that may be used.
         *
         * @param value the value
         * @return this
         */
        public Builder outcomes(List<Symbol> value) {
            outcomes = value;
            return this;
        }

        /**
         * Sets capabilities of the source.
         *
         * @param value the value
         * @return this
         */
        public Builder capabilities(List<Symbol> value) {
            capabilities = value;
            return this;
        }

        /**
         * Makes the value.
         *
         * @return the value
         */
        public Source build() {
            return new Source(
                    address,
                    durable,
                    expiryPolicy,
                    timeoutSeconds,
                    dynamic,
                    dynamicNodeProperties,
                    distributionMode,
                    filter,
                    defaultOutcome,
                    outcomes,
                    capabilities);
        }
    }
}
