package io.amqp10.engine;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/** Why an endpoint stopped. The first reason that is recorded for an endpoint stands. */
public sealed interface StopReason {

    /**
     * Returns what the peer that stopped the endpoint said was wrong.
     *
     * @return the error condition, null for an orderly stop or a lost transport
     */
    @Nullable
    ErrorCondition error();

    /**
     * We stopped it.
     *
     * @param error what was wrong, null if nothing was
     */
    record Local(@Nullable ErrorCondition error) implements StopReason {}

    /**
     * The peer stopped it.
     *
     * @param error what the peer says was wrong, null if nothing was
     */
    record Remote(@Nullable ErrorCondition error) implements StopReason {}

    /**
     * It stopped because the session or connection that it belongs to stopped.
     *
     * @param reason why that one stopped
     */
    record ParentStopped(StopReason reason) implements StopReason {
        @Override
        public @Nullable ErrorCondition error() {
            return reason.error();
        }
    }

    /**
     * The transport below the connection is gone without a close.
     *
     * @param cause what the transport reported, null if the peer ended the stream
     */
    record TransportLost(@Nullable Throwable cause) implements StopReason {
        @Override
        public @Nullable ErrorCondition error() {
            return null;
        }
    }
}
