package io.amqp10.management;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that shows a peer what this client may do.
 *
 * @param type the token's type as the peer calls it, {@link #JWT} for example
 * @param value the token
 * @param expiry when it expires; null if it does not, or that is not known
 */
public record ClaimToken(
        String type, String value, @Nullable Instant expiry) {

    /** The type of JSON web tokens. */
    public static final String JWT = "jwt";

    /** The type of tokens that are signed with a shared key for Azure's Service Bus. */
    public static final String SHARED_ACCESS_SIGNATURE = "servicebus.windows.net:sastoken";

    /** Does not show the token. */
    @Override
    public String toString() {
        return "ClaimToken[type=" + type + ", expiry=" + expiry + "]";
    }
}
