package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeRecordsTest {

    private final EmbeddedChannel channel = new EmbeddedChannel(new WholeRecords());

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private static ByteBuf records(int... lengths) {
        Random random = new Random(1);
        ByteBuf records = Unpooled.directBuffer();
        for (int length : lengths) {
            byte[] content = new byte[length];
            random.nextBytes(content);
            records.writeByte(0x17).writeShort(0x0303).writeShort(length).writeBytes(content);
        }
        return records;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 6, 100, 16_405, 20_000, 200_000})
    void recordsAreHandedOnWholeAndInTheHeapHoweverTheStreamIsCut(int cut) {
        ByteBuf sent = records(0, 1, 16_640, 16_640, 18_432, 5, 0);
        ByteBuf came = Unpooled.buffer();

        while (sent.isReadable()) {
            channel.writeInbound(sent.readRetainedSlice(Math.min(cut, sent.readableBytes())));
            for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
                assertThat(part.hasArray()).isTrue();
                came.writeBytes(part);
                part.release();
                assertEndsWithRecord(came);
            }
        }

        sent.readerIndex(0);
        assertThat(came).isEqualTo(sent);
        assertThat(sent.refCnt()).isEqualTo(1);
        sent.release();
        came.release();
    }

    private static void assertEndsWithRecord(ByteBuf came) {
        int end = 0;
        while (end < came.writerIndex()) {
            end += 5 + came.getUnsignedShort(end + 3);
        }
        assertThat(end).isEqualTo(came.writerIndex());
    }

    @Test
    void announcedRecordTakesNoMemoryBeforeItComes() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0x17, 3, 3, 0x48, 0, 1}));

        assertThat(channel.<ByteBuf>readInbound()).isNull();
        assertThat(channel.pipeline().get(WholeRecords.class).kept()).isBetween(6, 1024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0100000000", "19030300ff", "1703034801", "170303ffff", "474554202f"})
    void whatIsNoRecordIsHandedOnAtOnceToBeRefused(String octets) {
        ByteBuf sent = records(7);
        sent.writeBytes(ByteBufUtil.decodeHexDump(octets));

        channel.writeInbound(sent.retainedSlice());

        ByteBuf came = channel.readInbound();
        assertThat(came).isEqualTo(sent);
        came.release();
        sent.release();
    }

    @Test
    void beginningOfRecordIsReleasedAtTheEnd() {
        WholeRecords handler = channel.pipeline().get(WholeRecords.class);
        channel.writeInbound(records(20).writerIndex(10));

        channel.finish();

        assertThat(handler.kept()).isZero();
    }
}
