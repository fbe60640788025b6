package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {

    private static final int MAX_FRAME_SIZE = 10_000;
    private static final int LARGE_FRAME_SIZE = 100_000;

    private final CountingAllocator allocator = new CountingAllocator();
    private final List<String> frames = new ArrayList<>();
    private FrameDecoder decoder = decoder(FrameDecoder.TYPE_AMQP);

    private FrameDecoder decoder(int type) {
        return decoder(type, MAX_FRAME_SIZE);
    }

    private FrameDecoder decoder(int type, int maxFrameSize) {
        return new FrameDecoder(
                allocator,
                type,
                maxFrameSize,
                (channel, body) -> frames.add(channel + ":" + ByteBufUtil.hexDump(body)));
    }

    @AfterEach
    void nothingIsKept() {
        decoder.stop();
        assertThat(allocator.buffers).allMatch(buffer -> buffer.refCnt() == 0);
    }

    @Test
    void handsOnFramesWithTheirChannelAndBody() {
        decode("0000000a 02 00 0005 0102  00000008 02 00 ffff  00000009 02 00 0000 7f");

        assertThat(frames).containsExactly("5:0102", "65535:", "0:7f");
        assertThat(allocator.buffers).isEmpty();
    }

    @Test
    void skipsTheExtendedHeader() {
        decode("00000011 04 00 0001 aaaaaaaabbbbbbbb 42");

        assertThat(frames).containsExactly("1:42");
    }

    @Test
    void takesAFrameWhoseExtendedHeaderIsAllOfIt() {
        decode("0000000c 03 00 0001 aaaaaaaa");

        assertThat(frames).containsExactly("1:");
    }

    @Test
    void putsTheIndicesBackForTheNextFrame() {
        ByteBuf in = hex("0000000a 02 00 0000 0102  0000000a 02 00 0000 0304");
        List<Integer> readable = new ArrayList<>();
        decoder = new FrameDecoder(allocator, FrameDecoder.TYPE_AMQP, MAX_FRAME_SIZE, (channel, body) -> {
            readable.add(body.readableBytes());
            body.skipBytes(1);
        });

        decoder.decode(in);

        assertThat(readable).containsExactly(2, 2);
        assertThat(in.isReadable()).isFalse();
        assertThat(in.refCnt()).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "00000000, smaller",
        "00000007, smaller",
        "80000000, maxFrameSize",
        "ffffffff, maxFrameSize",
        "00002711, maxFrameSize",
    })
    void refusesASizeByItsFourOctetsAlone(String size, String word) {
        assertThatThrownBy(() -> decode(size))
                .isInstanceOf(FramingException.class)
                .hasMessageContaining(word);
        assertThat(allocator.buffers).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000010 00 00 0000",
                "00000010 01 00 0000",
                "00000010 05 00 0000",
                "00000008 03 00 0000",
                "00000010 02 01 0000",
                "00000010 02 02 0000",
                "00000010 02 ff 0000",
            })
    void refusesDataOffsetAndTypeBeforeTheBodyArrives(String header) {
        assertThatThrownBy(() -> decode(header)).isInstanceOf(FramingException.class);
        assertThat(allocator.buffers).isEmpty();
    }

    @Test
    void takesTheLargestFrame() {
        decode("00002710 02 00 0000" + "00".repeat(MAX_FRAME_SIZE - 8));

        assertThat(frames).hasSize(1);
    }

    @Test
    void keepsLittleForAFrameThatOnlySaysItIsLarge() {
        decode("00002710 02 00 0000 01");

        assertThat(allocator.buffers).hasSize(1);
        assertThat(allocator.buffers.get(0).capacity()).isLessThanOrEqualTo(4096);
    }

    @Test
    void looksAtNothingAfterAnError() {
        assertThatThrownBy(() -> decode("00000008 02 00 0000  00000001  00000008 02 00 0000"))
                .isInstanceOf(FramingException.class);
        decode("00000008 02 00 0000");

        assertThat(frames).containsExactly("0:");
    }

    @Test
    void looksAtNothingAfterItWasStoppedByASink() {
        decoder = new FrameDecoder(allocator, FrameDecoder.TYPE_AMQP, MAX_FRAME_SIZE, (channel, body) -> {
            frames.add("one");
            decoder.stop();
        });

        decode("00000008 02 00 0000  00000008 02 00 0000");

        assertThat(frames).containsExactly("one");
    }

    @Test
    void freesACutFrameWhoseSinkThrows() {
        decoder = new FrameDecoder(allocator, FrameDecoder.TYPE_AMQP, MAX_FRAME_SIZE, (channel, body) -> {
            throw new IllegalStateException("a fault");
        });
        decode("00000009 02 00 0000");

        assertThatThrownBy(() -> decode("01")).hasMessage("a fault");
        assertThat(allocator.buffers).allMatch(buffer -> buffer.refCnt() == 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void anySplitGivesTheSame(long seed) {
        Random random = new Random(seed);
        ByteBuf stream = Unpooled.buffer();
        int count = 1 + random.nextInt(30);
        for (int i = 0; i < count; i++) {
            writeFrame(stream, random);
        }
        if (random.nextBoolean()) {
            stream.writeBytes(hex(random.nextBoolean() ? "00000007" : "00000009 02 01 0000 00"));
        }
        List<String> whole = run(stream, Integer.MAX_VALUE, random);

        assertThat(run(stream, 1, random)).as("octet by octet").isEqualTo(whole);
        for (int round = 0; round < 10; round++) {
            assertThat(run(stream, 1 + random.nextInt(300), random)).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anySplitOfLargeFramesGivesTheSame(long seed) {
        Random random = new Random(seed);
        ByteBuf stream = Unpooled.buffer();
        for (int i = 0; i < 12; i++) {
            int body = random.nextInt(random.nextBoolean() ? 90_000 : 20_000);
            stream.writeInt(8 + body).writeByte(2).writeByte(0).writeShort(i);
            byte[] octets = new byte[body];
            random.nextBytes(octets);
            stream.writeBytes(octets);
        }
        List<String> whole = run(stream, Integer.MAX_VALUE, random, LARGE_FRAME_SIZE);

        assertThat(whole).hasSize(12);
        for (int maxPiece : new int[] {7, 300, 9_000, 20_000, 70_000, 200_000}) {
            assertThat(run(stream, maxPiece, random, LARGE_FRAME_SIZE)).isEqualTo(whole);
        }
    }

    @Test
    void freesACutLargeFrame() {
        decoder = decoder(FrameDecoder.TYPE_AMQP, LARGE_FRAME_SIZE);
        ByteBuf small = Unpooled.buffer().writeInt(90_000).writeByte(2).writeByte(0);
        ByteBuf large = Unpooled.buffer().writeZero(40_000);
        decoder.decode(small);
        decoder.decode(large);
        assertThat(large.refCnt()).as("not copied").isEqualTo(2);

        decoder.stop();

        assertThat(large.refCnt()).isOne();
        assertThat(frames).isEmpty();
    }

    @Test
    void largeFrameThatComesInWholeTlsRecordsIsNotCopied() {
        decoder = decoder(FrameDecoder.TYPE_AMQP, LARGE_FRAME_SIZE);
        ByteBuf first = Unpooled.buffer().writeInt(48_008).writeInt(0x02000000).writeZero(15_992);
        ByteBuf second = Unpooled.buffer(16_384).writeZero(16_000);
        ByteBuf third = Unpooled.buffer(16_384).writeZero(16_000);

        decoder.decode(first);
        decoder.decode(second);
        decoder.decode(third);
        assertThat(List.of(first.refCnt(), second.refCnt(), third.refCnt()))
                .as("not copied")
                .containsExactly(2, 2, 2);
        assertThat(frames).isEmpty();
        ByteBuf last = Unpooled.buffer().writeZero(8);
        decoder.decode(last);

        assertThat(frames).containsExactly("0:" + "00".repeat(48_000));
        assertThat(List.of(first, second, third, last)).allMatch(ByteBuf::release);
    }

    @Test
    void smallPartOfALargeBufferAndSmallPiecesAreCopied() {
        decoder = decoder(FrameDecoder.TYPE_AMQP, LARGE_FRAME_SIZE);
        ByteBuf end = Unpooled.buffer(256 * 1024).writeInt(90_000).writeInt(0x02000000);
        ByteBuf part = Unpooled.buffer(256 * 1024).writeZero(30_000);
        ByteBuf small = Unpooled.buffer(4_095).writeZero(4_095);

        decoder.decode(end.writeZero(20_000));
        decoder.decode(part);
        decoder.decode(small);

        assertThat(List.of(end, part, small)).allMatch(ByteBuf::release);
    }

    @Test
    void freesACutLargeFrameWhoseSinkThrows() {
        decoder = new FrameDecoder(allocator, FrameDecoder.TYPE_AMQP, LARGE_FRAME_SIZE, (channel, body) -> {
            throw new IllegalStateException("a fault");
        });
        ByteBuf first = hex("00009c40 02 00 0000" + "00".repeat(20_000));
        ByteBuf second = Unpooled.buffer().writeZero(20_000);
        decoder.decode(first);

        assertThatThrownBy(() -> decoder.decode(second)).hasMessage("a fault");
        assertThat(first.refCnt()).isOne();
        assertThat(second.refCnt()).isOne();
    }

    private static void writeFrame(ByteBuf stream, Random random) {
        int offset = 2 + (random.nextInt(4) == 0 ? random.nextInt(3) : 0);
        int body = random.nextInt(8) == 0 ? random.nextInt(5_000) : random.nextInt(60);
        stream.writeInt(offset * 4 + body).writeByte(offset).writeByte(0).writeShort(random.nextInt(0x10000));
        byte[] octets = new byte[offset * 4 - 8 + body];
        random.nextBytes(octets);
        stream.writeBytes(octets);
    }

    /** Feeds the stream in pieces of up to the given size; what came out, with the error that ended it. */
    private List<String> run(ByteBuf stream, int maxPiece, Random random) {
        return run(stream, maxPiece, random, MAX_FRAME_SIZE);
    }

    private List<String> run(ByteBuf stream, int maxPiece, Random random, int maxFrameSize) {
        frames.clear();
        decoder.stop();
        decoder = decoder(FrameDecoder.TYPE_AMQP, maxFrameSize);
        ByteBuf rest = stream.duplicate();
        try {
            while (rest.isReadable()) {
                int piece = 1 + random.nextInt(Math.min(maxPiece, rest.readableBytes()));
                ByteBuf copy = Unpooled.buffer(piece).writeBytes(rest, piece);
                try {
                    decoder.decode(copy);
                } finally {
                    copy.release();
                }
            }
        } catch (FramingException e) {
            frames.add(String.valueOf(e.getMessage()));
        }
        return List.copyOf(frames);
    }

    private void decode(String hex) {
        ByteBuf in = hex(hex);
        try {
            decoder.decode(in);
        } finally {
            in.release();
        }
    }

    private static ByteBuf hex(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** Remembers what was allocated. */
    private static final class CountingAllocator extends AbstractByteBufAllocator {

        private final List<ByteBuf> buffers = new ArrayList<>();

        /** This test counts for itself; Netty's own leak detection would only make it slow. */
        private final ByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return remember(memory.heapBuffer(initialCapacity, maxCapacity));
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            return remember(memory.heapBuffer(initialCapacity, maxCapacity));
        }

        private ByteBuf remember(ByteBuf buffer) {
            buffers.add(buffer);
            return buffer;
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }
}
