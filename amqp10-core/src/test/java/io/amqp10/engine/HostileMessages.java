package io.amqp10.engine;

import static io.amqp10.transport.RawPeer.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Delivery;
import io.amqp10.LinkAcceptor;
import io.amqp10.Message;
import io.amqp10.PeerLimits;
import io.amqp10.ReceiverOptions;
import io.amqp10.SenderOptions;
import io.amqp10.SessionOptions;
import io.amqp10.engine.testing.Frame;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Described;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/** The rows of {@link HostileOctets} that are messages, or links to receive them on. */
final class HostileMessages {

    private static final int PIECE = 30_000;
    private static final int UNPACKED = 64 << 20;
    private static final long SOME_HEAP = 32L << 20;
    private static final Symbol SELECTOR = Symbol.of("apache.org:selector-filter:string");
    private static final Symbol NAME = Symbol.of("selector");

    /** What the attacked container found in the body of the last message, by its length. */
    private static final class Reader extends HostileSurroundings.Noting {
        volatile int length;

        @Override
        public void onMessage(Delivery delivery) {
            Message message = delivery.message();
            Object unused = Arrays.asList(
                    message.header(),
                    message.deliveryAnnotations(),
                    message.messageAnnotations(),
                    message.applicationProperties(),
                    message.body(),
                    message.footer());
            if ("gzip".equals(message.contentEncoding())) {
                length = message.bodyAsBytes().length;
            }
        }
    }

    private final List<HostileOctets.Row> rows = new ArrayList<>();
    private final Reader reader = new Reader();

    private HostileMessages() {}

    static List<HostileOctets.Row> rows() {
        HostileMessages table = new HostileMessages();
        table.values();
        table.symbols();
        table.sections();
        table.bodies();
        table.selectors();
        table.refused();
        table.beyondTheWindow();
        return table.rows;
    }

    /** A peer that attaches a sender on a session of its own, in both roles. */
    private void sender(
            int number,
            String name,
            UnaryOperator<PeerLimits> limits,
            LinkAcceptor links,
            HostileOctets.Frames frames) {
        HostileOctets.opened(rows, number, name, limits, reader, links, (raw, peer) -> {
            peer.send(new Begin(Begin.NO_CHANNEL, 0, 1000, 1000, 255));
            peer.send(ScriptedPeer.attach("in", 0, Role.SENDER).build());
            frames.run(raw, peer);
        });
    }

    /** A peer that sends a message, which is rejected, and another one, which is not. */
    private void rejected(int number, String name, byte[] message) {
        sender(number, name, l -> l, LinkAcceptor.ALL, (raw, peer) -> {
            peer.awaitAnyCredit();
            assertThat(send(peer, 0, message)).isInstanceOfSatisfying(Rejected.class, rejected -> assertThat(
                            Objects.requireNonNull(rejected.error()).condition())
                    .isEqualTo(AmqpError.DECODE_ERROR));
            assertThat(send(peer, 1, octets("005377 40"))).isEqualTo(Accepted.INSTANCE);
            end(peer);
        });
    }

    private void accepted(int number, String name, byte[] message, Runnable then) {
        sender(number, name, l -> l, LinkAcceptor.ALL, (raw, peer) -> {
            peer.awaitAnyCredit();
            assertThat(send(peer, 0, message)).isEqualTo(Accepted.INSTANCE);
            then.run();
            end(peer);
        });
    }

    private static void end(WirePeer peer) throws InterruptedException {
        peer.close();
        peer.awaitEnd();
        assertThat(peer.errors()).isEmpty();
    }

    /** Sends a message in as many frames as it takes, and returns its outcome. */
    private static DeliveryState send(WirePeer peer, int id, byte[] message) throws InterruptedException {
        for (int from = 0; from < message.length; from += PIECE) {
            int to = Math.min(message.length, from + PIECE);
            Transfer transfer =
                    ScriptedPeer.firstOf(new Transfer().handle(0), id).more(to < message.length);
            peer.send(Frame.octets(0, transfer, Unpooled.wrappedBuffer(message, from, to - from)));
        }
        return peer.outcome();
    }

