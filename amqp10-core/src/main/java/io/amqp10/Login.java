package io.amqp10;

import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A user and password that a peer shows, and what is known of the peer.
 *
 * @param user the name, prepared by the rules of SASL, not empty
 * @param password the password, prepared by the rules of SASL, not empty; not to be logged
 * @param actAs the user that the peer wants to act as, null for none but the one above
 * @param hostname the host that the peer wants to reach, null if it did not say
 * @param remoteAddress where the connection comes from, {@code host:port}
 * @param tlsSession what TLS agreed on, with the peer's certificates; null without TLS
 * @see "RFC 4616"
 */
public record Login(
        String user,
        String password,
        @Nullable String actAs,
        @Nullable String hostname,
        String remoteAddress,
        @Nullable SSLSession tlsSession) {

    /** Shows no password. */
    @Override
    public String toString() {
        return "Login[user=" + user + ", actAs=" + actAs + ", hostname=" + hostname + ", remoteAddress=" + remoteAddress
                + "]";
    }
}
