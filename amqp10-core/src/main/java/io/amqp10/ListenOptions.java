package io.amqp10;

import io.amqp10.internal.Containers;
import io.amqp10.types.Symbol;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a container listens and what it lets in.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class ListenOptions implements Cloneable {

    /** The default of {@link #handshakeTimeout()}. */
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    /** The default of {@link #maxConnections()}. */
    public static final int DEFAULT_MAX_CONNECTIONS = 10_000;

    /** The default of {@link #maxHandshakes()}. */
    public static final int DEFAULT_MAX_HANDSHAKES = 1_000;

    private final Endpoint endpoint;

    private TlsOptions tls = TlsOptions.DEFAULT;
    private boolean allowAnonymous = true;
    private Map<String, String> users = Map.of();
    private @Nullable PasswordVerifier passwordVerifier;
    private @Nullable ScramStore scramStore;
    private @Nullable CertificateVerifier certificateVerifier;
    private @Nullable Function<String, @Nullable String> tokenVerifier;
    private List<String> saslMechanisms = List.of();
    private boolean allowPlainWithoutTls = false;
    private @Nullable MessagingHandler handler;
    private @Nullable ConnectionAcceptor connectionAcceptor;
    private @Nullable SessionAcceptor sessionAcceptor;
    private SessionOptions sessionOptions = SessionOptions.DEFAULT;
    private LinkAcceptor linkAcceptor = LinkAcceptor.ALL;
    private @Nullable TransactionCoordinator transactions;
    private Duration handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT;
    private Duration closeTimeout = ConnectionOptions.DEFAULT_CLOSE_TIMEOUT;
    private Duration idleTimeout = ConnectionOptions.DEFAULT_IDLE_TIMEOUT;
    private int maxFrameSize = ConnectionOptions.DEFAULT_MAX_FRAME_SIZE;
    private int channelMax = ConnectionOptions.DEFAULT_CHANNEL_MAX;
    private int maxConnections = DEFAULT_MAX_CONNECTIONS;
    private int maxHandshakes = DEFAULT_MAX_HANDSHAKES;
    private PeerLimits limits = PeerLimits.DEFAULT;
    private boolean soleConnections = false;
    private List<Symbol> offeredCapabilities = List.of();
    private List<Symbol> desiredCapabilities = List.of();
    private Map<Symbol, @Nullable Object> properties = Map.of();
    private boolean traceFrames = false;

    private ListenOptions(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Starts with every option at its default.
     *
     * @param uri {@code amqp://host:port}, {@code amqps://host:port}, {@code host:port}, or, for AMQP over WebSocket,
     *     {@code amqpws://host:port/path} or {@code amqpwss://host:port/path}; the host is the local address to bind,
     *     {@code 0.0.0.0} for all; port 0 takes a free one; a WebSocket without a path is given to clients that ask for any
     * @return the options
     * @throws IllegalArgumentException if it is malformed
     */
    public static ListenOptions of(String uri) {
        return new ListenOptions(Endpoint.parse(uri));
    }

    /**
     * Returns where to listen.
     *
     * @return the local address
     */
    public Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Returns how TLS works if the scheme is {@code amqps} or {@code amqpwss}.
     *
     * @return the value
     */
    public TlsOptions tls() {
        return tls;
    }

    /**
     * Sets how TLS works if the scheme is {@code amqps} or {@code amqpwss}.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenOptions tls(TlsOptions value) {
        ListenOptions copy = copy();
        copy.tls = value;
        return copy;
    }

    /**
     * Returns whether peers may connect without credentials.
     *
     * @return the value
     */
    public boolean allowAnonymous() {
        return allowAnonymous;
    }

    /**
     * Sets whether peers may connect without credentials.
     * Setting {@link #users(Map)} sets it to false.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenOptions allowAnonymous(boolean value) {
        ListenOptions copy = copy();
        copy.allowAnonymous = value;
        return copy;
    }

    /**
     * Returns the passwords of the users who may connect, by name.
     *
     * @return the value
     */
    public Map<String, String> users() {
        return users;
    }

    /**
     * Sets the passwords of the users who may connect, by name.
     * With users, the mechanisms PLAIN (only with TLS or from this machine) and SCRAM are offered, and anonymous peers are
     * no longer let in unless {@link #allowAnonymous(boolean)} is called afterwards.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenOptions users(Map<String, String> value) {
        ListenOptions copy = copy();
        copy.users = Collections.unmodifiableMap(new LinkedHashMap<>(value));
        copy.allowAnonymous = !copy.knowsUsers();
        return copy;
    }

    /**
     * Returns who checks passwords beside {@link #users()}, null for nobody.
     *
     * @return the value
     */
    public @Nullable PasswordVerifier passwordVerifier() {
        return passwordVerifier;
    }

    /**
     * Sets who checks passwords beside {@link #users()}, null for nobody.
     * With it, the mechanism PLAIN is offered (only with TLS or to peers on this machine, unless
     * {@link #allowPlainWithoutTls(boolean)} says otherwise), and anonymous peers are no longer let in unless
     * {@link #allowAnonymous(boolean)} is called afterwards. It is asked about those whom neither the users nor the
     * {@link #scramStore()} let in.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenOptions passwordVerifier(@Nullable PasswordVerifier value) {
        ListenOptions copy = copy();
        copy.passwordVerifier = value;
        copy.allowAnonymous = !copy.knowsUsers();
        return copy;
    }

    /**
     * Returns who keeps keys of passwords beside {@link #users()}, null for nobody.
     *
     * @return the value
     */
    public @Nullable ScramStore scramStore() {
        return scramStore;
    }

    /**
     * Sets who keeps keys of passwords beside {@link #users()}, null for nobody.
     * With it, its mechanisms of the SCRAM family are offered, and PLAIN (only with TLS or to peers on this machine, unless
     * {@link #allowPlainWithoutTls(boolean)} says otherwise), where the password that is shown is checked by the same keys;
     * anonymous peers are no longer let in unless {@link #allowAnonymous(boolean)} is called afterwards.
     *
     * @param value the value
     * @return a changed copy
     * @see "RFC 5802"
     */
    public ListenOptions scramStore(@Nullable ScramStore value) {
        ListenOptions copy = copy();
        copy.scramStore = value;
        copy.allowAnonymous = !copy.knowsUsers();
        return copy;
    }

    /**
     * Returns who knows which user a certificate stands for, null if it stands for its owner.
     *
     * @return the value
     */
    public @Nullable CertificateVerifier certificateVerifier() {
        return certificateVerifier;
    }

    /**
     * Sets who knows which user a certificate stands for, null if it stands for its owner: a peer then counts as the whole
     * distinguished name of the certificate's subject. Peers show certificates by the mechanism EXTERNAL, which is offered
     * to those of which {@link TlsOptions#clientAuth} got one. With a verifier anonymous peers are no longer let in unless
     * {@link #allowAnonymous(boolean)} is called afterwards.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenOptions certificateVerifier(@Nullable CertificateVerifier value) {
        ListenOptions copy = copy();
        copy.certificateVerifier = value;
        copy.allowAnonymous = !copy.knowsUsers();
        return copy;
    }

    /**
     * Returns who checks tokens of OAuth 2, null for nobody.
     *
     * @return the value
     */
    public @Nullable Function<String, @Nullable String> tokenVerifier() {
        return tokenVerifier;
    }

    /**
     * Sets who checks tokens of OAuth 2, null for nobody.
     * With it, the mechanisms OAUTHBEARER and XOAUTH2 are offered (only with TLS or to peers on this machine, unless
     * {@link #allowPlainWithoutTls(boolean)} says otherwise), and anonymous peers are no longer let in unless
     * {@link #allowAnonymous(boolean)} is called afterwards. It gets the token, on a thread that may block, several at a
     * time, and returns the name of the user, or null to refuse.
     *
     * @param value the value
     * @return a changed copy
     * @see "RFC 7628"
     */
    public ListenOptions tokenVerifier(@Nullable Function<String, @Nullable String> value) {
        ListenOptions copy = copy();
        copy.tokenVerifier = value;
        copy.allowAnonymous = !copy.knowsUsers();
        return copy;
    }

    private boolean knowsUsers() {
        return !users.isEmpty()
                || passwordVerifier != null
                || scramStore != null
                || certificateVerifier != null
                || tokenVerifier != null;
    }

    /**
     * Returns the SASL mechanisms offered, empty for all that the other options allow.
     *
     * @return the value
     */
    public List<String> saslMechanisms() {
        return saslMechanisms;
    }

    /**
     * Sets the SASL mechanisms offered, empty for all that the other options allow.
     *
     * @param value the names as registered, in capitals or not
     * @return a changed copy
     * @throws IllegalArgumentException if this library has no mechanism of one of these names
     */
    public ListenOptions saslMechanisms(List<String> value) {
        ListenOptions copy = copy();
        copy.saslMechanisms = Containers.saslMechanisms(value);
        return copy;
    }

    /**
     * Returns whether PLAIN is offered over plain TCP to peers that are not on this machine.
     *
     * @return the value
     */
    public boolean allowPlainWithoutTls() {
        return allowPlainWithoutTls;
    }

    /**
     * Sets whether PLAIN is offered over plain TCP to peers that are not on this machine.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenOptions allowPlainWithoutTls(boolean value) {
        ListenOptions copy = copy();
        copy.allowPlainWithoutTls = value;
        return copy;
    }

    /**
     * Returns the handler for connections made here and their links, null for the container's.
     *
     * @return the value
     */
    public @Nullable MessagingHandler handler() {
        return handler;
    }

    /**
     * Sets the handler for connections made here and their links, null for the container's.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenOptions handler(@Nullable MessagingHandler value) {
        ListenOptions copy = copy();
        copy.handler = value;
        return copy;
    }

    /**
     * Returns who decides about connections, null to accept all that authenticate.
     *
     * @return the value
     */
    public @Nullable ConnectionAcceptor connectionAcceptor() {
        return connectionAcceptor;
    }

    /**
     * Sets who decides about connections, null to accept all that authenticate.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenOptions connectionAcceptor(@Nullable ConnectionAcceptor value) {
        ListenOptions copy = copy();
        copy.connectionAcceptor = value;
        return copy;
    }

    /**
     * Returns who decides about sessions that peers begin, null to accept all.
     *
     * @return the value
     */
    public @Nullable SessionAcceptor sessionAcceptor() {
        return sessionAcceptor;
    }

    /**
     * Sets who decides about sessions that peers begin, null to accept all.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenOptions sessionAcceptor(@Nullable SessionAcceptor value) {
        ListenOptions copy = copy();
        copy.sessionAcceptor = value;
        return copy;
    }

    /**
     * Returns how sessions work that peers begin.
     *
     * @return the value
     */
    public SessionOptions sessionOptions() {
        return sessionOptions;
    }

    /**
     * Sets how sessions work that peers begin: their incoming window, highest handle, capabilities, properties and handler.
     * Nothing begins them again, and they wait for no {@link LinkGate}.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenOptions sessionOptions(SessionOptions value) {
        ListenOptions copy = copy();
        copy.sessionOptions = value;
        return copy;
    }

    /**
     * Returns who decides about links that peers open.
     *
     * @return the value
     */
    public LinkAcceptor linkAcceptor() {
        return linkAcceptor;
    }

    /**
     * Sets who decides about links that peers open.
     *
     * @param value the value
     * @return a changed copy
     */
    public ListenOptions linkAcceptor(LinkAcceptor value) {
        ListenOptions copy = copy();
        copy.linkAcceptor = value;
        return copy;
    }

    /**
     * Returns who coordinates the transactions of peers, null if they cannot declare any.
     *
     * @return the value
     */
    public @Nullable TransactionCoordinator transactions() {
        return transactions;
    }

    /**
     * Sets who coordinates the transactions of peers, null if they cannot declare any.
     *
     * @param value the value, {@link TransactionCoordinator#inMemory()} for example
     * @return a changed copy
     * @see "AMQP 1.0 §4"
     */
    public ListenOptions transactions(@Nullable TransactionCoordinator value) {
        ListenOptions copy = copy();
        copy.transactions = value;
        return copy;
    }

    /**
     * Returns how long a peer may take from connecting to its open.
     *
     * @return the value
     */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /**
     * Sets how long a peer may take from connecting to its open.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ListenOptions handshakeTimeout(Duration value) {
        Checks.positive("handshakeTimeout", value);
        ListenOptions copy = copy();
        copy.handshakeTimeout = value;
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
    public ListenOptions closeTimeout(Duration value) {
        Checks.positive("closeTimeout", value);
        ListenOptions copy = copy();
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
     * The peer is told half of it.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ListenOptions idleTimeout(Duration value) {
        Checks.notNegative("idleTimeout", value);
        ListenOptions copy = copy();
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
    public ListenOptions maxFrameSize(int value) {
        Checks.range("maxFrameSize", value, 512, Integer.MAX_VALUE);
        ListenOptions copy = copy();
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
    public ListenOptions channelMax(int value) {
        Checks.range("channelMax", value, 0, 65535);
        ListenOptions copy = copy();
        copy.channelMax = value;
        return copy;
    }

    /**
     * Returns how many connections may be open here at a time.
     *
     * @return the value
     */
    public int maxConnections() {
        return maxConnections;
    }

    /**
     * Sets how many connections may be open here at a time.
     * From 1 to 1000000; one more is closed at once.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ListenOptions maxConnections(int value) {
        Checks.range("maxConnections", value, 1, 1000000);
        ListenOptions copy = copy();
        copy.maxConnections = value;
        return copy;
    }

    /**
     * Returns how many connections may be here at a time whose peers have not sent their open.
     *
     * @return the value
     */
    public int maxHandshakes() {
        return maxHandshakes;
    }

    /**
     * Sets how many connections may be here at a time whose peers have not sent their open, so that those who never say who
     * they are cannot keep others out. They count against {@link #maxConnections()} too.
     * From 1 to 1000000; one more is closed at once.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ListenOptions maxHandshakes(int value) {
        Checks.range("maxHandshakes", value, 1, 1000000);
        ListenOptions copy = copy();
        copy.maxHandshakes = value;
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
    public ListenOptions limits(PeerLimits value) {
        ListenOptions copy = copy();
        copy.limits = value;
        return copy;
    }

    /**
     * Returns the connection capabilities that are offered to peers, besides those that follow from other options.
     *
     * @return the value
     */
    public List<Symbol> offeredCapabilities() {
        return offeredCapabilities;
    }

    /**
     * Sets the connection capabilities that are offered to peers, besides those that follow from other options.
     *
     * @param value the value
     * @return a changed copy
     * @see "AMQP 1.0 §2.7.1"
     */
    public ListenOptions offeredCapabilities(List<Symbol> value) {
        ListenOptions copy = copy();
        copy.offeredCapabilities = List.copyOf(value);
        return copy;
    }

    /**
     * Returns the connection capabilities that peers should have.
     *
     * @return the value
     */
    public List<Symbol> desiredCapabilities() {
        return desiredCapabilities;
    }

    /**
     * Sets the connection capabilities that peers should have. Which of them a peer has,
     * {@link Connection#remoteOfferedCapabilities()} tells.
     *
     * @param value the value
     * @return a changed copy
     * @see "AMQP 1.0 §2.7.1"
     */
    public ListenOptions desiredCapabilities(List<Symbol> value) {
        ListenOptions copy = copy();
        copy.desiredCapabilities = List.copyOf(value);
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
     * @see "AMQP 1.0 §2.7.1"
     */
    public ListenOptions properties(Map<Symbol, @Nullable Object> value) {
        ListenOptions copy = copy();
        copy.properties = Collections.unmodifiableMap(new LinkedHashMap<>(value));
        return copy;
    }

    /**
     * Returns whether a peer can ask to have one connection only.
     *
     * @return the value
     */
    public boolean soleConnections() {
        return soleConnections;
    }

    /**
     * Sets whether a peer can ask, by the capability {@code sole-connection-for-container}, to have one connection only to
     * this container, over all its listeners with this option. Connections are of the same peer if they name the same
     * container-id and authenticated as the same user; all that are anonymous count as one user.
     *
     * <p>A new connection that asks so is refused while there is another one ({@code amqp:invalid-field}), or, if it wants
     * existing ones closed, these are, at once ({@code amqp:resource-locked}). One that does not ask is refused while there
     * is one that did. What is found out is certain: the detection policy is strong.
     *
     * @param value the value
     * @return a changed copy
     * @see "AMQP Enforcing Connection Uniqueness 1.0"
     */
    public ListenOptions soleConnections(boolean value) {
        ListenOptions copy = copy();
        copy.soleConnections = value;
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
    public ListenOptions traceFrames(boolean value) {
        ListenOptions copy = copy();
        copy.traceFrames = value;
        return copy;
    }

    private ListenOptions copy() {
        try {
            return (ListenOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
