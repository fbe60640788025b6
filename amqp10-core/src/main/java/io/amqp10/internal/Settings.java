package io.amqp10.internal;

import io.amqp10.ConnectionOptions;
import io.amqp10.Endpoint;
import io.amqp10.ListenOptions;
import io.amqp10.PeerLimits;
import io.amqp10.ProxyOptions;
import io.amqp10.SessionOptions;
import io.amqp10.SoleConnection;
import io.amqp10.TlsOptions;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.engine.EngineOptions;
import io.amqp10.engine.SessionSettings;
import io.amqp10.engine.sasl.SaslClientSettings;
import io.amqp10.engine.sasl.SaslMechanism;
import io.amqp10.engine.sasl.SaslServerSettings;
import io.amqp10.transport.ClientTransportOptions;
import io.amqp10.transport.IoSettings;
import io.amqp10.transport.ProxySettings;
import io.amqp10.transport.ServerTransportOptions;
import io.amqp10.transport.TlsSettings;
import io.amqp10.transport.WebSocketSettings;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Open;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Translates the options of the API into those of engine and transport. */
final class Settings {

    /** The capability of a peer that sees to it that a container has one connection only. */
    static final Symbol SOLE_CONNECTION = Symbol.of("sole-connection-for-container");

    /** What an error says that ends a connection because of another one. */
    static final Symbol SOLE_CONNECTION_ENFORCEMENT = Symbol.of("sole-connection-enforcement");

    /** How surely the peer finds out about a second connection: 0, since all of them come to this process. */
    private static final Symbol DETECTION_POLICY = Symbol.of("sole-connection-detection-policy");

    /** What is to be done about a second connection: 0 to refuse it, 1 to close the first. */
    static final Symbol ENFORCEMENT_POLICY = Symbol.of("sole-connection-enforcement-policy");

    private static final Map<Symbol, @Nullable Object> ABOUT_US = aboutUs();

    /** What senders without an address use. */
    private static final Symbol ANONYMOUS_RELAY = Symbol.of("ANONYMOUS-RELAY");

    private Settings() {}

    private static Map<Symbol, @Nullable Object> aboutUs() {
        Map<Symbol, @Nullable Object> about = new LinkedHashMap<>();
        about.put(Symbol.of("product"), "amqp10");
        String version = Settings.class.getPackage().getImplementationVersion();
        if (version != null) {
            about.put(Symbol.of("version"), version);
        }
        about.put(Symbol.of("platform"), "Java " + Runtime.version());
        return about;
    }

    static Open open(String containerId, ConnectionOptions options, Endpoint to) {
        Map<Symbol, @Nullable Object> properties = new LinkedHashMap<>(ABOUT_US);
        properties.putAll(options.properties());
        List<Symbol> capabilities = new ArrayList<>(desired(options.desiredCapabilities()));
        SoleConnection sole = options.soleConnection();
        if (sole != null) {
            capabilities.add(SOLE_CONNECTION);
            properties.put(
                    ENFORCEMENT_POLICY,
                    UnsignedInteger.of(
                            switch (sole) {
                                case REFUSE_NEW -> 0;
                                case CLOSE_EXISTING -> 1;
                            }));
        }
        String virtualHost = options.virtualHost();
        return Open.builder(containerId)
                .hostname(virtualHost != null ? virtualHost : to.host())
                .maxFrameSize(options.maxFrameSize())
                .channelMax(options.channelMax())
                .idleTimeOutMillis(toldIdleTimeout(options.idleTimeout()))
                .offeredCapabilities(options.offeredCapabilities())
                .desiredCapabilities(capabilities)
                .properties(properties)
                .build();
    }

    static Open open(String containerId, ListenOptions options) {
        Map<Symbol, @Nullable Object> properties = new LinkedHashMap<>(ABOUT_US);
        properties.putAll(options.properties());
        Set<Symbol> offered = new LinkedHashSet<>(options.offeredCapabilities());
        offered.add(ANONYMOUS_RELAY);
        if (options.soleConnections()) {
            offered.add(SOLE_CONNECTION);
            properties.put(DETECTION_POLICY, UnsignedInteger.of(0));
        }
        return Open.builder(containerId)
                .maxFrameSize(options.maxFrameSize())
                .channelMax(options.channelMax())
                .idleTimeOutMillis(toldIdleTimeout(options.idleTimeout()))
                .offeredCapabilities(List.copyOf(offered))
                .desiredCapabilities(options.desiredCapabilities())
                .properties(properties)
                .build();
    }

    /** Nothing may be used that was not desired, AMQP 1.0 §2.7.1. */
    private static List<Symbol> desired(List<Symbol> asked) {
        Set<Symbol> desired = new LinkedHashSet<>(asked);
        desired.add(ANONYMOUS_RELAY);
        return List.copyOf(desired);
    }

    /** The peer is told half of the time after which it counts as gone, AMQP 1.0 §2.4.5. */
    private static long toldIdleTimeout(Duration real) {
        return real.isZero() ? 0 : Math.max(1, real.toMillis() / 2);
    }

