package io.amqp10;

import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How TLS protects a connection.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class TlsOptions implements Cloneable {

    /** Every option at its default. */
    public static final TlsOptions DEFAULT = new TlsOptions();

    /** Whether a listener asks clients for a certificate. */
    public enum ClientAuth {
        /** It does not ask. */
        NONE,
        /** It asks; a client may do without. */
        WANT,
        /** It asks; a client without is refused. */
        NEED
    }

    private @Nullable SSLContext sslContext;
    private @Nullable Supplier<SSLContext> sslContextSupplier;
    private boolean verifyHostname = true;
    private ClientAuth clientAuth = ClientAuth.NONE;
    private List<String> protocols = List.of("TLSv1.3", "TLSv1.2");
    private List<String> cipherSuites = List.of();

    private TlsOptions() {}

    /**
     * Returns the context with keys and trusted certificates, null for the JDK's default one.
     *
     * @return the value
     */
    public @Nullable SSLContext sslContext() {
        return sslContext;
    }

    /**
     * Sets the context with keys and trusted certificates, null for the JDK's default one.
     *
     * @param value the value
     * @return a changed copy
     */
    public TlsOptions sslContext(@Nullable SSLContext value) {
        TlsOptions copy = copy();
        copy.sslContext = value;
        return copy;
    }

    /**
     * Returns who gives the context anew for each connection, so that certificates can be changed while running; comes before {@link #sslContext()}.
     *
     * @return the value
     */
    public @Nullable Supplier<SSLContext> sslContextSupplier() {
        return sslContextSupplier;
    }

    /**
     * Sets who gives the context anew for each connection, so that certificates can be changed while running; comes before {@link #sslContext()}.
     *
     * @param value the value
     * @return a changed copy
     */
    public TlsOptions sslContextSupplier(@Nullable Supplier<SSLContext> value) {
        TlsOptions copy = copy();
        copy.sslContextSupplier = value;
        return copy;
    }

    /**
     * Returns whether a client checks that the certificate is the host's.
     *
     * @return the value
     */
    public boolean verifyHostname() {
        return verifyHostname;
    }

    /**
     * Sets whether a client checks that the certificate is the host's.
     * Off, anyone with a trusted certificate can pose as the server.
     *
     * @param value the value
     * @return a changed copy
     */
    public TlsOptions verifyHostname(boolean value) {
        TlsOptions copy = copy();
        copy.verifyHostname = value;
        return copy;
    }

    /**
     * Returns whether a listener asks clients for a certificate.
     *
     * @return the value
     */
    public ClientAuth clientAuth() {
        return clientAuth;
    }

    /**
     * Sets whether a listener asks clients for a certificate.
     *
     * @param value the value
     * @return a changed copy
     */
    public TlsOptions clientAuth(ClientAuth value) {
        TlsOptions copy = copy();
        copy.clientAuth = value;
        return copy;
    }

    /**
     * Returns the protocol versions allowed, by their JDK names.
     *
     * @return the value
     */
    public List<String> protocols() {
        return protocols;
    }

    /**
     * Sets the protocol versions allowed, by their JDK names.
     *
     * @param value the value
     * @return a changed copy
     */
    public TlsOptions protocols(List<String> value) {
        TlsOptions copy = copy();
        copy.protocols = List.copyOf(value);
        return copy;
    }

    /**
     * Returns the cipher suites allowed, by their JDK names, empty for the JDK's defaults.
     *
     * @return the value
     */
    public List<String> cipherSuites() {
        return cipherSuites;
    }

    /**
     * Sets the cipher suites allowed, by their JDK names, empty for the JDK's defaults.
     *
     * @param value the value
     * @return a changed copy
     */
    public TlsOptions cipherSuites(List<String> value) {
        TlsOptions copy = copy();
        copy.cipherSuites = List.copyOf(value);
        return copy;
    }

    private TlsOptions copy() {
        try {
            return (TlsOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
