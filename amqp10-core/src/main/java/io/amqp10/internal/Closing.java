package io.amqp10.internal;

import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** The end of something, which is not closed before a handler that asked for that has returned. */
final class Closing extends Completion<Void> {

    private final BooleanSupplier waitsForCaller;

    /**
     * Makes one.
     *
     * @param waitsForCaller tells whether closing waits for the calling thread, a handler's
     */
    Closing(Executor dispatcher, BooleanSupplier waitsForCaller) {
        super(dispatcher, true);
        this.waitsForCaller = waitsForCaller;
    }

    @Override
    public void checkWait() {
        if (!isDone() && waitsForCaller.getAsBoolean()) {
            throw new IllegalStateException(
                    "closing begins when the handler has returned, so the handler must not wait for its end");
        }
    }
}
