package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.amqp10.types.Binary;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.Data;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class SectionWriterTest {

    private static final Data LARGE = new Data(Binary.wrap(new byte[100_000]));
    private static final AmqpValue WITHOUT_TYPE = new AmqpValue(new Object());

    private final SectionWriter writer = new SectionWriter();

    private String oneSmallMessage() {
        writer.begin();
        writer.body(new AmqpValue(null));
        ByteBuf buffer = writer.take();
        try {
            return ByteBufUtil.hexDump(buffer);
        } finally {
            buffer.release();
        }
    }

    @Test
    void aMessageThatIsGivenUpGivesItsMemoryBack() {
        int size = 2 << 20; // by far more than what others in this process may take meanwhile
        writer.begin();
        writer.body(new Data(Binary.wrap(new byte[size])));
        long with = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
        assertThatIllegalArgumentException().isThrownBy(() -> writer.body(WITHOUT_TYPE));

        writer.abort();

        assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()).isLessThan(with - size / 2);
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
