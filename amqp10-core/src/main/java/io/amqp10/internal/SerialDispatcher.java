package io.amqp10.internal;

import io.amqp10.transport.EventLoops;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after another on an executor, which is woken once for all that come while it works, and once for all that
 * an event loop gives in one turn. Any thread may give tasks.
 */
final class SerialDispatcher implements Executor, Runnable {

    /** After so many tasks the executor's thread is given back once, so that others get their turn. */
    private static final int MAX_BATCH = 1024;

    private static final long FIRST_RETRY_MILLIS = 2;
    private static final long LAST_RETRY_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(SerialDispatcher.class);

    /** A task that somebody waits for, so it runs even when the executor was shut down, on a thread of its own. */
    interface Essential extends Runnable {}

    /** A task that a handler may wait for while it runs, so it may run before others that came earlier. */
    interface Completing extends Essential {}

    /** Stands for a task that was run before its turn. */
    private static final Completing ALREADY_RUN = () -> {};

    private static final ThreadLocal<@Nullable SerialDispatcher> CURRENT = new ThreadLocal<>();

    /**
     * So many tasks wait at most until the event loop has come to the end of its turn. Waking a thread costs as much as
     * some dozen small tasks.
     */
    private static final int MAX_DELAYED = 256;

    private final Executor executor;

    /** Takes the place of an executor that runs tasks on the thread that gives them, when that is an event loop. */
    private final @Nullable Executor besideLoop;

    private final @Nullable EventLoop loop;
    private final Runnable wakeIfDelayed = this::wakeIfDelayed;
    private final Queue<Runnable> queue = CommandQueue.newQueue();
    private final AtomicInteger size = new AtomicInteger();
    private volatile @Nullable Thread runner;

    /** What a handler that waited took out of the queue before it; of the thread that runs tasks. */
    private @Nullable ArrayDeque<Runnable> setAside;

    private @Nullable Runnable afterTask;

    /** How often in a row the executor took nothing; of whoever is to wake it. */
    private int refusals;

    private boolean refusalTold;

    /** How many tasks the event loop has given without waking the executor; confined to the loop. */
    private int delayed;

    /** The loop's own thread is to wake the executor, since another runs the loop; confined to the loop. */
    private boolean leftToLoop;

    /** Confined to the loop. */
    private boolean ending;

    /**
     * Makes a dispatcher.
     *
     * @param loop the event loop that gives most tasks, whose tasks of one turn wake the executor once; null if there is none
     */
    SerialDispatcher(Executor executor, @Nullable EventLoop loop) {
        this(executor, null, loop);
    }

    /**
     * Makes a dispatcher.
     *
     * @param besideLoop whose threads run tasks where the executor would do so on the event loop; null for new threads
     * @param loop as above
     */
    SerialDispatcher(Executor executor, @Nullable Executor besideLoop, @Nullable EventLoop loop) {
        this.executor = executor;
        this.besideLoop = besideLoop;
        this.loop = loop;
    }

    /** Returns the event loop that gives most tasks, null if there is none. */
    @Nullable
    EventLoop loop() {
        return loop;
    }

    @Override
    public void execute(Runnable task) {
        queue.add(task);
        boolean first = size.getAndIncrement() == 0;
        if (loop != null && loop.inEventLoop() && !ending) {
            countDelayed(loop, first);
        } else if (first) {
            wake();
        }
    }

    private void countDelayed(EventLoop turn, boolean first) {
        if (delayed > 0) {
            if (++delayed > MAX_DELAYED) {
                wakeIfDelayed();
            }
        } else if (first) {
            delayed = 1;
            try {
                turn.execute(wakeIfDelayed);
            } catch (RejectedExecutionException e) {
                // The loop is about to end, so there is no later.
                wakeIfDelayed();
            }
        }
    }

    /**
     * Wakes the executor from now on for each task that finds none before it: who learns of the end at once, and not by a
     * task, may shut the executor down. On the event loop.
     */
    void ending() {
        ending = true;
        wakeIfDelayed();
        wakeIfLeft();
    }

    private void wakeIfDelayed() {
        if (delayed > 0) {
            delayed = 0;
            wake();
        }
    }

    private void wakeIfLeft() {
        if (leftToLoop) {
            leftToLoop = false;
            wake();
        }
    }

    /** Tells whether the calling thread is running one of the tasks. */
    boolean isCurrent() {
        return runner == Thread.currentThread();
    }

    /** Returns whose task the calling thread is running, null if it runs none. */
    static @Nullable SerialDispatcher current() {
        return CURRENT.get();
    }

    /** Runs what completes futures ahead of all else that waits; only to be called by a task, which waits for one of them. */
    void completeFutures() {
        Runnable task = queue.poll();
        while (task != null) {
            if (task instanceof Completing) {
                setAside(ALREADY_RUN);
                runSafely(task);
            } else {
                setAside(task);
            }
            task = queue.poll();
        }
    }

    private void setAside(Runnable task) {
        ArrayDeque<Runnable> tasks = setAside;
        if (tasks == null) {
            tasks = new ArrayDeque<>();
            setAside = tasks;
        }
        tasks.add(task);
    }

