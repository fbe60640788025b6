package io.amqp10.spring;

import io.amqp10.Amqp10Exception;
import io.amqp10.TransactionInDoubtException;
import io.amqp10.TransactionRolledBackException;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.HeuristicCompletionException;
import org.springframework.transaction.InvalidIsolationLevelException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.SmartTransactionObject;

/**
 * Spring's transactions as transactions at the AMQP peer: what an {@link AmqpTemplate} sends and receives between the begin
 * and the end of a transaction, in the thread that began it, is part of it. For the messages alone: a database has a
 * manager of its own, and no transaction spans both. Boot makes one for its template, named {@code amqpTransactionManager},
 * where the application has spring-tx and no bean of that name; {@code @EnableTransactionManagement} is needed where the
 * application has no other manager. One of your own must be no default candidate: else Boot makes no manager for the
 * database, and plain {@code @Transactional} methods have this one instead.
 *
 * <pre>{@code
 * @Bean(defaultCandidate = false)
 * AmqpTransactionManager amqpTransactionManager(AmqpTemplate template) {
 *     return new AmqpTransactionManager(template);
 * }
 *
 * @Transactional("amqpTransactionManager")
 * public void invoice(Order order) { ... }
 * }</pre>
 *
 * <p>A commit that fails throws {@link UnexpectedRollbackException} if everything was rolled back, and
 * {@link HeuristicCompletionException} with an unknown state if the connection broke in that moment, so that it is not
 * known. Isolation levels and time-outs other than the default are refused.
 *
 * @see "AMQP 1.0 §4"
 */
public final class AmqpTransactionManager extends AbstractPlatformTransactionManager
        implements ResourceTransactionManager {

    private static final long serialVersionUID = 1L;

    private final transient AmqpTemplate template;
    private final transient TransactedLinksPool transactions;

    /**
     * Makes a manager.
     *
     * @param template whose work, and that of its variants, is part of the transactions
     */
    public AmqpTransactionManager(AmqpTemplate template) {
        this.template = template;
        this.transactions = template.transactions();
        setTransactionSynchronization(SYNCHRONIZATION_ON_ACTUAL_TRANSACTION);
    }

    /** What a transaction is to Spring. */
    private static final class Work implements SmartTransactionObject {
        private @Nullable Transacted transacted;

        @Override
        public boolean isRollbackOnly() {
            return transacted != null && transacted.isRollbackOnly();
        }

        @Override
        public void flush() {
            // everything is sent at once
        }
    }

    @Override
    public Object getResourceFactory() {
        return template;
    }

    @Override
    protected Object doGetTransaction() {
        Work work = new Work();
        work.transacted = transactions.bound();
        return work;
    }

    @Override
    protected boolean isExistingTransaction(Object transaction) {
        return ((Work) transaction).transacted != null;
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        if (definition.getIsolationLevel() != TransactionDefinition.ISOLATION_DEFAULT) {
            throw new InvalidIsolationLevelException("AMQP knows no isolation levels");
        }
        if (definition.getTimeout() != TransactionDefinition.TIMEOUT_DEFAULT) {
            throw new org.springframework.transaction.InvalidTimeoutException(
                    "the peer decides how long a transaction may take", definition.getTimeout());
        }
        Work work = (Work) transaction;
        try {
            work.transacted = transactions.begin();
        } catch (Amqp10Exception e) {
            throw new CannotCreateTransactionException("no transaction was declared at the peer", e);
        }
        transactions.bind(work.transacted);
    }

    @Override
    protected Object doSuspend(Object transaction) {
        Work work = (Work) transaction;
        Transacted suspended = work.transacted;
        work.transacted = null;
        transactions.bind(null);
        if (suspended == null) {
            throw new IllegalStateException("there is no transaction to suspend");
        }
        return suspended;
    }

    @Override
    protected void doResume(@Nullable Object transaction, Object suspendedResources) {
        transactions.bind((Transacted) suspendedResources);
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        try {
            transacted(status).transaction().commit();
        } catch (TransactionRolledBackException e) {
            throw new UnexpectedRollbackException("the transaction was rolled back at the peer", e);
        } catch (TransactionInDoubtException e) {
            throw new HeuristicCompletionException(HeuristicCompletionException.STATE_UNKNOWN, e);
        } catch (Amqp10Exception e) {
            throw new TransactionSystemException("the commit failed", e);
        }
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {
        try {
            transacted(status).transaction().rollback();
        } catch (Amqp10Exception e) {
            throw new TransactionSystemException("the rollback failed", e);
        }
    }

    @Override
    protected void doSetRollbackOnly(DefaultTransactionStatus status) {
        transacted(status).setRollbackOnly();
    }

    @Override
    protected void doCleanupAfterCompletion(Object transaction) {
        Work work = (Work) transaction;
        Transacted ended = work.transacted;
        work.transacted = null;
        transactions.bind(null);
        if (ended != null) {
            transactions.giveBack(ended);
        }
    }

    private static Transacted transacted(DefaultTransactionStatus status) {
        Transacted transacted = ((Work) status.getTransaction()).transacted;
        if (transacted == null) {
            throw new IllegalStateException("there is no transaction");
        }
        return transacted;
    }
}
