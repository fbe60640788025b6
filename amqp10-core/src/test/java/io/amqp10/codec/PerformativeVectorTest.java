package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.amqp10.codec.Vectors.Vector;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PerformativeVectorTest {

    /** Constructors that may stand where others do, and numbers at the ends of their ranges. */
    private static final int[] SUSPECTS = {
        0, 1, 0x40, 0x41, 0x42, 0x43, 0x45, 0x50, 0x52, 0x53, 0x56, 0x70, 0x80, 0xa0, 0xb0, 0xc0, 0xc1, 0xd0, 0x7f, 0xff
    };

    private static final byte[] PAYLOAD = {0x00, 0x53, 0x77, 0x40};

    private final PerformativeDecoder decoder = new PerformativeDecoder();
    private final PerformativeEncoder encoder = new PerformativeEncoder();
    private final PerformativeRecorder recorder = new PerformativeRecorder();

    static Stream<Vector> performatives() {
        return Vectors.read("performatives.txt").stream();
    }

    static Stream<Vector> malformed() {
        return Vectors.read("malformed-frames.txt").stream();
    }

    private Performative decode(ByteBuf body) {
        recorder.clear();
        decoder.decode(7, body, recorder);
        assertThat(recorder.channel()).isEqualTo(7);
        return recorder.performative();
    }

    @ParameterizedTest
    @MethodSource("performatives")
    void everyLegalEncodingIsDecodedByNumberAndByName(Vector vector) {
        assertThat(vector.encodings()).isNotEmpty().allSatisfy(bytes -> assertThat(Vectors.descriptions(bytes))
                .allSatisfy(described -> {
                    assertThat(decode(Vectors.buffer(described))).hasToString(vector.expected());
                    ByteBuf direct = Vectors.directBuffer(described);
                    assertThat(decode(direct)).hasToString(vector.expected());
                    direct.release();
                }));
    }

    @ParameterizedTest
    @MethodSource("performatives")
    void theSmallestEncodingIsWritten(Vector vector) {
        assertThat(vector.encodings()).allSatisfy(bytes -> {
            Performative performative = decode(Vectors.buffer(bytes));
            // Where there is room, the usual ones take another way.
            for (ByteBuf out : new ByteBuf[] {
                Unpooled.buffer(1), Unpooled.directBuffer(1), Unpooled.buffer(512), Unpooled.directBuffer(512)
            }) {
                out.writeByte(0xee);
                encoder.write(out, performative);
                assertThat(out.readUnsignedByte()).isEqualTo((short) 0xee);
                assertThat(Vectors.toHex(Vectors.bytes(out))).isEqualTo(Vectors.toHex(vector.canonicalBytes()));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("performatives")
    void onlyATransferMayHaveAPayload(Vector vector) {
        byte[] bytes = vector.canonicalBytes();
        for (ByteBuf body : new ByteBuf[] {Unpooled.buffer(), Unpooled.directBuffer()}) {
            body.writeBytes(bytes).writeBytes(PAYLOAD);
            if (vector.expected().startsWith("Transfer")) {
                assertThat(decode(body)).hasToString(vector.expected());
                assertThat(recorder.payload()).isSameAs(body);
                assertThat(Vectors.bytes(body)).isEqualTo(PAYLOAD);
            } else {
                assertThatExceptionOfType(DecodeException.class)
                        .isThrownBy(() -> decode(body))
                        .withMessageStartingWith("4 octets follow ");
                assertThat(recorder.isEmpty()).isTrue();
                body.release();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("performatives")
    void everyCutIsADecodeError(Vector vector) {
        byte[] bytes = vector.canonicalBytes();
        for (int length = 1; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> decode(Vectors.buffer(cut)));
            ByteBuf direct = Vectors.directBuffer(cut);
            assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> decode(direct));
            direct.release();
            assertThat(recorder.isEmpty()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedOctetsAreAnErrorThatNamesTypeAndField(Vector vector) {
        assertThat(vector.encodings()).isNotEmpty().allSatisfy(bytes -> {
            ByteBuf direct = Vectors.directBuffer(bytes);
            for (ByteBuf body : new ByteBuf[] {Vectors.buffer(bytes), direct}) {
                assertThatExceptionOfType(DecodeException.class)
                        .isThrownBy(() -> decode(body))
                        .satisfies(e -> assertThat(e.condition() + ": " + e.getMessage())
                                .isEqualTo(vector.expected()));
                assertThat(recorder.isEmpty()).isTrue();
            }
            direct.release();
        });
    }

    @Test
    void usualEncodingsAreReadAndRefusedAsAllOthersAre() {
        Random random = new Random(4);
        for (Vector vector : performatives().toList()) {
            for (byte[] encoding : vector.encodings().toList()) {
                for (int i = 0; i < 300; i++) {
                    byte[] bytes = changed(encoding, random);
                    // In two pieces, octets are read one by one.
                    int cut = bytes.length / 2;
                    ByteBuf pieces = Unpooled.wrappedBuffer(
                            Unpooled.wrappedBuffer(bytes, 0, cut),
                            Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut));
                    ByteBuf direct = Vectors.directBuffer(bytes);
                    String expected = outcome(pieces);

                    assertThat(outcome(direct)).as(Vectors.toHex(bytes)).isEqualTo(expected);
                    assertThat(outcome(Unpooled.buffer().writeBytes(bytes))).isEqualTo(expected);
                    direct.release();
                }
            }
        }
    }

    private static byte[] changed(byte[] bytes, Random random) {
        byte[] changed = Arrays.copyOf(bytes, Math.max(5, bytes.length + random.nextInt(5) - 2));
        for (int changes = random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(changed.length);
            changed[at] = (byte) (random.nextBoolean() ? SUSPECTS[random.nextInt(SUSPECTS.length)] : changed[at] + 1);
        }
        return changed;
    }

    private String outcome(ByteBuf body) {
        try {
            return decode(body) + ", " + body.readableBytes() + " left";
        } catch (DecodeException e) {
            return e.condition() + ": " + e.getMessage();
        }
    }

    @Test
    void whatIsBehindTheRoomOfAnEncoderStaysAsItIs() {
        Transfer transfer = new Transfer().handle(UnsignedInteger.MAX).deliveryId(UnsignedInteger.MAX);
        for (int room = 10; room < 200; room++) {
            ByteBuf whole = Unpooled.directBuffer(300);
            whole.writeZero(300).setIndex(0, 0);
            ByteBuf out = whole.slice(0, room).setIndex(0, 0);
            try {
                encoder.write(out, transfer);
            } catch (IndexOutOfBoundsException e) {
                assertThat(room).isLessThan(16);
            }
            assertThat(whole.setIndex(room, 300).forEachByte(octet -> octet == 0))
                    .isEqualTo(-1);
            whole.release();
        }
    }

    @Test
    void numbersThatAreNoUintAreNotWritten() {
        for (long number : new long[] {-2, UnsignedInteger.MAX + 1}) {
            for (ByteBuf out : new ByteBuf[] {Unpooled.buffer(1), Unpooled.directBuffer(512)}) {
                assertThatExceptionOfType(IllegalArgumentException.class)
                        .isThrownBy(() ->
                                encoder.write(out, new Transfer().handle(1).deliveryId(number)));
                assertThatExceptionOfType(IllegalArgumentException.class)
                        .isThrownBy(() -> encoder.write(out, new Flow().linkCredit(number)));
                assertThatExceptionOfType(IllegalArgumentException.class)
                        .isThrownBy(() -> encoder.write(out, new Disposition().first(number)));
                assertThat(out.isReadable()).isFalse();
                out.release();
            }
        }
    }

    @Test
    void anEmptyBodyIsAnEmptyFrame() {
        decoder.decode(3, Unpooled.EMPTY_BUFFER, recorder);

        assertThat(recorder.emptyFrames()).isEqualTo(1);
        assertThat(recorder.channel()).isEqualTo(3);
    }

    @Test
    void aDecoderIsUsableAfterAnError() {
        assertThatExceptionOfType(DecodeException.class)
                .isThrownBy(() -> decode(Vectors.buffer(new byte[] {0, 0x53, 0x10, (byte) 0xd0})));

        assertThat(decode(Vectors.buffer(new byte[] {0, 0x53, 0x18, 0x45}))).hasToString("Close[error=null]");
    }
}
