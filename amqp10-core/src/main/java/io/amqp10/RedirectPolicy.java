package io.amqp10;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a connection goes where a peer sends it, or one of its links, by {@code amqp:connection:redirect} or
 * {@code amqp:link:redirect}. Off unless hosts are named: a redirect is a stranger's word about where our credentials and
 * messages are to go.
 *
 * <p>A host that is not named here is never connected to, so it gets no credentials. TLS, WebSocket and proxy stay as they
 * are: a connection with TLS is followed with TLS only, and the certificate must be made for the hostname of the redirect, or
 * the network-host if it says none. What is not followed ends as it would without a policy, and the error says why.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 *
 * @see "AMQP 1.0 §2.8.16, §2.8.18"
 */
public final class RedirectPolicy {

    /** The default of {@link #maxHops()}. */
    public static final int DEFAULT_MAX_HOPS = 5;

    /** Follows nothing. */
    public static final RedirectPolicy NONE = new RedirectPolicy(List.of(), DEFAULT_MAX_HOPS);

    private static final Pattern ENTRY =
            Pattern.compile("(\\*\\.)?(?:[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9._-]*[a-z0-9])?|[0-9a-f]*:[0-9a-f:.]+");

    private final List<String> hosts;
    private final int maxHops;

    private RedirectPolicy(List<String> hosts, int maxHops) {
        this.hosts = hosts;
        this.maxHops = maxHops;
    }

    /**
     * Follows redirects to some hosts.
     *
     * @param hosts each {@code host}, {@code host:port}, {@code [::1]}, or {@code *.domain} for all hosts below a domain, but
     *     not itself; without a port for each port. Both the network-host and, if it is said, the hostname of a redirect must
     *     be among them, by the text that the peer says: no name is resolved to compare addresses. A port counts for the
     *     network-host only
     * @return the policy
     * @throws IllegalArgumentException if one is malformed, or there is none
     */
    public static RedirectPolicy toHosts(String... hosts) {
        List<String> entries =
                Arrays.stream(hosts).map(host -> host.toLowerCase(Locale.ROOT)).toList();
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("no host is named that may be redirected to; NONE follows nothing");
        }
        for (String entry : entries) {
            if (!ENTRY.matcher(entry).matches()) {
                throw new IllegalArgumentException(
                        "not a host: '" + entry + "'; expected host, host:port, [address]:port or *.domain");
            }
        }
        return new RedirectPolicy(entries, DEFAULT_MAX_HOPS);
    }

    /**
     * Sets how many redirects are followed one after the other. Their number starts anew after a connection or link has
     * worked for some seconds, or a try has failed by something else.
     *
     * @param value from 1 to 100
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public RedirectPolicy maxHops(int value) {
        Checks.range("maxHops", value, 1, 100);
        return new RedirectPolicy(hosts, value);
    }

    /**
     * Returns the hosts that may be redirected to.
     *
     * @return in lower case; empty if nothing is followed
     */
    public List<String> hosts() {
        return hosts;
    }

    /**
     * Returns how many redirects are followed one after the other.
     *
     * @return the number
     */
    public int maxHops() {
        return maxHops;
    }

    /**
     * Tells whether a host may be connected to because a peer says so.
     *
     * @param host its name or address
     * @param port the port, or 0 for a name that is only shown, in the open and to TLS, to whom is connected to
     * @return whether it may be
     */
    public boolean allows(String host, int port) {
        String name = host.toLowerCase(Locale.ROOT);
        return HOST.matcher(name).matches() && hosts.stream().anyMatch(entry -> matches(entry, name, port));
    }

    private static boolean matches(String entry, String name, int port) {
        int colon = entry.endsWith("]") ? -1 : entry.lastIndexOf(':');
        String allowed = colon < 0 ? entry : entry.substring(0, colon);
        if (colon >= 0 && port != 0 && Integer.parseInt(entry.substring(colon + 1)) != port) {
            return false;
        }
        if (allowed.startsWith("[")) {
            return name.equals(allowed.substring(1, allowed.length() - 1));
        }
        return allowed.startsWith("*.")
                ? name.endsWith(allowed.substring(1)) && name.length() > allowed.length() - 1
                : name.equals(allowed);
    }

    @Override
    public String toString() {
        return hosts.isEmpty() ? "RedirectPolicy[NONE]" : "RedirectPolicy" + hosts + ", at most " + maxHops + " hops";
    }
}
