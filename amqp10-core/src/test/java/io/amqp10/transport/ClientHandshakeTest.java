package io.amqp10.transport;

import static io.amqp10.transport.RawPeer.AMQP;
import static io.amqp10.transport.RawPeer.CLOSE;
import static io.amqp10.transport.RawPeer.INIT_ANONYMOUS;
import static io.amqp10.transport.RawPeer.OFFER_ANONYMOUS;
import static io.amqp10.transport.RawPeer.OPEN;
import static io.amqp10.transport.RawPeer.OUTCOME_AUTH;
import static io.amqp10.transport.RawPeer.OUTCOME_OK;
import static io.amqp10.transport.RawPeer.SASL;
import static io.amqp10.transport.RawPeer.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.StopReason;
import io.amqp10.engine.sasl.SaslClientSettings;
import io.amqp10.engine.sasl.SaslFailure;
import io.amqp10.testkit.FreePorts;
import io.amqp10.transport.TransportException.Kind;
import io.amqp10.transport.TransportException.Stage;
import io.amqp10.types.sasl.SaslCode;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client against servers that are scripts of octets. */
class ClientHandshakeTest {

    private static final String OPEN_OF_CLIENT = "open";

    private static EventLoops loops = EventLoops.create(1);

    private final Engines engines = new Engines(OPEN_OF_CLIENT);

    @BeforeAll
    static void startLoops() {
        loops = EventLoops.create(1);
    }

    @AfterAll
    static void stopLoops() {
        loops.close();
    }

    private static ClientTransportOptions.Builder to(RawPeer.Server server) {
        return ClientTransportOptions.builder("127.0.0.1", server.port()).virtualHost("127.0.0.1");
    }

    private CompletableFuture<Transport> connect(ClientTransportOptions.Builder options) {
        return Amqp10Transport.connect(loops, loops.next(), options.build(), engines);
    }

