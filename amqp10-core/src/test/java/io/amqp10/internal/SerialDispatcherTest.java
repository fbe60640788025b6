package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amqp10.transport.EventLoops;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class SerialDispatcherTest {

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final ExecutorService executor = Executors.newCachedThreadPool();

    /** What the dispatcher gives to its executor. */
    private final BlockingQueue<Runnable> woken = new LinkedBlockingQueue<>();

    private final SerialDispatcher dispatcher = new SerialDispatcher(woken::add, loop);

    @AfterEach
    void end() throws InterruptedException {
        executor.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }

    private Runnable wokenNext() throws InterruptedException {
        Runnable run = woken.poll(60, TimeUnit.SECONDS);
        assertThat(run).isNotNull();
        return run;
    }

    /** Runs something on an event loop while the calling thread runs that in the place of its own thread. */
    private static void onLoopOfThisThread(EventLoop lent, Runnable work) throws InterruptedException {
        Thread self = Thread.currentThread();
        AtomicBoolean done = new AtomicBoolean();
        while (!done.get()) { // until the loop is lent
            AtomicBoolean ran = new AtomicBoolean();
            Runnable task = () -> {
                if (Thread.currentThread() == self) {
                    work.run();
                    done.set(true);
                }
                ran.set(true);
            };
            lent.execute(() -> lent.schedule(task, 20, TimeUnit.MICROSECONDS));
            EventLoops.await(lent, ran::get, TimeUnit.MINUTES.toNanos(1), nanos -> {
                while (!ran.get()) {
                    LockSupport.parkNanos(10_000);
                }
            });
        }
    }

    @Test
    void endWakesAtOnceAlsoWhereAnotherThreadRunsTheLoop() throws Exception {
        try (EventLoops loops = EventLoops.create(1)) {
            assumeTrue(loops.isNative(), "only event loops on epoll are lent");
            EventLoop lent = loops.next();
            SerialDispatcher closing = new SerialDispatcher(woken::add, lent);
            List<Integer> counts = new ArrayList<>();

            onLoopOfThisThread(lent, () -> {
                closing.execute(() -> {});
                lent.execute(
                        () -> { // behind the end of the turn
                            counts.add(woken.size());
                            closing.ending();
                            counts.add(woken.size());
                        });
            });

            lent.submit(() -> {}).get(60, TimeUnit.SECONDS);
            assertThat(counts).containsExactly(0, 1);
            assertThat(woken).hasSize(1);
        }
    }

    @Test
    void executorIsNotCalledByAThreadThatRunsTheLoopOfOthers() throws Exception {
        try (EventLoops loops = EventLoops.create(2)) {
            assumeTrue(loops.isNative(), "only event loops on epoll are lent");
            EventLoop lent = loops.next();
            BlockingQueue<Thread> callers = new LinkedBlockingQueue<>();
            SerialDispatcher others = new SerialDispatcher(task -> callers.add(Thread.currentThread()), loops.next());

            onLoopOfThisThread(lent, () -> others.execute(() -> {}));

            assertThat(callers.poll(60, TimeUnit.SECONDS)).isNotNull().isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    void taskThatWaitsHasFuturesCompletedAndAllElseRunsInItsOrderAfterIt() {
        List<String> ran = new ArrayList<>();
        dispatcher.execute(() -> {
            dispatcher.execute(() -> ran.add("a"));
            dispatcher.execute((SerialDispatcher.Completing) () -> ran.add("future 1"));
            dispatcher.execute(() -> ran.add("b"));
            assertThat(SerialDispatcher.current()).isSameAs(dispatcher);
            dispatcher.completeFutures();
            dispatcher.execute((SerialDispatcher.Completing) () -> ran.add("future 2"));
            dispatcher.execute(() -> ran.add("c"));
            dispatcher.completeFutures();
            ran.add("waited");
        });

        woken.remove().run();
        dispatcher.execute(() -> ran.add("d"));
        woken.remove().run();

        assertThat(ran).containsExactly("future 1", "future 2", "waited", "a", "b", "c", "d");
        assertThat(SerialDispatcher.current()).isNull();
        assertThat(woken).isEmpty();
    }

    @Test
    void tasksOfOtherThreadsWakeTheExecutorAtOnceAndOnce() {
        List<Integer> ran = new ArrayList<>();

        for (int i = 0; i < 3; i++) {
            int number = i;
            dispatcher.execute(() -> ran.add(number));
        }

        assertThat(woken).hasSize(1);
        woken.remove().run();
        assertThat(ran).containsExactly(0, 1, 2);
    }

    @Test
    void taskThatLeavesItsThreadInterruptedDoesNotBreakTheNext() throws Exception {
        List<Boolean> interrupted = new ArrayList<>();
        dispatcher.execute(() -> Thread.currentThread().interrupt());
        dispatcher.execute(() -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
            throw new IllegalStateException("on purpose");
        });

        Runnable run = wokenNext();
        Thread thread = new Thread(() -> {
            run.run();
            interrupted.add(Thread.currentThread().isInterrupted());
        });
        thread.start();
        thread.join();

        assertThat(interrupted).containsExactly(false, false);
    }

    @Test
    void interruptionOfTheThreadThatGivesTasksOutlivesThemWhereItRunsThem() throws Exception {
        SerialDispatcher direct = new SerialDispatcher(Runnable::run, loop);
        List<Boolean> interrupted = new ArrayList<>();
        Thread thread = new Thread(() -> {
            direct.execute(() -> Thread.currentThread().interrupt());
            interrupted.add(Thread.currentThread().isInterrupted());

            Thread.currentThread().interrupt();
            direct.execute(() -> {
                interrupted.add(Thread.currentThread().isInterrupted());
                direct.execute(() -> interrupted.add(Thread.currentThread().isInterrupted()));
                Thread.currentThread().interrupt();
            });
            interrupted.add(Thread.currentThread().isInterrupted());
        });
        thread.start();
        thread.join();

        assertThat(interrupted).containsExactly(false, false, false, true);
    }

    @Test
    void interruptOfAnExecutorThatIsShutDownReachesAllTasks() throws Exception {
        BlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
        CountDownLatch both = new CountDownLatch(1);
        SerialDispatcher ending = new SerialDispatcher(executor, null);
        ending.execute(() -> {
            both.countDown();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(60));
            interrupted.add(Thread.currentThread().isInterrupted());
        });
        ending.execute(() -> interrupted.add(Thread.currentThread().isInterrupted()));
        assertThat(both.await(60, TimeUnit.SECONDS)).isTrue();

        executor.shutdownNow();

        assertThat(interrupted.poll(60, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted.poll(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tasksThatTheEventLoopGivesInOneTurnWakeTheExecutorOnceAfterIt() throws Exception {
        AtomicInteger wokenInTurn = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();

        loop.submit(() -> {
                    for (int i = 0; i < 10; i++) {
                        dispatcher.execute(ran::incrementAndGet);
                    }
                    wokenInTurn.set(woken.size());
                })
                .get(60, TimeUnit.SECONDS);

        assertThat(wokenInTurn).hasValue(0);
        wokenNext().run();
        assertThat(ran).hasValue(10);
        assertThat(woken).isEmpty();
    }

    @Test
    void manyTasksOfOneTurnDoNotWaitForItsEnd() throws Exception {
        AtomicInteger wokenInTurn = new AtomicInteger();

        loop.submit(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        dispatcher.execute(() -> {});
                    }
                    wokenInTurn.set(woken.size());
                })
                .get(60, TimeUnit.SECONDS);

        assertThat(wokenInTurn).hasValue(1);
    }

    @Test
    void whenTheEndIsNearTheExecutorIsWokenAtOnce() throws Exception {
        AtomicInteger wokenInTurn = new AtomicInteger();

        loop.submit(() -> {
                    dispatcher.execute(() -> {});
                    dispatcher.ending();
                    wokenInTurn.set(woken.size());
                })
                .get(60, TimeUnit.SECONDS);
        assertThat(wokenInTurn).hasValue(1);
        wokenNext().run();

        loop.submit(() -> {
                    dispatcher.execute(() -> {});
                    wokenInTurn.set(woken.size());
                })
                .get(60, TimeUnit.SECONDS);
        assertThat(wokenInTurn).hasValue(1);
    }

    @Test
    void tasksOfTheLoopAndOfOthersRunOnceAndInTheirThreadsOrder() throws Exception {
        SerialDispatcher shared = new SerialDispatcher(executor, loop);
        int each = 20_000;
        List<Integer> ofLoop = new ArrayList<>();
        List<Integer> ofOther = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(2 * each);

        executor.execute(() -> give(shared, ofOther, 0, each, done));
        for (int turn = 0; turn < each / 10; turn++) {
            int first = turn * 10;
            loop.execute(() -> give(shared, ofLoop, first, first + 10, done));
        }

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        List<Integer> expected = IntStream.range(0, each).boxed().toList();
        assertThat(ofLoop).isEqualTo(expected);
        assertThat(ofOther).isEqualTo(expected);
    }

    private static void give(SerialDispatcher to, List<Integer> ran, int from, int until, CountDownLatch done) {
        for (int i = from; i < until; i++) {
            int number = i;
            to.execute(() -> {
                ran.add(number);
                done.countDown();
            });
        }
    }

    @Test
    void executorThatTakesNothingForAMomentIsAskedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        SerialDispatcher strained = new SerialDispatcher(
                task -> {
                    if (asked.incrementAndGet() <= 3) {
                        throw new RejectedExecutionException("full");
                    }
                    executor.execute(task);
                },
                loop);
        CountDownLatch ran = new CountDownLatch(2);

        strained.execute(ran::countDown);
        strained.execute(ran::countDown);

        assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(asked.get()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void executorWithoutMemoryForAThreadIsAskedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        SerialDispatcher strained = new SerialDispatcher(
                task -> {
                    if (asked.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("unable to create native thread, says the test");
                    }
                    executor.execute(task);
                },
                loop);
        CountDownLatch ran = new CountDownLatch(1);

        loop.execute(() -> strained.execute(ran::countDown));

        assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void executorThatWasShutDownKeepsNothing() {
        AtomicInteger asked = new AtomicInteger();
        ExecutorService ended = Executors.newSingleThreadExecutor();
        ended.shutdown();
        SerialDispatcher late = new SerialDispatcher(ended, loop);
        List<WeakReference<Object>> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Object something = new Object();
            held.add(new WeakReference<>(something));
            late.execute(() -> asked.addAndGet(something.hashCode()));
        }

        await().until(() -> {
            System.gc();
            return held.stream().allMatch(reference -> reference.get() == null);
        });
        assertThat(asked).hasValue(0);
    }

    @Test
    void whatSomebodyWaitsForRunsAfterTheExecutorWasShutDown() throws Exception {
        ExecutorService ended = Executors.newSingleThreadExecutor();
        ended.shutdown();
        SerialDispatcher late = new SerialDispatcher(ended, loop);
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();

        loop.submit(() -> {
                    late.execute((SerialDispatcher.Essential) () -> ran.add("first, current: " + late.isCurrent()));
                    late.execute(() -> ran.add("event"));
                    late.execute((SerialDispatcher.Essential) () -> ran.add("second"));
                })
                .get(60, TimeUnit.SECONDS);

        assertThat(ran.poll(60, TimeUnit.SECONDS)).isEqualTo("first, current: true");
        assertThat(ran.poll(60, TimeUnit.SECONDS)).isEqualTo("second");
        assertThat(ran).isEmpty();
    }

    @Test
    void threadThatGaveTheTasksBackDoesNotHideWhoRunsThemNow() throws Exception {
        SerialDispatcher shared = new SerialDispatcher(executor, loop);
        AtomicInteger unknown = new AtomicInteger();
        int many = 50_000;
        CountDownLatch done = new CountDownLatch(many);

        for (int i = 0; i < many; i++) {
            shared.execute(() -> {
                if (!shared.isCurrent()) {
                    unknown.incrementAndGet();
                }
                done.countDown();
            });
        }

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(unknown).hasValue(0);
    }

    @Test
    void executorThatRunsTasksOnTheCallersThreadNeverRunsThemOnTheEventLoop() throws Exception {
        SerialDispatcher direct = new SerialDispatcher(Runnable::run, loop);
        BlockingQueue<Boolean> onLoop = new LinkedBlockingQueue<>();

        loop.execute(() -> direct.execute(() -> onLoop.add(loop.inEventLoop())));

        assertThat(onLoop.poll(60, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void threadsBesideTheLoopTakeThePlaceOfAnExecutorThatWouldRunTasksOnIt() throws Exception {
        BlockingQueue<String> threads = new LinkedBlockingQueue<>();
        ExecutorService beside = Executors.newSingleThreadExecutor(task -> new Thread(task, "beside"));
        try {
            SerialDispatcher direct = new SerialDispatcher(Runnable::run, beside, loop);

            for (int i = 0; i < 2; i++) {
                loop.execute(() ->
                        direct.execute(() -> threads.add(Thread.currentThread().getName())));
                assertThat(threads.poll(60, TimeUnit.SECONDS)).isEqualTo("beside");
            }
        } finally {
            beside.shutdown();
        }
    }

    @Test
    void tasksRunOnAThreadOfTheirOwnWhereThoseBesideTheLoopTakeNothingOrAreTheLoopItself() throws Exception {
        ExecutorService ended = Executors.newSingleThreadExecutor();
        ended.shutdown();
        BlockingQueue<Boolean> onLoop = new LinkedBlockingQueue<>();
        for (Executor beside : List.of(ended, (Executor) Runnable::run)) {
            SerialDispatcher direct = new SerialDispatcher(Runnable::run, beside, loop);

            loop.execute(() -> direct.execute(() -> onLoop.add(loop.inEventLoop())));

            assertThat(onLoop.poll(60, TimeUnit.SECONDS)).isFalse();
        }
    }

    @Test
    void taskThatThrowsDoesNotKeepOthersFromRunning() {
        AtomicInteger ran = new AtomicInteger();

        dispatcher.execute(() -> {
            throw new IllegalStateException("as the test wants it");
        });
        dispatcher.execute(ran::incrementAndGet);
        woken.remove().run();

        assertThat(ran).hasValue(1);
    }
}