    private void values() {
        ByteBuf arrays = Unpooled.buffer();
        arrays.writeBytes(octets("005377 d0")).writeInt(4 + 100_000 * 10).writeInt(100_000);
        for (int i = 0; i < 100_000; i++) {
            arrays.writeBytes(octets("f0 00000005 0000ffff 40"));
        }
        rejected(16, "a message of 100000 arrays each just under the limit", ByteBufUtil.getBytes(arrays));

        ByteBuf strings = Unpooled.buffer();
        strings.writeBytes(octets("005377 f0"))
                .writeInt(5 + 2_000_000)
                .writeInt(1_000_000)
                .writeByte(0xa1);
        for (int i = 0; i < 1_000_000; i++) {
            strings.writeByte(1).writeByte('a' + i % 26);
        }
        accepted(17, "a message of an array of a million strings", ByteBufUtil.getBytes(strings), () -> {});

        for (String properties : List.of("c102 01 40", "c109 04 a1016b 41 a1016b 42")) {
            rejected(
                    20,
                    "application properties that are no map: " + properties,
                    octets("005374" + properties + "005377 40"));
        }
        rejected(12, "a body of nothing but descriptors", octets("005377" + "00".repeat(20_000)));
        rejected(13, "a body of lists in lists", octets("005377" + nested(51)));
        rejected(22, "a body of text that is none", octets("005377 a1 01 80"));
        rejected(23, "a body of an unknown type", octets("005377 4f"));
    }

    private static String nested(int depth) {
        String value = "45";
        for (int i = 0; i < depth; i++) {
            int length = value.length() / 2;
            value = String.format("d0%08x00000001", 4 + length) + value;
        }
        return value;
    }

