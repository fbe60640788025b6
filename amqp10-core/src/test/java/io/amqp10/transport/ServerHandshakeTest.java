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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.engine.StopReason;
import io.amqp10.engine.sasl.CredentialsVerifier;
import io.amqp10.engine.sasl.SaslMechanism;
import io.amqp10.engine.sasl.SaslServerSettings;
import io.amqp10.engine.sasl.ScramCredentials;
import io.amqp10.transport.TransportException.Kind;
import io.amqp10.transport.TransportException.Stage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our server against clients that are scripts of octets. */
class ServerHandshakeTest {

    private static final String CLOSE_CODE = "005318";

    private static EventLoops loops = EventLoops.create(1);

    private final Engines engines = new Engines("server");
    private final BlockingQueue<TransportException> failures = new LinkedBlockingQueue<>();
    private @Nullable TransportListener listener;

    @BeforeAll
    static void startLoops() {
        loops = EventLoops.create(1);
    }

    @AfterAll
    static void stopLoops() {
        loops.close();
    }

    @AfterEach
    void stopListening() {
        if (listener != null) {
            Engines.await(listener.close());
        }
    }

    private TransportListener listen(ServerTransportOptions.Builder options) {
        TransportListener bound = Engines.await(Amqp10Transport.listen(loops, options.build(), engines, failures::add));
        listener = bound;
        return bound;
    }

    private RawPeer connect(ServerTransportOptions.Builder options) throws IOException {
        return RawPeer.connect(listen(options).port());
    }

    private static ServerTransportOptions.Builder options() {
        return ServerTransportOptions.builder("127.0.0.1", 0);
    }

    private static ServerTransportOptions.Builder withUsers(SaslMechanism... mechanisms) {
        return options()
                .sasl(new SaslServerSettings(
                        CredentialsVerifier.ofPasswords(Map.of("alice", "alice-secret")),
                        List.of(mechanisms),
                        false,
                        false));
    }

