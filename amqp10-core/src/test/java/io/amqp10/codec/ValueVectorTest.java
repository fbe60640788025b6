package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.amqp10.codec.Vectors.Vector;
import io.amqp10.types.AmqpError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ValueVectorTest {

    private final AmqpDecoder decoder = new AmqpDecoder();
    private final AmqpEncoder encoder = new AmqpEncoder();

    static Stream<Vector> values() {
        return Stream.of("primitives.txt", "compounds.txt", "composites.txt")
                .flatMap(file -> Vectors.read(file).stream());
    }

    static Stream<Vector> composites() {
        return Vectors.read("composites.txt").stream();
    }

    static Stream<Vector> malformed() {
        return Vectors.read("malformed.txt").stream();
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyLegalEncodingIsDecoded(Vector vector) {
        assertThat(vector.encodings()).isNotEmpty().allSatisfy(bytes -> {
            ByteBuf in = Vectors.buffer(bytes);
            assertThat(Vectors.show(decoder.read(in))).isEqualTo(vector.expected());
            assertThat(in.isReadable()).isFalse();
        });
    }

    @ParameterizedTest
    @MethodSource("composites")
    void compositesAreDecodedByNumberAndByName(Vector vector) {
        assertThat(vector.encodings()).isNotEmpty().allSatisfy(bytes -> assertThat(Vectors.descriptions(bytes))
                .allSatisfy(described -> assertThat(Vectors.show(decoder.read(Vectors.buffer(described))))
                        .isEqualTo(vector.expected())));
    }

    @ParameterizedTest
    @MethodSource("values")
    void theSmallestEncodingIsWritten(Vector vector) {
        assertThat(vector.encodings()).allSatisfy(bytes -> {
            Object value = decoder.read(Vectors.buffer(bytes));
            ByteBuf out = Unpooled.buffer(0);
            encoder.write(out, value);
            assertThat(Vectors.toHex(Vectors.bytes(out)))
                    .isEqualTo(Vectors.toHex(vector.canonical() == null ? bytes : vector.canonical()));
        });
    }

    @ParameterizedTest
    @MethodSource("values")
    void buffersWithoutArrayMakeNoDifference(Vector vector) {
        assertThat(vector.encodings()).allSatisfy(bytes -> {
            ByteBuf in = Unpooled.directBuffer(bytes.length + 2)
                    .writeByte(0xee)
                    .writeBytes(bytes)
                    .writeByte(0xee);
            in.skipBytes(1);
            Object value = decoder.read(in);
            assertThat(Vectors.show(value)).isEqualTo(vector.expected());
            assertThat(in.readableBytes()).isEqualTo(1);
            in.release();

            ByteBuf out = Unpooled.directBuffer(1);
            encoder.write(out, value);
            assertThat(Vectors.toHex(Vectors.bytes(out)))
                    .isEqualTo(Vectors.toHex(vector.canonical() == null ? bytes : vector.canonical()));
        });
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyCutIsADecodeError(Vector vector) {
        assertThat(vector.encodings()).allSatisfy(bytes -> {
            for (int length = 0; length < bytes.length; length++) {
                ByteBuf in = Vectors.buffer(Arrays.copyOf(bytes, length));
                assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> decoder.read(in));
                assertThat(in.readerIndex()).isZero();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedOctetsAreADecodeErrorThatSaysWhy(Vector vector) {
        assertThat(vector.encodings()).isNotEmpty().allSatisfy(bytes -> {
            ByteBuf in = Vectors.buffer(bytes);
            assertThatExceptionOfType(DecodeException.class)
                    .isThrownBy(() -> decoder.read(in))
                    .satisfies(e -> {
                        assertThat(e).hasMessage(vector.expected());
                        assertThat(e.condition()).isEqualTo(AmqpError.DECODE_ERROR);
                        assertThat(e.getStackTrace()).isEmpty();
                    });
            assertThat(in.readerIndex()).isZero();
        });
    }
}
