package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.ConnectionEngine;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LazyTimerTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final AtomicInteger wentOff = new AtomicInteger();
    private final LazyTimer timer = new LazyTimer(channel.eventLoop(), wentOff::incrementAndGet);

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    private long now() {
        return channel.eventLoop().ticker().nanoTime();
    }

    private void arm(long millis) {
        timer.arm(now(), TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void goesOffOnce() {
        arm(100);

        pass(99);
        assertThat(wentOff).hasValue(0);
        pass(1);
        assertThat(wentOff).hasValue(1);
        pass(1_000);
        assertThat(wentOff).hasValue(1);
    }

    @Test
    void nearerDeadlineCounts() {
        arm(1_000);
        arm(100);

        pass(100);
        assertThat(wentOff).hasValue(1);
        pass(900);
        assertThat(wentOff).hasValue(1);
    }

    @Test
    void fartherDeadlineLeavesTheTimerAsItIs() {
        arm(100);
        pass(50);
        arm(100);

        pass(50);
        assertThat(wentOff).hasValue(1);
    }

    @Test
    void noDeadlineArmsNothing() {
        timer.arm(now(), ConnectionEngine.NO_DEADLINE);

        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
    }

    @Test
    void stoppedTimerNeverGoesOff() {
        arm(100);
        timer.stop();
        arm(200);

        pass(1_000);
        assertThat(wentOff).hasValue(0);
    }
}
