package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OctetPiecesTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void smallAndLargePiecesAreOneAndReleased(boolean taken) {
        OctetPieces pieces = new OctetPieces(32_768);
        List<ByteBuf> parts = new ArrayList<>();
        byte value = 0;
        int bytes = 0;
        for (int length : new int[] {1, 0, 500, 40_000, 40_000, 3, 32_768, 0, 2000, 20_000}) {
            ByteBuf part = Unpooled.buffer(length + 3).writeZero(3).skipBytes(3);
            for (int i = 0; i < length; i++) {
                part.writeByte(value++);
            }
            bytes += length;
            parts.add(part);
            pieces.add(part);
        }

        assertThat(pieces.bytes()).isEqualTo(bytes);
        if (taken) {
            ByteBuf all = pieces.take();
            assertThat(all.readableBytes()).isEqualTo(bytes);
            for (int i = 0; i < bytes; i++) {
                assertThat(all.getByte(i)).isEqualTo((byte) i);
            }
            all.release();
            assertThat(pieces.bytes()).isZero();
        }
        pieces.release();
        for (ByteBuf part : parts) {
            assertThat(part.refCnt()).isEqualTo(1);
            part.release();
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000, 2", "999, 999, 1", "1000, 8000, 2", "1000, 8100, 1"})
    void pieceIsKeptIfItIsLargeAndNoSmallPartOfItsBuffer(int length, int capacity, int references) {
        OctetPieces pieces = new OctetPieces(1_000);
        ByteBuf buffer = Unpooled.buffer(capacity).writeZero(length);

        pieces.add(buffer);

        assertThat(buffer.refCnt()).isEqualTo(references);
        pieces.release();
        assertThat(buffer.release()).isTrue();
    }

    @Test
    void onlyTheBeginningOfABufferIsAdded() {
        OctetPieces pieces = new OctetPieces(2);
        ByteBuf buffer = Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4}).skipBytes(1);

        pieces.add(buffer, 2);
        pieces.add(buffer, 1);

        ByteBuf all = pieces.take();
        assertThat(ByteBufUtil.getBytes(all)).containsExactly(2, 3, 2);
        assertThat(buffer.readerIndex()).isEqualTo(1);
        all.release();
        assertThat(buffer.release()).isTrue();
    }
}
