package io.amqp10.types;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer says that a container, or a node of it, is reached: what comes with {@link ConnectionError#REDIRECT} and
 * {@link LinkError#REDIRECT}. It is the peer's word only. A {@code RedirectPolicy} of the connection's options has it
 * followed to hosts that are named there. Who follows it otherwise should check that the host may be connected to at all, keep
 * TLS, and not hand credentials to a host that they were not meant for.
 *
 * @param hostname what the open, SASL and TLS are to name as the host; null if not said
 * @param networkHost the DNS name or address to connect to; null if not said
 * @param port the port to connect to, 0 if not said or out of range
 * @param address the address of the node there; null for a connection, or if not said
 * @see "AMQP 1.0 §2.8.16, §2.8.18"
 */
public record Redirect(
        @Nullable String hostname,
        @Nullable String networkHost,
        int port,
        @Nullable String address) {

    private static final Symbol HOSTNAME = Symbol.of("hostname");
    private static final Symbol NETWORK_HOST = Symbol.of("network-host");
    private static final Symbol PORT = Symbol.of("port");
    private static final Symbol ADDRESS = Symbol.of("address");
    private static final int MAX_PORT = 0xffff;

    /**
     * Reads the facts of an error. The standard leaves their types open, so that any kind of whole number is taken as a
     * port, and symbols as well as strings as texts; what is of another type counts as not said.
     *
     * @param error what a peer said, may be null
     * @return where to go, null if the error is no redirect
     */
    public static @Nullable Redirect of(@Nullable ErrorCondition error) {
        if (error == null) {
            return null;
        }
        boolean link = error.condition().equals(LinkError.REDIRECT);
        if (!link && !error.condition().equals(ConnectionError.REDIRECT)) {
            return null;
        }
        return new Redirect(
                text(error.info().get(HOSTNAME)),
                text(error.info().get(NETWORK_HOST)),
                port(error.info().get(PORT)),
                link ? text(error.info().get(ADDRESS)) : null);
    }

    /**
     * Returns what refuses or detaches a link, so that its peer looks for the node there.
     *
     * @param description text for people, or null
     * @return an error condition with what is said here as its facts
     */
    public ErrorCondition toLinkError(@Nullable String description) {
        return new ErrorCondition(LinkError.REDIRECT, description, facts(true));
    }

    /**
     * Returns what closes a connection, so that its peer looks for the container there. The address is left out.
     *
     * @param description text for people, or null
     * @return an error condition with what is said here as its facts
     */
    public ErrorCondition toConnectionError(@Nullable String description) {
        return new ErrorCondition(ConnectionError.REDIRECT, description, facts(false));
    }

    private Map<Symbol, @Nullable Object> facts(boolean ofLink) {
        Map<Symbol, @Nullable Object> facts = new LinkedHashMap<>();
        if (hostname != null) {
            facts.put(HOSTNAME, hostname);
        }
        if (networkHost != null) {
            facts.put(NETWORK_HOST, networkHost);
        }
        if (port != 0) {
            facts.put(PORT, UnsignedShort.of(port));
        }
        if (ofLink && address != null) {
            facts.put(ADDRESS, address);
        }
        return facts;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String || value instanceof Symbol ? value.toString() : null;
    }

    private static int port(@Nullable Object value) {
        long port = 0;
        if (value instanceof Number number) {
            port = number.longValue();
        } else if (value instanceof UnsignedShort number) {
            port = number.value();
        } else if (value instanceof UnsignedInteger number) {
            port = number.value();
        } else if (value instanceof UnsignedLong number) {
            port = number.bits();
        }
        return port < 0 || port > MAX_PORT ? 0 : (int) port;
    }
}