    private TransportException failure() throws InterruptedException {
        TransportException failure = failures.poll(60, TimeUnit.SECONDS);
        if (failure == null) {
            throw new AssertionError("no failure was told");
        }
        return failure;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesThroughSaslAndHeaders(boolean dripping) throws Exception {
        try (RawPeer peer = connect(options())) {
            say(peer, dripping, SASL);
            peer.expect(SASL).expect(OFFER_ANONYMOUS);
            say(peer, dripping, INIT_ANONYMOUS);
            peer.expect(OUTCOME_OK);
            say(peer, dripping, AMQP);
            peer.expect(AMQP);
            say(peer, dripping, OPEN);
            assertThat(peer.readFrame()).contains(ascii("server"));
            say(peer, dripping, CLOSE);
            assertThat(peer.readFrame()).contains(CLOSE_CODE);
            peer.endOutput();
            assertThat(peer.readToEnd()).isEmpty();

            Engines.Peer accepted = engines.next();
            assertThat(accepted.awaitClosed()).isEqualTo(new StopReason.Remote(null));
            assertThat(accepted.transport.info().client()).isFalse();
            assertThat(accepted.transport.info().identity()).isNotNull();
            assertThat(failures).isEmpty();
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
    void takesAPipelinedClient() throws Exception {
        try (RawPeer peer = connect(options())) {
            peer.send(SASL + INIT_ANONYMOUS + AMQP + OPEN + CLOSE);

            peer.expect(SASL).expect(OFFER_ANONYMOUS).expect(OUTCOME_OK).expect(AMQP);
            assertThat(peer.readFrame()).contains(ascii("server"));
            assertThat(peer.readFrame()).contains(CLOSE_CODE);
            assertThat(peer.readToEnd()).isEmpty();
        }
    }

    @Test
    void pipelinedClientThatEndsItsStreamDuringSaslGetsTheOutcomeAndAllAnswers() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CredentialsVerifier slow = new CredentialsVerifier() {
            @Override
            public boolean verifyPassword(String user, String password) {
                asked.countDown();
                try {
                    return goOn.await(60, TimeUnit.SECONDS) && user.equals("alice") && password.equals("secret");
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public @Nullable ScramCredentials scramCredentials(SaslMechanism mechanism, String user) {
                return null;
            }
        };
        ServerTransportOptions.Builder options =
                options().sasl(new SaslServerSettings(slow, List.of(SaslMechanism.PLAIN), false, false));
        try (RawPeer peer = connect(options)) {
            String initPlain = "00000024 02010000 005341 c017 02 a305" + ascii("PLAIN") + "a00d" + "00" + ascii("alice")
                    + "00" + ascii("secret");
            peer.send(SASL + initPlain + AMQP + OPEN + CLOSE).endOutput();
            peer.expect(SASL);
            peer.readFrame();
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            assertStillOpen(peer);
            goOn.countDown();

            peer.expect(OUTCOME_OK).expect(AMQP);
            assertThat(peer.readFrame()).contains(ascii("server"));
            assertThat(peer.readFrame()).contains(CLOSE_CODE);
            assertThat(peer.readToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "414d5150"})
    void clientThatEndsItsStreamInTheMiddleIsDroppedAtOnce(String header) throws Exception {
        try (RawPeer peer = connect(options())) {
            peer.send(SASL + INIT_ANONYMOUS + header).endOutput();

            peer.expect(SASL);
            peer.readToEnd();
            assertThat(failure().kind()).isEqualTo(Kind.CLOSED_BY_PEER);
        }
    }

    private static void assertStillOpen(RawPeer peer) throws IOException {
        peer.socket().setSoTimeout(200);
        assertThatThrownBy(peer::readFrame).isInstanceOf(SocketTimeoutException.class);
        peer.socket().setSoTimeout(60_000);
    }

    @ParameterizedTest
    @CsvSource({
        "485454502f312e31, HTTP/1.1",
        "474554202f204854, GET / HT",
        "160301020001000001fc0303, a TLS record",
        "414d515000010100, version 1.1.0",
        "414d515003010001, version 1.0.1",
        "414d515009010000, protocol id 9",
        "414d515002010000, TLS inside AMQP",
        "414d515000010000, AMQP 1.0.0",
        "ff00ff00ff00ff00, u0000",
    })
    void anotherHeaderIsAnsweredWithOursAndTheEnd(String header, String said) throws Exception {
        try (RawPeer peer = connect(options())) {
            peer.send(header);

            assertThat(peer.readToEnd()).isEqualTo(SASL);
            TransportException failure = failure();
            assertThat(failure.kind()).isEqualTo(Kind.WRONG_PROTOCOL);
            assertThat(failure).hasMessageContaining(said);
            assertThat(engines.isEmpty()).isTrue();
        }
    }

    @Test
    void clientWithoutSaslIsLetInWhereAllowed() throws Exception {
        try (RawPeer peer = connect(options().saslRequired(false))) {
            peer.send(AMQP + OPEN + CLOSE).endOutput();

            peer.expect(AMQP);
            assertThat(engines.next().transport.info().identity()).isNull();
        }
        assertThatThrownBy(() -> withUsers().saslRequired(false).build()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingIsTakenBeforeTheOutcome() throws Exception {
        try (RawPeer peer = connect(withUsers())) {
            peer.send(SASL + AMQP + OPEN);

            peer.expect(SASL);
            assertThat(peer.readFrame()).contains(ascii("SCRAM-SHA-256"));
            assertThat(peer.readToEnd()).isEmpty();
            assertThat(failure().kind()).isEqualTo(Kind.SASL_FAILED);
            assertThat(engines.isEmpty()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000008 02000000",
                "00000013 02000000 005310 c006 01 a103 726177",
                "00000008 02010000",
                "00000201 02010000",
                "00000000 02010000",
                "7fffffff 02010000",
                "00000009 01010000 00",
                "0000000c 03010000 00000000",
                // a response without a challenge, mechanisms, an outcome
                "00000010 02010000 005343 c003 01 a000",
                "00000019 02010000 005340 c00c 01 a309 414e4f4e594d4f5553",
                "00000010 02010000 005344 c003 01 5000",
                // an init without mechanism
                "0000000c 02010000 005341 45",
            })
    void badSaslFrameEndsTheConnection(String frame) throws Exception {
        try (RawPeer peer = connect(options())) {
            peer.send(SASL + frame).expect(SASL).expect(OFFER_ANONYMOUS);

            assertThat(peer.readToEnd()).isEmpty();
            assertThat(failure().kind()).isEqualTo(Kind.SASL_FAILED);
        }
    }

    @Test
    void mechanismNotOfferedIsRefused() throws Exception {
        try (RawPeer peer = connect(withUsers())) {
            peer.send(SASL + INIT_ANONYMOUS).expect(SASL);
            assertThat(peer.readFrame()).doesNotContain(ascii("ANONYMOUS"));

            peer.expect(OUTCOME_AUTH);
            assertThat(peer.readToEnd()).isEmpty();
            assertThat(engines.isEmpty()).isTrue();
        }
    }

    @Test
    void wordsOfAClientReachTheMessageWithoutControlCharacters() throws Exception {
        String init = "00000015 02010000 005341 c008 01 a305" + ascii("PLAIN");
        String withHostname = "0000001c 02010000 005341 c00f 03 a305" + ascii("PLAIN") + "40 a104 7a0d0a7a";
        try (RawPeer peer = connect(withUsers(SaslMechanism.PLAIN))) {
            peer.send(SASL + init + withHostname);
            peer.readToEnd();

            assertThat(failure()).hasMessageContaining("out of turn").hasMessageContaining("z\\u000d\\u000az");
        }
    }

    @Test
    void malformedPlainIsRefused() throws Exception {
        String init = "00000017 02010000 005341 c00a 02 a305" + ascii("PLAIN") + "a000";
        try (RawPeer peer = connect(withUsers(SaslMechanism.PLAIN))) {
            peer.send(SASL + init).expect(SASL);
            peer.readFrame();

            peer.expect(OUTCOME_AUTH);
            assertThat(peer.readToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', PROTOCOL_HEADER",
        "41, PROTOCOL_HEADER",
        "414d5150030100, PROTOCOL_HEADER",
        "414d515003010000, SASL",
        "414d51500301000000000019020100, SASL",
    })
    void silentClientIsDropped(String octets, Stage stage) throws Exception {
        try (RawPeer peer = connect(options().handshakeTimeout(Duration.ofSeconds(4)))) {
            peer.send(octets);

            assertThat(peer.readToEnd()).startsWith(octets.length() < 16 ? "" : SASL);
            TransportException failure = failure();
            assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(failure).hasMessageContaining("handshakeTimeout");
            assertThat(failure.stage()).isEqualTo(stage);
        }
    }

    @Test
    void clientThatNeverOpensIsDropped() throws Exception {
        try (RawPeer peer = connect(options().handshakeTimeout(Duration.ofSeconds(4)))) {
            peer.send(SASL + INIT_ANONYMOUS + AMQP);

            assertThat(peer.readToEnd()).endsWith(AMQP);
            TransportException failure = failure();
            assertThat(failure.stage()).isEqualTo(Stage.FIRST_FRAME);
            assertThat(engines.next().awaitClosed()).isEqualTo(new StopReason.TransportLost(failure));
        }
    }

    @Test
    void theDeadlineIsForAllOfItAndNotForEachOctet() throws Exception {
        // 8 octets of the header, each in good time, take longer than there is for all of it
        try (RawPeer peer = connect(options().handshakeTimeout(Duration.ofSeconds(1)))) {
            AtomicInteger sent = new AtomicInteger();
            await().pollInterval(Duration.ofMillis(800)).until(() -> {
                if (sent.get() < 7) {
                    try {
                        peer.send(SASL.substring(2 * sent.get(), 2 * sent.get() + 2));
                        sent.incrementAndGet();
                    } catch (SocketException e) {
                        return true; // it is dropped
                    }
                }
                return !failures.isEmpty();
            });

            TransportException failure = failure();
            assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(failure).hasMessageContaining("handshakeTimeout");
            assertThat(failure.stage()).isEqualTo(Stage.PROTOCOL_HEADER);
            assertThat(sent.get()).isLessThan(7);
        }
    }

    @Test
    void clientThatOpenedIsNotDropped() throws Exception {
        try (RawPeer peer = connect(options().handshakeTimeout(Duration.ofSeconds(6)))) {
            peer.send(SASL + INIT_ANONYMOUS + AMQP + OPEN);
            Engines.Peer accepted = engines.next();
            Engines.await(accepted.opened);

            assertThat(failures.poll(7, TimeUnit.SECONDS)).isNull();
            assertThat(accepted.closed).isNotDone();
        }
    }

    @Test
    void tooManyWithoutAFirstFrameAreTurnedAway() throws Exception {
        TransportListener bound = listen(options().maxHandshakes(2));
        List<RawPeer> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                idle.add(RawPeer.connect(bound.port()).send(SASL).expect(SASL));
            }
            try (RawPeer third = RawPeer.connect(bound.port())) {
                assertThat(third.readToEnd()).isEmpty();
                assertThat(failure())
                        .hasMessageContaining(
                                "2 connections have not sent their open yet, as many as maxHandshakes allows");
            }

            idle.get(0).send(INIT_ANONYMOUS + AMQP + OPEN);
            Engines.await(engines.next().opened);
            try (RawPeer next = RawPeer.connect(bound.port())) {
                next.send(SASL).expect(SASL);
            }
        } finally {
            for (RawPeer peer : idle) {
                peer.close();
            }
        }
        await().until(() -> bound.connections() == 0);
    }

    @Test
    void tooManyConnectionsAreTurnedAway() throws Exception {
        TransportListener bound = listen(options().maxConnections(1));
        try (RawPeer first = RawPeer.connect(bound.port())) {
            first.send(SASL + INIT_ANONYMOUS + AMQP + OPEN);
            Engines.await(engines.next().opened);
            assertThat(bound.connections()).isOne();
            try (RawPeer second = RawPeer.connect(bound.port())) {
                assertThat(second.readToEnd()).isEmpty();
                assertThat(failure())
                        .hasMessageContaining("1 connections already, as many as maxConnections allows")
                        .extracting(TransportException::kind)
                        .isEqualTo(Kind.CLOSED_HERE);
            }
        }
        await().until(() -> bound.connections() == 0);
        try (RawPeer third = RawPeer.connect(bound.port())) {
            third.send(SASL).expect(SASL);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "00000000, smaller",
        "00000007, smaller",
        "80000000, larger",
        "ffffffff, larger",
        "00002001, larger",
        "0000000801000000, data offset",
        "0000000803000000, data offset",
        "0000000802010000, type 1",
        "00000008020f0000, type 15",
    })
    void badFrameIsAnsweredWithACloseAndTheEnd(String frame, String said) throws Exception {
        try (RawPeer peer = connect(options())) {
            peer.send(SASL + INIT_ANONYMOUS + AMQP + OPEN);
            peer.expect(SASL).expect(OFFER_ANONYMOUS).expect(OUTCOME_OK).expect(AMQP);
            peer.readFrame();

            peer.send(frame);

            assertThat(peer.readFrame()).contains(CLOSE_CODE, ascii("amqp:connection:framing-error"), ascii(said));
            assertThat(peer.readToEnd()).isEmpty();
        }
    }

    @Test
    void badFirstFrameIsAnsweredWithOpenAndClose() throws Exception {
        try (RawPeer peer = connect(options())) {
            peer.send(SASL + INIT_ANONYMOUS + AMQP + "00000001");
            peer.expect(SASL).expect(OFFER_ANONYMOUS).expect(OUTCOME_OK).expect(AMQP);

            assertThat(peer.readFrame()).contains(ascii("server"));
            assertThat(peer.readFrame()).contains(ascii("amqp:connection:framing-error"));
            assertThat(peer.readToEnd()).isEmpty();
        }
    }

    @Test
    void undecodableFrameIsAnsweredWithACloseThatIsWaitedFor() throws Exception {
        try (RawPeer peer = connect(options())) {
            peer.send(SASL + INIT_ANONYMOUS + AMQP + OPEN);
            peer.expect(SASL).expect(OFFER_ANONYMOUS).expect(OUTCOME_OK).expect(AMQP);
            peer.readFrame();

            peer.send("0000000c 02000000 00000000" + "00000009 02000000 40" + CLOSE);

            assertThat(peer.readFrame()).contains(CLOSE_CODE, ascii("amqp:decode-error"));
            peer.endOutput();
            assertThat(peer.readToEnd()).isEmpty();
        }
    }

    @Test
    void closingTheListenerFreesThePortAndDropsHandshakesOnly() throws Exception {
        TransportListener bound = listen(options());
        try (RawPeer open = RawPeer.connect(bound.port());
                RawPeer idle = RawPeer.connect(bound.port())) {
            open.send(SASL + INIT_ANONYMOUS + AMQP + OPEN);
            Engines.Peer accepted = engines.next();
            Engines.await(accepted.opened);
            idle.send(SASL).expect(SASL);

            Engines.await(bound.close());

            assertThat(idle.readToEnd()).isEqualTo(OFFER_ANONYMOUS.replace(" ", ""));
            assertThatThrownBy(() -> RawPeer.connect(bound.port())).isInstanceOf(ConnectException.class);
            assertThat(accepted.closed).isNotDone();
            accepted.transport.abort(null);
            assertThat(accepted.awaitClosed()).isInstanceOf(StopReason.TransportLost.class);
        }
    }

    @Test
    void usedPortIsNamed() {
        TransportListener bound = listen(options());

        TransportException failure = Engines.failure(Amqp10Transport.listen(
                loops, ServerTransportOptions.builder("127.0.0.1", bound.port()).build(), engines, failures::add));

        assertThat(failure).hasMessageContaining("127.0.0.1:" + bound.port());
    }
}
