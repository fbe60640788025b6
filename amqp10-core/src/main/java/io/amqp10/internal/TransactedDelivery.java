package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.Message;
import io.amqp10.SendOutcome;

/** A message on its way in a transaction, which learns what becomes of it. */
final class TransactedDelivery extends SentDelivery {

    private final LiveTransaction transaction;

    /** The transaction waits for what becomes of it. */
    private boolean counted;

    TransactedDelivery(LiveSender sender, Message message, long takenNanos, LiveTransaction transaction) {
        super(sender, message, takenNanos);
        this.transaction = transaction;
        localState(transaction.posting());
    }

    LiveTransaction transaction() {
        return transaction;
    }

    /** Makes it part of the transaction, on the event loop; returns false if that has ended or is about to. */
    boolean join() {
        counted = transaction.post(this);
        return counted;
    }

    @Override
    void complete(SendOutcome outcome) {
        boolean first = counted && !isDone();
        super.complete(outcome);
        if (first) {
            transaction.decided(this, outcome);
        }
    }

    @Override
    void fail(Amqp10Exception error) {
        boolean first = counted && !isDone();
        super.fail(error);
        if (first) {
            transaction.failed(this, error);
        }
    }
}
