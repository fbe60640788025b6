package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivingOctetsTest {

    private static final int FRAME = 1024;

    private final SpareChunks spares = new SpareChunks();
    private final List<Integer> consumed = new ArrayList<>();

    private ArrivingOctets octets() {
        return new ArrivingOctets(FRAME, consumed::add, spares);
    }

    @Test
    void chunkThatWasReadIsTheNextOneToBeFilled() throws IOException {
        ByteBuf chunk = spares.take();
        spares.give(chunk);
        ArrivingOctets octets = octets();

        octets.add(filled(SpareChunks.SIZE, 1));
        assertThat(spares.take()).as("while it is in use").isNotSameAs(chunk);
        readAll(octets, SpareChunks.SIZE);

        assertThat(spares.take()).isSameAs(chunk);
    }

    @Test
    void octetsThatNobodyReadsGiveTheirMemoryBack() {
        ByteBuf chunk = spares.take();
        spares.give(chunk);
        ArrivingOctets octets = octets();
        octets.add(filled(1, 1));
        octets.drop();

        assertThat(spares.take()).isSameAs(chunk);
        assertThatThrownBy(() -> octets.read(new byte[1], 0, 1)).hasMessageContaining("closed");
    }

    @Test
    void endOfAMessageGivesItsLastChunkBackOnce() throws IOException {
        ByteBuf chunk = spares.take();
        spares.give(chunk);
        ArrivingOctets octets = octets();
        octets.add(filled(1, 7));
        octets.complete();

        assertThat(readAll(octets, 1)).containsExactly(7);
        assertThat(octets.read(new byte[1], 0, 1)).isEqualTo(-1);
        assertThat(octets.read(new byte[1], 0, 1)).isEqualTo(-1);
        octets.drop();

        assertThat(spares.take()).isSameAs(chunk);
        assertThat(spares.take()).isNotSameAs(chunk);
    }

    @Test
    void framesAreConsumedOnceEach() throws IOException {
        ArrivingOctets octets = octets();
        int frames = 10;
        int held = 0;
        for (int i = 0; i < frames; i++) {
            held += octets.add(filled(FRAME, i)) ? 0 : 1;
        }
        octets.complete();
        readAll(octets, frames * FRAME);
        assertThat(octets.read(new byte[1], 0, 1)).isEqualTo(-1);
        octets.drop();

        assertThat(held).isEqualTo(frames);
        assertThat(consumed.stream().mapToInt(Integer::intValue).sum()).isEqualTo(frames);
    }

    @Test
    void noMoreChunksAreKeptThanSaid() {
        List<ByteBuf> given = new ArrayList<>();
        for (int i = 0; i <= SpareChunks.MOST; i++) {
            given.add(Unpooled.buffer(SpareChunks.SIZE, SpareChunks.SIZE));
        }
        given.forEach(spares::give);

        for (int i = SpareChunks.MOST - 1; i >= 0; i--) {
            assertThat(spares.take()).isSameAs(given.get(i));
        }
        assertThat(spares.take()).isNotSameAs(given.get(SpareChunks.MOST));
    }

    // --- written to a channel

    /** Keeps what is written, a few octets at a time. */
    private static class Collecting implements WritableByteChannel {

        final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public int write(ByteBuffer octets) {
            byte[] some = new byte[Math.min(10_000, octets.remaining())];
            octets.get(some);
            written.writeBytes(some);
            return some.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // nothing to close
        }
    }

    private final Collecting channel = new Collecting();

    private final List<ByteBuf> parts = new ArrayList<>();

    /** Each test has the only reference at its end. */
    @AfterEach
    void releaseParts() {
        assertThat(parts).allSatisfy(part -> assertThat(part.refCnt()).isOne());
        parts.forEach(ByteBuf::release);
    }

    private ByteBuf random(int length, long seed) {
        byte[] octets = new byte[length];
        new Random(seed).nextBytes(octets);
        return directly(octets, length);
    }

    private ByteBuf directly(byte[] octets, int capacity) {
        ByteBuf part = Unpooled.directBuffer(capacity).writeBytes(octets);
        parts.add(part);
        return part;
    }

    @Test
    void largePartIsNotCopiedWhileItIsAboutToBeWritten() throws IOException {
        ByteBuf part = random(ArrivingOctets.KEPT_FROM, 1);
        ArrivingOctets octets = octets();

        octets.add(part);
        assertThat(part.refCnt()).as("before").isOne();
        octets.beginTransfer();
        octets.add(part);
        assertThat(part.refCnt()).isEqualTo(2);
        assertThat(octets.writeTo(channel, Integer.MAX_VALUE)).isEqualTo(ArrivingOctets.KEPT_FROM);
        assertThat(octets.writeTo(channel, 5)).isEqualTo(5);
        assertThat(part.refCnt()).isEqualTo(2);
        assertThat(octets.writeTo(channel, Integer.MAX_VALUE)).isEqualTo(ArrivingOctets.KEPT_FROM - 5);
        assertThat(part.refCnt()).isOne();
        octets.complete();
        assertThat(octets.writeTo(channel, 1)).isEqualTo(-1);
        octets.endTransfer();

        byte[] all = ByteBufUtil.getBytes(Unpooled.wrappedBuffer(part.duplicate(), part));
        assertThat(channel.written.toByteArray()).isEqualTo(all);
    }

    @Test
    void smallPartAndSmallPartOfALargeBufferAreCopied() {
        ByteBuf small = random(ArrivingOctets.KEPT_FROM - 1, 1);
        ByteBuf large = directly(
                new byte[ArrivingOctets.KEPT_FROM], ArrivingOctets.KEPT_FROM * ArrivingOctets.MOST_FOR_PART + 8);
        ArrivingOctets octets = octets();
        octets.beginTransfer();

        octets.add(small);
        octets.add(large);

        assertThat(small.refCnt()).isOne();
        assertThat(large.refCnt()).isOne();
        octets.drop();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesThatShareMemoryKeepTheirOctetsHoweverTheyAreTaken(boolean transferring) throws IOException {
        Random random = new Random(2);
        for (int message = 0; message < 20; message++) {
            ArrivingOctets octets = octets();
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            if (transferring) {
                octets.beginTransfer();
            }
            for (int step = 0; step < 50; step++) {
                ByteBuf part = random(1 + random.nextInt(3 * SpareChunks.SIZE), random.nextLong());
                sent.write(ByteBufUtil.getBytes(part));
                octets.add(part);
                if (random.nextBoolean()) {
                    channel.written.writeBytes(readAll(octets, 1 + random.nextInt(octets.available())));
                }
                while (random.nextBoolean() && octets.available() > 0) {
                    int most = 1 + random.nextInt(octets.available());
                    assertThat(octets.writeTo(channel, most)).isBetween(1, most);
                }
            }
            octets.complete();
            while (octets.available() > 0) {
                octets.writeTo(channel, Integer.MAX_VALUE);
            }
            octets.endTransfer();

            assertThat(octets.read(new byte[1], 0, 1)).isEqualTo(-1);
            assertThat(Arrays.equals(channel.written.toByteArray(), sent.toByteArray()))
                    .isTrue();
            channel.written.reset();
        }
    }

    @Test
    void chunkIsNotFilledAgainWhileItIsWritten() throws IOException {
        ArrivingOctets octets = octets();
        octets.add(filled(SpareChunks.SIZE, 1));
        octets.beginTransfer();
        Collecting slow = new Collecting() {
            @Override
            public int write(ByteBuffer shown) {
                octets.add(filled(ArrivingOctets.KEPT_FROM - 1, 2));
                return super.write(shown);
            }
        };

        octets.writeTo(slow, SpareChunks.SIZE);

        assertThat(slow.written.toByteArray()).startsWith(1).hasSize(SpareChunks.SIZE);
    }

    @Test
    void chunkThatWasWrittenIsTheNextOneToBeFilled() throws IOException {
        ByteBuf chunk = spares.take();
        spares.give(chunk);
        ArrivingOctets octets = octets();
        octets.add(filled(SpareChunks.SIZE, 1));
        octets.beginTransfer();
        octets.writeTo(channel, SpareChunks.SIZE);

        assertThat(spares.take()).isSameAs(chunk);
    }

    @Test
    void channelThatFailsLosesTheRest() {
        ArrivingOctets octets = octets();
        octets.add(filled(FRAME, 1));
        octets.complete();
        WritableByteChannel failing = new Collecting() {
            @Override
            public int write(ByteBuffer shown) {
                throw new IllegalStateException("full");
            }
        };
        octets.beginTransfer();
        assertThatThrownBy(() -> octets.writeTo(failing, FRAME)).hasMessage("full");
        octets.endTransfer();

        assertThatThrownBy(() -> octets.read(new byte[1], 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("dropped");
        assertThat(consumed).containsExactly(1);
    }

    @Test
    void channelThatTakesNothingFails() {
        ArrivingOctets octets = octets();
        octets.add(filled(1, 1));
        WritableByteChannel full = new Collecting() {
            @Override
            public int write(ByteBuffer shown) {
                return 0;
            }
        };

        assertThatThrownBy(() -> octets.writeTo(full, 1)).hasMessageContaining("takes nothing");
    }

    @Test
    void interruptedThreadGoesOn() throws IOException {
        ArrivingOctets octets = octets();
        octets.beginTransfer();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> octets.writeTo(channel, 1)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        octets.endTransfer();
        octets.add(filled(1, 7));

        assertThat(readAll(octets, 1)).containsExactly(7);
    }

    @Test
    void transferThatEndsTooEarlyKeepsTheRestInMemoryOfItsOwn() throws IOException {
        List<ByteBuf> sent = new ArrayList<>();
        ArrivingOctets octets = octets();
        octets.beginTransfer();
        for (int size : new int[] {5, ArrivingOctets.KEPT_FROM, 7, ArrivingOctets.KEPT_FROM + 1, 9}) {
            ByteBuf part = random(size, size);
            sent.add(part);
            octets.add(part);
        }
        assertThat(octets.writeTo(channel, 3)).isEqualTo(3);

        octets.endTransfer();

        assertThat(sent).allSatisfy(part -> assertThat(part.refCnt()).isOne());
        ByteBuf after = random(11, 11);
        sent.add(after);
        octets.add(after);
        octets.complete();
        channel.written.writeBytes(readAll(octets, octets.available()));
        assertThat(octets.read(new byte[1], 0, 1)).isEqualTo(-1);
        assertThat(channel.written.toByteArray())
                .isEqualTo(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(sent.toArray(new ByteBuf[0]))));
    }

    @Test
    void failureGivesBackWhatIsKept() {
        ByteBuf part = random(ArrivingOctets.KEPT_FROM, 1);
        ArrivingOctets octets = octets();
        octets.beginTransfer();
        octets.add(part);
        octets.fail(new IllegalStateException("gone"));

        assertThat(part.refCnt()).isOne();
        assertThatThrownBy(() -> octets.writeTo(channel, 1)).hasMessageContaining("gone");
    }

    private static ByteBuf filled(int length, int value) {
        return Unpooled.buffer(length).setZero(0, length).writerIndex(length).setByte(0, value);
    }

    private static byte[] readAll(ArrivingOctets octets, int length) throws IOException {
        byte[] read = new byte[length];
        int done = 0;
        while (done < length) {
            done += octets.read(read, done, length - done);
        }
        return read;
    }
}
