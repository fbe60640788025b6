package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.BodyConsumer;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.Transaction;
import io.amqp10.codec.SectionReader;
import io.amqp10.engine.IncomingDelivery;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.TransactionalState;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message that came: the engine's delivery, the application's, the event for the handler, and the command that brings its
 * outcome to the event loop, in one object. It is first run as event, unless it is pulled, and then as command.
 */
class ReceivedDelivery extends IncomingDelivery implements Delivery, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ReceivedDelivery.class);

    /** Stands for "nothing is said": of a delivery that came settled. */
    private static final Object NOTHING = new Object();

    private static final VarHandle VERDICT;
    private static final VarHandle MESSAGE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            VERDICT = lookup.findVarHandle(ReceivedDelivery.class, "verdict", Object.class);
            MESSAGE = lookup.findVarHandle(ReceivedDelivery.class, "message", Message.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LiveReceiver receiver;
    private long arrivedNanos;
    private boolean handedOut;

    /** Confined to the event loop. */
    private boolean awaitsSender;

    /** Set before the application can know of the delivery. */
    private boolean cameSettled;

    private volatile @Nullable Object verdict;
    private volatile @Nullable Message message;

    ReceivedDelivery(LiveReceiver receiver) {
        this.receiver = receiver;
    }

    /** Notes, on the event loop, that all of it is there. */
    void arrived(long nanos, boolean settled) {
        arrivedNanos = nanos;
        cameSettled = settled;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    boolean cameSettled() {
        return cameSettled;
    }

    /** Notes, on the event loop, whether it has its outcome and is kept until the sender settles it. */
    void awaitsSender(boolean value) {
        awaitsSender = value;
    }

    boolean awaitsSender() {
        return awaitsSender;
    }

    /** Notes that an application pulled it, so that it never is an event. */
    void pulled() {
        handedOut = true;
        handedOver();
        if (cameSettled) {
            say(NOTHING);
        }
    }

    @Override
    public void run() {
        if (handedOut) {
            receiver.settle(this);
        } else {
            handedOut = true;
            handle();
        }
    }

    private void handle() {
        MessagingHandler handler = receiver.handler();
        if (handler == null) {
            return;
        }
        if (receiver.isOutdated(this) || verdict != null) {
            receiver.goneUnseen(this);
            return;
        }
        handedOver();
        if (receiver.isStopping() && !cameSettled) {
            release();
            return;
        }
        Amqp10Exception broken = receiver.options().autoAccept() ? failure() : null;
        if (broken == null) {
            try {
                handler.onMessage(this);
            } catch (Throwable e) {
                LOG.error("the handler of {} threw an exception; the message is given back", receiver.described(), e);
                giveBackFor(e);
            }
        } else {
            LOG.error("{} cannot hand a message to its handler; it is given back", receiver.described(), broken);
            giveBackFor(broken);
        }
        if (cameSettled) {
            say(NOTHING);
            concluded();
        } else if (receiver.options().autoAccept()) {
            conclude(Accepted.INSTANCE);
        }
    }

    private void giveBackFor(Throwable e) {
        if (e instanceof MessageFormatException) {
            reject(AmqpError.DECODE_ERROR, e.getMessage());
        } else {
            modify(true, false);
        }
    }

    /** Releases it at once, unless the application was faster. On the event loop. */
    void giveBack() {
        handedOut = true;
        if (verdict == null && VERDICT.compareAndSet(this, null, Released.INSTANCE)) {
            receiver.settle(this);
            concluded();
        }
    }

    /** Ends it without an outcome because the peer took it back, unless there is one. On the event loop. */
    void takeBack() {
        if (verdict == null && VERDICT.compareAndSet(this, null, NOTHING)) {
            receiver.settle(this);
        }
    }

    /** The application is done with it. */
    void concluded() {}

    /** Returns what is wrong with the message, if that was known before the application had it. */
    @Nullable
    Amqp10Exception failure() {
        return null;
    }

    final void checkReadable() {
        Amqp10Exception known = failure();
        if (known != null) {
            throw Errors.rethrown(known);
        }
    }

    /** The application gets it now; from here on it may have an outcome. */
    void handedOver() {}

    /** Throws an exception if it is too early for an outcome. */
    void checkHandedOver() {}

    private void say(Object what) {
        if (verdict == null && VERDICT.compareAndSet(this, null, what)) {
            receiver.submit(this);
            if (what != NOTHING) {
                concluded();
            }
        } else if (verdict == NOTHING && what instanceof Retirement late && receiver.isOutdated(this)) {
            receiver.submit(() -> late.transaction().outcomeLost(receiver)); // the peer delivers it again
        }
    }

    /** Returns the application's outcome, null if nothing is to be said. */
    @Nullable
    Outcome verdict() {
        Object said = verdict;
        return said instanceof Outcome outcome
                ? outcome
                : said instanceof Retirement retirement ? retirement.outcome() : null;
    }

    /** Returns the transaction that the application's outcome is given in, null if it is given in none. */
    @Nullable
    LiveTransaction verdictIn() {
        return verdict instanceof Retirement retirement ? retirement.transaction() : null;
    }

    /** A body that is data gets an array of its own, which the message gives to who reads it. */
    @Override
    protected int splitPayloadAt(ByteBuf octets) {
        return SectionReader.beforeData(octets);
    }

    @Override
    public Receiver receiver() {
        return receiver;
    }

    @Override
    public Message message() {
        Message decoded = message;
        if (decoded == null) {
            byte[] data = payloadRest();
            decoded = data.length == 0
                    ? MessageCodec.decode(payload(), 0, payload().length, receiver.decodeLimits())
                    : MessageCodec.decode(payload(), data, receiver.decodeLimits());
            MESSAGE.setRelease(this, decoded);
        }
        return decoded;
    }

    @Override
    public @Nullable BodyConsumer bodyConsumer() {
        return null;
    }

    @Override
    public InputStream bodyStream() {
        return new ByteArrayInputStream(bodyOctets());
    }

    private byte[] bodyOctets() {
        byte[] octets = message().bodyAsBytes();
        return octets == null ? new byte[0] : octets;
    }

    @Override
    public final long transferBodyTo(WritableByteChannel target) throws IOException {
        if (target instanceof SelectableChannel selectable && !selectable.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        return writeBodyTo(target);
    }

    /** Writes the octets of the body to a channel that blocks; returns how many. */
    protected long writeBodyTo(WritableByteChannel target) throws IOException {
        byte[] octets = bodyOctets();
        Bodies.write(ByteBuffer.wrap(octets), target);
        return octets.length;
    }

    @Override
    public boolean isSettled() {
        return cameSettled || verdict != null;
    }

    private void conclude(Outcome outcome) {
        checkHandedOver();
        if (cameSettled) {
            concluded();
        } else {
            say(outcome);
        }
    }

    private void conclude(Outcome outcome, Transaction transaction) {
        checkHandedOver();
        if (cameSettled) {
            throw new IllegalStateException("the message was sent settled, so it has no outcome");
        }
        LiveTransaction live = LiveTransaction.usable(transaction, receiver.session);
        if (remoteState() instanceof TransactionalState acquired && !live.hasId(acquired.txnId())) {
            throw new IllegalArgumentException("the message was acquired in another transaction");
        }
        say(new Retirement(live, outcome));
    }

    @Override
    public void accept(Transaction transaction) {
        checkReadable();
        conclude(Accepted.INSTANCE, transaction);
    }

    @Override
    public void reject(@Nullable ErrorCondition error, Transaction transaction) {
        conclude(Checked.outcome(new Rejected(error)), transaction);
    }

    @Override
    public void release(Transaction transaction) {
        conclude(Released.INSTANCE, transaction);
    }

    @Override
    public void modify(
            boolean deliveryFailed,
            boolean undeliverableHere,
            Map<Symbol, @Nullable Object> annotations,
            Transaction transaction) {
        conclude(Checked.outcome(new Modified(deliveryFailed, undeliverableHere, annotations)), transaction);
    }

    @Override
    public void accept() {
        checkReadable();
        conclude(Accepted.INSTANCE);
    }

    @Override
    public void reject(@Nullable ErrorCondition error) {
        conclude(Checked.outcome(new Rejected(error)));
    }

    @Override
    public void release() {
        conclude(Released.INSTANCE);
    }

    @Override
    public void modify(boolean deliveryFailed, boolean undeliverableHere, Map<Symbol, @Nullable Object> annotations) {
        conclude(Checked.outcome(new Modified(deliveryFailed, undeliverableHere, annotations)));
    }
}
