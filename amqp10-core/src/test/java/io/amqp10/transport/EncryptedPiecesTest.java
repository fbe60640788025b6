package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptedPiecesTest {

    private static final int SIZE = 32 * 1024;

    private final EmbeddedChannel channel = new EmbeddedChannel(new EncryptedPieces());

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private static ByteBuf inHeap(int size) {
        byte[] octets = new byte[size];
        new Random(size).nextBytes(octets);
        return Unpooled.buffer(size + 100).writeZero(10).writeBytes(octets).readerIndex(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {EncryptedPieces.FROM, 66_000, SparePieces.SIZE})
    void largeBufferOfTheHeapIsCopied(int size) {
        ByteBuf encrypted = inHeap(size);
        ByteBuf expected = encrypted.copy();

        ChannelFuture written = channel.write(encrypted);
        assertThat(encrypted.refCnt()).isZero();
        assertThat(channel.<ByteBuf>readOutbound()).isNull();
        channel.flush();

        assertThat(written.isSuccess()).isTrue();
        ByteBuf piece = channel.readOutbound();
        assertThat(piece.isDirect()).isTrue();
        assertThat(piece).isEqualTo(expected);
        piece.release();
        expected.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, EncryptedPieces.FROM - 1, SparePieces.SIZE + 1})
    void otherSizesAreLeftToNetty(int size) {
        ByteBuf encrypted = inHeap(size);

        channel.writeOutbound(encrypted);

        assertThat(channel.<ByteBuf>readOutbound()).isSameAs(encrypted);
        encrypted.release();
    }

    @Test
    void whatIsOutsideOfTheHeapIsNotCopied() {
        ByteBuf encrypted = Unpooled.directBuffer(SIZE).writeZero(SIZE);

        channel.writeOutbound(encrypted);

        assertThat(channel.<ByteBuf>readOutbound()).isSameAs(encrypted);
        encrypted.release();
    }

    @Test
    void socketGetsSomeBeforeAllIsEncrypted() {
        int first = EncryptedPieces.FLUSHED_AT / SIZE;
        for (int i = 1; i < first; i++) {
            channel.write(inHeap(SIZE));
            assertThat(channel.outboundMessages()).isEmpty();
        }
        channel.write(inHeap(SIZE));
        assertThat(channel.outboundMessages()).hasSize(first);

        // What was flushed counts no more.
        channel.write(inHeap(SIZE));
        assertThat(channel.outboundMessages()).hasSize(first);
        channel.flush();
        assertThat(channel.outboundMessages()).hasSize(first + 1);
        for (int i = 1; i < first; i++) {
            channel.write(inHeap(SIZE));
            assertThat(channel.outboundMessages()).hasSize(first + 1);
        }
    }
}
