package io.amqp10.transport;

import io.amqp10.engine.sasl.SaslClientContext;
import io.amqp10.engine.sasl.SaslClientNegotiation;
import io.amqp10.engine.sasl.SaslClientSettings;
import io.amqp10.engine.sasl.SaslNegotiation;
import io.amqp10.engine.sasl.SaslServerContext;
import io.amqp10.engine.sasl.SaslServerNegotiation;
import io.amqp10.engine.sasl.SaslServerSettings;
import io.amqp10.transport.TransportException.Stage;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslHandler;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The order of the handlers of a connection. Each step but those of TLS and the last removes itself when it is done:
 *
 * <pre>
 *   socket
 *     |
 *   amqp10.proxy            if there is one: asks it for a connection; stays
 *     |
 *   amqp10.tls.guard        if TLS is on: tells what is not TLS
 *     |
 *   amqp10.tls.records      if the JDK does TLS: hands whole records on, in the heap; stays
 *     |
 *   amqp10.tls              if TLS is on; stays
 *     |
 *   amqp10.linger           only at the end: throws away what still comes
 *     |
 *   amqp10.http.guard       of a server: tells what is not HTTP
 *     |
 *   amqp10.http ..          HTTP, then the WebSocket frames' own codec, which stays
 *     |
 *   amqp10.websocket        if there is one: the handshake
 *     |
 *   amqp10.websocket.frames if there is one: binary frames to octets and back; stays
 *     |
 *   amqp10.header.sasl      AMQP 3 1.0.0 both ways
 *     |
 *   amqp10.sasl             mechanisms, init, challenge, response, outcome
 *     |
 *   amqp10.header.amqp      AMQP 0 1.0.0 both ways
 *     |
 *   amqp10.engine           frames in, frames out; stays
 * </pre>
 */
final class Amqp10Pipeline {

    static final String PROXY = "amqp10.proxy";
    static final String HTTP_GUARD = "amqp10.http.guard";
    static final String HTTP = "amqp10.http";
    static final String HTTP_AGGREGATOR = "amqp10.http.aggregator";
    static final String WEB_SOCKET = "amqp10.websocket";
    static final String WEB_SOCKET_FRAMES = "amqp10.websocket.frames";
    static final String TLS_GUARD = "amqp10.tls.guard";
    static final String TLS_RECORDS = "amqp10.tls.records";
    static final String TLS_PIECES = "amqp10.tls.pieces";
    static final String TLS = "amqp10.tls";
    static final String LINGER = "amqp10.linger";
    static final String SASL_HEADER = "amqp10.header.sasl";
    static final String SASL = "amqp10.sasl";
    static final String AMQP_HEADER = "amqp10.header.amqp";
    static final String ENGINE = "amqp10.engine";

    private final Channel channel;
    private final Handshake handshake;
    private final Executor authenticator;
    private final EngineFactory engines;
    private final Consumer<Transport> onReady;

    /**
     * Makes what builds the pipeline of one channel.
     *
     * @param authenticator where SASL is computed
     * @param onReady told when the engine has the connection
     */
    Amqp10Pipeline(
            Channel channel,
            Handshake handshake,
            Executor authenticator,
            EngineFactory engines,
            Consumer<Transport> onReady) {
        this.channel = channel;
        this.handshake = handshake;
        this.authenticator = authenticator;
        this.engines = engines;
        this.onReady = onReady;
    }

    /** Adds a client's first steps; before the channel is active. */
    void initClient(@Nullable ChannelHandler proxy, @Nullable SslHandler tls, ClientTransportOptions options) {
        if (proxy != null) {
            append(PROXY, proxy);
        }
        addTls(tls);
        String hostname = options.virtualHost() == null ? options.host() : options.virtualHost();
        WebSocketSettings webSocket = options.webSocket();
        if (webSocket == null) {
            addClientHeader(options.sasl(), hostname);
        } else {
            WebSocketSetup.addClient(
                    channel.pipeline(),
                    handshake,
                    webSocket,
                    options.hostAndPort(),
                    tls != null,
                    () -> addClientHeader(options.sasl(), hostname));
        }
    }

    private void addClientHeader(@Nullable SaslClientSettings sasl, @Nullable String hostname) {
        if (sasl == null) {
            append(AMQP_HEADER, header(ProtocolHeader.AMQP, EnumSet.of(ProtocolHeader.AMQP)));
            return;
        }
        append(
                SASL_HEADER,
                new ProtocolHeaderHandler(
                        handshake,
                        ProtocolHeader.SASL,
                        EnumSet.of(ProtocolHeader.SASL),
                        header -> addSasl(new SaslClientNegotiation(
                                sasl,
                                new SaslClientContext(
                                        hostname,
                                        handshake.isEncrypted(),
                                        handshake.isLoopback(),
                                        handshake.certificateShown())))));
    }

    /** Adds a server's first steps; before the channel is active. */
    void initServer(@Nullable SslHandler tls, ServerTransportOptions options) {
        addTls(tls);
        WebSocketSettings webSocket = options.webSocket();
        if (webSocket == null) {
            addServerHeader(options);
        } else {
            WebSocketSetup.addServer(channel.pipeline(), handshake, webSocket, () -> addServerHeader(options));
        }
    }

    private void addServerHeader(ServerTransportOptions options) {
        Set<ProtocolHeader> accepted = options.saslRequired()
                ? EnumSet.of(ProtocolHeader.SASL)
                : EnumSet.of(ProtocolHeader.SASL, ProtocolHeader.AMQP);
        append(SASL_HEADER, new ProtocolHeaderHandler(handshake, ProtocolHeader.SASL, accepted, header -> {
            if (header == ProtocolHeader.AMQP) {
                addEngine();
            } else {
                addSasl(new SaslServerNegotiation(
                        saslSettings(options),
                        new SaslServerContext(
                                handshake.isEncrypted(), handshake.isLoopback(), handshake.certificateOwner())));
            }
        }));
    }

    private SaslServerSettings saslSettings(ServerTransportOptions options) {
        var verifierOf = options.verifierOf();
        SaslServerSettings settings = options.sasl();
        return verifierOf == null ? settings : settings.withVerifier(verifierOf.apply(handshake.info()));
    }

    private void addTls(@Nullable SslHandler tls) {
        if (tls != null) {
            append(TLS_GUARD, new PlaintextGuard(handshake));
            if (tls.engine() instanceof RecordGuard) {
                append(TLS_RECORDS, new WholeRecords());
                append(TLS_PIECES, new EncryptedPieces());
            }
            append(TLS, tls);
        }
    }

    private void addSasl(SaslNegotiation negotiation) {
        append(
                SASL,
                new SaslHandler(
                        handshake,
                        negotiation,
                        authenticator,
                        identity -> append(AMQP_HEADER, header(ProtocolHeader.AMQP, EnumSet.of(ProtocolHeader.AMQP)))));
    }

    private ProtocolHeaderHandler header(ProtocolHeader own, Set<ProtocolHeader> accepted) {
        return new ProtocolHeaderHandler(handshake, own, accepted, header -> addEngine());
    }

    private void addEngine() {
        if (!handshake.isClient()) {
            handshake.stage(Stage.FIRST_FRAME);
        }
        append(ENGINE, new EngineHandler(channel, handshake, engines, onReady));
    }

    private void append(String name, ChannelHandler handler) {
        channel.pipeline().addLast(name, handler);
    }
}
