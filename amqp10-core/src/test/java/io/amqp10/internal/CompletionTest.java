package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.Amqp10Exception;
import io.amqp10.ClosedException;
import io.amqp10.TimedOutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class CompletionTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Completion<String> completion = new Completion<>(tasks::add);

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    void futuresCompleteOnTheDispatcherAndNotWithTheCaller() {
        CompletableFuture<String> future = completion.future();

        completion.complete("accepted");

        assertThat(completion.isDone()).isTrue();
        assertThat(future).isNotDone();
        runTasks();
        assertThat(future).isCompletedWithValue("accepted");
    }

    @Test
    void futureThatKeepsTheOrderWaitsForWhatCameBeforeWhileAHandlerWaits() {
        List<String> ran = new ArrayList<>();
        SerialDispatcher handlers = new SerialDispatcher(tasks::add, null);
        Completion<String> ordered = new Completion<>(handlers, true);
        Completion<String> other = new Completion<>(handlers);
        handlers.execute(() -> {
            handlers.execute(() -> ran.add("message"));
            ordered.future().thenAccept(ran::add);
            other.future().thenAccept(ran::add);
            ordered.complete("drained");
            other.complete("sent");
            handlers.completeFutures();
        });

        runTasks();

        assertThat(ran).containsExactly("sent", "message", "drained");
    }

    @Test
    void futureAskedForAfterTheResultCompletesAsWell() {
        completion.complete("accepted");

        CompletableFuture<String> future = completion.future();

        assertThat(future).isNotDone();
        runTasks();
        assertThat(future).isCompletedWithValue("accepted");
    }

    @Test
    void onlyTheFirstResultCounts() {
        CompletableFuture<String> future = completion.future();

        completion.complete("accepted");
        completion.fail(new ClosedException("too late", null, null));
        runTasks();

        assertThat(future).isCompletedWithValue("accepted");
        assertThat(completion.await(LONG, () -> "")).isEqualTo("accepted");
    }

    @Test
    void whatAnApplicationDoesToItsFutureConcernsNobodyElse() {
        CompletableFuture<String> cancelled = completion.future();
        CompletableFuture<String> other = completion.future();

        cancelled.cancel(false);
        completion.complete("accepted");
        runTasks();

        assertThat(cancelled).isCancelled();
        assertThat(other).isCompletedWithValue("accepted");
        assertThat(completion.await(LONG, () -> "")).isEqualTo("accepted");
    }

    @Test
    void errorReachesFuturesAsItIsAndWaitersWithTheirOwnStack() {
        Amqp10Exception error = new ClosedException("the link is closed", null, null);
        CompletableFuture<String> future = completion.future();

        completion.fail(error);
        runTasks();

        assertThat(future.handle((value, thrown) -> thrown)).isCompletedWithValue(error);
        assertThatThrownBy(() -> completion.await(LONG, () -> ""))
                .isInstanceOf(ClosedException.class)
                .isNotSameAs(error)
                .hasCause(error)
                .hasMessage("the link is closed");
    }

    @Test
    void whoWaitedTooLongIsToldSoAndMayWaitAgain() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> completion.await(Duration.ofMillis(1), () -> "no outcome"))
                    .isInstanceOf(TimedOutException.class)
                    .hasMessage("no outcome");
        }
        completion.complete("accepted");

        assertThat(completion.await(Duration.ZERO, () -> "")).isEqualTo("accepted");
    }

    @Test
    void interruptedWaitEndsAndKeepsTheFlag() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> completion.await(LONG, () -> "")).isInstanceOf(Amqp10Exception.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void nothingIsAResultToo() {
        Completion<Void> done = new Completion<>(Runnable::run);
        CompletableFuture<Void> future = done.future();

        done.complete();

        assertThat(future).isCompletedWithValue(null);
        assertThat(done.await(LONG, () -> "")).isNull();
    }

    @Test
    void noneWhoWaitsIsForgottenWhenTheResultComesMeanwhile() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 5_000; round++) {
                Completion<Integer> raced = new Completion<>(Runnable::run);
                CyclicBarrier start = new CyclicBarrier(4);
                Queue<CompletableFuture<Integer>> futures = new ConcurrentLinkedQueue<>();
                int value = round;
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    running.add(threads.submit(() -> {
                        start.await();
                        futures.add(raced.future());
                        futures.add(raced.future());
                        return null;
                    }));
                }
                running.add(threads.submit(() -> {
                    start.await();
                    assertThat(raced.await(LONG, () -> "forgotten")).isEqualTo(value);
                    return null;
                }));
                running.add(threads.submit(() -> {
                    start.await();
                    raced.complete(value);
                    return null;
                }));
                for (Future<?> one : running) {
                    one.get(60, TimeUnit.SECONDS);
                }
                assertThat(futures).hasSize(4).allSatisfy(future -> assertThat(future)
                        .isCompletedWithValue(value));
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
