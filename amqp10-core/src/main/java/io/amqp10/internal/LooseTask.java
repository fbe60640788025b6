package io.amqp10.internal;

import io.amqp10.transport.EventLoops;
import io.netty.channel.EventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task of the application that an executor runs beside all others: it waits for none, and none waits for it. */
final class LooseTask implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(LooseTask.class);
    private static final long FIRST_RETRY_MILLIS = 2;
    private static final int MAX_DOUBLINGS = 9;

    private final Executor executor;
    private final EventLoop loop;
    private final Runnable task;
    private int refusals;

    /**
     * Makes one.
     *
     * @param loop from which it is given to the executor
     */
    LooseTask(Executor executor, EventLoop loop, Runnable task) {
        this.executor = executor;
        this.loop = loop;
        this.task = task;
    }

    /** Gives it to the executor, again and again if that is full. On the event loop. */
    void start() {
        if (EventLoops.leaveToOwnThread(this::start)) {
            return;
        }
        try {
            executor.execute(this);
        } catch (RuntimeException | Error e) {
            if (executor instanceof ExecutorService service && service.isShutdown()) {
                LOG.warn("the executor was shut down, so a task that was due is dropped");
                return;
            }
            if (refusals == 0) {
                LOG.warn("the executor takes no task yet: {}", String.valueOf(e.getMessage()));
            }
            retry();
        }
    }

    private void retry() {
        long delay = FIRST_RETRY_MILLIS << Math.min(refusals++, MAX_DOUBLINGS);
        try {
            loop.schedule(this::start, delay, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.warn("the container is closed, so a task that was due is dropped");
        }
    }

    @Override
    public void run() {
        if (loop.inEventLoop()) {
            // The executor runs tasks on the thread that gives them, which must not happen to an event loop.
            SerialDispatcher.onExtraThread(this);
            return;
        }
        try {
            task.run();
        } catch (Throwable e) {
            LOG.error("a task threw an exception", e);
        }
    }
}
