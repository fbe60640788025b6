package io.amqp10.engine.sasl;

import io.amqp10.types.Symbol;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A way to authenticate. The constants stand in the order of preference, the strongest first. */
public enum SaslMechanism {
    /** Salted challenge and response on SHA-512; proves both ends to each other without showing the password. */
    SCRAM_SHA_512("SCRAM-SHA-512", "SHA-512", 64),

    /**
     * The same on SHA-256.
     *
     * @see "RFC 7677"
     */
    SCRAM_SHA_256("SCRAM-SHA-256", "SHA-256", 32),

    /**
     * The same on SHA-1.
     *
     * @see "RFC 5802"
     */
    SCRAM_SHA_1("SCRAM-SHA-1", "SHA-1", 20),

    /**
     * What the layer below has proved: the certificate that the client showed in the TLS handshake.
     *
     * @see "RFC 4422, appendix A"
     */
    EXTERNAL("EXTERNAL", null, 0),

    /**
     * A token of OAuth 2, to be used inside TLS.
     *
     * @see "RFC 7628"
     */
    OAUTHBEARER("OAUTHBEARER", null, 0),

    /** A token of OAuth 2 in the way that was used before it was standardized, to be used inside TLS. */
    XOAUTH2("XOAUTH2", null, 0),

    /**
     * User and password in the clear, to be used inside TLS.
     *
     * @see "RFC 4616"
     */
    PLAIN("PLAIN", null, 0),

    /**
     * No proof at all.
     *
     * @see "RFC 4505"
     */
    ANONYMOUS("ANONYMOUS", null, 0);

    private final Symbol symbol;
    private final @Nullable String digest;
    private final int digestLength;

    SaslMechanism(String name, @Nullable String digest, int digestLength) {
        this.symbol = Symbol.of(name);
        this.digest = digest;
        this.digestLength = digestLength;
    }

    /**
     * Returns the name on the wire.
     *
     * @return the name, such as {@code SCRAM-SHA-256}
     */
    public Symbol symbol() {
        return symbol;
    }

    /**
     * Tells whether this is one of the SCRAM family.
     *
     * @return whether it is
     */
    public boolean isScram() {
        return digest != null;
    }

    /**
     * Tells whether this is one of those that show a token of OAuth 2.
     *
     * @return whether it is
     */
    public boolean isBearer() {
        return this == OAUTHBEARER || this == XOAUTH2;
    }

    /**
     * Finds a mechanism by its name.
     *
     * @param name the name on the wire, in capitals as registered
     * @return the mechanism, null if this library has none of that name
     */
    public static @Nullable SaslMechanism find(String name) {
        for (SaslMechanism mechanism : values()) {
            if (mechanism.symbol.toString().equals(name)) {
                return mechanism;
            }
        }
        return null;
    }

    /**
     * Finds several mechanisms by their names.
     *
     * @param names the names on the wire, in capitals or not
     * @return the mechanisms in the same order
     * @throws IllegalArgumentException if this library has none of one of these names
     */
    public static List<SaslMechanism> parse(List<String> names) {
        return names.stream()
                .map(name -> {
                    SaslMechanism mechanism = find(name.toUpperCase(Locale.ROOT));
                    if (mechanism == null) {
                        throw new IllegalArgumentException(
                                "there is no SASL mechanism " + name + "; there are " + List.of(values()));
                    }
                    return mechanism;
                })
                .toList();
    }

    String digest() {
        if (digest == null) {
            throw new IllegalStateException(symbol + " has no digest");
        }
        return digest;
    }

    int digestLength() {
        return digestLength;
    }

    /** Returns the name on the wire. */
    @Override
    public String toString() {
        return symbol.toString();
    }
}
