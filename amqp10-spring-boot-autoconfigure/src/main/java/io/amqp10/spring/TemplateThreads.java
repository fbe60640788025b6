package io.amqp10.spring;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Where replies and received messages complete futures: never on the connection's own dispatching, so that a handler which
 * waits for a reply does not wait for itself.
 */
final class TemplateThreads {

    private static final Logger LOG = LoggerFactory.getLogger(TemplateThreads.class);

    private final @Nullable Executor given;
    private volatile @Nullable ExecutorService own;

    TemplateThreads(@Nullable Executor given) {
        this.given = given;
    }

    Executor executor() {
        if (given != null) {
            return given;
        }
        ExecutorService present = own;
        return present != null ? present : create();
    }

    /**
     * Runs something whose callbacks may wait in turn: what a timer is for, so that no other timer is kept, or what comes on a link,
     * so that the next that comes on it is not.
     */
    void run(Runnable task) {
        try {
            executor().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the application stops, or the executor has no thread now", e);
            task.run();
        }
    }

    /**
     * Returns a future that becomes what another one does, but tells so on a thread of its own. What it is completed with
     * otherwise, such as by its cancellation, the other one is as well.
     */
    <T> CompletableFuture<T> handOver(CompletableFuture<T> from) {
        CompletableFuture<T> to = new CompletableFuture<>();
        to.whenComplete((value, error) -> complete(from, value, error));
        from.whenComplete((value, error) -> run(() -> complete(to, value, error)));
        return to;
    }

    private static <T> void complete(CompletableFuture<T> future, T value, @Nullable Throwable error) {
        if (error != null) {
            future.completeExceptionally(error);
        } else {
            future.complete(value);
        }
    }

    private synchronized Executor create() {
        ExecutorService present = own;
        if (present == null) {
            CustomizableThreadFactory threads = new CustomizableThreadFactory("amqp10-template-");
            threads.setDaemon(true);
            present = Executors.newCachedThreadPool(threads);
            own = present;
        }
        return present;
    }

    synchronized void close() {
        ExecutorService present = own;
        if (present != null) {
            present.shutdown();
        }
    }
}
