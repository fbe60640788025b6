package io.amqp10.engine.sasl;

import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who the client turned out to be.
 *
 * @param mechanism how that was found out
 * @param name the name, null for an anonymous one; as a client, null also for {@link SaslMechanism#EXTERNAL}, where only the
 *     server knows it
 * @param hostname the host that the client said it wants to reach, null if it did not
 * @param principal what goes with the name, null without one
 */
public record SaslIdentity(
        SaslMechanism mechanism,
        @Nullable String name,
        @Nullable String hostname,
        @Nullable Principal principal) {

    /** A name and nothing more. */
    record Named(String name) implements Principal {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Makes an identity of which only the name is known.
     *
     * @param mechanism how that was found out
     * @param name the name, or null
     * @param hostname the host that the client wants to reach, or null
     */
    public SaslIdentity(SaslMechanism mechanism, @Nullable String name, @Nullable String hostname) {
        this(mechanism, name, hostname, name == null ? null : new Named(name));
    }
}