    private static ClientTransportOptions.Builder asAlice(ClientTransportOptions.Builder options) {
        return options.sasl(SaslClientSettings.builder()
                .credentials("alice", "alice-secret")
                .build());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesThroughSaslAndHeaders(boolean dripping) throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.expect(SASL);
            say(peer, dripping, SASL);
            say(peer, dripping, OFFER_ANONYMOUS);
            assertThat(peer.readFrame()).contains(ascii("ANONYMOUS"), ascii("127.0.0.1"));
            say(peer, dripping, OUTCOME_OK);
            peer.expect(AMQP);
            say(peer, dripping, AMQP);
            assertThat(peer.readFrame()).contains(ascii(OPEN_OF_CLIENT));
            say(peer, dripping, OPEN);
            say(peer, dripping, CLOSE);
            assertThat(peer.readFrame()).startsWith("0000000c02000000005318");
            peer.endOutput();
            assertThat(peer.readToEnd()).isEmpty();
        })) {
            Transport transport = Engines.await(connect(to(server)));
            Engines.Peer client = engines.next();

            assertThat(Engines.await(client.opened).containerId()).isEqualTo("raw");
            assertThat(client.awaitClosed()).isEqualTo(new StopReason.Remote(null));
            Engines.await(transport.closed());
            Engines.await(server.done);
            assertThat(transport.info().peer()).isEqualTo("127.0.0.1:" + server.port());
            assertThat(transport.info().client()).isTrue();
            assertThat(transport.info().tlsSession()).isNull();
        }
    }

    private static void say(RawPeer peer, boolean dripping, String hex) throws IOException {
        if (dripping) {
            peer.drip(hex);
        } else {
            peer.send(hex);
        }
    }

    @Test
    void takesEverythingInOnePacket() throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.send(SASL + OFFER_ANONYMOUS + OUTCOME_OK + AMQP + OPEN + CLOSE);
            peer.expect(SASL);
            peer.readFrame();
            peer.expect(AMQP);
            peer.readFrame();
            peer.readFrame();
            peer.endOutput();
        })) {
            connect(to(server));

            assertThat(engines.next().awaitClosed()).isEqualTo(new StopReason.Remote(null));
            Engines.await(server.done);
        }
    }

    @Test
    void leavesSaslOutIfTold() throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.expect(AMQP).send(AMQP + OPEN + CLOSE);
            peer.readToEnd();
        })) {
            Engines.await(connect(to(server).sasl(null)));

            assertThat(engines.next().awaitClosed()).isEqualTo(new StopReason.Remote(null));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "414d515000010000, AMQP 1.0.0, nothing was sent to authenticate with",
        "414d515000000901, version 0.9.1, SASL 1.0.0 was wanted",
        "414d515002010000, TLS inside AMQP 1.0.0, SASL 1.0.0 was wanted",
        "15030300020228, a TLS record, use amqps",
        "485454502f312e3120343030204261642052657175657374, HTTP/1.1, SASL 1.0.0 was wanted",
        "00, u0000, SASL 1.0.0 was wanted",
    })
    void anotherHeaderFailsClosed(String answer, String said, String hint) throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.expect(SASL).send(answer);
            assertThat(peer.readToEnd()).as("what was sent after the header").isEmpty();
        })) {
            TransportException failure = Engines.failure(connect(asAlice(to(server))));

            assertThat(failure.kind()).isEqualTo(Kind.WRONG_PROTOCOL);
            assertThat(failure.stage()).isEqualTo(Stage.PROTOCOL_HEADER);
            assertThat(failure).hasMessageContaining(said).hasMessageContaining(hint);
            assertThat(failure).hasMessageContaining("127.0.0.1:" + server.port());
            Engines.await(server.done);
            assertThat(engines.isEmpty()).isTrue();
        }
    }

    @Test
    void onlyAnonymousForAUserFailsClosed() throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.expect(SASL).send(SASL + OFFER_ANONYMOUS);
            assertThat(peer.readToEnd()).isEmpty();
        })) {
            TransportException failure = Engines.failure(connect(asAlice(to(server))));

            assertThat(failure.kind()).isEqualTo(Kind.SASL_FAILED);
            assertThat(failure).hasMessageContaining("[ANONYMOUS]").hasMessageNotContaining("alice-secret");
            SaslFailure sasl = failure.saslFailure();
            assertThat(sasl).isNotNull();
            assertThat(sasl.reason()).isEqualTo(SaslFailure.Reason.NO_COMMON_MECHANISM);
            assertThat(sasl.offered()).containsExactly("ANONYMOUS");
            Engines.await(server.done);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusalIsToldThoughThePeerClosesAtOnce(boolean wait) throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.expect(SASL).send(SASL + OFFER_ANONYMOUS);
            peer.readFrame();
            peer.send(OUTCOME_AUTH);
            if (wait) {
                peer.readToEnd();
            }
        })) {
            TransportException failure = Engines.failure(connect(to(server)));

            assertThat(failure.kind()).isEqualTo(Kind.SASL_FAILED);
            assertThat(Objects.requireNonNull(failure.saslFailure()).code()).isEqualTo(SaslCode.AUTH);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // an AMQP frame before the outcome
                "00000008 02000000",
                // empty
                "00000008 02010000",
                "0000000c 03010000 00000000",
                // too small, too large
                "00000007 02010000",
                "00000201 02010000",
                "ffffffff 02010000",
                // data offset out of range
                "00000009 01010000 00",
                "00000009 ff010000 00",
                // no SASL frame: an open; a null; descriptors nested
                "00000013 02010000 005310 c006 01 a103 726177",
                "00000009 02010000 40",
                "00000010 02010000 00000000 00000000",
                // a frame that only clients send
                "00000019 02010000 005341 c00c 01 a309 414e4f4e594d4f5553",
                // mechanisms: none, null
                "0000000e 02010000 005340 c001 00 ",
                "0000000f 02010000 005340 c002 01 40",
            })
    void badSaslFrameEndsTheConnection(String frame) throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.expect(SASL).send(SASL + frame);
            assertThat(peer.readToEnd()).isEmpty();
        })) {
            TransportException failure = Engines.failure(connect(to(server)));

            assertThat(failure.kind()).isEqualTo(Kind.SASL_FAILED);
            assertThat(failure.stage()).isEqualTo(Stage.SASL);
            Engines.await(server.done);
        }
    }

    @Test
    void saslFrameAfterTheOutcomeEndsTheConnection() throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.expect(SASL).send(SASL + OFFER_ANONYMOUS);
            peer.readFrame();
            peer.send(OUTCOME_OK + OUTCOME_OK);
            peer.readToEnd();
        })) {
            assertThat(Engines.failure(connect(to(server))).kind()).isEqualTo(Kind.WRONG_PROTOCOL);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', PROTOCOL_HEADER, exchange of protocol headers did not end; if the port is for TLS",
        "414d51, PROTOCOL_HEADER, exchange of protocol headers did not end; if the port is for TLS",
        "414d515003010000, SASL, SASL dialogue",
        "414d51500301000000000019020100, SASL, SASL dialogue",
    })
    void eachStageHasTheOneDeadline(String answer, Stage stage, String said) throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.send(answer);
            peer.readToEnd();
        })) {
            TransportException failure = Engines.failure(connect(to(server).connectTimeout(Duration.ofSeconds(5))));

            assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(failure).hasMessageContaining("connectTimeout");
            assertThat(failure.stage()).isEqualTo(stage);
            assertThat(failure).hasMessageContaining("5000 ms").hasMessageContaining(said);
            Engines.await(server.done);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', PROTOCOL_HEADER", "414d515003010000, SASL"})
    void theEndOfTheStreamIsToldWithItsStage(String answer, Stage stage) throws Exception {
        try (RawPeer.Server server =
                new RawPeer.Server(peer -> peer.expect(SASL).send(answer))) {
            TransportException failure = Engines.failure(connect(to(server)));

            assertThat(failure.kind()).isEqualTo(Kind.CLOSED_BY_PEER);
            assertThat(failure.stage()).isEqualTo(stage);
        }
    }

    @Test
    void refusedPortIsNamed() throws Exception {
        int port = FreePorts.next();

        TransportException failure = Engines.failure(connect(ClientTransportOptions.builder("127.0.0.1", port)));

        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure).hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    void unknownHostIsNamed() throws Exception {
        TransportException failure = Engines.failure(connect(
                ClientTransportOptions.builder("no-such-host.invalid", 5672).connectTimeout(Duration.ofMinutes(1))));

        assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_HOST);
        assertThat(failure.stage()).isEqualTo(Stage.RESOLVE);
        assertThat(failure).hasMessageContaining("no-such-host.invalid:5672");
    }

    @Test
    void pathThatNoUriHoldsIsNamed() throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(RawPeer::readToEnd)) {
            TransportException failure =
                    Engines.failure(connect(to(server).webSocket(new WebSocketSettings("/no path", 1))));

            assertThat(failure.kind()).isEqualTo(Kind.IO_ERROR);
            assertThat(failure.stage()).isEqualTo(Stage.WEB_SOCKET);
            assertThat(failure)
                    .hasMessageContainingAll(
                            "WebSocket settings for 127.0.0.1:" + server.port(), "no path of a WebSocket: /no path");
        }
    }

    @Test
    void secondAddressIsTriedAfterTheFirst() throws Exception {
        // "localhost" may have ::1 and 127.0.0.1; the server is on one of them only.
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.expect(SASL).send(SASL + OFFER_ANONYMOUS + OUTCOME_OK + AMQP + OPEN + CLOSE);
            peer.readToEnd();
        })) {
            Engines.await(connect(ClientTransportOptions.builder("localhost", server.port())));

            assertThat(engines.next().awaitClosed()).isEqualTo(new StopReason.Remote(null));
        }
    }

    @Test
    void cancellingEndsTheAttempt() throws Exception {
        CompletableFuture<Void> connected = new CompletableFuture<>();
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.expect(SASL);
            connected.complete(null);
            peer.readToEnd();
        })) {
            CompletableFuture<Transport> attempt = connect(to(server));
            Engines.await(connected);

            attempt.cancel(false);

            Engines.await(server.done);
            assertThat(engines.isEmpty()).isTrue();
        }
    }

    @Test
    void tooLongCredentialsAreNotSent() throws Exception {
        String offerPlain = "00000015 02010000 005340 c008 01 a305" + ascii("PLAIN");
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.expect(SASL).send(SASL + offerPlain);
            assertThat(peer.readToEnd()).isEmpty();
        })) {
            TransportException failure = Engines.failure(connect(to(server)
                    .sasl(SaslClientSettings.builder()
                            .credentials("alice", "x".repeat(600))
                            .build())));

            assertThat(failure).hasMessageContaining("512").hasMessageNotContaining("xxx");
            Engines.await(server.done);
        }
    }

    @Test
    void initNamesNothingBeforeTheMechanismsCame() throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(peer -> {
            peer.expect(SASL).send(SASL);
            peer.socket().setSoTimeout(100);
            try {
                assertThat(peer.readToEnd()).isEmpty();
            } catch (SocketTimeoutException e) {
                peer.socket().setSoTimeout(60_000);
            }
            peer.send(OFFER_ANONYMOUS);
            assertThat(peer.readFrame().substring(16, 22)).isEqualTo(INIT_ANONYMOUS.substring(18, 24));
        })) {
            Engines.failure(connect(to(server)));
            Engines.await(server.done);
        }
    }
}
