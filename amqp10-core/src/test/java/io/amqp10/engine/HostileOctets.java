package io.amqp10.engine;

import static io.amqp10.transport.RawPeer.AMQP;
import static io.amqp10.transport.RawPeer.OUTCOME_AUTH;
import static io.amqp10.transport.RawPeer.OUTCOME_OK;
import static io.amqp10.transport.RawPeer.SASL;
import static io.amqp10.transport.RawPeer.ascii;
import static io.amqp10.transport.RawPeer.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.LifecycleState;
import io.amqp10.LinkAcceptor;
import io.amqp10.LinkRefusedException;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.MessagingHandler;
import io.amqp10.PeerLimits;
import io.amqp10.ReconnectOptions;
import io.amqp10.TlsOptions;
import io.amqp10.Transaction;
import io.amqp10.TransactionInDoubtException;
import io.amqp10.engine.HostileStage.Side;
import io.amqp10.engine.testing.Frame;
import io.amqp10.testkit.TlsMaterial;
import io.amqp10.transport.RawPeer;
import io.amqp10.types.Binary;
import io.amqp10.types.Role;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.transaction.TransactionCapability;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * What hostile peers send before there are frames, outside of them, and in messages, as octets, with how we react. The
 * numbers are those of {@code docs/hostile-inputs.md}.
 */
final class HostileOctets {

    private static final String SECRET = HostileSurroundings.SECRET;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_FRAME_SIZE = 0x20000;
    private static final Duration SOON_OVER = Duration.ofMillis(500);

    /** For those who are silent: long enough for a busy machine to begin in time. */
    private static final Duration DEADLINE = Duration.ofSeconds(4);

    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final String OFFER_PLAIN = "00000015 02010000 005340 c008 01 a305" + ascii("PLAIN");

    /** An attack on a container. */
    @FunctionalInterface
    interface Attack {
        void on(Container attacked) throws Exception;
    }

    /**
     * A hostile input.
     *
     * @param number its number
     * @param name what is sent
     * @param side what the attacked container is
     * @param attack sends it and looks at what comes back
     */
    record Row(int number, String name, Side side, Attack attack) {}

    private final List<Row> rows = new ArrayList<>();

    private HostileOctets() {}

    static List<Row> rows() {
        HostileOctets table = new HostileOctets();
        table.headers();
        table.framing();
        table.sasl();
        table.tls();
        table.endings();
        table.webSockets();
        table.transactions();
        table.rows.addAll(HostileMessages.rows());
        return table.rows;
    }

    private static String hex(String ascii) {
        return ascii(ascii);
    }

    // --- who is attacked

    static void attackListener(Container attacked, UnaryOperator<ListenOptions> options, RawPeer.Script script)
            throws Exception {
        try (Listener listener = attacked.listen(options.apply(ListenOptions.of("amqp://127.0.0.1:0")
                        .handshakeTimeout(PATIENCE)
                        .traceFrames(true)
                        .maxFrameSize(MAX_FRAME_SIZE)
                        .handler(new HostileSurroundings.Noting())));
                RawPeer raw = RawPeer.connect(listener.port())) {
            script.run(raw);
        }
    }

