package io.amqp10.spring.listener;

/** Who gives a delivery its outcome. */
public enum AcknowledgeMode {
    /** The container: accepted after the listener returned, by the {@link FailurePolicy} when it failed. The default. */
    AUTO,
    /**
     * The listener, by its {@link io.amqp10.Delivery} parameter, then or later. When it fails without having done so, the
     * {@link FailurePolicy} decides. Stopping waits for it, at most for the shutdown time-out.
     */
    MANUAL
}
