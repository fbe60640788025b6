package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Frame;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Received;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a peer sends, and whatever we do meanwhile, no exception comes out of the engine, nothing follows a close, and
 * nothing is held when it is over.
 */
class RandomInputTest {

    /** Too long for a frame of 512 octets. */
    private static final ErrorCondition LONG = ErrorCondition.of(AmqpError.NOT_FOUND, "x".repeat(600));

    private static final int HANDLES = 12;

    private final List<ByteBuf> payloads = new ArrayList<>();
    private final List<OutgoingDelivery> sent = new ArrayList<>();
    private final List<String> sentKinds = new ArrayList<>();

    /** The session that we began last. */
    private @Nullable SessionEngine session;

    private int linksMade;

    // What the peer counts in the present session, so that enough of what it sends is as it should be.
    private int nextDelivery;
    private int transfers;
    private boolean ended;
    private final boolean[] inProgress = new boolean[HANDLES];
    private final boolean[] attached = new boolean[HANDLES];
    private final boolean[] peerSends = new boolean[HANDLES];
    private final long[] credit = new long[HANDLES];
    private final int[] handleOfPeer = new int[HANDLES];

    /** For every try, since all have one instance. */
    private void reset() {
        payloads.clear();
        sent.clear();
        sentKinds.clear();
        session = null;
        linksMade = 0;
        newSession();
    }

    private void newSession() {
        nextDelivery = 0;
        transfers = 0;
        ended = false;
        Arrays.fill(inProgress, false);
        Arrays.fill(attached, false);
    }

    @Property(tries = 1500)
    void aPeersFramesInAnyOrderDoNoHarm(@ForAll long seed) {
        reset();
        Random random = new Random(seed);
        Scenario scenario = new Scenario(
                options -> options.maxBufferedBytes(50_000)
                        .maxFramesPerDelivery(20)
                        .maxSessions(3),
                open -> open.channelMax(3));
        if (random.nextBoolean()) {
            scenario.peer.judgeFrameSizes();
        }
        accept(scenario, random);
        if (random.nextInt(8) > 0) {
            scenario.open(open -> open.maxFrameSize(512));
        }
        for (int i = 0; i < 120; i++) {
            boolean over = session == null || !session.isMapped();
            if (over || random.nextInt(3) == 0) {
                restore(scenario, random);
                answer(scenario, random);
            }
            if (random.nextInt(4) == 0) {
                act(scenario, random);
            } else if (!over || random.nextInt(20) == 0) {
                receive(scenario, random);
            }
            if (random.nextInt(5) == 0) {
                scenario.peer.tick();
            }
        }

        checkSent(scenario);
        scenario.engine.transportClosed(null);
        assertThat(scenario.engine.isClosed()).isTrue();
        assertThat(scenario.recorder.events.stream().filter(event -> event.startsWith("closed ")))
                .hasSize(1);
        sent.forEach(OutgoingDelivery::releasePayload);
        for (ByteBuf payload : payloads) {
            assertThat(payload.refCnt()).isZero();
        }
        Statistics.label("sent and received")
                .collect(!sent.isEmpty() && !scenario.recorder.deliveries.isEmpty())
                .coverage(seen -> seen.check(true).percentage(percent -> percent > 20));
    }

    /** Begins a session in place of one that is over, and attaches links in place of some that are. */
    private void restore(Scenario scenario, Random random) {
        if (scenario.engine.state() != ConnectionState.OPENED) {
            return;
        }
        SessionEngine present = session;
        if (present == null || present.state() == SessionState.UNMAPPED && present.stopReason() != null) {
            session = scenario.engine.begin(scenario.recorder, new SessionSettings(20, HANDLES - 1, 0, 50));
        } else if (present.stopReason() == null && random.nextInt(3) == 0) {
            String name = "ours" + linksMade++;
            if (random.nextBoolean()) {
                present.attachReceiver(Scenario.ours(name, Role.RECEIVER).build(), scenario.recorder)
                        .addCredit(10);
            } else {
                present.attachSender(
                        Scenario.ours(name, Role.SENDER)
                                .rcvSettleMode(any(random, ReceiverSettleMode.values()))
                                .build(),
                        scenario.recorder);
            }
        }
    }

