package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.Wire;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Open;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Two engines, wired to each other, exchange messages both ways under random windows, credits and congestion. */
class BackToBackTest {

    private static final int LINKS = 3;

    /** A message that knows what it carries. */
    private static final class Numbered extends OutgoingDelivery {
        final ByteBuf octets;

        Numbered(int number, int bytes) {
            byte[] content = new byte[4 + bytes];
            for (int i = 0; i < 4; i++) {
                content[i] = (byte) (number >> 24 - 8 * i);
            }
            for (int i = 0; i < bytes; i++) {
                content[4 + i] = (byte) (number + i);
            }
            octets = PooledByteBufAllocator.DEFAULT.buffer(content.length);
            octets.writeBytes(content);
            payload(octets);
        }
    }

    private static final class Arrived extends IncomingDelivery {}

    /** Sends numbered messages as fast as the peer lets it. */
    private static final class Source implements SenderLinkListener {
        final Random random;
        final int total;
        final int maxBytes;
        final List<Numbered> sent = new ArrayList<>();
        int unsettled;
        int outcomes;
        int drains;

        Source(Random random, int total, int maxBytes) {
            this.random = random;
            this.total = total;
            this.maxBytes = maxBytes;
        }

        @Override
        public void onAttached(SenderLink link, Attach attach) {}

        @Override
        public void onSendable(SenderLink link) {
            while (sent.size() < total && link.canSend()) {
                Numbered message = new Numbered(sent.size(), random.nextInt(maxBytes + 1));
                message.settled(link.sndSettleMode() == SenderSettleMode.MIXED && random.nextInt(4) == 0);
                sent.add(message);
                if (!message.locallySettled()) {
                    unsettled++;
                }
                link.send(message);
            }
            checkNotNegative(link.credit());
            checkNotNegative(link.session().outgoingWindow.remaining());
        }

        @Override
        public void onDrain(SenderLink link) {
            drains++;
            onSendable(link);
            link.drained();
        }

        @Override
        public void onDisposition(SenderLink link, OutgoingDelivery delivery) {
            outcomes++;
            if (!delivery.remotelySettled()) {
                link.settle(delivery);
            }
        }

        @Override
        public void onDetached(SenderLink link, StopReason reason, boolean closed) {}
    }

    /** Takes what comes, in its order, and accepts it a little later and out of order. */
    private static final class Sink implements ReceiverLinkListener {
        final Random random;
        final Deque<IncomingDelivery> toAccept = new ArrayDeque<>();
        int received;
        int drained;

        Sink(Random random) {
            this.random = random;
        }

        @Override
        public void onAttached(ReceiverLink link, Attach attach) {}

        @Override
        public IncomingDelivery newDelivery(ReceiverLink link) {
            return new Arrived();
        }

        @Override
        public void onDelivery(ReceiverLink link, IncomingDelivery delivery) {
            byte[] payload = delivery.payload();
            int number = payload[0] << 24 | (payload[1] & 0xff) << 16 | (payload[2] & 0xff) << 8 | payload[3] & 0xff;
            if (number != received
                    || payload.length > 4 && payload[payload.length - 1] != (byte) (number + payload.length - 5)) {
                throw new AssertionError("message " + number + " where " + received + " was expected");
            }
            received++;
            if (random.nextBoolean()) {
                toAccept.addLast(delivery);
            } else {
                toAccept.addFirst(delivery);
            }
        }

        @Override
        public void onDisposition(ReceiverLink link, IncomingDelivery delivery) {}

        @Override
        public void onDrained(ReceiverLink link) {
            drained++;
        }

        @Override
        public void onDetached(ReceiverLink link, StopReason reason, boolean closed) {}

        void act(ReceiverLink link) {
            for (int i = random.nextInt(8); i > 0 && !toAccept.isEmpty(); i--) {
                link.disposition(toAccept.removeFirst(), Accepted.INSTANCE, true);
            }
            if (link.isDraining()) {
                return;
            }
            switch (random.nextInt(40)) {
                case 0 -> link.setCredit(random.nextInt(3));
                case 1 -> link.drain();
                default -> {
                    if (link.credit() < 10) {
                        link.addCredit(random.nextInt(40));
                    }
                }
            }
            checkNotNegative(link.credit());
        }
    }

