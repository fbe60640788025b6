package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WriteGuardTest {

    private static final long TIMEOUT_MILLIS = 1_000;

    private boolean socketTakes;

    private final EmbeddedChannel channel = new EmbeddedChannel() {
        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (socketTakes) {
                super.doWrite(in);
            }
        }
    };

    private final AtomicInteger stalls = new AtomicInteger();
    private final WriteGuard guard = new WriteGuard(
            channel,
            IoSettings.DEFAULT.withWriteStallTimeout(Duration.ofMillis(TIMEOUT_MILLIS)),
            stalls::incrementAndGet);

    @AfterEach
    void close() {
        guard.stop();
        socketTakes = true;
        channel.finishAndReleaseAll();
    }

    private void write(ByteBuf octets) {
        channel.write(octets);
        channel.flush();
        guard.afterFlush();
    }

    private void letSocketTakeAll() {
        socketTakes = true;
        channel.flush();
        socketTakes = false;
    }

    private void letTimePass() {
        channel.advanceTimeBy(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void peerThatTakesNothingStalls() {
        write(Unpooled.directBuffer().writeLong(1));
        write(Unpooled.directBuffer().writeLong(2));
        assertThat(stalls).hasValue(0);
        letTimePass();

        assertThat(stalls).hasValue(1);
    }

    @Test
    void peerThatTakesAllNeverStalls() {
        write(Unpooled.directBuffer().writeLong(1));
        letSocketTakeAll();
        letTimePass();
        letTimePass();

        assertThat(stalls).hasValue(0);
    }

    @Test
    void bufferThatIsUsedAgainIsNotTakenForTheOneThatWaited() {
        ByteBuf piece = Unpooled.directBuffer().writeLong(1);
        write(piece.retain());
        letSocketTakeAll();
        write(piece.setIndex(0, 8).retain());
        letTimePass();
        assertThat(stalls).as("the same buffer, but not the same octets").hasValue(0);
        letTimePass();

        assertThat(stalls).hasValue(1);
        piece.release();
    }
}