    private @Nullable Runnable next() {
        ArrayDeque<Runnable> tasks = setAside;
        if (tasks == null) {
            return queue.poll();
        }
        Runnable task = tasks.poll();
        if (tasks.isEmpty()) {
            setAside = null;
        }
        return task;
    }

    /** Has something done when the current task has returned; only to be called by that task. */
    void afterCurrentTask(Runnable action) {
        Runnable before = afterTask;
        afterTask = before == null
                ? action
                : () -> {
                    before.run();
                    action.run();
                };
    }

    /** Has the tasks run. Called by one at a time: who gives the first task, or the executor's thread when it goes. */
    private void wake() {
        if (isLeftToLoopsThread()) {
            return;
        }
        try {
            executor.execute(this);
            refusals = 0;
        } catch (OnEventLoopException e) {
            wakeBesideLoop();
        } catch (RuntimeException | Error e) {
            refused(e);
        }
    }

    /** Leaves waking to the own thread of the event loop that the calling thread runs in its place, if it runs one. */
    private boolean isLeftToLoopsThread() {
        if (loop == null || !loop.inEventLoop()) {
            return EventLoops.leaveToOwnThread(this::wake);
        }
        if (ending || !EventLoops.leaveToOwnThread(this::wakeIfLeft)) {
            return false;
        }
        leftToLoop = true;
        return true;
    }

    private void wakeBesideLoop() {
        if (besideLoop != null) {
            try {
                besideLoop.execute(this);
                return;
            } catch (RejectedExecutionException e) {
                LOG.debug("no thread of the container for a handler whose executor has none", e);
            }
        }
        onExtraThread(this);
    }

    /** An executor that is full, or finds no memory for a thread, may take the tasks in a while. */
    private void refused(Throwable cause) {
        if (executor instanceof ExecutorService service && service.isShutdown() || loop == null) {
            onExtraThread(this::runEssential);
            return;
        }
        tellRefusal(cause);
        long delay = Math.min(FIRST_RETRY_MILLIS << Math.min(refusals++, 10), LAST_RETRY_MILLIS);
        try {
            loop.schedule(this::wake, delay, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            onExtraThread(this::runEssential);
        }
    }

    private void tellRefusal(Throwable cause) {
        if (!refusalTold) {
            refusalTold = true;
            LOG.warn("the executor of handlers takes no tasks: {}", String.valueOf(cause.getMessage()));
        }
    }

    /** Runs work on a thread that nothing else uses. */
    static void onExtraThread(Runnable work) {
        Thread thread = new Thread(work, "amqp10-callback-extra");
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs what somebody waits for and drops the rest, because there is no executor any more. */
    private void runEssential() {
        CURRENT.set(this); // on a thread of its own
        int dropped = 0;
        int left = size.get();
        while (left > 0) {
            runner = Thread.currentThread();
            for (int i = 0; i < left; i++) {
                Runnable task = next();
                if (task instanceof Essential) {
                    runOne(task);
                } else {
                    dropped++;
                }
            }
            left = giveBack(left);
        }
        if (dropped > 0) {
            LOG.warn("the executor of handlers was shut down, so {} events were dropped", dropped);
        }
    }

    /** Counts tasks as done; if none is left, another thread may run tasks from then on. */
    private int giveBack(int done) {
        runner = null;
        return size.addAndGet(-done);
    }

    /** Says that the executor runs tasks on the thread that gives them, which must not happen to an event loop. */
    private static final class OnEventLoopException extends RejectedExecutionException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void run() {
        if (loop != null && loop.inEventLoop()) {
            throw new OnEventLoopException();
        }
        SerialDispatcher before = CURRENT.get();
        boolean interrupted = Thread.currentThread().isInterrupted();
        forgetInterrupt();
        CURRENT.set(this);
        try {
            runBatch();
        } finally {
            CURRENT.set(before);
            if (interrupted) {
                // Not for us to forget: the executor may run tasks on the thread that gives them, an application's.
                Thread.currentThread().interrupt();
            }
        }
    }

    private void runBatch() {
        int left = size.get();
        int done = 0;
        while (left > 0 && done < MAX_BATCH) {
            runner = Thread.currentThread();
            int batch = Math.min(left, MAX_BATCH - done);
            for (int i = 0; i < batch; i++) {
                runOne(next());
            }
            done += batch;
            left = giveBack(batch);
        }
        if (left > 0) {
            wake();
        }
    }

    private void runOne(@Nullable Runnable task) {
        if (task == null) {
            throw new AssertionError("fewer tasks than counted");
        }
        runSafely(task);
        Runnable after = afterTask;
        if (after != null) {
            afterTask = null;
            try {
                after.run();
            } catch (RuntimeException | Error e) {
                LOG.error("what was to follow a handler failed", e);
            }
        }
        forgetInterrupt();
    }

    /** Who left the thread interrupted shall not break the next tasks, unless all are to end. */
    private void forgetInterrupt() {
        if (Thread.interrupted() && executor instanceof ExecutorService service && service.isShutdown()) {
            Thread.currentThread().interrupt();
        }
    }

    private static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.error("a handler threw an exception", e);
        }
    }
}
