package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArrivingOctetsTest {

    private static final int FRAME = 1024;

    private final SpareChunks spares = new SpareChunks();
    private final List<Integer> consumed = new ArrayList<>();

    private ArrivingOctets octets() {
        return new ArrivingOctets(FRAME, consumed::add, spares);
    }

    @Test
    void chunkThatWasReadIsTheNextOneToBeFilled() throws IOException {
        byte[] chunk = spares.take();
        spares.give(chunk);
        ArrivingOctets octets = octets();

        octets.add(filled(SpareChunks.SIZE, 1));
        assertThat(spares.take()).as("while it is in use").isNotSameAs(chunk);
        readAll(octets, SpareChunks.SIZE);

        assertThat(spares.take()).isSameAs(chunk);
    }

    @Test
    void messagesThatShareMemoryKeepTheirOctets() throws IOException {
        Random random = new Random(1);
        for (int message = 0; message < 20; message++) {
            ArrivingOctets octets = octets();
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            for (int step = 0; step < 50; step++) {
                byte[] part = new byte[1 + random.nextInt(3 * SpareChunks.SIZE)];
                random.nextBytes(part);
                sent.write(part);
                octets.add(Unpooled.wrappedBuffer(part));
                read.write(readAll(octets, 1 + random.nextInt(octets.available())));
            }
            octets.complete();
            read.write(readAll(octets, octets.available()));

            assertThat(octets.read(new byte[1], 0, 1)).isEqualTo(-1);
            assertThat(read.toByteArray()).isEqualTo(sent.toByteArray());
        }
    }

    @Test
    void octetsThatNobodyReadsGiveTheirMemoryBack() {
        byte[] chunk = spares.take();
        spares.give(chunk);
        ArrivingOctets octets = octets();
        octets.add(filled(1, 1));
        octets.drop();

        assertThat(spares.take()).isSameAs(chunk);
        assertThatThrownBy(() -> octets.read(new byte[1], 0, 1)).hasMessageContaining("closed");
    }

    @Test
    void endOfAMessageGivesItsLastChunkBackOnce() throws IOException {
        byte[] chunk = spares.take();
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
        List<byte[]> given = new ArrayList<>();
        for (int i = 0; i <= SpareChunks.MOST; i++) {
            given.add(new byte[SpareChunks.SIZE]);
        }
        given.forEach(spares::give);

        for (int i = SpareChunks.MOST - 1; i >= 0; i--) {
            assertThat(spares.take()).isSameAs(given.get(i));
        }
        assertThat(spares.take()).isNotSameAs(given.get(SpareChunks.MOST));
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
