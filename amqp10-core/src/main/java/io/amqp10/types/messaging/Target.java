package io.amqp10.types.messaging;

import io.amqp10.types.Symbol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the messages of a link go to.
 *
 * @param address the node's address
 * @param durable what of the terminus survives
 * @param expiryPolicy when the terminus expires
 * @param timeoutSeconds how long it lives after that, in seconds, a {@code uint}
 * @param dynamic whether the peer is to create a node
 * @param dynamicNodeProperties properties of the node to create
 * @param capabilities capabilities of the target
 * @see "AMQP 1.0 §3.5.4"
 */
public record Target(
        @Nullable String address,
        TerminusDurability durable,
        TerminusExpiryPolicy expiryPolicy,
        long timeoutSeconds,
        boolean dynamic,
        Map<Symbol, @Nullable Object> dynamicNodeProperties,
        List<Symbol> capabilities)
        implements LinkTarget {

    /**
     * Copies the collections.
     *
     * @param address the node's address
     * @param durable what of the terminus survives
     * @param expiryPolicy when the terminus expires
     * @param timeoutSeconds how long it lives after that, in seconds, a {@code uint}
     * @param dynamic whether the peer is to create a node
     * @param dynamicNodeProperties properties of the node to create
     * @param capabilities capabilities of the target
     */
    public Target {
        dynamicNodeProperties = dynamicNodeProperties.isEmpty()
                ? Map.of()
                : Collections.unmodifiableMap(new LinkedHashMap<>(dynamicNodeProperties));
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
                .capabilities(capabilities);
    }

    /** Collects the fields of a {@link Target}. */
    public static final class Builder {
        private @Nullable String address;
        private TerminusDurability durable = TerminusDurability.NONE;
        private TerminusExpiryPolicy expiryPolicy = TerminusExpiryPolicy.SESSION_END;
        private long timeoutSeconds;
        private boolean dynamic;
        private Map<Symbol, @Nullable Object> dynamicNodeProperties = Map.of();
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
         * Sets capabilities of the target.
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
        public Target build() {
            return new Target(
                    address, durable, expiryPolicy, timeoutSeconds, dynamic, dynamicNodeProperties, capabilities);
        }
    }
}