    /** Cheap, for it is asked for each message. */
    private static void checkNotNegative(long number) {
        if (number < 0) {
            throw new AssertionError(number + " is negative");
        }
    }

    private static final class Pair {
        final Random random;
        final Wire toServer = new Wire();
        final Wire toClient = new Wire();
        final ConnectionEngine client;
        final ConnectionEngine server;
        final List<Source> sources = new ArrayList<>();
        final List<Sink> sinks = new ArrayList<>();
        final List<ReceiverLink> receivers = new ArrayList<>();
        long now;
        StopReason clientClosed = new StopReason.TransportLost(null);
        StopReason serverClosed = clientClosed;

        Pair(long seed, int perLink, int maxBytes) {
            random = new Random(seed);
            int clientFrame = 512 + random.nextInt(2000);
            int serverFrame = 512 + random.nextInt(2000);
            client = new ConnectionEngine(
                    options("client", clientFrame),
                    toServer,
                    new ConnectionListener() {
                        @Override
                        public void onRemoteOpen(Open open) {}

                        @Override
                        public void onRemoteBegin(SessionEngine session, Begin begin) {}

                        @Override
                        public void onClosed(StopReason reason) {
                            clientClosed = reason;
                        }
                    },
                    now);
            server = new ConnectionEngine(
                    options("server", serverFrame),
                    toClient,
                    new ConnectionListener() {
                        @Override
                        public void onRemoteOpen(Open open) {}

                        @Override
                        public void onRemoteBegin(SessionEngine session, Begin begin) {
                            session.accept(new Acceptor(), settings());
                        }

                        @Override
                        public void onClosed(StopReason reason) {
                            serverClosed = reason;
                        }
                    },
                    now);
            toServer.limit(client, 1 + random.nextInt(200));
            toClient.limit(server, 1 + random.nextInt(200));
            client.open();
            SessionEngine session = client.begin((ended, reason) -> {}, settings());
            for (int i = 0; i < LINKS; i++) {
                SenderSettleMode mode = i == 0 ? SenderSettleMode.UNSETTLED : SenderSettleMode.MIXED;
                ReceiverSettleMode second = i == 1 ? ReceiverSettleMode.SECOND : ReceiverSettleMode.FIRST;
                Source source = new Source(random, perLink, maxBytes);
                sources.add(source);
                session.attachSender(attach("up" + i, Role.SENDER, mode, second), source);
                Sink sink = new Sink(random);
                sinks.add(sink);
                receivers.add(session.attachReceiver(attach("down" + i, Role.RECEIVER, mode, second), sink));
                sources.add(new Source(random, perLink, maxBytes));
            }
        }

        private Attach attach(String name, Role role, SenderSettleMode mode, ReceiverSettleMode second) {
            return Scenario.ours(name, role)
                    .sndSettleMode(mode)
                    .rcvSettleMode(second)
                    .initialDeliveryCount(role == Role.SENDER ? random.nextInt() & 0xffff_ffffL : -1)
                    .build();
        }

        private SessionSettings settings() {
            return new SessionSettings(
                    1 + random.nextInt(50), 31, random.nextInt() & 0xffff_ffffL, 5 + random.nextInt(100));
        }

        private static EngineOptions options(String id, int maxFrameSize) {
            return EngineOptions.builder(
                            Open.builder(id).maxFrameSize(maxFrameSize).build())
                    .build();
        }

        private final class Acceptor implements SessionListener {
            @Override
            public void onRemoteAttach(SenderLink link, Attach attach) {
                int number = link.name().charAt(4) - '0';
                link.accept(
                        attach(link.name(), Role.SENDER, attach.sndSettleMode(), attach.rcvSettleMode()),
                        sources.get(number * 2 + 1));
            }

