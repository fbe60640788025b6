package io.amqp10.transport;

import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How TLS works at one end. Certificates are always checked; a client also checks that the certificate was made for the host
 * that it wanted, unless that is switched off.
 *
 * @param context gives the keys and the trusted certificates; asked for each connection, at a server on an event loop, so it
 *     must be fast; null for Java's default trust and no keys, which suits clients only
 * @param nettyContext gives them instead as Netty's context, which then also decides about protocols, cipher suites and
 *     client authentication; null to use {@code context}
 * @param verifyHostname whether a client checks the host's name in the certificate
 * @param clientAuth whether a server asks for the client's certificate
 * @param protocols the versions allowed, {@code TLSv1.2} or newer
 * @param cipherSuites the cipher suites allowed, empty for the usual ones
 * @param serverName the name that a client asks for and checks, null for the host that it connects to
 */
public record TlsSettings(
        @Nullable Supplier<SSLContext> context,
        @Nullable Supplier<SslContext> nettyContext,
        boolean verifyHostname,
        ClientAuth clientAuth,
        List<String> protocols,
        List<String> cipherSuites,
        @Nullable String serverName) {

    /** The default of {@link #protocols()}. */
    public static final List<String> DEFAULT_PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /** Java's default trust, no keys, hostnames checked. */
    public static final TlsSettings DEFAULT = builder().build();

    /** Whether a server asks for the client's certificate. */
    public enum ClientAuth {
        /** It does not. */
        NONE,
        /** It does, and takes clients without one. */
        WANT,
        /** It does, and refuses clients without one. */
        NEED
    }

    /**
     * Checks what is weak and copies the lists.
     *
     * @param context the keys and trust, or null
     * @param nettyContext the same as Netty's, or null
     * @param verifyHostname whether to check the host's name
     * @param clientAuth whether to ask for a certificate
     * @param protocols the versions
     * @param cipherSuites the cipher suites
     * @param serverName the name, or null
     * @throws IllegalArgumentException if a protocol is older than TLS 1.2, or a cipher suite does not authenticate or encrypt
     */
    public TlsSettings {
        protocols = List.copyOf(protocols);
        cipherSuites = List.copyOf(cipherSuites);
        for (String protocol : protocols) {
            if (!DEFAULT_PROTOCOLS.contains(protocol)) {
                throw new IllegalArgumentException(
                        "the protocol " + protocol + " is not allowed; allowed are " + DEFAULT_PROTOCOLS);
            }
        }
        if (protocols.isEmpty()) {
            throw new IllegalArgumentException("at least one of " + DEFAULT_PROTOCOLS + " must be allowed");
        }
        for (String suite : cipherSuites) {
            if (suite.contains("_anon_") || suite.contains("_NULL_")) {
                throw new IllegalArgumentException(
                        "the cipher suite " + suite + " does not authenticate or does not encrypt");
            }
        }
    }

    /**
     * Starts with every setting at its default.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the settings. */
    public static final class Builder {

        private @Nullable Supplier<SSLContext> context;
        private @Nullable Supplier<SslContext> nettyContext;
        private boolean verifyHostname = true;
        private ClientAuth clientAuth = ClientAuth.NONE;
        private List<String> protocols = DEFAULT_PROTOCOLS;
        private List<String> cipherSuites = List.of();
        private @Nullable String serverName;

        private Builder() {}

        /**
         * Sets the keys and the trusted certificates.
         *
         * @param value gives the context for each connection, null for Java's default
         * @return this
         */
        public Builder context(@Nullable Supplier<SSLContext> value) {
            context = value;
            return this;
        }

        /**
         * Sets them as Netty's context.
         *
         * @param value gives the context for each connection, null for none
         * @return this
         */
        public Builder nettyContext(@Nullable Supplier<SslContext> value) {
            nettyContext = value;
            return this;
        }

        /**
         * Sets whether a client checks the host's name.
         *
         * @param value whether it does
         * @return this
         */
        public Builder verifyHostname(boolean value) {
            verifyHostname = value;
            return this;
        }

        /**
         * Sets whether a server asks for the client's certificate.
         *
         * @param value whether it does
         * @return this
         */
        public Builder clientAuth(ClientAuth value) {
            clientAuth = value;
            return this;
        }

        /**
         * Sets the versions allowed.
         *
         * @param value the versions
         * @return this
         */
        public Builder protocols(List<String> value) {
            protocols = value;
            return this;
        }

        /**
         * Sets the cipher suites allowed.
         *
         * @param value the names, empty for the usual ones
         * @return this
         */
        public Builder cipherSuites(List<String> value) {
            cipherSuites = value;
            return this;
        }

        /**
         * Sets the name that a client asks for and checks.
         *
         * @param value the name, null for the host that it connects to
         * @return this
         */
        public Builder serverName(@Nullable String value) {
            serverName = value;
            return this;
        }

        /**
         * Makes the settings.
         *
         * @return the settings
         * @throws IllegalArgumentException if one is too weak
         */
        public TlsSettings build() {
            return new TlsSettings(
                    context, nettyContext, verifyHostname, clientAuth, protocols, cipherSuites, serverName);
        }
    }
}
