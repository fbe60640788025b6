package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.types.Binary;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way to read frequent performatives finds what the general one does, whatever the octets are. */
class UsualFieldsTest {

    private static final int ROUNDS = 20_000;

    // Octets that mean something: constructors, small numbers, sizes.
    private static final int[] TELLING = {
        0x00, 0x01, 0x07, 0x08, 0x0a, 0x40, 0x41, 0x42, 0x43, 0x45, 0x52, 0x53, 0x56, 0x70, 0x80, 0xa0, 0xb0, 0xc0,
        0xd0, 0xff
    };

    private final PerformativeDecoder usual = new PerformativeDecoder();
    private final PerformativeDecoder general = new PerformativeDecoder();

    @Test
    void flowsAreReadAlike() {
        compare(List.of(
                new Flow()
                        .nextIncomingId(123_456)
                        .incomingWindow(2_048)
                        .nextOutgoingId(0)
                        .outgoingWindow(255)
                        .handle(1)
                        .deliveryCount(0xffff_ffffL)
                        .linkCredit(1_000),
                new Flow().incomingWindow(1).linkCredit(0).drain(true),
                new Flow()
                        .incomingWindow(0x8000_0000L)
                        .nextOutgoingId(1)
                        .handle(0)
                        .linkCredit(7)
                        .available(3)
                        .echo(true)));
    }

    @Test
    void transfersAreReadAlike() {
        compare(List.of(
                new Transfer().handle(1).deliveryId(123_456).deliveryTag(Binary.wrap(new byte[] {1, 2, 3, 4, 5})),
                new Transfer()
                        .handle(0)
                        .deliveryId(7)
                        .deliveryTag(Binary.wrap(new byte[17]))
                        .messageFormat(0)
                        .settled(true)
                        .more(true)));
    }

    @Test
    void dispositionsAreReadAlike() {
        compare(List.of(
                new Disposition()
                        .role(Role.RECEIVER)
                        .first(1)
                        .last(300)
                        .settled(true)
                        .state(Accepted.INSTANCE),
                new Disposition().role(Role.SENDER).first(123_456).last(123_456).batchable(true)));
    }

    private static List<Performative> usualTransfers() {
        List<Performative> transfers = new ArrayList<>();
        for (int length : new int[] {0, 1, 3, 4, 7, 8, 9, 16, 31, 32}) {
            byte[] tag = new byte[length];
            for (int i = 0; i < length; i++) {
                tag[i] = (byte) (0x91 + i);
            }
            transfers.add(new Transfer()
                    .handle(length)
                    .deliveryId(length % 2 == 0 ? 0xffff_ff00L : length)
                    .deliveryTag(Binary.wrap(tag))
                    .messageFormat(length % 3 == 0 ? 0 : 0x8000_0001L)
                    .settled(length % 4 == 0)
                    .more(length % 8 == 0));
        }
        transfers.add(new Transfer().handle(0x1234_5678).messageFormat(7));
        transfers.add(new Transfer().handle(255).deliveryId(0).more(true));
        return transfers;
    }

    private static List<Performative> usualDispositions() {
        return List.of(
                new Disposition().role(Role.RECEIVER).first(0).last(1),
                new Disposition().role(Role.SENDER).first(200).settled(true),
                new Disposition()
                        .role(Role.RECEIVER)
                        .first(0x8000_0000L)
                        .last(0xffff_ffffL)
                        .state(Released.INSTANCE),
                new Disposition()
                        .role(Role.SENDER)
                        .first(3)
                        .last(0x1234_5678)
                        .settled(true)
                        .state(Accepted.INSTANCE)
                        .batchable(true));
    }

    /** Every octet in turn has every value, and the frame ends behind every octet, with and without a payload. */
    @Test
    void whateverAnOctetIsAndWhereverTheFrameEndsTheSameIsFound() {
        List<Performative> performatives = new ArrayList<>(usualTransfers());
        performatives.addAll(usualDispositions());
        for (Performative performative : performatives) {
            byte[] octets = octets(performative);
            for (int payload : new int[] {0, 1, 3, 12}) {
                byte[] frame = Arrays.copyOf(octets, octets.length + payload);
                for (int i = 0; i < payload; i++) {
                    frame[octets.length + i] = (byte) (i % 2 == 0 ? 0x41 : 0x53);
                }
                for (int at = 0; at < octets.length; at++) {
                    byte[] changed = frame.clone();
                    for (int value = 0; value < 256; value++) {
                        changed[at] = (byte) value;
                        assertReadAlike(changed);
                    }
                    assertReadAlike(Arrays.copyOf(frame, at + 1));
                }
            }
        }
    }

    @Test
    void theUsualIsReadTheShortWay() {
        for (Performative performative : usualTransfers()) {
            byte[] octets = octets(performative);
            ByteBuffer frame = ByteBuffer.wrap(octets);

            int behind = TransferCodec.readUsual(frame, frame.getLong(0), 0, octets.length, new Transfer());

            assertThat(behind).as(performative::toString).isEqualTo(octets.length);
        }
        for (Performative performative : usualDispositions()) {
            byte[] octets = octets(performative);
            ByteBuffer frame = ByteBuffer.wrap(octets);

            assertThat(DispositionCodec.readUsual(frame, frame.getLong(0), 0, octets.length, new Disposition()))
                    .as(performative::toString)
                    .isTrue();
        }
    }