    /** A million symbols leave no trace, even while the connection is open that they came on. */
    private void symbols() {
        sender(21, "a million different symbols among annotations", l -> l, LinkAcceptor.ALL, (raw, peer) -> {
            peer.awaitAnyCredit();
            assertThat(send(peer, 0, annotated(0))).isEqualTo(Accepted.INSTANCE);
            long before = HostileSurroundings.usedHeap();
            for (int i = 1; i <= 20; i++) {
                assertThat(send(peer, i, annotated(i))).isEqualTo(Accepted.INSTANCE);
            }
            await("the symbols of messages that are gone")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(HostileSurroundings.usedHeap() - before).isLessThan(SOME_HEAP));
            end(peer);
        });
        sender(21, "a million different symbols in flows", l -> l, LinkAcceptor.ALL, (raw, peer) -> {
            peer.awaitAnyCredit();
            long before = HostileSurroundings.usedHeap();
            for (int i = 0; i < 1000; i++) {
                Map<Symbol, Object> properties = new LinkedHashMap<>();
                for (int j = 0; j < 1000; j++) {
                    properties.put(Symbol.of("symbol-" + i + "-" + j + "-".repeat(30)), 1);
                }
                peer.send(flow().properties(properties));
            }
            peer.send(flow().echo(true));
            peer.await(Flow.class);
            await("the symbols of frames that are gone")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(HostileSurroundings.usedHeap() - before).isLessThan(SOME_HEAP));
            end(peer);
        });
    }

    private static Flow flow() {
        return new Flow()
                .nextIncomingId(0)
                .incomingWindow(1000)
                .nextOutgoingId(0)
                .outgoingWindow(1000)
                .handle(0)
                .deliveryCount(0);
    }

    private static byte[] annotated(int number) {
        ByteBuf pairs = Unpooled.buffer();
        for (int i = 0; i < 50_000; i++) {
            byte[] symbol = ("x-opt-" + number + "-" + i + "-".repeat(30)).getBytes(StandardCharsets.US_ASCII);
            pairs.writeByte(0xa3).writeByte(symbol.length).writeBytes(symbol).writeByte(0x40);
        }
        ByteBuf message = Unpooled.buffer();
        message.writeBytes(octets("005372 d1"))
                .writeInt(4 + pairs.readableBytes())
                .writeInt(100_000);
        message.writeBytes(pairs).writeBytes(octets("005377 40"));
        return ByteBufUtil.getBytes(message);
    }

    private void sections() {
        for (String message : List.of(
                "005375a000 005370 45",
                "005370 45 005370 45 005377 40",
                "005377 40 005373 45",
                "005377 40 005377 40",
                "005378c10100 005375a000")) {
            rejected(69, "sections out of their order: " + message, octets(message));
        }
        rejected(70, "a million data sections of an octet", octets("005375a00101".repeat(1_000_000)));
        rejected(71, "an annotation by a string", octets("005372 c105 02 a10161 40 005377 40"));
        rejected(71, "an application property that is a map", octets("005374 c107 02 a10161 c10100 005377 40"));
    }

    private void bodies() {
        byte[] bomb = bomb();
        ByteBuf message = Unpooled.buffer();
        message.writeBytes(octets("005373 c00e 08 40404040404040 a304"))
                .writeBytes("gzip".getBytes(StandardCharsets.US_ASCII));
        message.writeBytes(octets("005375 b0")).writeInt(bomb.length).writeBytes(bomb);
        accepted(72, "a body that unpacks to a thousand times its size", ByteBufUtil.getBytes(message), () -> {
            assertThat(reader.length).isEqualTo(bomb.length).isLessThan(UNPACKED / 900);
            reader.length = 0;
        });
        sender(80, "a session octet by octet", l -> l, LinkAcceptor.ALL, (raw, peer) -> {
            peer.awaitAnyCredit();
            Transfer transfer = ScriptedPeer.firstOf(new Transfer().handle(0), 0);
            for (byte octet : Frame.octets(0, transfer, Unpooled.wrappedBuffer(octets("005377 a1026869")))) {
                peer.send(new byte[] {octet});
            }
            assertThat(peer.outcome()).isEqualTo(Accepted.INSTANCE);
            end(peer);
        });
    }

    private static byte[] bomb() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            for (int i = 0; i < UNPACKED; i += 1 << 16) {
                gzip.write(new byte[1 << 16]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private void selectors() {
        for (String selector :
                List.of("a = '" + "x".repeat(64 << 10) + "'", "(".repeat(10_000) + "a" + ")".repeat(10_000) + " = 1")) {
            receiver("a selector of " + selector.length() + " characters", selector, applying(), (raw, peer) -> {
                peer.await(Detach.class);
                assertThat(peer.errors()).containsExactly("detach amqp:invalid-field");
                assertThat(peer.descriptions()).first().asString().contains("maxFilterLength");
            });
        }
        for (Object wrong : List.of(7, List.of("a = 1"), Symbol.of("a"))) {
            receiver("a selector that is " + wrong, wrong, applying(), (raw, peer) -> {
                peer.await(Detach.class);
                assertThat(peer.errors()).containsExactly("detach amqp:invalid-field");
                assertThat(peer.descriptions()).first().asString().contains("selector");
            });
        }
        receiver(
                "a pattern that is slow to match",
                "a LIKE '" + "%a".repeat(2_000) + "b'",
                LinkAcceptor.ALL,
                (raw, peer) -> {
                    peer.await(Attach.class);
                    Source actual =
                            Objects.requireNonNull(peer.attaches().get(0).source());
                    assertThat(actual.filter())
                            .as("what is not applied is not in the answer")
                            .isEmpty();
                    end(peer);
                });
        Object nested = new Described(SELECTOR, "a = 1");
        for (int i = 0; i < 10; i++) {
            nested = new Described(Symbol.of("amqp:not-filter"), List.of(nested));
        }
        receiver("filters in filters", nested, l -> l.maxDepth(20), applying(), (raw, peer) -> {
            peer.awaitEnd();
            assertThat(peer.errors()).containsExactly("close amqp:decode-error");
        });
    }

    private static LinkAcceptor applying() {
        return request -> request.accept(SenderOptions.anonymous().appliedFilters(Set.of(NAME)));
    }

    private void receiver(String name, Object filter, LinkAcceptor links, HostileOctets.Frames frames) {
        receiver(name, filter, l -> l, links, frames);
    }

    private void receiver(
            String name,
            Object filter,
            UnaryOperator<PeerLimits> limits,
            LinkAcceptor links,
            HostileOctets.Frames frames) {
        Object described = filter instanceof Described
                ? filter
                : new Described(filter instanceof String ? SELECTOR : UnsignedLong.of(0x0000_468C_0000_0004L), filter);
        HostileOctets.opened(rows, 73, name, limits, reader, links, (raw, peer) -> {
            peer.send(new Begin(Begin.NO_CHANNEL, 0, 1000, 1000, 255));
            peer.send(Attach.builder("out", 0, Role.RECEIVER)
                    .source(Source.builder()
                            .address("a")
                            .filter(Map.of(NAME, described))
                            .build())
                    .target(Target.builder().build())
                    .build());
            frames.run(raw, peer);
        });
    }

    private void refused() {
        sender(
                35,
                "transfers on a link that was refused, more than can be in flight",
                l -> l,
                LinkAcceptor.NONE,
                (raw, peer) -> {
                    peer.await(Detach.class);
                    ByteBuf transfers = Unpooled.buffer();
                    for (int id = 0; id < SessionOptions.DEFAULT_INCOMING_WINDOW + 100; id++) {
                        Transfer transfer = ScriptedPeer.firstOf(new Transfer().handle(0), id)
                                .settled(true);
                        transfers.writeBytes(Frame.octets(0, transfer, Unpooled.EMPTY_BUFFER));
                    }
                    peer.send(ByteBufUtil.getBytes(transfers));
                    peer.await(End.class);
                    peer.close();
                    peer.awaitEnd();
                    assertThat(peer.errors()).hasSize(2).first().isEqualTo("detach amqp:not-allowed");
                    // whichever is counted to its end first
                    assertThat(peer.errors().get(1))
                            .isIn("end amqp:session:errant-link", "end amqp:session:window-violation");
                });
    }

    /** More deliveries at once than the session's window, which lets in one frame, may be open for meanwhile. */
    private void beyondTheWindow() {
        SessionOptions narrow = SessionOptions.DEFAULT.incomingWindow(1).beginAgain(false);
        String name = "transfers beyond the window";
        rows.add(new HostileOctets.Row(
                45,
                name,
                HostileStage.Side.SERVER,
                attacked -> HostileOctets.attackListener(
                        attacked, o -> o.sessionOptions(narrow).handler(reader), HostileOctets.asClient((raw, peer) -> {
                            peer.send(new Begin(Begin.NO_CHANNEL, 0, 1000, 1000, 255));
                            peer.send(ScriptedPeer.attach("in", 0, Role.SENDER).build());
                            sendBeyondTheWindow(peer);
                        }))));
        rows.add(new HostileOctets.Row(
                45,
                name,
                HostileStage.Side.CLIENT,
                attacked -> HostileOctets.attackClient(
                        attacked,
                        o -> o.session(narrow).handler(reader),
                        HostileOctets.asServer((raw, peer) -> {
                            peer.await(Begin.class);
                            peer.send(new Begin(0, 0, 1000, 1000, 255));
                            peer.await(Attach.class);
                            peer.send(ScriptedPeer.attach("in", 0, Role.SENDER).build());
                            sendBeyondTheWindow(peer);
                        }),
                        connection ->
                                connection.openReceiver(ReceiverOptions.of("a").name("in")))));
    }

    private static void sendBeyondTheWindow(WirePeer peer) throws InterruptedException {
        peer.awaitAnyCredit();
        ByteBuf transfers = Unpooled.buffer();
        for (int id = 0; id < ReceiverOptions.DEFAULT_CREDIT_WINDOW; id++) {
            Transfer transfer = ScriptedPeer.firstOf(new Transfer().handle(0), id);
            transfers.writeBytes(Frame.octets(0, transfer, Unpooled.wrappedBuffer(octets("005377 40"))));
        }
        peer.send(ByteBufUtil.getBytes(transfers));
        peer.await(End.class);
        peer.close();
        peer.awaitEnd();
        assertThat(peer.errors()).containsExactly("end amqp:session:window-violation");
    }
}
