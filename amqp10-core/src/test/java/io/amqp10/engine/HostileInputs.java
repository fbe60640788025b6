package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import io.amqp10.codec.AmqpDecoder;
import io.amqp10.codec.DecodeException;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.codec.SectionReader;
import io.amqp10.codec.SectionType;
import io.amqp10.engine.HostileStage.Recorderless;
import io.amqp10.engine.HostileStage.Side;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.Redirect;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.SessionError;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Received;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The table of what hostile peers send in frames and how we react, whoever opened the connection. The numbers are those of
 * {@code docs/hostile-inputs.md}, which also says where the rows without a row here are tested: those below the frames.
 */
final class HostileInputs {

    /** A list, map or array inside an open's properties: {@code open} of container "c" with property "k". */
    private static final String OPEN_PROPERTY = "a10163 40 40 40 40 40 40 40 40";

    /**
     * A hostile input.
     *
     * @param number its number
     * @param name what is sent
     * @param options limits that make it short
     * @param attack what happens on a stage that is {@linkplain HostileStage#ready ready}, or is taken as far as it wants
     * @param ready whether it is
     */
    record Row(
            int number,
            String name,
            UnaryOperator<EngineOptions.Builder> options,
            boolean ready,
            Consumer<HostileStage> attack) {

        /** Plays it against a bare engine. */
        HostileStage play(Side side) {
            HostileStage stage = new HostileStage(side, options);
            attack.accept(ready ? stage.ready() : stage);
            stage.finish();
            return stage;
        }
    }

    private final List<Row> rows = new ArrayList<>();

    private void row(int number, String name, Consumer<HostileStage> attack) {
        rows.add(new Row(number, name, UnaryOperator.identity(), true, attack));
    }

    private void row(
            int number, String name, UnaryOperator<EngineOptions.Builder> options, Consumer<HostileStage> attack) {
        rows.add(new Row(number, name, options, true, attack));
    }

    /** A row whose attack begins right behind the headers. */
    private void early(int number, String name, Consumer<HostileStage> attack) {
        rows.add(new Row(number, name, UnaryOperator.identity(), false, attack));
    }

    private HostileInputs() {}

    static List<Row> rows() {
        HostileInputs table = new HostileInputs();
        table.values();
        table.performatives();
        table.connections();
        table.sessions();
        table.flows();
        table.transfers();
        table.deliveries();
        table.links();
        table.messages();
        table.endings();
        return table.rows;
    }

