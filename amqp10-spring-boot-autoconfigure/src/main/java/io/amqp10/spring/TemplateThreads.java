package io.amqp10.spring;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Where replies and received messages complete futures: never on the connection's own dispatching, so that a handler which
 * waits for a reply does not wait for itself.
 */
final class TemplateThreads {

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
