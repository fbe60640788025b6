package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class CommandQueueTest {

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final AtomicInteger flushes = new AtomicInteger();
    private final CommandQueue queue = new CommandQueue(loop, Runnable::run, flushes::incrementAndGet);

    @AfterEach
    void end() throws InterruptedException {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }

    @Test
    void commandsRunInTheirOrderAndAreFlushedOnce() throws Exception {
        List<Integer> ran = new CopyOnWriteArrayList<>();
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                hold.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        for (int i = 0; i < 5; i++) {
            int number = i;
            queue.submit(() -> ran.add(number));
        }
        hold.countDown();
        loop.execute(done::countDown);

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).containsExactly(0, 1, 2, 3, 4);
        assertThat(flushes).hasValue(1);
    }

    @Test
    void commandThatFailsWithAnErrorKeepsNoneFromRunning() throws Exception {
        CountDownLatch ran = new CountDownLatch(2);

        queue.submit(() -> {
            throw new StackOverflowError("as the test wants it");
        });
        queue.submit(ran::countDown);
        loop.submit(() -> {}).get(60, TimeUnit.SECONDS);
        queue.submit(ran::countDown);

        assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void commandsThatComeAfterTheEndOfTheLoopRunToo() throws Exception {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        CountDownLatch ran = new CountDownLatch(2);

        queue.submit(ran::countDown);
        queue.submit(ran::countDown);

        assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void noCommandGetsLostWhileTheLoopEnds() throws Exception {
        int count = 10_000;
        CountDownLatch ran = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            if (i == count / 2) {
                loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            }
            queue.submit(ran::countDown);
        }

        assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
