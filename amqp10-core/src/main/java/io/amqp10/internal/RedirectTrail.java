package io.amqp10.internal;

import io.amqp10.Endpoint;
import io.amqp10.RedirectPolicy;
import io.amqp10.types.Redirect;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The redirects that a connection or link has followed one after the other, which must not go on for ever. */
final class RedirectTrail {

    /**
     * Where a redirect leads to.
     *
     * @param endpoint what to connect to, without credentials, with TLS and WebSocket as where it comes from
     * @param hostname what open, SASL and TLS are to name, null for the host that is connected to
     */
    record Hop(Endpoint endpoint, @Nullable String hostname) {

        static Hop of(Redirect to, Endpoint from) {
            String named = to.networkHost() != null ? to.networkHost() : to.hostname();
            String host = named == null ? from.host() : unbracketed(named);
            boolean same = host.equalsIgnoreCase(from.host());
            int port = to.port() != 0 ? to.port() : same ? from.port() : defaultPort(from);
            return new Hop(
                    new Endpoint(host, port, from.tls(), null, null, from.webSocketPath()),
                    to.hostname() == null ? null : unbracketed(to.hostname()));
        }

        private static String unbracketed(String host) {
            return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        }

        private static int defaultPort(Endpoint like) {
            if (like.webSocketPath() != null) {
                return like.tls() ? Endpoint.DEFAULT_WEB_SOCKET_TLS_PORT : Endpoint.DEFAULT_WEB_SOCKET_PORT;
            }
            return like.tls() ? Endpoint.DEFAULT_TLS_PORT : Endpoint.DEFAULT_PORT;
        }

        /** Tells whether it leads to what is connected to already. */
        boolean leadsTo(Endpoint present, String presentHostname) {
            return endpoint.host().equalsIgnoreCase(present.host())
                    && endpoint.port() == present.port()
                    && (hostname == null || hostname.equalsIgnoreCase(presentHostname));
        }
    }

    private final List<String> places = new ArrayList<>();

    /** Forgets what was followed: something worked, or failed otherwise, in between. */
    void clear() {
        places.clear();
    }

    /**
     * Takes a step.
     *
     * @param place where to, for people
     * @param known whether it is where we are already, so that nobody has to allow it
     * @return why it must not be taken, null if it may
     */
    @Nullable
    String step(Hop hop, String place, boolean known, RedirectPolicy policy) {
        if (!known && !policy.allows(hop.endpoint().host(), hop.endpoint().port())) {
            return "not followed, since " + Errors.printable(hop.endpoint().hostAndPort())
                    + " is not among the hosts that RedirectPolicy allows";
        }
        String hostname = hop.hostname();
        if (!known && hostname != null && !policy.allows(hostname, 0)) {
            return "not followed, since the hostname " + Errors.printable(hostname)
                    + " is not among the hosts that RedirectPolicy allows";
        }
        if (places.size() >= policy.maxHops()) {
            return "not followed after " + places.size() + " redirects in a row, more than which maxHops of"
                    + " RedirectPolicy does not allow: to " + Errors.printable(String.join(", ", places));
        }
        places.add(place);
        return null;
    }
}
