package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.amqp10.codec.Vectors.Vector;
import io.amqp10.types.transport.Performative;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PerformativeVectorTest {

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
            for (ByteBuf out : new ByteBuf[] {Unpooled.buffer(1), Unpooled.directBuffer(1)}) {
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
