package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.util.internal.ThreadExecutorMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class LendableEventLoopTest {

    private static final long A_MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final List<MultiThreadIoEventLoopGroup> groups = new ArrayList<>();
    private final ExecutorService others = Executors.newCachedThreadPool();

    @BeforeAll
    static void onlyOnEpoll() {
        assumeTrue(Epoll.isAvailable(), "only event loops on epoll are lent");
    }

    @AfterEach
    void close() throws InterruptedException {
        others.shutdownNow();
        groups.forEach(group -> group.shutdownGracefully(0, 5, TimeUnit.SECONDS));
        for (MultiThreadIoEventLoopGroup group : groups) {
            assertThat(group.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(others.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    private interface Maker {
        LendableEventLoop make(IoEventLoopGroup group, Executor executor, IoHandlerFactory io);
    }

    private LendableEventLoop loop(int price) {
        return loop((group, executor, io) -> new LendableEventLoop(group, executor, io, price));
    }

    private LendableEventLoop loop(Maker maker) {
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()) {
            @Override
            protected IoEventLoop newChild(Executor executor, IoHandlerFactory io, Object... arguments) {
                return maker.make(this, executor, io);
            }
        };
        groups.add(group);
        return (LendableEventLoop) group.next();
    }

    /** Waits as threads do that run no loop. */
    private static EventLoops.Parking parked(BooleanSupplier done) {
        return nanos -> {
            long start = System.nanoTime();
            while (!done.getAsBoolean() && System.nanoTime() - start < nanos) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.parkNanos(10_000);
            }
        };
    }

    /** Has something done on the loop, after a look at its sockets, and waits for it; returns the thread that did it. */
    private static Thread askAndWait(LendableEventLoop loop) throws InterruptedException {
        AtomicReference<Thread> ran = new AtomicReference<>();
        Runnable task = () -> {
            assertThat(loop.inEventLoop()).isTrue();
            ran.set(Thread.currentThread());
        };
        loop.execute(() -> loop.schedule(task, 20, TimeUnit.MICROSECONDS));
        loop.await(() -> ran.get() != null, A_MINUTE, parked(() -> ran.get() != null));
        return Objects.requireNonNull(ran.get());
    }

    /** Has the calling thread borrow the loop, which it keeps until it stays away. */
    private static void borrow(LendableEventLoop loop) throws InterruptedException {
        long start = System.nanoTime();
        while (askAndWait(loop) != Thread.currentThread()) {
            assertThat(System.nanoTime() - start).isLessThan(A_MINUTE);
        }
    }

    @Test
    void whoWaitsOftenAndBrieflyRunsTheLoop() throws InterruptedException {
        LendableEventLoop loop = loop(LendableEventLoop.FIRST_PRICE);

        for (int i = 0; i < LendableEventLoop.FIRST_PRICE; i++) {
            assertThat(askAndWait(loop)).as("wait %d", i).isNotSameAs(Thread.currentThread());
        }

        // A busy machine may hold up this thread, which then has to begin anew.
        boolean lent = false;
        long start = System.nanoTime();
        while (!lent) {
            assertThat(System.nanoTime() - start).isLessThan(A_MINUTE);
            LendableEventLoop another = loop(4);
            for (int i = 0; i < 64 && !lent; i++) {
                lent = askAndWait(another) == Thread.currentThread();
            }
        }
    }

    @Test
    void theOwnerIsInTheLoopAndNobodyElse() throws Exception {
        LendableEventLoop loop = loop(0);
        Thread own = loop.submit(Thread::currentThread).get();
        Thread borrower = Thread.currentThread();
        AtomicReference<List<Boolean>> seen = new AtomicReference<>();
        AtomicBoolean ran = new AtomicBoolean();

        while (seen.get() == null) {
            borrow(loop);
            ran.set(false);
            loop.execute(() -> {
                if (Thread.currentThread() == borrower) {
                    seen.set(List.of(
                            loop.inEventLoop(own),
                            loop.inEventLoop(borrower),
                            ThreadExecutorMap.currentExecutor() == loop));
                }
                ran.set(true);
            });
            loop.await(ran::get, A_MINUTE, parked(ran::get));
        }

        assertThat(seen.get()).containsExactly(false, true, true);
        assertThat(loop.inEventLoop()).isFalse();
        assertThat(ThreadExecutorMap.currentExecutor()).isNull();
    }

    @Test
    void theLoopGoesBackToItsThreadWhenTheBorrowerStaysAway() throws Exception {
        LendableEventLoop loop = loop(0);
        borrow(loop);
        CompletableFuture<Thread> later = new CompletableFuture<>();

        loop.execute(() -> loop.schedule(() -> later.complete(Thread.currentThread()), 5, TimeUnit.MILLISECONDS));

        assertThat(later.get(60, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void tasksOfOtherThreadsRunWhileTheLoopIsLent() throws Exception {
        LendableEventLoop loop = loop(0);

        for (int i = 0; i < 200; i++) {
            borrow(loop);
            Future<Thread> other =
                    others.submit(() -> loop.submit(Thread::currentThread).get(60, TimeUnit.SECONDS));
            // The borrower is away, or comes back at the same time.
            if (i % 2 == 0) {
                askAndWait(loop);
            } else {
                assertThat(other.get(60, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
            }
            other.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aTimerThatIsDueWhileTheBorrowerWaitsRunsOnIt() throws Exception {
        LendableEventLoop loop = loop(0);
        AtomicReference<Thread> ran = new AtomicReference<>();
        long start = System.nanoTime();

        while (ran.get() != Thread.currentThread()) {
            assertThat(System.nanoTime() - start).isLessThan(A_MINUTE);
            borrow(loop);
            ran.set(null);
            loop.execute(() -> loop.schedule(() -> ran.set(Thread.currentThread()), 2, TimeUnit.MILLISECONDS));
            loop.await(() -> ran.get() != null, A_MINUTE, parked(() -> ran.get() != null));
        }
    }

    @Test
    void aWaitEndsWithItsTime() throws InterruptedException {
        LendableEventLoop loop = loop(0);
        borrow(loop);
        Thread borrower = Thread.currentThread();
        AtomicInteger looks = new AtomicInteger();
        BooleanSupplier never = () -> {
            looks.addAndGet(loop.inEventLoop(borrower) ? 1 : 0);
            return false;
        };
        List<Long> rest = new ArrayList<>();

        while (looks.get() == 0) { // until the loop is given to this thread
            rest.clear();
            loop.await(never, TimeUnit.MILLISECONDS.toNanos(3), rest::add);
        }
        assertThat(rest).hasSize(1);
        assertThat(rest.get(0)).isNotPositive();

        looks.set(0);
        while (looks.get() == 0) {
            rest.clear();
            loop.await(never, A_MINUTE, rest::add);
        }
        assertThat(rest).hasSize(1);
        assertThat(rest.get(0)).isLessThanOrEqualTo(A_MINUTE - TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(loop.inEventLoop()).isFalse();
    }

    @Test
    void whoIsInterruptedStopsRunningTheLoop() throws Exception {
        LendableEventLoop loop = loop(0);
        borrow(loop);
        Thread borrower = Thread.currentThread();
        others.execute(borrower::interrupt);

        assertThatThrownBy(() -> loop.await(() -> false, A_MINUTE, parked(() -> false)))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(loop.submit(Thread::currentThread).get(60, TimeUnit.SECONDS)).isNotSameAs(borrower);
    }

    @Test
    void whatEndsAWaitWithAnErrorLeavesTheLoop() throws Exception {
        LendableEventLoop loop = loop(0);
        borrow(loop);

        BooleanSupplier failing = () -> {
            throw new IllegalStateException("as the test wants it");
        };
        assertThatThrownBy(() -> {
                    while (true) { // until the loop is given to this thread
                        loop.await(failing, A_MINUTE, parked(() -> true));
                        if (Thread.interrupted()) {
                            throw new InterruptedException();
                        }
                    }
                })
                .hasMessage("as the test wants it");

        assertThat(loop.inEventLoop()).isFalse();
        assertThat(loop.submit(Thread::currentThread).get(60, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void aWaitThatLooksAtNoSocketGivesTheLoopBack() throws Exception {
        LendableEventLoop loop = loop(0);
        Thread own = loop.submit(Thread::currentThread).get(60, TimeUnit.SECONDS);
        AtomicReference<Thread> ran = new AtomicReference<>();

        while (ran.get() != Thread.currentThread()) { // until this thread was fast enough to keep the loop
            borrow(loop);
            ran.set(null);
            loop.execute(() -> ran.set(Thread.currentThread()));
            loop.await(() -> ran.get() != null, A_MINUTE, parked(() -> ran.get() != null));
        }

        assertThat(loop.inEventLoop(own)).isTrue();
    }

    @Test
    void aLoopThatIsKeptIsLentToNobody() throws Exception {
        LendableEventLoop loop = loop(0);
        borrow(loop);

        loop.execute(() -> EventLoops.keepToOwnThread(loop));

        Thread own = loop.submit(Thread::currentThread).get(60, TimeUnit.SECONDS);
        for (int i = 0; i < 100; i++) {
            assertThat(askAndWait(loop)).isSameAs(own);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLoopEndsWhileItIsLentAndClosesWhatIsOnIt(boolean whileItRuns) throws Exception {
        LendableEventLoop loop = loop(0);
        EpollServerSocketChannel channel = new EpollServerSocketChannel();
        loop.register(channel).sync();
        borrow(loop);
        if (whileItRuns) {
            others.execute(() -> loop.shutdownGracefully(0, 5, TimeUnit.SECONDS));
        } else {
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        }

        loop.await(loop::isTerminated, A_MINUTE, parked(loop::isTerminated));

        assertThat(loop.isTerminated()).isTrue();
        assertThat(channel.isOpen()).isFalse();
        loop.await(() -> false, 1, nanos -> {});
        assertThat(loop.inEventLoop()).isFalse();
    }

    @Test
    void aLoanThatDoesNotPayMakesTheNextOneDearer() throws Exception {
        List<Integer> waits = new ArrayList<>();
        long start = System.nanoTime();
        while (waits.size() < 5) {
            assertThat(System.nanoTime() - start).isLessThan(A_MINUTE);
            waits.clear(); // a busy machine held up this thread, so that it has to begin anew
            LendableEventLoop loop = loop(1);
            int count = 0;
            for (int i = 0; i < 500 && waits.size() < 5; i++) {
                count++;
                if (askAndWait(loop) == Thread.currentThread()) {
                    waits.add(count);
                    count = 0;
                    Thread own = others.submit(
                                    () -> loop.submit(Thread::currentThread).get(60, TimeUnit.SECONDS))
                            .get(60, TimeUnit.SECONDS);
                    assertThat(own).isNotSameAs(Thread.currentThread());
                }
            }
        }

        assertThat(waits.get(4)).as("waits before each loan: %s", waits).isGreaterThanOrEqualTo(16);
    }

    @Test
    void whatIsLeftToTheLoopsThreadRunsThere() throws Exception {
        LendableEventLoop loop = loop(0);
        Thread borrower = Thread.currentThread();
        CompletableFuture<Thread> done = new CompletableFuture<>();
        AtomicBoolean left = new AtomicBoolean();

        while (!left.get()) { // until this thread was fast enough to keep the loop
            borrow(loop);
            AtomicBoolean ran = new AtomicBoolean();
            loop.execute(() -> {
                boolean onBorrower = Thread.currentThread() == borrower;
                boolean takes = EventLoops.leaveToOwnThread(() -> done.complete(Thread.currentThread()));
                left.set(onBorrower);
                ran.set(takes == onBorrower);
            });
            loop.await(ran::get, A_MINUTE, parked(ran::get));
        }

        assertThat(done.get(60, TimeUnit.SECONDS)).isNotSameAs(borrower);
    }

    @Test
    void loansThatOthersEndBecomeRare() throws Exception {
        LendableEventLoop loop = loop(1);
        Thread borrower = Thread.currentThread();
        int loans = 0;
        for (int i = 0; i < 2_000; i++) {
            AtomicReference<Thread> ran = new AtomicReference<>();
            Runnable task = () -> {
                if (Thread.currentThread() == borrower) {
                    join(others.submit(() -> loop.execute(() -> {})));
                }
                ran.set(Thread.currentThread());
            };
            loop.execute(() -> loop.schedule(task, 20, TimeUnit.MICROSECONDS));
            loop.await(() -> ran.get() != null, A_MINUTE, parked(() -> ran.get() != null));
            loans += ran.get() == borrower ? 1 : 0;
        }

        assertThat(loans).as("waits of 2,000 on which the loop was lent").isLessThanOrEqualTo(11);
    }

    private static void join(Future<?> future) {
        try {
            future.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anErrorThatEndsTheLoopDoesSoAlsoWhileItIsLent() throws Exception {
        AtomicReference<Error> deadly = new AtomicReference<>();
        AtomicReference<Thread> threw = new AtomicReference<>();
        LendableEventLoop loop = loop((group, executor, io) -> new LendableEventLoop(group, executor, io, 0) {
            @Override
            int pollIo() {
                Error error = deadly.get();
                if (error != null && Thread.currentThread() == threw.get()) {
                    throw error;
                }
                return super.pollIo();
            }
        });
        borrow(loop);
        threw.set(Thread.currentThread());
        deadly.set(new InternalError("as the test wants it"));

        BooleanSupplier ended = loop.terminationFuture()::isDone;
        while (!ended.getAsBoolean()) { // until the loop is given to this thread
            loop.await(ended, TimeUnit.MILLISECONDS.toNanos(50), parked(ended));
        }

        assertThat(loop.terminationFuture().cause()).isSameAs(deadly.get());
    }

    /** What is confined to the loop would break if two threads ran it, and a task that nobody runs would end the test. */
    @Test
    void oneThreadAtATimeRunsTheLoopAndEachTaskRunsOnce() throws Exception {
        LendableEventLoop loop = loop(0);
        int threads = 4;
        int rounds = 5_000;
        int[] confined = new int[1];
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger lent = new AtomicInteger();
        CountDownLatch timers = new CountDownLatch(threads * (rounds / 100));
        List<Future<?>> working = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            boolean waits = i < 2;
            working.add(others.submit(() -> {
                for (int round = 0; round < rounds; round++) {
                    AtomicReference<Thread> ran = new AtomicReference<>();
                    Runnable task = () -> {
                        if (inside.getAndIncrement() != 0 || !loop.inEventLoop()) {
                            wrong.incrementAndGet();
                        }
                        confined[0]++;
                        inside.decrementAndGet();
                        ran.set(Thread.currentThread());
                    };
                    if (waits && round % 2 == 0) {
                        loop.execute(() -> loop.schedule(task, 20, TimeUnit.MICROSECONDS));
                    } else {
                        loop.execute(task);
                    }
                    if (round % 100 == 0) {
                        loop.schedule(timers::countDown, 100, TimeUnit.MICROSECONDS);
                    }
                    if (waits) {
                        loop.await(() -> ran.get() != null, A_MINUTE, parked(() -> ran.get() != null));
                        assertThat(ran.get()).isNotNull();
                        lent.addAndGet(ran.get() == Thread.currentThread() ? 1 : 0);
                    } else if (round % 64 == 0) {
                        LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(3_000_000));
                    }
                }
                return null;
            }));
        }
        for (Future<?> work : working) {
            work.get(200, TimeUnit.SECONDS);
        }

        assertThat(timers.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.submit(() -> confined[0]).get(60, TimeUnit.SECONDS)).isEqualTo(threads * rounds);
        assertThat(wrong).hasValue(0);
        assertThat(lent.get())
                .as("tasks that ran on the thread that waited for them")
                .isPositive();
    }
}
