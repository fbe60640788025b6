package io.amqp10.engine;

import static io.amqp10.transport.RawPeer.AMQP;
import static io.amqp10.transport.RawPeer.OUTCOME_OK;
import static io.amqp10.transport.RawPeer.SASL;
import static io.amqp10.transport.RawPeer.ascii;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.LifecycleState;
import io.amqp10.LinkAcceptor;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.PeerLimits;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.ReconnectOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.SessionOptions;
import io.amqp10.engine.HostileStage.Side;
import io.amqp10.transport.RawPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Role;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.Transfer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@linkplain HostileInputs What hostile peers send}, as octets on sockets: to a container that listens, and from a server to a
 * container's client. We react as the bare engine does, and the container's honest connections, on the same I/O thread, do
 * not notice.
 */
@Timeout(900)
class HostileInputOverTcpTest {

    /**
     * What does not depend on octets alone: windows that are given again meanwhile (with one that is narrow enough
     * {@link HostileMessages} has that row), rates that only a fast peer exceeds (and
     * ten million octets of it that we would have to read before it sees why we closed), and the time of our own close.
     */
    private static final Set<String> BARE_ONLY = Set.of(
            "a transfer beyond the window",
            "transfers on a link that was refused",
            "more flows than are allowed",
            "no answer to our close");

    /** No deadline is tried here, and on a busy machine each of the usual ones may run out. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int LARGEST_FRAME = 2 << 20;
    private static final String OFFER_PLAIN = "00000015 02010000 005340 c008 01 a305" + ascii("PLAIN");

    private HostileSurroundings surroundings;

    @BeforeEach
    void start() {
        surroundings = new HostileSurroundings();
    }

    @AfterEach
    void stop() {
        surroundings.close();
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void reactionIsTheEnginesAndNobodyElseNotices(Side side) throws Exception {
        List<HostileInputs.Row> rows = HostileInputs.rows().stream()
                .filter(row -> !BARE_ONLY.contains(row.name()))
                .toList();
        assertThat(rows).hasSizeGreaterThan(100);
        attack(rows.get(0), side);
        surroundings.warm();
        for (HostileInputs.Row row : rows) {
            try {
                attack(row, side);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("row " + row.number() + ", " + row.name() + ": " + e.getMessage(), e);
            }
        }
        surroundings.leaveNothing();
    }

    private void attack(HostileInputs.Row row, Side side) throws Exception {
        HostileStage bare = row.play(side);
        if (side == Side.SERVER) {
            attackListener(row, bare);
        } else {
            attackClient(row, bare);
        }
        surroundings.goOn(side);
    }

    private void attackListener(HostileInputs.Row row, HostileStage bare) throws Exception {
        Links links = new Links();
        try (Listener listener = surroundings
                        .attacked()
                        .listen(ListenOptions.of("amqp://127.0.0.1:0")
                                .handshakeTimeout(PATIENCE)
                                .maxFrameSize(LARGEST_FRAME)
                                .channelMax(HostileStage.CHANNEL_MAX)
                                .traceFrames(true)
                                .limits(limits(row, bare))
                                .linkAcceptor(HostileInputOverTcpTest::accept)
                                .handler(links));
                RawPeer raw = RawPeer.connect(listener.port())) {
            play(new WirePeer(raw.send(AMQP).expect(AMQP)), links, bare);
        }
    }

    private void attackClient(HostileInputs.Row row, HostileStage bare) throws Exception {
        Links links = new Links();
        try (RawPeer.Server server = new RawPeer.Server(raw -> {
            raw.expect(SASL).send(SASL + OFFER_PLAIN).readFrame();
            raw.send(OUTCOME_OK).expect(AMQP).send(AMQP);
            try {
                play(new WirePeer(raw), links, bare);
            } catch (Exception e) {
                throw new IOException(e);
            }
        })) {
            Connection connection = surroundings
                    .attacked()
                    .connect(ConnectionOptions.of("amqp://127.0.0.1:" + server.port())
                            .user("alice")
                            .password(HostileSurroundings.SECRET)
                            .reconnect(ReconnectOptions.OFF)
                            .connectTimeout(PATIENCE)
                            .maxFrameSize(LARGEST_FRAME)
                            .channelMax(HostileStage.CHANNEL_MAX)
                            .limits(limits(row, bare))
                            .session(SessionOptions.DEFAULT
                                    .incomingWindow(HostileStage.WINDOW)
                                    .beginAgain(false))
                            .linkAcceptor(HostileInputOverTcpTest::accept)
                            .handler(links));
            connection.openReceiver(receive("q").name("in"));
            connection.openSender(SenderOptions.of("q").name("out"));
            server.done.get(120, TimeUnit.SECONDS);
            await("the end of the connection")
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> connection.state() == LifecycleState.CLOSED);
        }
    }

    /** Does what the row did to the bare engine, and compares. */
    private static void play(WirePeer peer, Links links, HostileStage bare) throws Exception {
        boolean reset = false;
        for (HostileStep step : bare.steps()) {
            if (step instanceof HostileStep.Octets octets) {
                peer.send(octets.octets());
            } else if (step instanceof HostileStep.Await awaited) {
                peer.await(awaited.kind());
            } else if (step instanceof HostileStep.Credit credit) {
                Receiver receiver = links.receiver(credit.link());
                int all = receiver.credit() + credit.credit();
                receiver.addCredit(credit.credit());
                peer.awaitCredit(all);
            } else if (step instanceof HostileStep.Send) {
                links.sender("out").sendAsync(Message.of(""));
                peer.await(Transfer.class);
            } else {
                reset = true;
            }
        }
        if (!reset && !bare.wasClosed()) {
            peer.close();
        }
        if (!reset) {
            peer.awaitEnd();
        }
        assertThat(peer.errors()).isEqualTo(bare.peer.errors());
        peer.hangUp(reset);
    }

