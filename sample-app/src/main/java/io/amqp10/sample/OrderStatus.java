package io.amqp10.sample;

/** How far an order is. */
enum OrderStatus {
    /** It was placed and is handed to the template; the broker has not answered. */
    PLACED,
    /** The broker has accepted it, so it cannot get lost any more. */
    SENT,
    /** The broker did not take it, or could not be asked in time. */
    NOT_SENT,
    /** A worker has it. */
    PROCESSING,
    /** A worker has finished it. */
    DONE,
    /** A worker has rejected it, and says why. */
    REJECTED,
    /** It was rejected and came out of the broker's dead-letter queue. */
    DEAD_LETTERED;

    /** Tells whether processing is over. */
    boolean isFinished() {
        return this == DONE || this == REJECTED || this == DEAD_LETTERED;
    }

    /** Tells whether a worker has had it. */
    boolean isWithWorkers() {
        return this == PROCESSING || isFinished();
    }
}
