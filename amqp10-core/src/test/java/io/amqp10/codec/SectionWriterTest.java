package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.messaging.Section;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SectionWriterTest {

    private static final Data LARGE = new Data(Binary.wrap(new byte[100_000]));
    private static final AmqpValue WITHOUT_TYPE = new AmqpValue(new Object());

    private final SectionWriter writer = new SectionWriter();

    private String oneSmallMessage() {
        writer.begin();
        writer.body(new AmqpValue(null));
        return ByteBufUtil.hexDump(Objects.requireNonNull(writer.takeArray()));
    }

    @Test
    void largeOctetsAreShownAndNotCopied() {
        byte[] octets = new byte[100_000];
        writer.begin();
        writer.properties(Properties.builder().subject("large").build());
        writer.data(octets);
        writer.body(new Data(Binary.wrap(octets)));
        writer.annotations(SectionType.FOOTER, Map.of(Symbol.of("x-opt-end"), true));
        assertThat(writer.takeArray()).isNull();
        ByteBuf message = writer.take();
        octets[77_777] = 42;

        ByteBuf copied = Unpooled.buffer();
        writer.begin(copied);
        writer.properties(Properties.builder().subject("large").build());
        writer.data(octets);
        writer.data(octets);
        writer.annotations(SectionType.FOOTER, Map.of(Symbol.of("x-opt-end"), true));
        writer.finish();
        assertThat(message).isEqualTo(copied);
        assertThat(oneSmallMessage()).isEqualTo("00537740");
    }

    @Test
    void propertiesOfAnyLengthAndAlphabetComeBackAsTheyWere() {
        for (String text :
                List.of("", "a", "grün", "\ud83d\ude00", "x".repeat(256), "ü".repeat(255), "y".repeat(5_000))) {
            for (Object id :
                    List.of(text, new UUID(1, 2), UnsignedLong.of(Long.MAX_VALUE), Binary.wrap(new byte[3_000]))) {
                Properties properties = new Properties(
                        id,
                        Binary.wrap(new byte[2_000]),
                        text,
                        text,
                        text,
                        id,
                        Symbol.of("s".repeat(text.length())),
                        Symbol.of("e"),
                        Instant.ofEpochMilli(-1),
                        Instant.ofEpochMilli(Long.MAX_VALUE),
                        text,
                        UnsignedInteger.MAX,
                        text);
                assertThat(written(Unpooled.buffer(1), properties)).isEqualTo(properties);
                assertThat(written(Unpooled.directBuffer(1), properties)).isEqualTo(properties);
            }
        }
    }

    @Test
    void fieldsBehindTheLastThatIsPresentAreNotWritten() {
        Properties.Builder fields = Properties.builder();
        assertThat(octets(fields.build())).isEqualTo("00537345");
        assertThat(octets(fields.messageId("m").build())).isEqualTo("005373c00401a1016d");
        assertThat(octets(fields.to("t").build())).isEqualTo("005373c00803a1016d40a10174");
        assertThat(octets(fields.replyToGroupId("g").build()))
                .isEqualTo("005373c0140da1016d40a10174404040404040404040a10167");
        assertThat(octets(new Header(true, 4, UnsignedInteger.ABSENT, false, 0)))
                .isEqualTo("005370c0020141");
        assertThat(octets(new Header(false, 4, UnsignedInteger.ABSENT, true, 0)))
                .isEqualTo("005370c0050440404041");
        assertThat(octets(new Header(false, 9, 1, false, 300))).isEqualTo("005370c00c05405009520140700000012c");
        assertThat(octets(Header.DEFAULT)).isEqualTo("00537045");
    }

    private String octets(Section section) {
        ByteBuf out = Unpooled.buffer(1);
        writer.begin(out);
        writer.body(section);
        writer.finish();
        return ByteBufUtil.hexDump(out);
    }

    private Properties written(ByteBuf out, Properties properties) {
        writer.begin(out);
        writer.properties(properties);
        writer.finish();
        byte[] octets = ByteBufUtil.getBytes(out);
        out.release();
        return SectionReader.properties(octets, 0, octets.length, DecodeLimits.DEFAULT);
    }

    @Test
    void aMessageThatIsGivenUpLeavesNothingToTheNext() {
        writer.begin();
        writer.body(LARGE);
        assertThatIllegalArgumentException().isThrownBy(() -> writer.body(WITHOUT_TYPE));

        writer.abort();

        assertThat(oneSmallMessage()).isEqualTo("00537740");
    }

    @Test
    void aMessageThatIsGivenUpLeavesTheCallersBufferAsItWas() {
        ByteBuf direct = Unpooled.directBuffer().writeByte(7);
        writer.begin(direct);
        writer.body(LARGE);

        writer.abort();

        assertThat(direct.readableBytes()).isEqualTo(1);
        assertThat(direct.refCnt()).isEqualTo(1);
        direct.release();
        assertThat(oneSmallMessage()).isEqualTo("00537740");
    }

    @Test
    void aMessageThatIsGivenUpBeforeItHasABufferLeavesNothing() {
        writer.begin();
        assertThatIllegalArgumentException().isThrownBy(() -> writer.body(WITHOUT_TYPE));

        writer.abort();

        assertThat(oneSmallMessage()).isEqualTo("00537740");
    }
}