    /** The peer answers as it should, mostly. */
    private void answer(Scenario scenario, Random random) {
        scenario.peer.flush();
        while (scenario.peer.hasFrames()) {
            Frame frame = scenario.peer.takeFrame();
            Performative body = frame.body();
            sentKinds.add(body == null ? "" : body.getClass().getSimpleName());
            if (body == null || random.nextInt(30) == 0) {
                continue;
            }
            int channel = frame.channel();
            if (body instanceof Begin begin && begin.remoteChannel() == Begin.NO_CHANNEL) {
                newSession();
                scenario.peer.send(channel, new Begin(channel, 0, 50, 1000, 255));
            } else if (body instanceof Attach attach && attach.handle() < HANDLES) {
                answer(scenario, random, channel, attach);
            } else if (body instanceof Flow flow && flow.handle() < HANDLES && flow.handle() >= 0) {
                credit[handleOfPeer[(int) flow.handle()]] = flow.linkCredit();
            } else if (body instanceof Detach detach && detach.handle() < HANDLES) {
                int handle = handleOfPeer[(int) detach.handle()];
                if (attached[handle]) {
                    attached[handle] = false;
                    scenario.peer.send(channel, new Detach(handle, detach.closed(), null));
                }
            } else if (body instanceof End && !ended) {
                ended = true;
                scenario.peer.send(channel, new End(null));
            }
        }
    }

    private void answer(Scenario scenario, Random random, int channel, Attach attach) {
        int ours = (int) attach.handle();
        if (!attach.name().startsWith("ours")) {
            handleOfPeer[ours] = ofLink(attach.name());
            return;
        }
        handleOfPeer[ours] = ours;
        noteAttached(ours, attach.role() == Role.RECEIVER);
        Attach.Builder answer = ScriptedPeer.attach(
                        attach.name(), ours, attach.role().opposite())
                .sndSettleMode(attach.sndSettleMode())
                .rcvSettleMode(attach.rcvSettleMode());
        scenario.peer.send(channel, answer.build());
        if (attach.role() == Role.SENDER && random.nextInt(4) > 0) {
            scenario.peer.send(
                    channel,
                    new Flow()
                            .nextIncomingId(0)
                            .incomingWindow(1000)
                            .nextOutgoingId(transfers)
                            .handle(ours)
                            .deliveryCount(0)
                            .linkCredit(20));
        }
    }

    /** Returns the handle that a link of the peer's has: link2's is the last one. */
    private static int ofLink(String name) {
        return HANDLES - 3 + name.charAt(name.length() - 1) - '0';
    }

    private static void accept(Scenario scenario, Random random) {
        scenario.recorder.streaming = random.nextInt(4) == 0;
        scenario.recorder.onRemoteSender = link -> {
            if (random.nextInt(3) == 0) {
                link.refuse(LONG);
            } else {
                link.accept(
                        Scenario.ours("x", Role.RECEIVER).maxMessageSize(20_000).build(), scenario.recorder);
                link.addCredit(random.nextInt(20));
            }
        };
        scenario.recorder.onRemoteReceiver = link -> {
            if (random.nextInt(3) > 0) {
                link.accept(Scenario.ours("x", Role.SENDER).build(), scenario.recorder);
            }
        };
        scenario.recorder.onDrain = link -> {
            if (random.nextBoolean()) {
                link.drained();
            }
        };
    }

    private void act(Scenario scenario, Random random) {
        List<SenderLink> senders = scenario.recorder.knownSenders();
        List<ReceiverLink> receivers = scenario.recorder.knownReceivers();
        switch (random.nextInt(12)) {
            case 0 -> scenario.engine.setWritable(random.nextBoolean());
            case 1 -> scenario.peer.flush();
            case 2, 3, 4 -> {
                for (SenderLink link : senders) {
                    if (link.canSend()) {
                        OutgoingDelivery message =
                                Scenario.message(1 + random.nextInt(1500)); // no octets are a buffer for good
                        payloads.add(message.payload());
                        sent.add(message);
                        link.send(message);
                    }
                }
            }
            case 5 ->
                sent.forEach(message -> {
                    SenderLink link = message.link();
                    if (link != null && random.nextInt(3) == 0) {
                        link.disposition(message, Released.INSTANCE, random.nextBoolean());
                    } else if (link != null && random.nextInt(3) == 0) {
                        link.abort(message);
                    }
                });
            case 6, 7 ->
                scenario.recorder.deliveries.forEach(delivery -> {
                    ReceiverLink link = delivery.link();
                    if (link != null && random.nextInt(3) == 0) {
                        link.disposition(delivery, ours(random), random.nextBoolean());
                    }
                });
            case 8 -> receivers.forEach(link -> link.addCredit(random.nextInt(5)));
            case 9 ->
                receivers.forEach(link -> {
                    if (random.nextBoolean()) {
                        link.drain();
                    } else {
                        link.setCredit(random.nextInt(3));
                    }
                });
            case 10 -> {
                if (random.nextInt(4) == 0) {
                    receivers.forEach(link -> link.detach(random.nextBoolean(), random.nextBoolean() ? null : LONG));
                }
            }
            default -> {
                if (random.nextInt(20) == 0) {
                    scenario.recorder.sessions.forEach(begun -> begun.end(random.nextBoolean() ? null : LONG));
                } else if (random.nextInt(40) == 0) {
                    scenario.engine.close(random.nextBoolean() ? null : LONG);
                }
            }
        }
    }

