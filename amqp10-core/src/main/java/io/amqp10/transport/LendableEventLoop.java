package io.amqp10.transport;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.PlatformDependent;
import io.netty.util.internal.ThreadExecutorMap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that a thread of the application may run itself while it waits for something that the loop is to bring. A
 * request and its reply then wake no other thread of this process: who waits writes what it has sent, sleeps until the socket
 * has something, and reads it.
 *
 * <p>The loop has one owner at a time, which is what {@link #inEventLoop} tells, and so all that is confined to the loop is
 * confined to its owner. That is the loop's own thread, until another one has waited many times in a row, each time briefly and
 * soon after the last time. That thread then asks for the loop, runs it whenever it waits, and leaves it to nobody in between.
 * The loop's own thread looks every {@value #WATCH_MICROS} microseconds whether the other has come back, and takes the loop
 * when it has not. It gets the loop at once when others have something for it to do, and after a wait that took long.
 */
class LendableEventLoop extends SingleThreadIoEventLoop {

    /**
     * How often the loop's own thread looks after it. What comes while nobody runs the loop waits until the borrower is back, or
     * for so long and {@link #AWAY_NANOS}.
     */
    static final long WATCH_MICROS = 1_000;

    /** A thread that has left the loop for so long is not expected back. */
    private static final long AWAY_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** A wait that takes no longer is one for which the loop may be lent. */
    private static final long BRIEF_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** So long does a thread run the loop for one wait, and then waits as all do: meanwhile it does not see an interruption. */
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** So long does a thread wait to be given the loop, which is a matter of microseconds unless it is busy. */
    private static final long ASKING_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** So many brief waits in a row earn the loop first. */
    static final int FIRST_PRICE = 32;

    /** The most that are asked for, after loans that did not pay. */
    private static final int HIGHEST_PRICE = 4_096;

    /** A loan pays that was used so often. */
    private static final int PAYS = 64;

    /** A thread that runs the loop more often than that for one wait is not the only one for whom there is something to do. */
    private static final int MAX_TURNS = 3;

    private static final long TASKS_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** About so long does a borrower run tasks before it looks at sockets again, many of which may be others'. */
    private static final long BORROWERS_TASKS_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    /** Stands for the owner of a loop that is lent and that nobody runs. */
    private static final Thread NOBODY = new Thread(null, null, "nobody", 0, false);

    private static final Runnable NOTHING = () -> {};

    private static final VarHandle GUEST;
    private static final VarHandle ASKING;

    static {
        NOBODY.setContextClassLoader(null); // else that of whoever came first would stay
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            GUEST = lookup.findVarHandle(LendableEventLoop.class, "guest", Thread.class);
            ASKING = lookup.findVarHandle(LendableEventLoop.class, "asking", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int firstPrice;

    /** Null while the loop's own thread owns it, else who does, or {@link #NOBODY}. */
    private volatile @Nullable Thread guest;

    /** Who wants to be given the loop. */
    @SuppressWarnings("UnusedVariable") // changed through the handle
    private volatile @Nullable Thread asking;

    /** Whom the loop is lent to, and who may run it whenever nobody does. */
    private volatile @Nullable Thread borrower;

    /** The loop's own thread is to have it back. */
    private volatile boolean wanted;

    private volatile int price;

    private volatile @Nullable Thread own;

    /** No thread of the application is to run it. */
    private volatile boolean kept;

    private volatile long leftNanos;

    /** Confined to the owner: until when the borrower runs the loop. */
    private long untilNanos;

    /** Confined to the owner: how often it was run since it was lent. */
    private int runs;

    /** Confined to the owner: what only the loop's own thread is to do. */
    private final Queue<Runnable> forOwn = new ArrayDeque<>();

    /** Confined to the owner: what the loop died of while it was lent. */
    private @Nullable Error failure;

    /** Confined to the owner. */
    private @Nullable SparePieces pieces;

    /** Guards what follows: how threads waited last. */
    private final Object waits = new Object();

    /** The id of a thread, which may end meanwhile. */
    private long lastToWait;

    private long lastWaitEnded;
    private int briefWaits;

    LendableEventLoop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory io, int firstPrice) {
        super(parent, executor, io);
        this.firstPrice = firstPrice;
        this.price = firstPrice;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        Thread owner = guest;
        return owner == null ? super.inEventLoop(thread) : owner == thread;
    }

    /** Returns the buffers of this loop, whoever runs it; on the loop. */
    SparePieces pieces() {
        SparePieces made = pieces;
        if (made == null) {
            throw new IllegalStateException("the loop does not run");
        }
        return made;
    }

    // The loop's own thread.

    @Override
    protected void run() {
        own = Thread.currentThread();
        pieces = SparePieces.ofThisThread();
        ioHandler().initialize();
        do {
            runIo();
            if (isShuttingDown()) {
                ioHandler().prepareToDestroy();
            }
            runAllTasks(TASKS_NANOS);
            Thread asks = asking;
            if (asks != null) {
                lendTo(asks);
                if (isShuttingDown()) {
                    ioHandler().prepareToDestroy(); // it began meanwhile, and what follows may be the end
                }
            }
        } while (!confirmShutdown() && !canSuspend());
    }

    private void lendTo(Thread thread) {
        if (kept || isShuttingDown() || !ASKING.compareAndSet(this, thread, null)) {
            return;
        }
        runs = 0;
        wanted = false;
        borrower = thread;
        guest = thread;
        LockSupport.unpark(thread);
        while (guest != null) {
            LockSupport.parkNanos(this, TimeUnit.MICROSECONDS.toNanos(WATCH_MICROS));
            if (Thread.interrupted()) {
                continue; // by nobody of ours, and no thread could park any more
            }
            if (guest == NOBODY && isDue()) {
                GUEST.compareAndSet(this, NOBODY, null);
            }
        }
        borrower = null;
        price = runs >= PAYS ? firstPrice : Math.min(price * 2, HIGHEST_PRICE);
        Runnable task = forOwn.poll();
        while (task != null) {
            safeExecute(task);
            task = forOwn.poll();
        }
        Error deadly = failure;
        if (deadly != null) {
            throw deadly;
        }
    }

    private boolean isDue() {
        return wanted || isShuttingDown() || System.nanoTime() - leftNanos > AWAY_NANOS;
    }

    // Any thread.

    @Override
    public void execute(Runnable task) {
        super.execute(task);
        Thread owner = guest;
        if (owner == null || borrower == Thread.currentThread()) {
            return; // the borrower is about to wait, or else its task runs when the loop is taken from it
        }
        wanted = true;
        if (owner == NOBODY) {
            LockSupport.unpark(own);
        }
    }

    /** Lends it to nobody from now on. */
    void keep() {
        kept = true;
        wanted = true;
    }

    /** Leaves something to the loop's own thread if the caller is running the loop in its place; else returns false. On the loop. */
    boolean leaveToOwnThread(Runnable task) {
        if (guest == null) {
            return false;
        }
        forOwn.add(task);
        wanted = true;
        return true;
    }

    /** Waits, as {@link EventLoops#await} says. */
    void await(BooleanSupplier done, long nanos, EventLoops.Parking otherwise) throws InterruptedException {
        if (kept || nanos <= 0 || !mayRun()) {
            otherwise.await(nanos);
            return;
        }
        long start = System.nanoTime();
        boolean runs = getHold(start, nanos);
        boolean ended = false;
        try {
            ended = runs && runUntil(done, start + Math.min(nanos, LONGEST_NANOS));
        } finally {
            if (runs && guest == Thread.currentThread()) {
                guest = null; // the stack had no room for giving it up
            }
        }
        if (!ended) {
            otherwise.await(nanos - (System.nanoTime() - start));
        }
        waited(start, runs);
    }

    private static boolean mayRun() {
        Thread self = Thread.currentThread();
        return !self.isInterrupted() && !PlatformDependent.isVirtualThread(self);
    }

    /** Notes the end of a wait of the calling thread. Only those in which it did not run the loop count for the next loan. */
    private void waited(long start, boolean ranLoop) {
        long now = System.nanoTime();
        synchronized (waits) {
            if (lastToWait == Thread.currentThread().getId()) {
                briefWaits = !ranLoop && now - start < BRIEF_NANOS ? Math.min(briefWaits + 1, HIGHEST_PRICE) : 0;
                lastWaitEnded = now;
            }
        }
    }

    /** Tells whether the calling thread has waited so often, and always so briefly, that it may ask for the loop, once. */
    private boolean earned(long now) {
        long self = Thread.currentThread().getId();
        synchronized (waits) {
            if (lastToWait != self || now - lastWaitEnded > AWAY_NANOS) {
                lastToWait = self;
                briefWaits = 0;
            }
            if (briefWaits < price) {
                return false;
            }
            briefWaits = 0;
            return true;
        }
    }

    /** Makes the calling thread the owner, if it may be. */
    private boolean getHold(long now, long nanos) {
        Thread owner = guest;
        if (owner == null) {
            return earned(now) && ask(Math.min(nanos, ASKING_NANOS));
        }
        return owner == NOBODY
                && borrower == Thread.currentThread()
                && GUEST.compareAndSet(this, NOBODY, Thread.currentThread());
    }

    private boolean ask(long nanos) {
        Thread self = Thread.currentThread();
        if (!ASKING.compareAndSet(this, null, self)) {
            return false;
        }
        boolean askedInVain = true;
        try {
            long start = System.nanoTime();
            execute(NOTHING); // the loop may sleep
            long left = nanos;
            while (guest != self && left > 0 && !self.isInterrupted()) {
                LockSupport.parkNanos(this, left);
                left = nanos - (System.nanoTime() - start);
            }
            askedInVain = false;
        } catch (RejectedExecutionException e) {
            return false; // the loop has ended
        } finally {
            if (askedInVain && !withdraw()) {
                leave(false);
            }
        }
        return !withdraw();
    }

    /** Takes the question back; if that is too late, the loop is the calling thread's. */
    private boolean withdraw() {
        Thread self = Thread.currentThread();
        if (ASKING.compareAndSet(this, self, null)) {
            return true;
        }
        while (guest != self) {
            Thread.onSpinWait(); // it is being given this very moment
        }
        return false;
    }

    // The borrower.

    private boolean runUntil(BooleanSupplier done, long deadline) {
        boolean alone = false;
        try {
            EventExecutor before = ThreadExecutorMap.setCurrentExecutor(this);
            try {
                runs++;
                untilNanos = deadline;
                int turns = 0;
                int most = 0;
                runAllTasks(BORROWERS_TASKS_NANOS);
                while (!done.getAsBoolean()) {
                    if (wanted
                            || isShuttingDown()
                            || Thread.currentThread().isInterrupted()
                            || System.nanoTime() - deadline >= 0) {
                        return false;
                    }
                    most = Math.max(most, runIo());
                    turns++;
                    if (!done.getAsBoolean()) {
                        runAllTasks(BORROWERS_TASKS_NANOS);
                    }
                }
                // Waits that tasks alone end look at no socket: the loop's own thread is to do that.
                alone = turns > 0 && turns <= MAX_TURNS && most <= 1;
                return true;
            } finally {
                ThreadExecutorMap.setCurrentExecutor(before);
            }
        } finally {
            leave(alone);
        }
    }

    @Override
    protected int runIo() {
        try {
            return pollIo();
        } catch (Error e) {
            if (guest == null) {
                throw e;
            }
            failure = e; // for the loop's own thread, which ends of it
            wanted = true;
            return 0;
        }
    }

    /** Does what there is to do for sockets, and sleeps until there is something. */
    int pollIo() {
        return super.runIo();
    }

    /** Gives up the loop, to nobody if the calling thread is to have it again. */
    private void leave(boolean toNobody) {
        if (!toNobody || wanted || isShuttingDown() || hasTasks()) {
            guest = null;
            LockSupport.unpark(own);
            return;
        }
        leftNanos = System.nanoTime();
        guest = NOBODY;
        if (pendingTasks() > 0) {
            // who added the last one may have seen an owner here
            wanted = true;
            LockSupport.unpark(own);
        }
    }

    @Override
    protected long delayNanos(long currentTimeNanos) {
        long delay = super.delayNanos(currentTimeNanos);
        return guest == null ? delay : Math.min(delay, Math.max(0, untilNanos - currentTimeNanos));
    }

    @Override
    protected long deadlineNanos() {
        long deadline = super.deadlineNanos();
        return guest == null ? deadline : Math.min(deadline, untilNanos - ticker().initialNanoTime());
    }
}
