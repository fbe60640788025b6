package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a peer sends, and whatever we do meanwhile, no exception comes out of the engine, nothing follows a close, and
 * nothing is held when it is over.
 */
class RandomInputTest {

    /** Too long for a frame of 512 octets. */
    private static final ErrorCondition LONG = ErrorCondition.of(AmqpError.NOT_FOUND, "x".repeat(600));

    private final List<ByteBuf> payloads = new ArrayList<>();
    private final List<OutgoingDelivery> sent = new ArrayList<>();

    @Property(tries = 1500)
    void aPeersFramesInAnyOrderDoNoHarm(@ForAll long seed) {
        Random random = new Random(seed);
        payloads.clear();
        sent.clear();
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
            SessionEngine session = scenario.begin(new SessionSettings(20, 5, 0, 50), 0, 50);
            scenario.sender(session, attach -> attach.rcvSettleMode(any(random, ReceiverSettleMode.values())));
            session.attachReceiver(Scenario.ours("in", Role.RECEIVER).build(), scenario.recorder)
                    .addCredit(10);
            scenario.peer.respondAttach(scenario.peer.expectAttach());
        }
        for (int i = 0; i < 120; i++) {
            if (random.nextInt(4) == 0) {
                act(scenario, random);
            } else {
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
                        OutgoingDelivery message = Scenario.message(random.nextInt(1500));
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
                    scenario.recorder.sessions.forEach(session -> session.end(random.nextBoolean() ? null : LONG));
                } else if (random.nextInt(40) == 0) {
                    scenario.engine.close(random.nextBoolean() ? null : LONG);
                }
            }
        }
    }

    private void receive(Scenario scenario, Random random) {
        int channel = random.nextInt(20) == 0 ? random.nextInt(6) : 0;
        if (random.nextInt(3) > 0) {
            scenario.engine.frameReceived(scenario.peer.now());
            ByteBuf payload = PooledByteBufAllocator.DEFAULT.buffer().writeZero(anySize(random));
            payloads.add(payload);
            scenario.engine.onTransfer(channel, transfer(random), payload);
            payload.release();
        } else if (random.nextInt(30) == 0) {
            scenario.peer.sendEmptyFrame(channel);
        } else {
            scenario.peer.send(channel, performative(random));
        }
    }

    private static int anySize(Random random) {
        return random.nextInt(10) == 0 ? random.nextInt(12_000) : random.nextInt(50);
    }

    private int nextId;

    private Transfer transfer(Random random) {
        Transfer transfer = new Transfer().handle(random.nextInt(30) == 0 ? random.nextInt(8) : 1);
        if (random.nextInt(3) > 0) {
            int id = random.nextInt(25) == 0 ? random.nextInt(10) : nextId++;
            transfer.deliveryId(id).deliveryTag(Binary.copyOf((byte) id, (byte) (id >> 8)));
        }
        return transfer.more(random.nextInt(3) == 0)
                .aborted(random.nextInt(15) == 0)
                .resume(random.nextInt(30) == 0)
                .settled(random.nextInt(4) == 0 ? Boolean.TRUE : null)
                .rcvSettleMode(random.nextInt(30) == 0 ? ReceiverSettleMode.SECOND : null)
                .state(random.nextInt(10) == 0 ? state(random) : null);
    }

    private static Performative performative(Random random) {
        long handle = random.nextInt(20) == 0 ? random.nextInt(8) : random.nextInt(2);
        return switch (random.nextInt(22)) {
            case 0 -> random.nextInt(10) == 0 ? new Close(error(random)) : new Flow().incomingWindow(5);
            case 1 -> random.nextInt(10) == 0 ? new End(error(random)) : new Flow().echo(true);
            case 2 ->
                random.nextInt(4) == 0
                        ? Open.builder("again").build()
                        : new Begin(
                                random.nextInt(4) - 1, random.nextInt() & UnsignedInteger.MAX, 5, 5, random.nextInt(3));
            case 3, 4 -> new Detach(handle, random.nextBoolean(), error(random));
            case 5, 6, 7, 8, 9 -> attach(random, handle);
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
                        .nextOutgoingId(random.nextInt(30) == 0 ? 0 : 0x4000_0000)
                        .handle(random.nextInt(5) == 0 ? UnsignedInteger.ABSENT : handle)
                        .deliveryCount(random.nextInt(4) == 0 ? random.nextInt(5) : UnsignedInteger.ABSENT)
                        .linkCredit(random.nextInt(4) == 0 ? UnsignedInteger.ABSENT : random.nextInt(20))
                        .drain(random.nextInt(5) == 0)
                        .echo(random.nextInt(5) == 0);
        };
    }

    private static Attach attach(Random random, long handle) {
        Attach.Builder attach = ScriptedPeer.attach("link" + random.nextInt(3), handle + 2, any(random, Role.values()))
                .sndSettleMode(any(random, SenderSettleMode.values()))
                .rcvSettleMode(any(random, ReceiverSettleMode.values()));
        if (random.nextInt(6) == 0) {
            attach.source(null).initialDeliveryCount(UnsignedInteger.ABSENT);
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
    private static void checkSent(Scenario scenario) {
        scenario.peer.flush();
        List<String> kinds = scenario.peer.sentKinds();
        assertThat(kinds.indexOf("Close")).isIn(-1, kinds.size() - 1);
        assertThat(kinds.lastIndexOf("Open")).isLessThanOrEqualTo(0);
    }
}