    private void receive(Scenario scenario, Random random) {
        int channel = random.nextInt(200) == 0 ? random.nextInt(6) : 0;
        if (!attached[anyAttached(random)] && random.nextInt(30) > 0) {
            send(scenario, channel, attach(random));
        } else if (random.nextInt(3) > 0 && (canTransfer() || random.nextInt(30) == 0)) {
            scenario.engine.frameReceived(scenario.peer.now());
            ByteBuf payload = PooledByteBufAllocator.DEFAULT.buffer().writeZero(anySize(random));
            payloads.add(payload);
            transfers++;
            scenario.engine.onTransfer(channel, transfer(random), payload);
            payload.release();
        } else if (random.nextInt(30) == 0) {
            scenario.peer.sendEmptyFrame(channel);
        } else {
            send(scenario, channel, performative(random));
        }
    }

    private static int anySize(Random random) {
        return random.nextInt(10) == 0 ? random.nextInt(12_000) : random.nextInt(50);
    }

    private boolean canTransfer() {
        for (int handle = 0; handle < HANDLES; handle++) {
            if (maySend(handle)) {
                return true;
            }
        }
        return false;
    }

    private boolean maySend(int handle) {
        return attached[handle] && peerSends[handle] && (inProgress[handle] || credit[handle] > 0);
    }

    private void send(Scenario scenario, int channel, Performative performative) {
        if (performative instanceof End) {
            ended |= channel == 0;
        } else if (performative instanceof Attach attach && attach.handle() < HANDLES) {
            noteAttached((int) attach.handle(), attach.role() == Role.SENDER);
        } else if (performative instanceof Detach detach && detach.handle() < HANDLES) {
            attached[(int) detach.handle()] = false;
        }
        scenario.peer.send(channel, performative);
    }

    private void noteAttached(int handle, boolean sends) {
        attached[handle] = true;
        peerSends[handle] = sends;
        credit[handle] = 0;
        inProgress[handle] = false;
    }

    private Transfer transfer(Random random) {
        int handle = anyWhere(random, this::maySend);
        Transfer transfer = new Transfer().handle(handle);
        if (inProgress[handle] ? random.nextInt(30) == 0 : random.nextInt(30) > 0) {
            int id = random.nextInt(50) == 0 ? random.nextInt(10) : nextDelivery++;
            credit[handle]--;
            transfer.deliveryId(id).deliveryTag(Binary.copyOf((byte) id, (byte) (id >> 8)));
        }
        inProgress[handle] = random.nextInt(3) == 0;
        return transfer.more(inProgress[handle])
                .aborted(random.nextInt(15) == 0)
                .resume(random.nextInt(30) == 0)
                .settled(random.nextInt(4) == 0 ? Boolean.TRUE : null)
                .rcvSettleMode(random.nextInt(30) == 0 ? ReceiverSettleMode.SECOND : null)
                .state(random.nextInt(10) == 0 ? state(random) : null);
    }

    private int anyAttached(Random random) {
        return anyWhere(random, handle -> attached[handle]);
    }

    private static int anyWhere(Random random, IntPredicate wanted) {
        int from = random.nextInt(HANDLES);
        for (int i = 0; i < HANDLES && random.nextInt(200) > 0; i++) {
            int handle = (from + i) % HANDLES;
            if (wanted.test(handle)) {
                return handle;
            }
        }
        return from;
    }

