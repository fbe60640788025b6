package io.amqp10;

import java.security.Principal;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that a peer has proved to be its own, and what is known of the peer. TLS has checked it before: it was issued
 * by whom the listener's {@link TlsOptions} trust, and is valid now.
 *
 * @param certificate the peer's certificate
 * @param owner whose it is, by default the one that the peer counts as
 * @param actAs the user that the peer wants to act as, null for whom the certificate says
 * @param hostname the host that the peer wants to reach, null if it did not say
 * @param remoteAddress where the connection comes from, {@code host:port}
 * @see "RFC 4422, appendix A"
 */
public record CertificateLogin(
        X509Certificate certificate,
        Principal owner,
        @Nullable String actAs,
        @Nullable String hostname,
        String remoteAddress) {

    /** Shows whose certificate it is, and nothing else of that. */
    @Override
    public String toString() {
        return "CertificateLogin[owner=" + owner + ", actAs=" + actAs + ", hostname=" + hostname + ", remoteAddress="
                + remoteAddress + "]";
    }
}
