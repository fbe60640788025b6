package io.amqp10.spring;

import io.amqp10.Transaction;

/** A transaction with the links that its work is done on. One thread at a time uses it. */
final class Transacted {

    private final TransactedLinks links;
    private final Transaction transaction;
    private volatile boolean rollbackOnly;

    /**
     * Makes one.
     *
     * @param links links on a session that no other transaction uses meanwhile
     * @param transaction the transaction
     */
    Transacted(TransactedLinks links, Transaction transaction) {
        this.links = links;
        this.transaction = transaction;
    }

    TransactedLinks links() {
        return links;
    }

    Transaction transaction() {
        return transaction;
    }

    /** Tells whether somebody who takes part wants it to be rolled back, or it was. */
    boolean isRollbackOnly() {
        return rollbackOnly || transaction.state() == Transaction.State.ROLLED_BACK;
    }

    void setRollbackOnly() {
        rollbackOnly = true;
    }
}