    private Performative performative(Random random) {
        int handle = anyAttached(random);
        return switch (random.nextInt(22)) {
            case 0 ->
                random.nextInt(20) == 0
                        ? new Close(error(random))
                        : new Flow().incomingWindow(5).nextOutgoingId(transfers);
            case 1 ->
                random.nextInt(10) == 0
                        ? new End(error(random))
                        : new Flow().echo(true).nextOutgoingId(transfers);
            case 2 ->
                switch (random.nextInt(16)) {
                    case 0 -> Open.builder("again").build();
                    case 1 ->
                        new Begin(
                                random.nextInt(4) - 1, random.nextInt() & UnsignedInteger.MAX, 5, 5, random.nextInt(3));
                    default -> new Flow().incomingWindow(100).nextOutgoingId(transfers);
                };
            case 3 -> new Detach(handle, random.nextBoolean(), error(random));
            case 4, 5 -> attach(random);
            case 6, 7, 8, 9 ->
                new Flow()
                        .nextIncomingId(0)
                        .incomingWindow(100)
                        .nextOutgoingId(transfers)
                        .handle(handle)
                        .linkCredit(10);
            case 10, 11, 12, 13, 14 ->
                new Disposition()
                        .role(any(random, Role.values()))
                        .first(random.nextInt(20))
                        .last(
                                random.nextInt(10) == 0
                                        ? random.nextInt() & UnsignedInteger.MAX
                                        : 20 + random.nextInt(20))
                        .settled(random.nextBoolean())
                        .state(state(random));
            default ->
                new Flow()
                        .nextIncomingId(random.nextInt(3) == 0 ? UnsignedInteger.ABSENT : 0)
                        .incomingWindow(random.nextInt(100))
                        .nextOutgoingId(random.nextInt(300) == 0 ? random.nextInt(60) : transfers)
                        .handle(random.nextInt(60) == 0 ? UnsignedInteger.ABSENT : handle)
                        .deliveryCount(random.nextInt(4) == 0 ? random.nextInt(5) : UnsignedInteger.ABSENT)
                        .linkCredit(random.nextInt(4) == 0 ? UnsignedInteger.ABSENT : random.nextInt(20))
                        .drain(random.nextInt(5) == 0)
                        .echo(random.nextInt(5) == 0);
        };
    }

    private Attach attach(Random random) {
        String name = "link" + random.nextInt(3);
        for (int i = 0; i < 3 && attached[ofLink(name)]; i++) {
            name = "link" + random.nextInt(3);
        }
        int handle = random.nextInt(40) == 0 ? random.nextInt(HANDLES) : ofLink(name);
        Attach.Builder attach = ScriptedPeer.attach(name, handle, any(random, Role.values()))
                .sndSettleMode(any(random, SenderSettleMode.values()))
                .rcvSettleMode(any(random, ReceiverSettleMode.values()));
        if (random.nextInt(6) == 0) {
            attach.source(null);
        }
        if (random.nextInt(60) == 0) {
            attach.initialDeliveryCount(UnsignedInteger.ABSENT);
        }
        if (random.nextInt(6) == 0) {
            attach.unsettled(Map.of(), random.nextBoolean());
        }
        return attach.build();
    }

    /** States of which some are too large for the peer. */
    private static DeliveryState ours(Random random) {
        return switch (random.nextInt(40)) {
            case 0 -> new Rejected(LONG);
            case 1 -> new Modified(true, false, Map.of(Symbol.of("x-opt-why"), "x".repeat(600)));
            default -> Accepted.INSTANCE;
        };
    }

    private static @Nullable DeliveryState state(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> new Received(0, random.nextInt(10));
            case 2 -> Released.INSTANCE;
            default -> Accepted.INSTANCE;
        };
    }

    private static @Nullable ErrorCondition error(Random random) {
        return random.nextBoolean() ? null : ErrorCondition.of(AmqpError.NOT_ALLOWED, "random");
    }

    private static <T> T any(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    /** The order of 2.7: an open first, nothing after a close. */
    private void checkSent(Scenario scenario) {
        scenario.peer.flush();
        List<String> kinds = new ArrayList<>(sentKinds);
        kinds.addAll(scenario.peer.sentKinds());
        assertThat(kinds.indexOf("Close")).isIn(-1, kinds.size() - 1);
        assertThat(kinds.lastIndexOf("Open")).isLessThanOrEqualTo(0);
    }
}
