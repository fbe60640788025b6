package io.amqp10.spring.boot.autoconfigure;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads that listeners, handlers and replies run on: virtual ones where {@code spring.threads.virtual.enabled} says
 * so. No {@code Executor} itself, since a bean of that type would replace the application's own executor.
 */
final class Amqp10Threads implements AutoCloseable {

    private static final String PREFIX = "amqp10-";

    private final Executor executor;
    private final boolean virtual;

    private Amqp10Threads(Executor executor, boolean virtual) {
        this.executor = executor;
        this.virtual = virtual;
    }

    static Amqp10Threads of(Environment environment) {
        if (Threading.VIRTUAL.isActive(environment)) {
            return new Amqp10Threads(new VirtualThreadTaskExecutor(PREFIX), true);
        }
        CustomizableThreadFactory threads = new CustomizableThreadFactory(PREFIX);
        threads.setDaemon(true);
        return new Amqp10Threads(Executors.newCachedThreadPool(threads), false);
    }

    Executor executor() {
        return executor;
    }

    /** Returns where the container's handlers run, null for the container's own threads. */
    @Nullable
    Executor forHandlers() {
        return virtual ? executor : null;
    }

    boolean isVirtual() {
        return virtual;
    }

    @Override
    public void close() {
        if (executor instanceof ExecutorService service) {
            service.shutdown();
        }
    }
}
