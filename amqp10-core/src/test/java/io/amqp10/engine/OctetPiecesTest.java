package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OctetPiecesTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void smallAndLargePiecesAreOneAndReleased(boolean taken) {
        OctetPieces pieces = new OctetPieces();
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
}
