package io.amqp10.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.Delivery;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that work off what arrives, one at a time here, by hand. */
class WorkersTest {

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final Queue<Runnable> later = new ArrayDeque<>();
    private final List<Integer> done = new ArrayList<>();

    private void work(Arrival arrival, Runnable over) {
        done.add(arrival.attachment());
        over.run();
    }

    private static Arrival arrival(int number) {
        Delivery delivery = (Delivery) Proxy.newProxyInstance(
                WorkersTest.class.getClassLoader(), new Class<?>[] {Delivery.class}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
        return new Arrival(delivery, number);
    }

    @Test
    void oneThreadTakesAllThatIsThereAndNoMoreThreadsThanTheLimitAreAsked() {
        Workers workers = new Workers(threads::add, later::add, 2, this::work);
        for (int i = 0; i < 5; i++) {
            workers.add(arrival(i));
        }
        assertThat(threads).hasSize(2);
        threads.remove().run();
        assertThat(done).containsExactly(0, 1, 2, 3, 4);
        threads.remove().run();
        workers.add(arrival(5));
        assertThat(threads).as("threads are asked for anew").hasSize(1);
    }

    @Test
    void flagOfAnInterruptedListenerIsClearedBeforeTheNextMessage() {
        List<Boolean> interrupted = new ArrayList<>();
        Workers workers = new Workers(threads::add, later::add, 1, (arrival, over) -> {
            over.run();
            interrupted.add(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
        });
        workers.add(arrival(1));
        workers.add(arrival(2));
        threads.remove().run();
        assertThat(interrupted).containsExactly(false, false);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void refusedThreadIsAskedForAgainLaterUnlessOthersWork() {
        boolean[] full = {true};
        Workers workers = new Workers(
                task -> {
                    if (full[0]) {
                        throw new RejectedExecutionException("all threads are busy");
                    }
                    threads.add(task);
                },
                later::add,
                2,
                this::work);
        workers.add(arrival(1));
        assertThat(later).hasSize(1);
        later.remove().run();
        assertThat(later).as("still refused").hasSize(1);
        full[0] = false;
        later.remove().run();
        full[0] = true;
        workers.add(arrival(2));
        assertThat(later).as("one is at work and will take it").isEmpty();
        threads.remove().run();
        assertThat(done).containsExactly(1, 2);
    }

    @Test
    void systemWithoutThreadsIsAskedAgainLater() {
        boolean[] full = {true};
        Workers workers = new Workers(
                task -> {
                    if (full[0]) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    threads.add(task);
                },
                later::add,
                1,
                this::work);
        workers.add(arrival(1));
        full[0] = false;
        later.remove().run();
        threads.remove().run();
        assertThat(done).containsExactly(1);
    }

    @Test
    void workThatGoesOnElsewhereCountsUntilItIsOver() {
        List<Runnable> goingOn = new ArrayList<>();
        Workers workers = new Workers(threads::add, later::add, 2, (arrival, over) -> {
            done.add(arrival.attachment());
            goingOn.add(over);
        });
        for (int i = 0; i < 4; i++) {
            workers.add(arrival(i));
        }
        runAll();
        assertThat(done).containsExactly(0, 1);
        workers.add(arrival(4));
        assertThat(threads).as("a thread would have nothing to do").isEmpty();

        goingOn.get(1).run();
        goingOn.get(1).run();
        runAll();
        assertThat(done).containsExactly(0, 1, 2);
        goingOn.get(0).run();
        goingOn.get(2).run();
        runAll();
        assertThat(done).containsExactly(0, 1, 2, 3, 4);
    }

    private void runAll() {
        for (Runnable thread = threads.poll(); thread != null; thread = threads.poll()) {
            thread.run();
        }
    }

    @Test
    void workThatThrowsDoesNotKeepTheRestWaiting() {
        Workers workers = new Workers(threads::add, later::add, 1, (arrival, over) -> {
            done.add(arrival.attachment());
            if (arrival.attachment() == 1) {
                throw new IllegalStateException("on purpose");
            }
        });
        workers.add(arrival(1));
        workers.add(arrival(2));
        assertThatThrownBy(() -> threads.remove().run()).isInstanceOf(IllegalStateException.class);
        threads.remove().run();
        assertThat(done).containsExactly(1, 2);
    }

    @Test
    void threadKeepsItsPlaceForTheNextOnlyIfTheWorkIsOver() {
        List<Runnable> goingOn = new ArrayList<>();
        Workers workers = new Workers(threads::add, later::add, 1, (arrival, over) -> {
            done.add(arrival.attachment());
            if (arrival.attachment() < 2) {
                over.run();
                over.run();
            } else {
                goingOn.add(over);
            }
        });
        for (int i = 0; i < 4; i++) {
            workers.add(arrival(i));
        }
        runAll();
        assertThat(done).containsExactly(0, 1, 2);
        goingOn.remove(0).run();
        runAll();
        assertThat(done).containsExactly(0, 1, 2, 3);
    }

    @Test
    @Timeout(120)
    void neverMoreThanTheLimitAreWorkedWithAndNoneIsLeftWhereverTheWorkEnds() throws Exception {
        int count = 20_000;
        ExecutorService pool = Executors.newCachedThreadPool();
        CountDownLatch all = new CountDownLatch(count);
        AtomicInteger present = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Workers workers = new Workers(pool, later::add, 3, (arrival, over) -> {
            most.accumulateAndGet(present.incrementAndGet(), Math::max);
            Runnable end = () -> {
                present.decrementAndGet();
                all.countDown();
                over.run();
            };
            if (arrival.attachment() % 3 == 0) {
                pool.execute(end);
            } else {
                end.run();
            }
        });
        try {
            for (int i = 0; i < count; i++) {
                workers.add(arrival(i));
            }
            assertThat(all.await(100, TimeUnit.SECONDS)).isTrue();
            assertThat(most).hasValueLessThanOrEqualTo(3);
        } finally {
            pool.shutdown();
            assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
