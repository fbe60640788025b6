package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CommandQueueTest {

    private final Deque<Runnable> loop = new ArrayDeque<>();
    private final List<Integer> carriedOut = new ArrayList<>();
    private final AtomicInteger batches = new AtomicInteger();
    private final CommandQueue queue = new CommandQueue(loop::add, Runnable::run, batches::incrementAndGet);

    @Test
    void onlyTheFirstCommandCallsTheLoop() {
        submit(100);

        assertThat(loop).hasSize(1);
    }

    @Test
    void commandsAreCarriedOutInOrderWithOneBatchEnd() {
        submit(100);

        loop.remove().run();

        assertThat(carriedOut).hasSize(100).isSorted();
        assertThat(batches).hasValue(1);
        assertThat(loop).isEmpty();
    }

    @Test
    void manyCommandsLeaveRoomForTheSocketsBetweenBatches() {
        submit(CommandQueue.BATCH + 1);

        loop.remove().run();
        assertThat(carriedOut).hasSize(CommandQueue.BATCH);
        assertThat(loop).hasSize(1);
        loop.remove().run();

        assertThat(carriedOut).hasSize(CommandQueue.BATCH + 1).isSorted();
        assertThat(batches).hasValue(2);
    }

    @Test
    void aCommandOfACommandIsCarriedOutToo() {
        queue.submit(() -> queue.submit(() -> carriedOut.add(1)));

        while (!loop.isEmpty()) {
            loop.remove().run();
        }

        assertThat(carriedOut).containsExactly(1);
    }

    @Test
    void theLoopIsCalledAgainForLaterCommands() {
        submit(1);
        loop.remove().run();
        submit(1);

        assertThat(loop).hasSize(1);
    }

    @Test
    void drainNowTakesWhatWaitsWithoutAnotherCall() {
        submit(10);

        queue.drainNow();

        assertThat(carriedOut).hasSize(10);
        loop.remove().run();
        assertThat(carriedOut).hasSize(10);
        submit(1);
        assertThat(loop).hasSize(1);
    }

    @Test
    void aLoopThatHasEndedIsReported() {
        CommandQueue ended = new CommandQueue(
                task -> {
                    throw new RejectedExecutionException("ended");
                },
                Runnable::run,
                () -> {});

        assertThat(ended.submit(() -> {})).isFalse();
    }

    @Test
    void nothingIsLostBetweenThreads() throws Exception {
        int threads = 4;
        int each = 20_000;
        AtomicInteger done = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(threads * each);
        ExecutorService single = Executors.newSingleThreadExecutor();
        ExecutorService submitters = Executors.newFixedThreadPool(threads);
        try {
            CommandQueue shared = new CommandQueue(single, Runnable::run, () -> {});
            for (int i = 0; i < threads; i++) {
                submitters.execute(() -> {
                    for (int j = 0; j < each; j++) {
                        shared.submit(() -> {
                            done.incrementAndGet();
                            all.countDown();
                        });
                    }
                });
            }

            assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(done).hasValue(threads * each);
        } finally {
            submitters.shutdown();
            single.shutdown();
        }
    }

    private void submit(int count) {
        for (int i = 0; i < count; i++) {
            int number = i;
            assertThat(queue.submit(() -> carriedOut.add(number))).isTrue();
        }
    }
}