    @Test
    void nothingIsLeftOfWhatWasReadBefore() {
        List<Performative> before = List.of(
                new Transfer()
                        .handle(7)
                        .deliveryTag(Binary.wrap(new byte[32]))
                        .settled(true)
                        .more(true)
                        .rcvSettleMode(ReceiverSettleMode.SECOND)
                        .state(Accepted.INSTANCE)
                        .resume(true)
                        .aborted(true)
                        .batchable(true),
                new Disposition()
                        .role(Role.RECEIVER)
                        .first(1)
                        .last(2)
                        .settled(true)
                        .state(Accepted.INSTANCE)
                        .batchable(true));
        List<Performative> usual = new ArrayList<>(usualTransfers());
        usual.addAll(usualDispositions());
        for (Performative performative : usual) {
            PerformativeDecoder used = new PerformativeDecoder();
            for (Performative other : before) {
                read(used, direct(octets(other)));
            }

            assertThat(read(used, direct(octets(performative))))
                    .isEqualTo(read(new PerformativeDecoder(), inParts(octets(performative))));
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                UnsignedInteger.ABSENT,
                0,
                1,
                0x7f,
                0x80,
                0xff,
                0x100,
                0x101,
                0xffff,
                0x10000,
                0x7fff_ffffL,
                0x8000_0000L,
                0xffff_feffL,
                0xffff_ff00L,
                0xffff_ffffL,
                0x1_0000_0000L,
                0x1_0000_00ffL,
                0x1_0000_0100L,
                -2,
                -0x100,
                -0x101,
                Long.MAX_VALUE,
                Long.MAX_VALUE - 0xff,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 0xff,
                Long.MIN_VALUE + 0x100
            })
    void numbersAreWrittenAlike(long value) {
        for (Performative performative : List.of(
                new Flow().incomingWindow(1).nextIncomingId(value).linkCredit(7),
                new Flow().incomingWindow(value).linkCredit(7),
                new Flow().available(value).echo(true),
                new Transfer().handle(value).settled(true),
                new Transfer().deliveryId(value).messageFormat(value).settled(true),
                new Disposition().role(Role.SENDER).first(value).settled(true),
                new Disposition().role(Role.SENDER).first(3).last(value).settled(true))) {
            String general = write(Unpooled.buffer(1), performative);

            assertThat(write(Unpooled.buffer(), performative)).isEqualTo(general);
            assertThat(write(Unpooled.directBuffer(), performative)).isEqualTo(general);
        }
    }

    /** Returns what was written, or the error. */
    private static String write(ByteBuf out, Performative performative) {
        try {
            new PerformativeEncoder().write(out, performative);
            return ByteBufUtil.hexDump(out);
        } catch (IllegalArgumentException e) {
            assertThat(out.writerIndex()).isZero();
            return String.valueOf(e.getMessage());
        } finally {
            out.release();
        }
    }

    private void compare(List<? extends Performative> performatives) {
        Random random = new Random(4711);
        for (Performative performative : performatives) {
            byte[] octets = octets(performative);
            assertReadAlike(octets);
            for (int i = 0; i < ROUNDS; i++) {
                assertReadAlike(change(octets, random));
            }
        }
    }

    private static byte[] octets(Performative performative) {
        ByteBuf out = Unpooled.buffer();
        new PerformativeEncoder().write(out, performative);
        return ByteBufUtil.getBytes(out);
    }

    private void assertReadAlike(byte[] octets) {
        assertThat(read(usual, direct(octets)))
                .as(() -> ByteBufUtil.hexDump(octets))
                .isEqualTo(read(general, inParts(octets)));
    }

    private static byte[] change(byte[] octets, Random random) {
        int added = random.nextInt(4) == 0 ? random.nextInt(25) - 12 : 0;
        byte[] changed = Arrays.copyOf(octets, Math.max(1, octets.length + added));
        if (added != 0 && random.nextBoolean() && changed.length > 4) {
            changed[4] = (byte) (changed.length - 5); // the list's size
        }
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(changed.length);
            changed[at] = (byte) TELLING[random.nextInt(TELLING.length)];
        }
        return changed;
    }

    /** Returns what was read as text, or the error. */
    private static String read(PerformativeDecoder decoder, ByteBuf body) {
        PerformativeRecorder recorder = new PerformativeRecorder();
        try {
            decoder.decode(3, body, recorder);
        } catch (DecodeException e) {
            return e.getMessage() + ' ' + e.toErrorCondition();
        } finally {
            body.release();
        }
        return show(recorder.performative()) + ' ' + body.readerIndex();
    }

    private static String show(Performative performative) {
        ByteBuf out = Unpooled.buffer();
        new PerformativeEncoder().write(out, performative);
        return performative.getClass().getSimpleName() + ByteBufUtil.hexDump(out);
    }

    private static ByteBuf direct(byte[] octets) {
        return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(octets.length))
                .clear()
                .writeBytes(octets);
    }

    /** Returns a buffer in which no performative is read the short way. */
    private static ByteBuf inParts(byte[] octets) {
        return Unpooled.wrappedBuffer(
                Arrays.copyOf(octets, 1), Arrays.copyOfRange(octets, 1, octets.length), new byte[0]);
    }
}