            @Override
            public void onRemoteAttach(ReceiverLink link, Attach attach) {
                Sink sink = new Sink(random);
                sinks.add(sink);
                receivers.add(link);
                link.accept(attach(link.name(), Role.RECEIVER, attach.sndSettleMode(), attach.rcvSettleMode()), sink);
            }

            @Override
            public void onEnded(SessionEngine session, StopReason reason) {}
        }

        /** Goes on until everything is received and settled. */
        void run(int perLink) {
            int expected = perLink * LINKS * 2;
            long idle = 0;
            while (!isDone(expected)) {
                step();
                if (++idle > 400L * expected + 10_000) {
                    throw new AssertionError("stuck: " + received() + " of " + expected + " received");
                }
            }
            assertThat(client.stopReason()).isNull();
            assertThat(server.stopReason()).isNull();
            for (Source source : sources) {
                assertThat(source.outcomes).isEqualTo(source.unsettled);
            }
        }

        void step() {
            now += 1000;
            if (random.nextBoolean()) {
                toServer.deliver(server, 1 + random.nextInt(30), now);
            } else {
                toClient.deliver(client, 1 + random.nextInt(30), now);
            }
            for (int i = 0; i < receivers.size(); i++) {
                sinks.get(i).act(receivers.get(i));
            }
            client.flush(now);
            server.flush(now);
        }

        boolean isDone(int expected) {
            return received() == expected
                    && sinks.stream().allMatch(sink -> sink.toAccept.isEmpty())
                    && toServer.waiting() == 0
                    && toClient.waiting() == 0
                    && buffersHeld() == 0;
        }

        int received() {
            int sum = 0;
            for (Sink sink : sinks) {
                sum += sink.received;
            }
            return sum;
        }

        long buffersHeld() {
            return sources.stream()
                    .flatMap(source -> source.sent.stream())
                    .filter(message -> message.octets.refCnt() != 0)
                    .count();
        }

        void close() {
            client.close(null);
            toServer.deliver(server, Integer.MAX_VALUE, now);
            toClient.deliver(client, Integer.MAX_VALUE, now);
        }
    }

    @Property(tries = 60)
    void everyMessageArrivesOnceInOrderAndIsSettled(@ForAll long seed, @ForAll @IntRange(max = 3000) int maxBytes) {
        Pair pair = new Pair(seed, 40, maxBytes);

        pair.run(40);
        pair.close();

        assertThat(pair.clientClosed).isEqualTo(new StopReason.Local(null));
        assertThat(pair.serverClosed).isEqualTo(new StopReason.Remote(null));
    }

    @Property(tries = 60)
    void nothingIsHeldAfterTheConnectionBreaks(@ForAll long seed, @ForAll @IntRange(max = 300) int steps) {
        Pair pair = new Pair(seed, 50, 5000);
        for (int i = 0; i < steps; i++) {
            pair.step();
        }

        pair.toClient.cut();
        pair.toServer.cut();
        pair.client.transportClosed(null);
        pair.server.transportClosed(null);

        // what is not settled still has its payload, and nothing else holds it
        for (Source source : pair.sources) {
            for (Numbered message : source.sent) {
                assertThat(message.octets.refCnt()).isEqualTo(message.payload() == message.octets ? 1 : 0);
                message.releasePayload();
                assertThat(message.octets.refCnt()).isZero();
            }
        }
    }

    @Test
    void exchangesAHundredThousandMessages() {
        int perLink = 100_000 / (LINKS * 2) + 1;
        Pair pair = new Pair(42, perLink, 600);

        pair.run(perLink);

        assertThat(pair.received()).isGreaterThan(100_000);
        assertThat(pair.sources).allSatisfy(source -> assertThat(source.drains).isPositive());
        assertThat(pair.sinks).allSatisfy(sink -> assertThat(sink.drained).isPositive());
        assertThat(pair.toClient.largest()).isLessThan(2512);
        pair.close();
        assertThat(pair.clientClosed).isEqualTo(new StopReason.Local(null));
    }
}