    private void values() {
        row(12, "a frame of nothing but descriptors", s -> {
            s.bytes(new byte[1_000_000]);
            s.closes(AmqpError.DECODE_ERROR);
        });
        early(12, "a first frame of nothing but descriptors", s -> {
            s.unopened().bytes(new byte[1_000_000]);
            s.closes(AmqpError.DECODE_ERROR);
        });
        for (String kind : List.of("list", "map", "array", "described")) {
            row(13, "a " + kind + " in itself, 51 times", s -> {
                s.bytes(open(nested(kind, 51)));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String counted : List.of("d0 00000009 7fffffff 4040404040", "d1 00000009 7fffffff 4040404040")) {
            row(14, "a list or map of nine octets with 2147483647 items: " + counted, s -> {
                byte[] frame = open(counted);
                assertThat(allocatedBy(() -> s.bytes(frame))).isLessThan(1_000_000);
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String element : List.of("40", "41", "43", "45")) {
            row(15, "an array of 2147483647 elements without octets: " + element, s -> {
                s.bytes(open("f0 00000005 7fffffff " + element));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        row(16, "100000 arrays each just under the limit in one message", s -> {
            String array = "f0 00000005 0000ffff 40";
            ByteBuf message = Unpooled.wrappedBuffer(
                    octets("d0 " + word(4 + 100_000 * 10) + word(100_000) + array.repeat(100_000)));
            assertThatExceptionOfType(DecodeException.class)
                    .isThrownBy(() -> new AmqpDecoder().read(message))
                    .withMessageContaining("array elements without octets");
            s.ignores();
        });
        row(17, "an array of a million strings is read in one pass", s -> {
            ByteBuf array = Unpooled.buffer(2_000_010);
            array.writeByte(0xf0).writeInt(5 + 2_000_000).writeInt(1_000_000).writeByte(0xa1);
            for (int i = 0; i < 1_000_000; i++) {
                array.writeByte(1).writeByte('a' + i % 26);
            }
            assertThat(new AmqpDecoder().read(array))
                    .isInstanceOfSatisfying(
                            AmqpArray.class, read -> assertThat(read.size()).isEqualTo(1_000_000));
            s.ignores();
        });
        for (String value :
                List.of("c0 01 02", "c0 02 01", "c0 03 01 a10178", "d0 7fffffff 00000001 40", "e0 04 01 a10000")) {
            row(18, "sizes that do not fit together: " + value, s -> {
                s.bytes(open(value));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String value : List.of("b0 ffffffff", "b1 ffffffff", "b3 80000000")) {
            row(19, "octets or text of a size beyond everything: " + value, s -> {
                s.bytes(open(value));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String value : List.of("c1 02 01 40", "c1 07 04 a3016b 40 a3016b 41")) {
            row(20, "a map with half a pair, or with a key twice: " + value, s -> {
                s.bytes(open(value));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String value : List.of("a1 01 80", "a1 03 eda080", "a3 01 80", "73 00110000", "73 0000d800")) {
            row(22, "text that is none: " + value, s -> {
                s.bytes(open(value));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String value : List.of("4f", "46", "57 00", "ff 00 00", "01", "e0 02 00 4f")) {
            row(23, "an unknown format code: " + value, s -> {
                s.bytes(open(value));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
    }

    private void performatives() {
        for (String body : List.of(
                "005313 d0 000003ec 000003e8" + "40".repeat(1000), "005313 c0 05 04 40 a10178 43 43", "005316 45")) {
            row(24, "too many fields, one of another type, none at all: " + cut(body), s -> {
                s.bytes(body);
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String body : List.of("005319 45", "005340 45", "005341 45", "005370 45", "00a304 6f70656e 45", "40")) {
            row(25, "a body that is no performative: " + body, s -> {
                s.bytes(body);
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        row(26, "a payload behind a flow", s -> {
            s.bytes("005313 c005 04 40434343 cafebabe");
            s.closes(AmqpError.DECODE_ERROR);
        });
    }

    private void connections() {
        early(27, "a begin before the open", s -> {
            s.unopened().peer.sendBegin(0);
            s.closes(AmqpError.ILLEGAL_STATE);
        });
        early(27, "an open on channel 5", s -> {
            s.unopened().peer.send(5, Open.builder("peer").build());
            s.closes(ConnectionError.FRAMING_ERROR);
        });
        row(27, "two opens", s -> {
            s.peer.sendOpen();
            s.closes(AmqpError.ILLEGAL_STATE);
        });
        for (long size : new long[] {0, 1, 511}) {
            early(28, "a max-frame-size of " + size, s -> {
                s.unopened().peer.sendOpen(open -> open.maxFrameSize(size));
                s.closes(ConnectionError.FRAMING_ERROR);
            });
        }
        early(29, "an idle-time-out of a millisecond", s -> {
            s.unopened().peer.sendOpen(open -> open.idleTimeOutMillis(1));
            assertThat(s.closes(AmqpError.NOT_ALLOWED).description()).contains("100");
        });
        early(29, "the longest idle-time-out and the lowest channel-max", s -> {
            s.unopened().peer.sendOpen(open -> open.idleTimeOutMillis(UnsignedInteger.MAX)
                    .channelMax(0));
            s.peer.ignoreSent();
            assertThat(s.peer.tick()).isGreaterThan(1_000_000_000L).isNotEqualTo(ConnectionEngine.NO_DEADLINE);
            assertThat(s.engine.state()).isEqualTo(ConnectionState.OPENED);
        });
        early(29, "no idle-time-out and the highest channel-max", s -> {
            s.unopened().peer.sendOpen(open -> open.channelMax(65_535));
            s.peer.ignoreSent();
            assertThat(s.engine.state()).isEqualTo(ConnectionState.OPENED);
        });
        early(30, "a container-id of 60000 characters", s -> {
            s.unopened().peer.send(0, Open.builder("x".repeat(60_000)).build());
            assertThat(s.closes(AmqpError.INVALID_FIELD).description()).contains("maxNameLength");
        });
        row(30, "a link name of 60000 characters", s -> {
            s.peer.sendAttach(ScriptedPeer.attach("x".repeat(60_000), 2, Role.SENDER));
            s.detaches(AmqpError.INVALID_FIELD);
            s.peer.sendDetach(2, true, null);
            s.goesOn();
        });
        row(31, "a frame above channel-max", s -> {
            s.peer.sendBegin(HostileStage.CHANNEL_MAX + 1);
            s.closes(ConnectionError.FRAMING_ERROR);
        });
        row(31, "a frame on a channel without session", s -> {
            s.peer.send(3, new Flow());
            s.closes(ConnectionError.FRAMING_ERROR);
        });
        row(32, "more sessions than are allowed", o -> o.maxSessions(10), s -> {
            for (int channel = 1; channel < 10; channel++) {
                s.peer.sendBegin(channel);
            }
            s.goesOn();
            s.peer.sendBegin(10);
            assertThat(s.closes(AmqpError.RESOURCE_LIMIT_EXCEEDED).description())
                    .contains("maxSessions");
        });
        row(33, "begin and end without end", s -> {
            int begun = 0;
            while (s.engine.state() == ConnectionState.OPENED) {
                s.peer.sendBegin(1);
                s.peer.send(1, new End(null));
                begun++;
            }
            assertThat(begun).isLessThanOrEqualTo(EngineOptions.DEFAULT_ENDPOINT_BURST + 1);
            assertThat(s.engine.stopReason())
                    .isNotNull()
                    .extracting(StopReason::error)
                    .asString()
                    .contains("resource-limit-exceeded", "endpointsPerSecond");
        });
        row(78, "octets after the close", s -> {
            s.peer.sendClose(null);
            s.peer.ignoreSent();
            s.peer.send(0, new Flow());
            s.bytes("ff");
            s.peer.expectNothing();
            assertThat(s.engine.isClosed()).isTrue();
        });
        row(78, "no answer to our close", s -> {
            s.engine.close(null);
            s.peer.tick();
            s.peer.ignoreSent();
            assertThat(s.engine.isClosed()).isFalse();
            s.peer.advance(EngineOptions.DEFAULT_CLOSE_TIMEOUT_NANOS);
            assertThat(s.engine.isClosed()).isTrue();
        });
        row(84, "a flood of empty frames", s -> {
            for (int i = 0; i < 100_000; i++) {
                s.peer.sendEmptyFrame(0);
            }
            assertThat(s.closes(AmqpError.RESOURCE_LIMIT_EXCEEDED).description())
                    .contains("emptyFramesPerSecond");
        });
    }

    private void sessions() {
        row(36, "an answer to a begin that was not sent", s -> {
            s.peer.send(1, new Begin(9, 0, 1, 1, 1));
            s.closes(AmqpError.NOT_ALLOWED);
        });
        row(36, "a second answer to a begin", s -> {
            s.peer.send(1, new Begin(0, 0, 1, 1, 1));
            s.closes(AmqpError.NOT_ALLOWED);
        });
        row(36, "a begin on a channel in use", s -> {
            s.peer.sendBegin(0);
            s.closes(AmqpError.NOT_ALLOWED);
        });
        for (long window : new long[] {0, UnsignedInteger.MAX}) {
            row(37, "a window of " + window + " and ids that wrap", s -> {
                s.peer.send(1, new Begin(Begin.NO_CHANNEL, 0xffff_fffeL, window, window, 255));
                s.peer.send(1, ScriptedPeer.attach("wraps", 0, Role.SENDER).build());
                ReceiverLink link = s.scenario.recorder.receivers.get(s.scenario.recorder.receivers.size() - 1);
                if (s.side == Side.CLIENT) {
                    link.accept(
                            io.amqp10.engine.testing.Scenario.ours("x", Role.RECEIVER)
                                    .build(),
                            s.scenario.recorder);
                }
                s.credit(link, 10);
                for (long id = 0xffff_fffeL; id < 0x1_0000_0003L; id++) {
                    long wrapped = id & UnsignedInteger.MAX;
                    s.transferOn(
                            1, 4, frame -> ScriptedPeer.firstOf(frame, wrapped).settled(true));
                }
                assertThat(s.scenario.recorder.deliveries).hasSize(5);
                s.goesOn();
            });
        }
        row(38, "a flow that expects what we never sent", s -> {
            s.peer.sendFlow(flow -> flow.nextIncomingId(1));
            s.ends(SessionError.WINDOW_VIOLATION);
        });
        row(38, "a flow that takes transfers back", s -> {
            s.delivery();
            s.peer.sendFlow(flow -> flow.nextOutgoingId(0));
            s.ends(SessionError.WINDOW_VIOLATION);
        });
        row(39, "a flow for an unknown handle", s -> {
            s.peer.sendFlow(flow -> flow.handle(5).linkCredit(1));
            s.ends(SessionError.UNATTACHED_HANDLE);
        });
        row(39, "a flow with the fields of a link and no handle", s -> {
            s.peer.sendFlow(flow -> flow.linkCredit(1));
            s.ends(AmqpError.INVALID_FIELD);
        });
        row(45, "a transfer beyond the window", s -> {
            s.credit(s.in(), 1000);
            for (int i = 0; i < HostileStage.WINDOW; i++) {
                s.delivery();
            }
            s.delivery();
            s.ends(SessionError.WINDOW_VIOLATION);
        });
    }

    private void flows() {
        row(40, "100000 flows that ask for ours", s -> {
            for (int i = 0; i < 100_000; i++) {
                s.peer.sendFlow(flow -> flow.handle(0).deliveryCount(0).echo(true));
            }
            s.peer.expectFlow();
            s.peer.expectNothing();
            s.goesOn();
        });
        row(40, "more flows than are allowed", s -> {
            int sent = 0;
            while (s.engine.state() == ConnectionState.OPENED) {
                s.peer.sendFlow(flow -> flow.echo(true));
                sent++;
            }
            assertThat(sent).isLessThanOrEqualTo(EngineOptions.DEFAULT_FLOWS_PER_SECOND + 1);
            assertThat(s.engine.stopReason())
                    .isNotNull()
                    .extracting(StopReason::error)
                    .asString()
                    .contains("resource-limit-exceeded", "flowsPerSecond");
        });
        row(41, "a peer that answers each flow with one that asks again", s -> {
            for (int i = 0; i < 100; i++) {
                s.peer.sendFlow(flow -> flow.handle(0).deliveryCount(0).echo(true));
                assertThat(s.peer.expectFlow().echo()).isFalse();
                s.peer.expectNothing();
            }
        });
        row(42, "credit at its extremes, drained each time", s -> {
            for (int i = 0; i < 1000; i++) {
                long count = s.peer.hasFrames() ? 0 : s.out().credit();
                assertThat(count).isNotNegative();
                s.peer.sendFlow(flow -> flow.handle(1).deliveryCount(0).linkCredit(UnsignedInteger.MAX));
                s.peer.sendFlow(
                        flow -> flow.handle(1).deliveryCount(0).linkCredit(0).drain(true));
                s.peer.flush();
            }
            assertThat(s.out().credit()).isZero();
            s.peer.ignoreSent();
            s.peer.sendFlow(flow -> flow.handle(1).deliveryCount(0).linkCredit(10));
            s.goesOn();
        });
        for (long count : new long[] {11, 0xffff_ffffL}) {
            row(43, "a sender whose delivery-count jumps to " + count, s -> {
                s.peer.sendFlow(flow -> flow.handle(0).deliveryCount(count));
                s.detaches(AmqpError.INVALID_FIELD);
            });
        }
    }

    private void transfers() {
        row(44, "a delivery without credit", s -> {
            s.in().setCredit(0);
            s.peer.ignoreSent();
            for (int i = 0; i < 10; i++) {
                s.delivery();
            }
            s.peer.ignoreSent();
            s.delivery();
            s.detaches(LinkError.TRANSFER_LIMIT_EXCEEDED);
        });
        row(46, "a transfer without handle", s -> {
            s.bytes("005314 c003 01 40 00");
            s.closes(AmqpError.DECODE_ERROR);
        });
        row(46, "a first transfer without id", s -> {
            s.transfer(1, frame -> frame.deliveryTag(Binary.copyOf((byte) 1)));
            s.ends(AmqpError.INVALID_FIELD);
        });
        row(46, "a first transfer without tag", s -> {
            s.transfer(1, frame -> frame.deliveryId(0));
            s.ends(AmqpError.INVALID_FIELD);
        });
        for (long id : new long[] {2, 0, 0xffff_ffffL}) {
            row(47, "delivery-id " + id + " where 1 is next", s -> {
                s.delivery();
                s.transfer(4, frame -> ScriptedPeer.firstOf(frame, id));
                s.ends(AmqpError.INVALID_FIELD);
            });
        }
        row(48, "a tag of 33 octets", s -> {
            s.bytes("005314 c026 03 43 43 a021" + "00".repeat(33));
            s.ends(AmqpError.INVALID_FIELD);
        });
        row(48, "an empty tag", s -> {
            s.first(4, frame -> frame.deliveryTag(Binary.copyOf()));
            assertThat(s.scenario.recorder.deliveries).hasSize(1);
            s.ignores();
        });
        row(48, "a tag of an unsettled delivery", s -> {
            s.delivery();
            s.first(4, frame -> frame.deliveryTag(Binary.copyOf((byte) 0, (byte) 0)));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        row(49, "a frame that goes on with another id", s -> {
            s.first(1, frame -> frame.more(true));
            s.transfer(1, frame -> frame.deliveryId(1));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        row(49, "a frame that goes on with another tag", s -> {
            s.first(1, frame -> frame.more(true));
            s.transfer(1, frame -> frame.deliveryTag(Binary.copyOf((byte) 9)));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        row(49, "a frame that goes on with another format", s -> {
            s.first(1, frame -> frame.more(true));
            s.transfer(1, frame -> frame.messageFormat(1));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        row(50, "a settled delivery that becomes unsettled", s -> {
            s.first(1, frame -> frame.more(true).settled(true));
            s.transfer(1, frame -> frame.settled(false));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        row(50, "a settled delivery on a link whose sender settles none", s -> {
            s.scenario.recorder.onRemoteSender = link -> link.accept(
                    io.amqp10.engine.testing.Scenario.ours("x", Role.RECEIVER).build(), s.scenario.recorder);
            s.peer.sendAttach(
                    ScriptedPeer.attach("unsettled", 2, Role.SENDER).sndSettleMode(SenderSettleMode.UNSETTLED));
            List<ReceiverLink> links = s.scenario.recorder.receivers;
            s.credit(links.get(links.size() - 1), 10);
            s.first(4, frame -> frame.handle(2).settled(true));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        row(51, "mode second on a link with first", s -> {
            s.first(4, frame -> frame.rcvSettleMode(io.amqp10.types.ReceiverSettleMode.SECOND));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        row(52, "a delivery that begins inside of another", s -> {
            s.first(9000, frame -> frame.more(true));
            s.first(9000, frame -> frame.more(true));
            s.ends(AmqpError.NOT_ALLOWED);
        });
        row(53, "a delivery of endlessly many empty frames", o -> o.maxFramesPerDelivery(1000), s -> {
            s.first(0, frame -> frame.more(true));
            for (int i = 0; i < 1000 && s.in().isAttached(); i++) {
                s.transfer(0, frame -> frame.more(true));
                s.peer.flush();
            }
            s.detaches(LinkError.TRANSFER_LIMIT_EXCEEDED);
        });
        row(54, "a delivery of endlessly many octets", s -> {
            s.first(512, frame -> frame.more(true));
            for (int i = 0; i < 20 && s.in().isAttached(); i++) {
                s.transfer(512, frame -> frame.more(true));
            }
            s.detaches(LinkError.MESSAGE_SIZE_EXCEEDED);
        });
        row(55, "many deliveries that never end", o -> o.maxBufferedBytes(9_500), s -> {
            s.first(9000, frame -> frame.more(true));
            s.transfer(500, frame -> frame.more(true));
            s.peer.expectNothing();
            s.transfer(1, frame -> frame.more(true).aborted(false));
            assertThat(s.closes(AmqpError.RESOURCE_LIMIT_EXCEEDED).description())
                    .contains("maxBufferedBytes");
        });
        row(56, "a delivery that is aborted by its first frame, with a payload", s -> {
            s.first(5000, frame -> frame.aborted(true).more(true));
            assertThat(s.in().credit()).isEqualTo(9);
            assertThat(s.scenario.recorder.deliveries).isEmpty();
            s.ignores();
        });
        row(56, "aborted deliveries without end", o -> o.endpointRate(50, 1), s -> {
            s.credit(s.in(), 100);
            for (int i = 0; i < 60 && s.engine.state() == ConnectionState.OPENED; i++) {
                s.first(9000, frame -> frame.more(true));
                s.transfer(9000, frame -> frame.aborted(true));
                s.peer.flush();
            }
            assertThat(s.closes(AmqpError.RESOURCE_LIMIT_EXCEEDED).description())
                    .contains("endpointsPerSecond");
        });
    }

    private void deliveries() {
        row(57, "a receiver that never settles", s -> {
            s.peer.sendFlow(flow -> flow.handle(1).deliveryCount(0).linkCredit(UnsignedInteger.MAX));
            int sent = 0;
            while (s.out().canSend()) {
                s.send();
                sent++;
            }
            assertThat(sent).isEqualTo(50);
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, true, null);
            s.goesOn();
        });
        row(58, "a disposition of half of all ids", s -> {
            Recorderless message = s.send();
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.RECEIVER, 0, 0x7fff_ffffL, true, Accepted.INSTANCE);
            assertThat(message.remotelySettled()).isTrue();
            s.ignores();
        });
        for (long last : new long[] {0xffff_ffffL, 0x8000_0001L}) {
            row(58, "a disposition of all ids, to " + last, s -> {
                s.peer.sendDisposition(Role.RECEIVER, 0, last, true, Accepted.INSTANCE);
                s.closes(AmqpError.NOT_ALLOWED);
            });
        }
        row(58, "a disposition that ends before it begins", s -> {
            s.peer.sendDisposition(Role.RECEIVER, 5, 4, true, Accepted.INSTANCE);
            s.closes(AmqpError.NOT_ALLOWED);
        });
        row(59, "a disposition across the wrap", s -> {
            Recorderless first = s.send();
            Recorderless second = s.send();
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.RECEIVER, 0xffff_fffeL, 1, true, Accepted.INSTANCE);
            assertThat(first.remotelySettled()).isTrue();
            assertThat(second.remotelySettled()).isTrue();
            s.ignores();
        });
        row(60, "dispositions of what is unknown, settled, or has its outcome", s -> {
            Recorderless message = s.send();
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.RECEIVER, 17, 99, true, Accepted.INSTANCE);
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, false, Accepted.INSTANCE);
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, false, Released.INSTANCE);
            assertThat(message.remoteState()).isEqualTo(Accepted.INSTANCE);
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, true, null);
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, true, Released.INSTANCE);
            assertThat(message.remoteState()).isEqualTo(Accepted.INSTANCE);
            s.ignores();
        });
        row(61, "a disposition with a state that nobody knows", s -> {
            s.bytes("005315 c00a 05 41 43 40 40 00a30178 45");
            s.ends(AmqpError.INVALID_FIELD);
        });
        row(61, "a transactional state inside of another", s -> {
            s.bytes("005315 c017 05 41 43 40 40 005334 c00d 02 a00101 005334 c004 01 a00102");
            s.ends(AmqpError.INVALID_FIELD);
        });
        for (DeliveryState state : List.of(
                new Declared(Binary.copyOf((byte) 1)),
                new TransactionalState(Binary.copyOf((byte) 1), new Declared(Binary.copyOf((byte) 2))))) {
            row(61, "a disposition that declares a transaction for a message: " + state, s -> {
                s.send();
                s.peer.ignoreSent();
                s.peer.sendDisposition(Role.RECEIVER, 0, 0, true, state);
                s.detaches(AmqpError.INVALID_FIELD);
            });
        }
        row(62, "a disposition with the role of the other side", s -> {
            Recorderless message = s.send();
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.SENDER, 0, 0, true, Accepted.INSTANCE);
            assertThat(message.remotelySettled()).isFalse();
            s.ignores();
        });
        row(68, "a resumed delivery that is unknown here", s -> {
            s.first(5000, frame -> frame.resume(true).more(true));
            s.transfer(5000, frame -> frame.resume(true));
            assertThat(s.scenario.recorder.deliveries).isEmpty();
            assertThat(s.in().credit()).isEqualTo(9);
            s.ignores();
        });
        row(68, "a state of received beyond the end of the delivery", s -> {
            Recorderless message = s.send();
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, false, new Received(UnsignedInteger.MAX, -1));
            assertThat(message.remotelySettled()).isFalse();
            s.ignores();
        });
    }

    private void links() {
        row(34, "attach and detach without end", o -> o.endpointRate(100, 1), s -> {
            int attached = 0;
            while (s.engine.state() == ConnectionState.OPENED) {
                s.peer.sendAttach(ScriptedPeer.attach("n" + attached, 2, Role.SENDER));
                s.peer.sendDetach(2, true, null);
                attached++;
            }
            assertThat(attached).isLessThanOrEqualTo(101);
            assertThat(s.engine.stopReason())
                    .isNotNull()
                    .extracting(StopReason::error)
                    .asString()
                    .contains("resource-limit-exceeded", "endpointsPerSecond");
        });
        row(34, "attach to dynamic nodes and detach without end", o -> o.endpointRate(100, 1), s -> {
            int attached = 0;
            while (s.engine.state() == ConnectionState.OPENED) {
                s.peer.sendAttach(ScriptedPeer.attach("n" + attached, 2, Role.SENDER)
                        .target(Target.builder().dynamic(true).build()));
                s.peer.sendDetach(2, true, null);
                attached++;
            }
            assertThat(attached).isLessThanOrEqualTo(101);
            assertThat(s.engine.stopReason())
                    .isNotNull()
                    .extracting(StopReason::error)
                    .asString()
                    .contains("resource-limit-exceeded", "endpointsPerSecond");
        });
        row(35, "transfers on a link that was refused", s -> {
            s.scenario.recorder.onRemoteSender = link -> link.refuse(ErrorCondition.of(AmqpError.NOT_FOUND, null));
            s.peer.sendAttach(ScriptedPeer.attach("no", 2, Role.SENDER));
            for (int i = 0; i < 20; i++) {
                s.first(4, frame -> frame.handle(2));
            }
            s.detaches(AmqpError.NOT_FOUND);
            s.peer.expectNothing();
            for (int i = 0; i < 1000 && session(s).isMapped(); i++) {
                s.first(4, frame -> frame.handle(2));
                s.peer.flush();
            }
            s.ends(SessionError.ERRANT_LINK);
        });
        row(63, "a detach of an unknown handle", s -> {
            s.peer.sendDetach(5, true, null);
            s.ends(SessionError.UNATTACHED_HANDLE);
        });
        row(63, "two detaches", s -> {
            s.peer.sendDetach(0, true, null);
            s.peer.ignoreSent();
            s.peer.sendDetach(0, true, null);
            s.ends(SessionError.UNATTACHED_HANDLE);
        });
        row(63, "a detach before the attach was answered", s -> {
            s.scenario.recorder.onRemoteSender = link -> {};
            s.peer.sendAttach(ScriptedPeer.attach("gone", 2, Role.SENDER));
            s.peer.sendDetach(2, true, null);
            s.goesOn();
        });
        row(64, "a handle in use", s -> {
            s.peer.sendAttach(ScriptedPeer.attach("another", 0, Role.SENDER));
            s.closes(SessionError.HANDLE_IN_USE);
        });
        row(64, "a handle above handle-max", s -> {
            s.peer.sendAttach(ScriptedPeer.attach("another", HostileStage.HANDLE_MAX + 1, Role.SENDER));
            s.closes(ConnectionError.FRAMING_ERROR);
        });
        row(65, "the name of a link of another connection", s -> {
            HostileStage other = new HostileStage(s.side, UnaryOperator.identity()).ready();
            other.peer.sendAttach(ScriptedPeer.attach("theirs", 2, Role.SENDER));
            s.peer.sendAttach(ScriptedPeer.attach("theirs", 2, Role.SENDER));
            assertThat(other.scenario.recorder.events).noneMatch(event -> event.contains("stolen"));
            other.goesOn();
            other.finish();
            s.goesOn();
        });
        row(66, "two attaches of one name in turn", s -> {
            s.scenario.recorder.onRemoteSender = link -> link.accept(
                    io.amqp10.engine.testing.Scenario.ours("x", Role.RECEIVER).build(), s.scenario.recorder);
            for (int i = 2; i < 6; i++) {
                s.peer.sendAttach(ScriptedPeer.attach("contested", i, Role.SENDER));
            }
            assertThat(s.scenario.recorder.events)
                    .filteredOn("link closed local amqp:link:stolen"::equals)
                    .hasSize(3);
            s.goesOn();
        });
        row(67, "an unsettled map of 100000 deliveries", s -> {
            Map<Binary, @Nullable DeliveryState> unsettled = new HashMap<>();
            for (int i = 0; i < 100_000; i++) {
                unsettled.put(Binary.copyOf((byte) i, (byte) (i >> 8), (byte) (i >> 16)), null);
            }
            s.peer.sendAttach(ScriptedPeer.attach("much", 2, Role.RECEIVER).unsettled(unsettled, false));
            s.detaches(AmqpError.RESOURCE_LIMIT_EXCEEDED);
            s.peer.sendDetach(2, true, null);
            s.goesOn();
        });
        row(67, "an unsettled map with a null key", s -> {
            s.bytes("005312 c00f 08 a1016c 5202 42 40 40 40 40 c103 02 40 40");
            s.closes(AmqpError.DECODE_ERROR);
        });
        row(67, "an unsettled map that says it is incomplete", s -> {
            Map<Binary, @Nullable DeliveryState> unsettled = new HashMap<>();
            unsettled.put(Binary.copyOf((byte) 1), null);
            s.scenario.recorder.onRemoteSender = link -> {};
            s.peer.sendAttach(ScriptedPeer.attach("some", 2, Role.SENDER).unsettled(unsettled, true));
            s.goesOn();
        });
    }

    private void messages() {
        for (String message : List.of(
                "005375a000 005370 45",
                "005370 45 005370 45",
                "005377 40 005373 45",
                "005377 40 005377 40",
                "005378c10100 005375a000")) {
            row(69, "sections out of their order: " + message, s -> {
                assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> scan(octets(message)));
                s.ignores();
            });
        }
        row(70, "a million data sections of an octet", s -> {
            byte[] message = octets("005375a00100".repeat(1_000_000));
            assertThatExceptionOfType(DecodeException.class)
                    .isThrownBy(() -> scan(message))
                    .withMessageContaining("10000");
            s.ignores();
        });
        row(71, "an annotation by a string, an application property that is a map", s -> {
            byte[] annotations = octets("c105 02 a10161 40");
            assertThatExceptionOfType(DecodeException.class)
                    .isThrownBy(() -> SectionReader.annotations(
                            annotations, 0, annotations.length, DecodeLimits.DEFAULT, SectionType.MESSAGE_ANNOTATIONS));
            byte[] properties = octets("c107 02 a10161 c10100");
            assertThatExceptionOfType(DecodeException.class)
                    .isThrownBy(() -> SectionReader.applicationProperties(
                            properties, 0, properties.length, DecodeLimits.DEFAULT));
            s.ignores();
        });
    }

    private void endings() {
        row(79, "the end of the stream in the middle of a delivery", s -> {
            s.first(9000, frame -> frame.more(true));
            s.reset();
            assertThat(s.scenario.recorder.events).contains("closed transportlost");
        });
        row(81, "a close with a description of a million characters and line ends", s -> {
            s.peer.sendClose(ErrorCondition.of(AmqpError.INTERNAL_ERROR, "\r\nevil".repeat(200_000)));
            assertThat(s.engine.isClosed()).isTrue();
        });
        row(82, "a redirect to another host is told and not followed", s -> {
            s.peer.sendClose(new ErrorCondition(
                    ConnectionError.REDIRECT, null, Map.of(Symbol.of("network-host"), "evil.example")));
            assertThat(s.next(io.amqp10.types.transport.Close.class).error()).isNull();
            s.peer.expectNothing();
            StopReason reason = s.engine.stopReason();
            assertThat(reason).isInstanceOf(StopReason.Remote.class);
            assertThat(Redirect.of(reason == null ? null : reason.error()))
                    .isEqualTo(new Redirect(null, "evil.example", 0, null));
        });
    }

    private static SessionEngine session(HostileStage stage) {
        return stage.session();
    }

    private static void scan(byte[] message) {
        SectionReader.scan(message, 0, message.length, DecodeLimits.DEFAULT, (type, from, to) -> {});
    }

    /** An open with a property of this value, as a frame's body. */
    private static byte[] open(String value) {
        byte[] octets = octets(value);
        ByteBuf list = Unpooled.buffer();
        list.writeBytes(octets(OPEN_PROPERTY));
        list.writeByte(0xd1).writeInt(4 + 3 + octets.length).writeInt(2);
        list.writeBytes(octets("a3016b")).writeBytes(octets);
        ByteBuf body = Unpooled.buffer();
        body.writeBytes(octets("005310 d0"))
                .writeInt(4 + list.readableBytes())
                .writeInt(10)
                .writeBytes(list);
        byte[] frame = new byte[body.readableBytes()];
        body.readBytes(frame);
        return frame;
    }

    /** A value of a kind that holds one of its kind, so many times. */
    private static String nested(String kind, int depth) {
        String value = kind.equals("array") ? "40" : "45";
        for (int i = 0; i < depth; i++) {
            int length = value.replace(" ", "").length() / 2;
            value = switch (kind) {
                case "list" -> "d0" + word(4 + length) + word(1) + value;
                case "map" -> "d1" + word(5 + length) + word(2) + "40" + value;
                case "array" -> "f0" + word(4 + length) + word(1) + value;
                default -> "00 a30178" + value;
            };
        }
        return value;
    }

    private static String word(int value) {
        return HexFormat.of().toHexDigits(value);
    }

    private static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String cut(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }

    private static long allocatedBy(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        work.run();
        return threads.getThreadAllocatedBytes(id) - before;
    }
}
