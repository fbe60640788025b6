package io.amqp10;

import io.amqp10.internal.Containers;
import io.amqp10.types.Symbol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection goes to and how it works.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class ConnectionOptions implements Cloneable {

    /** The default of {@link #connectTimeout()}. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** The default of {@link #openTimeout()}. */
    public static final Duration DEFAULT_OPEN_TIMEOUT = Duration.ofSeconds(30);

    /** The default of {@link #closeTimeout()}. */
    public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);

    /** The default of {@link #idleTimeout()}. */
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(60);

    /** The default of {@link #maxFrameSize()}: 128 KiB. */
    public static final int DEFAULT_MAX_FRAME_SIZE = 128 * 1024;

    /** The default of {@link #channelMax()}. */
    public static final int DEFAULT_CHANNEL_MAX = 2047;

    private List<Endpoint> endpoints;

    private @Nullable String user;
    private @Nullable String password;
    private @Nullable Supplier<String> tokenSupplier;
    private @Nullable String virtualHost;
    private TlsOptions tls = TlsOptions.DEFAULT;
    private @Nullable ProxyOptions proxy;
    private List<String> saslMechanisms = List.of();
    private boolean allowPlainWithoutTls = false;
    private ReconnectOptions reconnect = ReconnectOptions.DEFAULT;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private Duration openTimeout = DEFAULT_OPEN_TIMEOUT;
    private Duration closeTimeout = DEFAULT_CLOSE_TIMEOUT;
    private Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
    private int maxFrameSize = DEFAULT_MAX_FRAME_SIZE;
    private int channelMax = DEFAULT_CHANNEL_MAX;
    private SessionOptions session = SessionOptions.DEFAULT;
    private @Nullable MessagingHandler handler;
    private List<Symbol> desiredCapabilities = List.of();
    private List<Symbol> offeredCapabilities = List.of();
    private Map<Symbol, @Nullable Object> properties = Map.of();
    private LinkAcceptor linkAcceptor = LinkAcceptor.NONE;
    private @Nullable LinkGate linkGate;
    private @Nullable SoleConnection soleConnection;
    private RedirectPolicy redirects = RedirectPolicy.NONE;
    private PeerLimits limits = PeerLimits.DEFAULT;
    private boolean traceFrames = false;

    private ConnectionOptions(List<Endpoint> endpoints) {
        this.endpoints = List.copyOf(endpoints);
        this.user = endpoints.get(0).user();
        this.password = endpoints.get(0).password();
    }

    /**
     * Starts with every option at its default.
     *
     * @param uris one or more of {@code amqp://user:password@host:port}, {@code amqps://host}, {@code host:port},
     *     {@code host}, or, for AMQP over WebSocket, {@code amqpws://host:port/path} and {@code amqpwss://host/path};
     *     several may also stand in one text, separated by commas. They are tried in this order, and credentials
     *     are taken from the first. The default port is 5672, for {@code amqps} 5671, for {@code amqpws} 80, for
     *     {@code amqpwss} 443.
     * @return the options
     * @throws IllegalArgumentException if one is malformed or there is none
     */
    public static ConnectionOptions of(String... uris) {
        List<Endpoint> endpoints = new ArrayList<>();
        Arrays.stream(uris)
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(String::strip)
                .forEach(uri -> endpoints.add(Endpoint.parse(uri)));
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("no host to connect to is given");
        }
        return new ConnectionOptions(endpoints);
    }

    /**
     * Returns the hosts.
     *
     * @return at least one, in the order in which they are tried
     */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /**
     * Sets the host, without taking credentials from it.
     *
     * @param value the only host
     * @return a changed copy
     */
    public ConnectionOptions endpoint(Endpoint value) {
        ConnectionOptions copy = copy();
        copy.endpoints = List.of(value);
        return copy;
    }

    /** Does not show the password. */
    @Override
    public String toString() {
        return "ConnectionOptions[endpoints=" + endpoints + ", user=" + user + "]";
    }

    /**
     * Returns the user to authenticate as, null to do so anonymously or by client certificate.
     *
     * @return the value
     */
    public @Nullable String user() {
        return user;
    }

    /**
     * Sets the user to authenticate as, null to do so anonymously or by client certificate.
     * The default is the URI's.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions user(@Nullable String value) {
        ConnectionOptions copy = copy();
        copy.user = value;
        return copy;
    }

    /**
     * Returns the user's password.
     *
     * @return the value
     */
    public @Nullable String password() {
        return password;
    }

    /**
     * Sets the user's password.
     * The default is the URI's.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions password(@Nullable String value) {
        ConnectionOptions copy = copy();
        copy.password = value;
        return copy;
    }

    /**
     * Returns who gives tokens of OAuth 2 to authenticate with, null for nobody.
     *
     * @return the value
     */
    public @Nullable Supplier<String> tokenSupplier() {
        return tokenSupplier;
    }

    /**
     * Sets who gives tokens of OAuth 2 to authenticate with, by the mechanisms OAUTHBEARER or XOAUTH2; null for nobody.
     * It is called for each try to connect, on a thread that may block, and should give a token that has not expired. When
     * it throws, the try has failed and another follows. With it, a password is not used unless
     * {@link #saslMechanisms(List)} names its mechanism; a user is whom the client wants to act as. Tokens are not sent
     * without TLS to another machine unless {@link #allowPlainWithoutTls(boolean)} says so, and never logged. Since a token
     * seldom fits into the 512 octets that the standard gives a SASL frame, up to 16384 are used for it.
     *
     * @param value the value
     * @return a changed copy
     * @see "RFC 7628"
     */
    public ConnectionOptions tokenSupplier(@Nullable Supplier<String> value) {
        ConnectionOptions copy = copy();
        copy.tokenSupplier = value;
        return copy;
    }

    /**
     * Returns the hostname of the open and the SASL init, null for the host that is connected to.
     *
     * @return the value
     */
    public @Nullable String virtualHost() {
        return virtualHost;
    }

    /**
     * Sets the hostname of the open and the SASL init, null for the host that is connected to.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions virtualHost(@Nullable String value) {
        ConnectionOptions copy = copy();
        copy.virtualHost = value;
        return copy;
    }

    /**
     * Returns how TLS works for hosts with the scheme {@code amqps} or {@code amqpwss}.
     *
     * @return the value
     */
    public TlsOptions tls() {
        return tls;
    }

    /**
     * Sets how TLS works for hosts with the scheme {@code amqps} or {@code amqpwss}.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions tls(TlsOptions value) {
        ConnectionOptions copy = copy();
        copy.tls = value;
        return copy;
    }

    /**
     * Returns the proxy to connect through, null for none.
     *
     * @return the value
     */
    public @Nullable ProxyOptions proxy() {
        return proxy;
    }

    /**
     * Sets the proxy to connect through, null for none.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions proxy(@Nullable ProxyOptions value) {
        ConnectionOptions copy = copy();
        copy.proxy = value;
        return copy;
    }

    /**
     * Returns the SASL mechanisms allowed, empty for all: the strongest that the peer offers is taken.
     *
     * @return the value
     */
    public List<String> saslMechanisms() {
        return saslMechanisms;
    }

    /**
     * Sets the SASL mechanisms allowed, empty for all: the strongest that the peer offers is taken.
     *
     * @param value the names as registered, in capitals or not
     * @return a changed copy
     * @throws IllegalArgumentException if this library has no mechanism of one of these names
     */
    public ConnectionOptions saslMechanisms(List<String> value) {
        ConnectionOptions copy = copy();
        copy.saslMechanisms = Containers.saslMechanisms(value);
        return copy;
    }

    /**
     * Returns whether the password may be sent over plain TCP to a host that is not this machine.
     *
     * @return the value
     */
    public boolean allowPlainWithoutTls() {
        return allowPlainWithoutTls;
    }

    /**
     * Sets whether the password may be sent over plain TCP to a host that is not this machine.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions allowPlainWithoutTls(boolean value) {
        ConnectionOptions copy = copy();
        copy.allowPlainWithoutTls = value;
        return copy;
    }

    /**
     * Returns whether and how to try again.
     *
     * @return the value
     */
    public ReconnectOptions reconnect() {
        return reconnect;
    }

    /**
     * Sets whether and how to try again.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions reconnect(ReconnectOptions value) {
        ConnectionOptions copy = copy();
        copy.reconnect = value;
        return copy;
    }

    /**
     * Returns how long one try may take from the first packet to the peer's open.
     *
     * @return the value
     */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /**
     * Sets how long one try may take from the first packet to the peer's open.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ConnectionOptions connectTimeout(Duration value) {
        Checks.positive("connectTimeout", value);
        ConnectionOptions copy = copy();
        copy.connectTimeout = value;
        return copy;
    }

    /**
     * Returns how long {@code awaitOpen} waits.
     *
     * @return the value
     */
    public Duration openTimeout() {
        return openTimeout;
    }

    /**
     * Sets how long {@code awaitOpen} waits.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ConnectionOptions openTimeout(Duration value) {
        Checks.positive("openTimeout", value);
        ConnectionOptions copy = copy();
        copy.openTimeout = value;
        return copy;
    }

    /**
     * Returns how long closing waits for the peer.
     *
     * @return the value
     */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /**
     * Sets how long closing waits for the peer.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ConnectionOptions closeTimeout(Duration value) {
        Checks.positive("closeTimeout", value);
        ConnectionOptions copy = copy();
        copy.closeTimeout = value;
        return copy;
    }

    /**
     * Returns after how long without a sign of life the peer counts as gone, zero for never.
     *
     * @return the value
     */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * Sets after how long without a sign of life the peer counts as gone, zero for never.
     * The peer is told half of it. While so much waits to be written that nothing is read, {@link PeerLimits#writeStallTimeout}
     * counts in its place.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ConnectionOptions idleTimeout(Duration value) {
        Checks.notNegative("idleTimeout", value);
        ConnectionOptions copy = copy();
        copy.idleTimeout = value;
        return copy;
    }

    /**
     * Returns the largest frame that is taken, in octets.
     *
     * @return the value
     */
    public int maxFrameSize() {
        return maxFrameSize;
    }

    /**
     * Sets the largest frame that is taken, in octets.
     * At least 512.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ConnectionOptions maxFrameSize(int value) {
        Checks.range("maxFrameSize", value, 512, Integer.MAX_VALUE);
        ConnectionOptions copy = copy();
        copy.maxFrameSize = value;
        return copy;
    }

    /**
     * Returns the highest channel, which limits the number of sessions.
     *
     * @return the value
     */
    public int channelMax() {
        return channelMax;
    }

    /**
     * Sets the highest channel, which limits the number of sessions.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ConnectionOptions channelMax(int value) {
        Checks.range("channelMax", value, 0, 65535);
        ConnectionOptions copy = copy();
        copy.channelMax = value;
        return copy;
    }

    /**
     * Returns how the connection's own session works.
     *
     * @return the value
     */
    public SessionOptions session() {
        return session;
    }

    /**
     * Sets how the connection's own session works.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions session(SessionOptions value) {
        ConnectionOptions copy = copy();
        copy.session = value;
        return copy;
    }

    /**
     * Returns the handler for the connection and its links, null for the container's.
     *
     * @return the value
     */
    public @Nullable MessagingHandler handler() {
        return handler;
    }

    /**
     * Sets the handler for the connection and its links, null for the container's.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions handler(@Nullable MessagingHandler value) {
        ConnectionOptions copy = copy();
        copy.handler = value;
        return copy;
    }

    /**
     * Returns the connection capabilities that the peer should have.
     *
     * @return the value
     */
    public List<Symbol> desiredCapabilities() {
        return desiredCapabilities;
    }

    /**
     * Sets the connection capabilities that the peer should have.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions desiredCapabilities(List<Symbol> value) {
        ConnectionOptions copy = copy();
        copy.desiredCapabilities = List.copyOf(value);
        return copy;
    }

    /**
     * Returns the connection capabilities that this end has.
     *
     * @return the value
     */
    public List<Symbol> offeredCapabilities() {
        return offeredCapabilities;
    }

    /**
     * Sets the connection capabilities that this end has.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions offeredCapabilities(List<Symbol> value) {
        ConnectionOptions copy = copy();
        copy.offeredCapabilities = List.copyOf(value);
        return copy;
    }

    /**
     * Returns the connection properties besides product, version and platform.
     *
     * @return the value
     */
    public Map<Symbol, @Nullable Object> properties() {
        return properties;
    }

    /**
     * Sets the connection properties besides product, version and platform.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions properties(Map<Symbol, @Nullable Object> value) {
        ConnectionOptions copy = copy();
        copy.properties = Collections.unmodifiableMap(new LinkedHashMap<>(value));
        return copy;
    }

    /**
     * Returns whether the peer shall let this container have this connection only, null for as many as it wants.
     *
     * @return the value
     */
    public @Nullable SoleConnection soleConnection() {
        return soleConnection;
    }

    /**
     * Sets whether the peer shall let this container have this connection only, null for as many as it wants.
     * A peer that cannot do so ends the connection with {@link GuaranteeNotSupportedException}.
     *
     * @param value what to do with a second one
     * @return a changed copy
     * @see "AMQP Enforcing Connection Uniqueness 1.0"
     */
    public ConnectionOptions soleConnection(@Nullable SoleConnection value) {
        ConnectionOptions copy = copy();
        copy.soleConnection = value;
        return copy;
    }

    /**
     * Returns which redirects of the peer are followed.
     *
     * @return the value
     */
    public RedirectPolicy redirects() {
        return redirects;
    }

    /**
     * Sets which redirects of the peer are followed; none is by default.
     *
     * <p>A connection that the peer closes with {@code amqp:connection:redirect} goes to the host named, with its links, also
     * where {@link #reconnect(ReconnectOptions)} is off; when it cannot be made there or breaks, the hosts of these options
     * are tried again. A link that the peer refuses or detaches with {@code amqp:link:redirect} is attached where that says:
     * to another node on the same connection, or on a connection of its own to another host, with these options but for link
     * gate and handler. Links that go to the same host share it, it is closed after them, {@link Container#connections()}
     * lists it, and if it is lost they go back to where they came from. What is not followed, because of the policy, a loop
     * or lacking facts, ends the connection with {@link ConnectionLostException}, or the link with
     * {@link LinkRefusedException}; the condition is the peer's.
     *
     * @param value the value
     * @return a changed copy
     * @see "AMQP 1.0 §2.8.16, §2.8.18"
     */
    public ConnectionOptions redirects(RedirectPolicy value) {
        ConnectionOptions copy = copy();
        copy.redirects = value;
        return copy;
    }

    /**
     * Returns what links wait for each time the connection is open, null for nothing.
     *
     * @return the value
     */
    public @Nullable LinkGate linkGate() {
        return linkGate;
    }

    /**
     * Sets what links wait for each time the connection is open, null for nothing.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions linkGate(@Nullable LinkGate value) {
        ConnectionOptions copy = copy();
        copy.linkGate = value;
        return copy;
    }

    /**
     * Returns who decides about links that the peer opens to us.
     *
     * @return the value
     */
    public LinkAcceptor linkAcceptor() {
        return linkAcceptor;
    }

    /**
     * Sets who decides about links that the peer opens to us. When the connection breaks such links are closed, also where
     * it is made again: the peer is to open them anew.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions linkAcceptor(LinkAcceptor value) {
        ConnectionOptions copy = copy();
        copy.linkAcceptor = value;
        return copy;
    }

    /**
     * Returns what the peer may make us hold or do.
     *
     * @return the value
     */
    public PeerLimits limits() {
        return limits;
    }

    /**
     * Sets what the peer may make us hold or do.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions limits(PeerLimits value) {
        ConnectionOptions copy = copy();
        copy.limits = value;
        return copy;
    }

    /**
     * Returns whether each frame is logged, on the logger {@code io.amqp10.frames} at level INFO.
     *
     * @return the value
     */
    public boolean traceFrames() {
        return traceFrames;
    }

    /**
     * Sets whether each frame is logged, on the logger {@code io.amqp10.frames} at level INFO.
     *
     * @param value the value
     * @return a changed copy
     */
    public ConnectionOptions traceFrames(boolean value) {
        ConnectionOptions copy = copy();
        copy.traceFrames = value;
        return copy;
    }

    private ConnectionOptions copy() {
        try {
            return (ConnectionOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
