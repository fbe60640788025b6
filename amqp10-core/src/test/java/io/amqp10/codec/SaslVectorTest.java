package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.amqp10.codec.Vectors.Vector;
import io.amqp10.types.Binary;
import io.amqp10.types.sasl.SaslChallenge;
import io.amqp10.types.sasl.SaslFrame;
import io.amqp10.types.sasl.SaslInit;
import io.amqp10.types.sasl.SaslOutcome;
import io.amqp10.types.sasl.SaslResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SaslVectorTest {

    private final SaslCodec codec = new SaslCodec();

    static Stream<Vector> frames() {
        return Vectors.read("sasl.txt").stream();
    }

    @ParameterizedTest
    @MethodSource("frames")
    void everyLegalEncodingIsDecodedByNumberAndByName(Vector vector) {
        assertThat(vector.encodings()).isNotEmpty().allSatisfy(bytes -> assertThat(Vectors.descriptions(bytes))
                .allSatisfy(described -> {
                    assertThat(codec.read(Vectors.buffer(described))).hasToString(vector.expected());
                    ByteBuf direct = Vectors.directBuffer(described);
                    assertThat(codec.read(direct)).hasToString(vector.expected());
                    assertThat(direct.isReadable()).isFalse();
                    direct.release();
                }));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void theSmallestEncodingIsWritten(Vector vector) {
        assertThat(vector.encodings()).allSatisfy(bytes -> {
            SaslFrame frame = codec.read(Vectors.buffer(bytes));
            for (ByteBuf out : new ByteBuf[] {Unpooled.buffer(0), Unpooled.directBuffer(1)}) {
                codec.write(out, frame);
                assertThat(Vectors.toHex(Vectors.bytes(out))).isEqualTo(Vectors.toHex(vector.canonicalBytes()));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("frames")
    void everyCutIsADecodeError(Vector vector) {
        byte[] bytes = vector.canonicalBytes();
        for (int length = 0; length < bytes.length; length++) {
            ByteBuf cut = Vectors.buffer(Arrays.copyOf(bytes, length));
            assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> codec.read(cut));
        }
    }

    @Test
    void secretsAreThereThoughNotShown() {
        Binary secret = Binary.copyOf((byte) 1, (byte) 2);

        assertThat(roundTrip(new SaslChallenge(secret))).isEqualTo(new SaslChallenge(secret));
        assertThat(roundTrip(new SaslResponse(secret))).isEqualTo(new SaslResponse(secret));
        assertThat(Vectors.read("sasl.txt"))
                .filteredOn(v -> v.name().equals("init"))
                .first()
                .extracting(v -> codec.read(Vectors.buffer(v.canonicalBytes())))
                .isInstanceOfSatisfying(SaslInit.class, init -> assertThat(init.initialResponse())
                        .isEqualTo(Binary.copyOf(new byte[] {0, 'u', 0, 'p'})));
        assertThat(Vectors.read("sasl.txt"))
                .last()
                .extracting(v -> codec.read(Vectors.buffer(v.canonicalBytes())))
                .isInstanceOfSatisfying(SaslOutcome.class, outcome -> assertThat(outcome.additionalData())
                        .isEqualTo(Binary.copyOf(new byte[] {'x'})));
    }

    private SaslFrame roundTrip(SaslFrame frame) {
        ByteBuf out = Unpooled.buffer();
        codec.write(out, frame);
        return codec.read(out);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    00531045               | a frame's body must be a SASL frame, not open
                    00534045               | sasl-mechanisms.sasl-server-mechanisms is mandatory
                    005340c0020140         | sasl-mechanisms.sasl-server-mechanisms is mandatory
                    005340c00501e00200a3   | sasl-mechanisms.sasl-server-mechanisms is mandatory
                    00534145               | sasl-init.mechanism is mandatory
                    005341c00401a10161     | sasl-init.mechanism must be symbol, not string (format code 0xa1)
                    00534245               | sasl-challenge.challenge is mandatory
                    00534345               | sasl-response.response is mandatory
                    00534445               | sasl-outcome.code is mandatory
                    005344c003015005       | sasl-outcome.code: no such value: 5
                    005344c00301500000     | 1 octets follow sasl-outcome
                    """)
    void malformedOctetsAreAnErrorThatNamesTypeAndField(String hex, String error) {
        assertThatExceptionOfType(DecodeException.class)
                .isThrownBy(() -> codec.read(Vectors.buffer(HexFormat.of().parseHex(hex))))
                .withMessage(error);
    }
}
