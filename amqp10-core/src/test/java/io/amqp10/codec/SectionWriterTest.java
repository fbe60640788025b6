package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Properties;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.Objects;
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
