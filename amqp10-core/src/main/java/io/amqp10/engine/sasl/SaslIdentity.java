package io.amqp10.engine.sasl;

import org.jspecify.annotations.Nullable;

/**
 * Who the client turned out to be.
 *
 * @param mechanism how that was found out
 * @param name the name, null for an anonymous one; as a client, null also for {@link SaslMechanism#EXTERNAL}, where only the
 *     server knows it
 * @param hostname the host that the client said it wants to reach, null if it did not
 */
public record SaslIdentity(
        SaslMechanism mechanism,
        @Nullable String name,
        @Nullable String hostname) {}