    /**
     * Attacks a client.
     *
     * @param then what the client does meanwhile; its connection has to end without it
     */
    static void attackClient(
            Container attacked,
            UnaryOperator<ConnectionOptions> options,
            RawPeer.Script script,
            Consumer<Connection> then)
            throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(script)) {
            Connection connection =
                    attacked.connect(options.apply(ConnectionOptions.of("amqp://127.0.0.1:" + server.port())
                            .user("alice")
                            .password(SECRET)
                            .reconnect(ReconnectOptions.OFF)
                            .connectTimeout(PATIENCE)
                            .closeTimeout(SOON_OVER)
                            .traceFrames(true)
                            .maxFrameSize(MAX_FRAME_SIZE)
                            .handler(new HostileSurroundings.Noting())));
            try {
                then.accept(connection);
            } finally {
                server.done.get(120, TimeUnit.SECONDS);
            }
            await("the end of the connection")
                    .atMost(PATIENCE)
                    .until(() -> connection.state() == LifecycleState.CLOSED);
        }
    }

    private void listener(int number, String name, UnaryOperator<ListenOptions> options, RawPeer.Script script) {
        rows.add(new Row(number, name, Side.SERVER, attacked -> attackListener(attacked, options, script)));
    }

    private void client(int number, String name, UnaryOperator<ConnectionOptions> options, RawPeer.Script script) {
        rows.add(new Row(
                number,
                name,
                Side.CLIENT,
                attacked -> attackClient(attacked, options, script, HostileOctets::neverOpens)));
    }

    private static void neverOpens(Connection connection) {
        assertThatThrownBy(() -> connection.awaitOpen(PATIENCE)).isInstanceOf(Amqp10Exception.class);
    }

    /** A script that plays with a peer's frames, behind the headers and the open. */
    @FunctionalInterface
    interface Frames {
        void run(RawPeer raw, WirePeer peer) throws Exception;
    }

    static RawPeer.Script asClient(Frames frames) {
        return raw -> {
            raw.send(AMQP).expect(AMQP);
            play(raw, frames, false);
        };
    }

    static RawPeer.Script asServer(Frames frames) {
        return raw -> {
            raw.expect(SASL).send(SASL + OFFER_PLAIN).readFrame();
            raw.send(OUTCOME_OK).expect(AMQP).send(AMQP);
            play(raw, frames, true);
        };
    }

    private static void play(RawPeer raw, Frames frames, boolean afterOpen) throws IOException {
        WirePeer peer = new WirePeer(raw);
        try {
            if (afterOpen) {
                peer.await(Open.class);
            }
            peer.send(Open.builder("hostile").build());
            frames.run(raw, peer);
            peer.hangUp(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** A row for both roles, of a peer whose connection is open. */
    static void opened(
            List<Row> rows,
            int number,
            String name,
            UnaryOperator<PeerLimits> limits,
            MessagingHandler handler,
            LinkAcceptor links,
            Frames frames) {
        rows.add(new Row(
                number,
                name,
                Side.SERVER,
                attacked -> attackListener(
                        attacked,
                        o -> o.limits(limits.apply(PeerLimits.DEFAULT))
                                .closeTimeout(SOON_OVER)
                                .handler(handler)
                                .linkAcceptor(links),
                        asClient(frames))));
        rows.add(new Row(
                number,
                name,
                Side.CLIENT,
                attacked -> attackClient(
                        attacked,
                        o -> o.limits(limits.apply(PeerLimits.DEFAULT))
                                .handler(handler)
                                .linkAcceptor(links),
                        asServer(frames),
                        connection -> {})));
    }

    private void opened(int number, String name, UnaryOperator<PeerLimits> limits, Frames frames) {
        opened(rows, number, name, limits, new HostileSurroundings.Noting(), LinkAcceptor.ALL, frames);
    }

    // --- before there are frames

    private void headers() {
        for (String header : List.of(
                "ff00ff00ff00ff00",
                hex("GET / HT"),
                "160301020001000001fc0303",
                "414d515000010100",
                "414d515009010000",
                "414d515002010000")) {
            int number = header.startsWith("414d51") ? 4 : 1;
            listener(number, "another header: " + header, o -> o, raw -> {
                raw.send(header);
                assertThat(raw.readToEnd()).isIn(SASL, AMQP);
            });
            client(number, "another header: " + header, o -> o, raw -> {
                raw.expect(SASL).send(header);
                assertThat(raw.readToEnd()).isEmpty();
            });
        }
        for (String header : List.of("41", SASL.substring(0, 14))) {
            listener(2, "octets of a header, then silence: " + header, o -> o.handshakeTimeout(DEADLINE), raw -> {
                raw.send(header);
                assertThat(raw.readToEnd()).isEmpty();
            });
            client(2, "octets of a header, then silence: " + header, o -> o.connectTimeout(DEADLINE), raw -> {
                raw.expect(SASL).send(header);
                assertThat(raw.readToEnd()).isEmpty();
            });
        }
        rows.add(new Row(3, "many sockets that never finish a header", Side.SERVER, attacked -> {
            try (Listener listener =
                    attacked.listen(ListenOptions.of("amqp://127.0.0.1:0").handshakeTimeout(DEADLINE))) {
                List<RawPeer> slow = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    slow.add(RawPeer.connect(listener.port()).send("414d51"));
                }
                for (RawPeer raw : slow) {
                    try (raw) {
                        assertThat(raw.readToEnd()).isEmpty();
                    }
                }
            }
        }));
        listener(5, "AMQP without SASL where SASL is demanded", HostileOctets::withUsers, raw -> {
            raw.send(AMQP);
            assertThat(raw.readToEnd()).isEqualTo(SASL);
        });
        client(6, "a server that leaves SASL out", o -> o, raw -> {
            raw.expect(SASL).send(AMQP);
            assertThat(raw.readToEnd()).isEmpty();
        });
        rows.add(new Row(77, "a server without TLS where TLS is wanted", Side.CLIENT, attacked -> {
            try (RawPeer.Server server = new RawPeer.Server(raw -> {
                raw.send(SASL + OFFER_PLAIN);
                raw.readToEnd();
            })) {
                Connection connection = attacked.connect(ConnectionOptions.of("amqps://127.0.0.1:" + server.port())
                        .user("alice")
                        .password(SECRET)
                        .reconnect(ReconnectOptions.OFF)
                        .connectTimeout(PATIENCE));
                neverOpens(connection);
                server.done.get(60, TimeUnit.SECONDS);
            }
        }));
    }

    private static ListenOptions withUsers(ListenOptions options) {
        return options.users(java.util.Map.of("alice", SECRET)).allowPlainWithoutTls(true);
    }

    // --- frames that are none

    private void framing() {
        for (String frame : List.of(
                "00000000 02000000",
                "00000007 02000000",
                "80000000 02000000",
                "ffffffff 02000000",
                "00000010 00000000 0000000000000000",
                "00000010 01000000 0000000000000000",
                "00000010 05000000 0000000000000000",
                "00000008 02020000",
                "00000008 02ff0000",
                OUTCOME_OK)) {
            int number = frame.startsWith("00000010") ? 8 : frame.contains("0202") || frame.contains("02ff") ? 9 : 7;
            opened(frame.equals(OUTCOME_OK) ? 9 : number, "a frame that is none: " + frame, l -> l, (raw, peer) -> {
                peer.send(octets(frame));
                peer.awaitEnd();
                assertThat(peer.errors()).containsExactly("close amqp:connection:framing-error");
            });
        }
        opened(10, "a frame of an octet too many, octet by octet", l -> l, (raw, peer) -> {
            for (byte octet : octets("00020001 02000000")) {
                peer.send(new byte[] {octet});
            }
            peer.awaitEnd();
            assertThat(peer.errors()).containsExactly("close amqp:connection:framing-error");
        });
        for (String frame : List.of(
                "00000201 02010000" + "00".repeat(505),
                "00000008 02010000",
                "00a00000 02010000",
                "00000108 02010000" + "00".repeat(256),
                "00000013 02000000 005310 c006 01 a103 726177")) {
            int number = frame.startsWith("00000108") ? 12 : 11;
            String cut = frame.substring(0, 17);
            listener(number, "a SASL frame that is none: " + cut, HostileOctets::withUsers, raw -> {
                raw.send(SASL + frame).expect(SASL).readFrame();
                assertThat(raw.readToEnd()).isEmpty();
            });
            client(number, "a SASL frame that is none: " + cut, o -> o, raw -> {
                raw.expect(SASL).send(SASL + frame);
                assertThat(raw.readToEnd()).isEmpty();
            });
        }
    }

    // --- before anybody is known

    private void sasl() {
        for (String response : List.of("", "alice", "00616c696365", "00616c69636500", "616c696365006200620062")) {
            String octets = response.equals("alice") ? ascii(response) : response;
            listener(75, "PLAIN that is none: " + response, HostileOctets::onlyPlain, raw -> {
                raw.send(SASL + init("PLAIN", octets)).expect(SASL).readFrame();
                raw.expect(OUTCOME_AUTH);
                assertThat(raw.readToEnd()).isEmpty();
            });
        }
        listener(75, "a mechanism that was not offered", HostileOctets::onlyPlain, raw -> {
            raw.send(SASL + init("SCRAM-SHA-256", ascii("n,,n=alice,r=x")))
                    .expect(SASL)
                    .readFrame();
            raw.expect(OUTCOME_AUTH);
            assertThat(raw.readToEnd()).isEmpty();
        });
        listener(75, "a response without a challenge", HostileOctets::onlyPlain, raw -> {
            raw.send(SASL + "00000010 02010000 005343 c003 01 a000")
                    .expect(SASL)
                    .readFrame();
            assertThat(raw.readToEnd()).isEmpty();
        });
        listener(75, "a name with line ends and control characters", HostileOctets::onlyPlain, raw -> {
            raw.send(SASL + init("PLAIN", "00" + ascii("\r\nadmin\u001b[31m") + "00" + ascii("x")))
                    .expect(SASL)
                    .readFrame();
            raw.expect(OUTCOME_AUTH);
            assertThat(raw.readToEnd()).isEmpty();
        });
        for (String iterations : List.of("1", "2147483648", "2147483647", "-1", "")) {
            client(75, "SCRAM with so many iterations: " + iterations, o -> o, raw -> {
                raw.expect(SASL).send(SASL + offer("SCRAM-SHA-256"));
                String first = new String(octets(raw.readFrame()), java.nio.charset.StandardCharsets.ISO_8859_1);
                String nonce = first.replaceFirst("(?s).*,r=([!-+\\--~]+).*", "$1");
                raw.send(challenge("r=" + nonce + "x,s=c2FsdA==,i=" + iterations));
                assertThat(raw.readToEnd()).isEmpty();
            });
        }
        client(75, "a challenge to PLAIN", o -> o, raw -> {
            raw.expect(SASL).send(SASL + OFFER_PLAIN);
            raw.readFrame();
            raw.send(challenge("more"));
            assertThat(raw.readToEnd()).isEmpty();
        });
        for (String mechanisms : List.of(
                "0000000e 02010000 005340 c001 00",
                "0000000f 02010000 005340 c002 01 40",
                RawPeer.OFFER_ANONYMOUS,
                offer("X-NONE"))) {
            client(76, "no mechanism that would do: " + mechanisms.substring(0, 8), o -> o, raw -> {
                raw.expect(SASL).send(SASL + mechanisms);
                assertThat(raw.readToEnd()).isEmpty();
            });
        }
        client(76, "PLAIN where the client does not want it", o -> o.saslMechanisms(List.of("SCRAM-SHA-256")), raw -> {
            raw.expect(SASL).send(SASL + OFFER_PLAIN);
            assertThat(raw.readToEnd()).isEmpty();
        });
    }

    private static ListenOptions onlyPlain(ListenOptions options) {
        return withUsers(options).saslMechanisms(List.of("PLAIN"));
    }

    private static String init(String mechanism, String response) {
        String name = ascii(mechanism);
        return saslFrame(
                "41", "02 a3" + octet(name.length() / 2) + name + "a0" + octet(response.length() / 2) + response);
    }

    private static String offer(String mechanism) {
        String name = ascii(mechanism);
        return saslFrame("40", "01 a3" + octet(name.length() / 2) + name);
    }

    private static String challenge(String text) {
        return saslFrame("42", "01 a0" + octet(text.length()) + ascii(text));
    }

    private static String saslFrame(String code, String fields) {
        String list = fields.replace(" ", "");
        return HexFormat.of().toHexDigits(8 + 5 + list.length() / 2) + "02010000 0053" + code + "c0"
                + octet(list.length() / 2) + list;
    }

    private static String octet(int value) {
        return HexFormat.of().toHexDigits((byte) value);
    }

    // --- under the octets

    /** Peers that are past TLS's handshake and, from then on, only want new keys. */
    private void tls() {
        TlsMaterial material = TlsMaterial.get();
        for (TlsMaterial.Identity identity :
                List.of(TlsMaterial.Identity.WRONG_HOST, TlsMaterial.Identity.EXPIRED, TlsMaterial.Identity.STRANGER)) {
            tlsServer("a certificate that is no proof: " + identity, identity, raw -> {
                try {
                    assertThat(raw.readToEnd()).isEmpty();
                } catch (SocketException | SSLException e) {
                    // the client has said why in TLS, or hung up
                }
            });
        }
        rows.add(new Row(77, "demands for new TLS keys without end", Side.SERVER, attacked -> {
            try (Listener listener = attacked.listen(ListenOptions.of("amqps://127.0.0.1:0")
                            .handshakeTimeout(PATIENCE.multipliedBy(3))
                            .tls(TlsOptions.DEFAULT.sslContext(material.sslContext(TlsMaterial.Identity.SERVER))));
                    RawPeer raw = new RawPeer(
                            material.sslContext(null).getSocketFactory().createSocket("localhost", listener.port()))) {
                raw.send(SASL).expect(SASL).readFrame();
                wantNewKeysAgainAndAgain(raw);
            }
        }));
        tlsServer("demands for new TLS keys without end", TlsMaterial.Identity.SERVER, raw -> {
            raw.expect(SASL).send(SASL);
            wantNewKeysAgainAndAgain(raw);
        });
    }

    private void tlsServer(String name, TlsMaterial.Identity identity, RawPeer.Script script) {
        TlsMaterial material = TlsMaterial.get();
        rows.add(new Row(77, name, Side.CLIENT, attacked -> {
            try (RawPeer.Server server = new RawPeer.Server(
                    material.sslContext(identity).getServerSocketFactory().createServerSocket(), script)) {
                neverOpens(attacked.connect(ConnectionOptions.of("amqps://localhost:" + server.port())
                        .user("alice")
                        .password(SECRET)
                        .tls(TlsOptions.DEFAULT.sslContext(material.sslContext(null)))
                        .reconnect(ReconnectOptions.OFF)
                        .connectTimeout(PATIENCE.multipliedBy(3))));
                server.done.get(180, TimeUnit.SECONDS);
            }
        }));
    }

    private static void wantNewKeysAgainAndAgain(RawPeer raw) throws IOException {
        SSLSocket socket = (SSLSocket) raw.socket();
        assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        try {
            for (int i = 0; i < 1000; i++) {
                socket.startHandshake();
            }
            assertThat(raw.readToEnd()).isEmpty();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection goes on", e);
        } catch (SocketException | SSLException e) {
            // that is how it ends where it is given up while there is something to read
        }
    }

    // --- when it is over

    private void endings() {
        opened(78, "no answer to our close", l -> l, (raw, peer) -> {
            peer.send(Open.builder("again").build());
            peer.awaitEnd();
            assertThat(peer.errors()).containsExactly("close amqp:illegal-state");
        });
        opened(79, "the end of the stream inside of a frame", l -> l, (raw, peer) -> {
            peer.send(octets("00000100 02000000 0053"));
            raw.endOutput();
            peer.awaitEnd();
        });
        opened(79, "a reset inside of a frame", l -> l, (raw, peer) -> {
            peer.send(octets("00000100 02000000 0053"));
            peer.hangUp(true);
        });
        opened(40, "more flows than are allowed", l -> l.flowsPerSecond(100), (raw, peer) -> {
            peer.send(new Begin(Begin.NO_CHANNEL, 0, 100, 100, 255));
            peer.await(Begin.class);
            byte[] flow = Frame.octets(
                    0,
                    new Flow()
                            .nextIncomingId(0)
                            .incomingWindow(100)
                            .nextOutgoingId(0)
                            .outgoingWindow(100)
                            .echo(true),
                    Unpooled.EMPTY_BUFFER);
            ByteBuf flows = Unpooled.buffer();
            for (int i = 0; i < 2_000; i++) {
                flows.writeBytes(flow);
            }
            peer.send(ByteBufUtil.getBytes(flows));
            peer.awaitEnd();
            assertThat(peer.errors()).containsExactly("close amqp:resource-limit-exceeded");
            assertThat(peer.descriptions()).first().asString().contains("flowsPerSecond");
        });
        rows.add(new Row(
                84,
                "a client that advertises heartbeats and sends none",
                Side.SERVER,
                attacked -> attackListener(
                        attacked,
                        o -> o.idleTimeout(IDLE).closeTimeout(SOON_OVER),
                        asClient(HostileOctets::staysSilent))));
        rows.add(new Row(
                84,
                "a server that advertises heartbeats and sends none",
                Side.CLIENT,
                attacked -> attackClient(
                        attacked, o -> o.idleTimeout(IDLE), asServer(HostileOctets::staysSilent), connection -> {})));
    }

    private static void staysSilent(RawPeer raw, WirePeer peer) throws InterruptedException {
        peer.awaitEnd();
        assertThat(peer.errors()).containsExactly("close amqp:resource-limit-exceeded");
    }

    private void webSockets() {
        for (String request : List.of(
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Protocol: mqtt\r\n\r\n",
                "AMQP\0\1\0\0")) {
            rows.add(new Row(83, "no WebSocket: " + request.substring(0, 4), Side.SERVER, attacked -> {
                try (Listener listener = attacked.listen(ListenOptions.of("amqpws://127.0.0.1:0"));
                        RawPeer raw = RawPeer.connect(listener.port())) {
                    raw.send(ascii(request)).endOutput();
                    assertThat(raw.readToEnd()).startsWith(ascii("HTTP/1.1 4"));
                }
            }));
        }
        for (String answer : List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: wrong\r\n\r\n",
                "\0\1\2\r\n\r\n")) {
            rows.add(new Row(83, "no WebSocket: " + answer.substring(0, 2), Side.CLIENT, attacked -> {
                try (RawPeer.Server server = new RawPeer.Server(raw -> {
                    raw.send(ascii(answer));
                    raw.readToEnd();
                })) {
                    Connection connection = attacked.connect(ConnectionOptions.of("amqpws://127.0.0.1:" + server.port())
                            .user("alice")
                            .password(SECRET)
                            .reconnect(ReconnectOptions.OFF)
                            .connectTimeout(PATIENCE));
                    neverOpens(connection);
                    server.done.get(60, TimeUnit.SECONDS);
                }
            }));
        }
    }

    // --- coordinators

    private void transactions() {
        Binary id = Binary.copyOf((byte) 1);
        coordinator("answers a declare with accepted", HostileOctets::isRefused, Accepted.INSTANCE);
        coordinator("answers a declare without any state", HostileOctets::isRefused, (DeliveryState) null);
        coordinator(
                "declares two transactions with one id",
                connection -> {
                    Transaction first = connection.transaction();
                    isRefused(connection);
                    first.commit();
                },
                new Declared(id),
                new Declared(id),
                Accepted.INSTANCE);
        coordinator(
                "answers a discharge with another id",
                HostileOctets::isInDoubt,
                new Declared(id),
                new Declared(Binary.copyOf((byte) 2)));
        coordinator("answers a discharge with released", HostileOctets::isInDoubt, new Declared(id), Released.INSTANCE);
        coordinator("settles a discharge without a word", HostileOctets::isInDoubt, new Declared(id), null);
        coordinator(
                "declares with an id of 65 octets",
                connection -> assertThatThrownBy(connection::transaction).isInstanceOf(Amqp10Exception.class),
                new Declared(Binary.wrap(new byte[65])));
    }

    private static void isRefused(Connection connection) {
        assertThatThrownBy(connection::transaction).isInstanceOf(LinkRefusedException.class);
    }

    private static void isInDoubt(Connection connection) {
        Transaction transaction = connection.transaction();
        assertThatThrownBy(transaction::commit).isInstanceOf(TransactionInDoubtException.class);
    }

    private void coordinator(String name, Consumer<Connection> controller, @Nullable DeliveryState... answers) {
        RawPeer.Script script = asServer((raw, peer) -> {
            peer.await(Begin.class);
            peer.send(new Begin(0, 0, 100, 100, 255));
            peer.await(Attach.class);
            Attach asked = peer.attaches().get(0);
            peer.send(Attach.builder(asked.name(), 0, Role.RECEIVER)
                    .source(asked.source())
                    .target(new Coordinator(List.of(TransactionCapability.MULTI_TXNS_PER_SSN)))
                    .build());
            peer.send(new Flow()
                    .nextIncomingId(0)
                    .incomingWindow(100)
                    .nextOutgoingId(0)
                    .outgoingWindow(100)
                    .handle(0)
                    .deliveryCount(0)
                    .linkCredit(10));
            for (int i = 0; i < answers.length; i++) {
                peer.await(Transfer.class);
                peer.send(new Disposition()
                        .role(Role.RECEIVER)
                        .first(i)
                        .last(i)
                        .settled(true)
                        .state(answers[i]));
            }
            peer.awaitEnd();
        });
        rows.add(new Row(
                74,
                "a coordinator that " + name,
                Side.CLIENT,
                attacked -> attackClient(attacked, o -> o, script, connection -> {
                    try (connection) {
                        controller.accept(connection);
                    }
                })));
    }
}