    static EngineOptions engine(Open open, Duration closeTimeout, PeerLimits limits) {
        return EngineOptions.builder(open)
                .closeTimeoutNanos(Blocking.nanos(closeTimeout))
                .minIdleTimeOutMillis(limits.minIdleTimeout().toMillis())
                .maxSessions(limits.maxSessions())
                .maxNameLength(limits.maxNameLength())
                .maxBufferedBytes(limits.maxBufferedBytes())
                .maxFramesPerDelivery(limits.maxFramesPerDelivery())
                .maxUnsettledEntries(limits.maxUnsettledEntries())
                .endpointRate(limits.endpointBurst(), limits.endpointsPerSecond())
                .flowsPerSecond(limits.flowsPerSecond())
                .emptyFramesPerSecond(limits.emptyFramesPerSecond())
                .build();
    }

    /** Returns the limits of decoding; the default ones are always the same object, which costs messages nothing. */
    static DecodeLimits decode(PeerLimits limits) {
        DecodeLimits decode = new DecodeLimits(
                limits.maxDepth(),
                limits.maxZeroWidthElements(),
                limits.maxValues(),
                limits.maxBodySections(),
                limits.symbolCacheSize());
        return decode.equals(DecodeLimits.DEFAULT) ? DecodeLimits.DEFAULT : decode;
    }

    static SessionSettings session(SessionOptions options, PeerLimits limits) {
        return SessionSettings.DEFAULT
                .withIncomingWindow(options.incomingWindow())
                .withHandleMax(Math.min(options.handleMax(), limits.maxLinksPerSession() - 1))
                .withMaxUnsettled(limits.maxUnsettled())
                .withTerms(options.offeredCapabilities(), options.desiredCapabilities(), options.properties());
    }

    /**
     * Returns how to connect.
     *
     * @param serverName the name for TLS, null for the host that is connected to
     */
    static ClientTransportOptions client(ConnectionOptions options, Endpoint to, @Nullable String serverName) {
        SaslClientSettings sasl = SaslClientSettings.builder()
                .credentials(options.user(), options.password())
                .tokens(options.tokenSupplier())
                .allowed(mechanisms(options.saslMechanisms()))
                .allowPlainWithoutTls(options.allowPlainWithoutTls())
                .build();
        return new ClientTransportOptions(
                to.host(),
                to.port(),
                to.tls() ? tls(options.tls(), serverName) : null,
                sasl,
                webSocket(to, options.maxFrameSize()),
                proxy(options.proxy()),
                options.virtualHost(),
                options.connectTimeout(),
                io(options.traceFrames(), options.limits()));
    }

    static ServerTransportOptions server(ListenOptions options) {
        ListenerCredentials credentials = new ListenerCredentials(options);
        SaslServerSettings sasl = new SaslServerSettings(
                credentials,
                mechanisms(options.saslMechanisms()),
                options.allowAnonymous(),
                options.allowPlainWithoutTls());
        Endpoint at = options.endpoint();
        return ServerTransportOptions.builder(at.host(), at.port())
                .tls(at.tls() ? tls(options.tls(), null) : null)
                .sasl(sasl)
                .verifierOf(credentials::of)
                .webSocket(webSocket(at, options.maxFrameSize()))
                // a client that leaves SASL out is anonymous, and rhea's does so when it has no user
                .saslRequired(!options.allowAnonymous())
                .handshakeTimeout(options.handshakeTimeout())
                .maxConnections(options.maxConnections())
                .maxHandshakes(options.maxHandshakes())
                .io(io(options.traceFrames(), options.limits()))
                .build();
    }

    private static IoSettings io(boolean traceFrames, PeerLimits limits) {
        return IoSettings.DEFAULT
                .withTraceFrames(traceFrames)
                .withWriteStallTimeout(limits.writeStallTimeout())
                .withDecodeLimits(decode(limits));
    }

    private static @Nullable WebSocketSettings webSocket(Endpoint endpoint, int maxFrameSize) {
        String path = endpoint.webSocketPath();
        return path == null
                ? null
                : new WebSocketSettings(path, Math.max(maxFrameSize, WebSocketSettings.DEFAULT_MAX_FRAME_BYTES));
    }

    private static @Nullable ProxySettings proxy(@Nullable ProxyOptions options) {
        return options == null
                ? null
                : new ProxySettings(
                        switch (options.protocol()) {
                            case SOCKS5 -> ProxySettings.Kind.SOCKS5;
                            case HTTP -> ProxySettings.Kind.HTTP;
                        },
                        options.host(),
                        options.port(),
                        options.user(),
                        options.password());
    }

    private static TlsSettings tls(TlsOptions options, @Nullable String serverName) {
        SSLContext fixed = options.sslContext();
        return TlsSettings.builder()
                .context(
                        options.sslContextSupplier() != null
                                ? options.sslContextSupplier()
                                : fixed == null ? null : () -> fixed)
                .verifyHostname(options.verifyHostname())
                .clientAuth(
                        switch (options.clientAuth()) {
                            case NONE -> TlsSettings.ClientAuth.NONE;
                            case WANT -> TlsSettings.ClientAuth.WANT;
                            case NEED -> TlsSettings.ClientAuth.NEED;
                        })
                .protocols(options.protocols())
                .cipherSuites(options.cipherSuites())
                .serverName(serverName)
                .build();
    }

    private static List<SaslMechanism> mechanisms(List<String> names) {
        return SaslMechanism.parse(names);
    }
}
