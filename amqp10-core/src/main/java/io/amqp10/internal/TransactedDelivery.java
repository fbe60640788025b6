package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import org.jspecify.annotations.Nullable;

/** A message on its way in a transaction, which learns what becomes of it; or, if it is a stream, perhaps in none. */
class TransactedDelivery extends SentDelivery {

    private final @Nullable LiveTransaction transaction;

    /** The transaction waits for what becomes of it. */
    private boolean counted;

    TransactedDelivery(LiveSender sender, Message message, long takenNanos, @Nullable LiveTransaction transaction) {
        super(sender, message, takenNanos);
        this.transaction = transaction;
        if (transaction != null) {
            localState(transaction.posting());
        }
    }

    final @Nullable LiveTransaction transaction() {
        return transaction;
    }

    /** Makes it part of the transaction, on the event loop; returns false if that has ended or is about to. */
    final boolean join() {
        LiveTransaction of = transaction;
        if (of == null) {
            return true;
        }
        counted = of.post(this);
        return counted;
    }

    @Override
    final void complete(SendOutcome outcome) {
        boolean first = counted && !isDone();
        super.complete(outcome);
        LiveTransaction of = transaction;
        if (first && of != null) {
            of.decided(this, outcome);
        }
    }

    @Override
    final void fail(Amqp10Exception error) {
        boolean first = counted && !isDone();
        super.fail(error);
        LiveTransaction of = transaction;
        if (first && of != null) {
            of.failed(this, error);
        }
    }
}