    private static ReceiverOptions receive(String address) {
        return ReceiverOptions.of(address)
                .creditWindow(0)
                .autoAccept(false)
                .mixedSettlement(true)
                .maxMessageSize(HostileStage.MAX_MESSAGE_SIZE);
    }

    private static void accept(LinkAcceptor.LinkRequest request) {
        if (request.localRole() == Role.RECEIVER) {
            request.accept(receive("q"));
        } else {
            request.accept();
        }
    }

    /** Returns the row's limits; a tenth of those that end the connection, lest it depends on how fast the peer is. */
    private static PeerLimits limits(HostileInputs.Row row, HostileStage bare) {
        EngineOptions options = row.options()
                .apply(EngineOptions.builder(Open.builder("c").build()))
                .build();
        int slower = bare.peer.errors().contains("close " + AmqpError.RESOURCE_LIMIT_EXCEEDED) ? 10 : 1;
        return PeerLimits.DEFAULT
                .maxSessions(options.maxSessions())
                .maxLinksPerSession(HostileStage.HANDLE_MAX + 1)
                .maxBufferedBytes(options.maxBufferedBytes())
                .maxFramesPerDelivery(options.maxFramesPerDelivery())
                .endpointBurst(Math.max(5, options.endpointBurst() / slower))
                .endpointsPerSecond(Math.max(1, options.endpointsPerSecond() / slower))
                .flowsPerSecond(options.flowsPerSecond() / slower);
    }

    /** The links of the attacked end, by their names. */
    private static final class Links extends HostileSurroundings.Noting {

        private final Map<String, CompletableFuture<Receiver>> receivers = new ConcurrentHashMap<>();
        private final Map<String, CompletableFuture<Sender>> senders = new ConcurrentHashMap<>();

        @Override
        public void onReceiverOpened(Receiver receiver) {
            receivers
                    .computeIfAbsent(receiver.name(), name -> new CompletableFuture<>())
                    .complete(receiver);
        }

        @Override
        public void onSenderOpened(Sender sender) {
            senders.computeIfAbsent(sender.name(), name -> new CompletableFuture<>())
                    .complete(sender);
        }

        Receiver receiver(String name) throws Exception {
            return receivers
                    .computeIfAbsent(name, absent -> new CompletableFuture<>())
                    .get(60, TimeUnit.SECONDS);
        }

        Sender sender(String name) throws Exception {
            return senders.computeIfAbsent(name, absent -> new CompletableFuture<>())
                    .get(60, TimeUnit.SECONDS);
        }
    }
}
