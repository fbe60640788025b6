package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.BodyConsumer;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.codec.DecodeException;
import io.amqp10.types.messaging.TransactionalState;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A message whose body goes to a consumer while it arrives, and which is handed over when all of it has come. */
final class ConsumedDelivery extends ReceivedDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumedDelivery.class);

    private final LiveReceiver receiver;
    private final Function<? super Delivery, ? extends BodyConsumer> consumers;

    /** Null once all of the message has come, or the rest is of no interest; confined to the event loop. */
    private @Nullable ConsumedBody body;

    /** It is held until it is handed over, with its body; set on the event loop before its first octet. */
    private boolean whole;

    /** Confined to the event loop. */
    private long size;

    /** The consumer knows how its body ended; confined to the event loop. */
    private boolean told;

    // Written on the event loop. Volatile for those who take the delivery elsewhere before it was handed over.
    private volatile @Nullable BodyConsumer consumer;
    private volatile @Nullable Message message;
    private volatile @Nullable Amqp10Exception failure;
    private volatile boolean handedOver;

    ConsumedDelivery(LiveReceiver receiver, Function<? super Delivery, ? extends BodyConsumer> consumers) {
        super(receiver);
        this.receiver = receiver;
        this.consumers = consumers;
        body = new ConsumedBody(receiver.decodeLimits(), this::begin, this::give);
    }

    // --- on the event loop

    /** A message in a transaction is not to be seen before that is committed. */
    @Override
    protected boolean streams() {
        whole = remoteState() instanceof TransactionalState || receiver.isAcquiring();
        return !whole;
    }

    boolean isWhole() {
        return whole;
    }

    long size() {
        return size;
    }

    /** Takes the octets of a frame. */
    void take(ByteBuf octets) {
        size += octets.readableBytes();
        ConsumedBody present = body;
        if (present != null) {
            try {
                present.take(octets);
            } catch (MessageFormatException | DecodeException e) {
                malformed(e);
            }
        }
    }

    /** The sections before a body of data have come. */
    private void begin(Message head) {
        message = head;
        try {
            consumer = Objects.requireNonNull(consumers.apply(this), "there is no consumer for a body");
        } catch (Throwable e) {
            consumerFailed(e);
        }
    }

    private void give(ByteBuffer octets) {
        BodyConsumer to = consumer;
        if (to != null) {
            try {
                to.onOctets(octets);
            } catch (Throwable e) {
                consumerFailed(e);
            }
        }
    }

    /** Takes the end of the message, which is handed over next. */
    void end() {
        ConsumedBody present = body;
        if (present != null) {
            try {
                message = present.end();
                body = null;
            } catch (MessageFormatException | DecodeException e) {
                malformed(e);
            }
        }
        BodyConsumer to = consumer;
        if (to != null && failure == null) {
            try {
                to.onEnd();
                told = true;
            } catch (Throwable e) {
                consumerFailed(e);
            }
        }
    }

    private void malformed(RuntimeException e) {
        failed(
                e instanceof MessageFormatException known
                        ? known
                        : new MessageFormatException(
                                "malformed message: " + e.getMessage(),
                                e instanceof DecodeException known ? known.toErrorCondition() : null,
                                e));
    }

    private void consumerFailed(Throwable e) {
        failed(
                e instanceof MessageFormatException known
                        ? known
                        : new Amqp10Exception(
                                "the consumer of a message's body threw "
                                        + e.getClass().getName(),
                                e));
    }

    /** The rest is of no interest, since it does not come or is no use. */
    void failed(Amqp10Exception why) {
        if (failure == null) {
            failure = why;
        }
        ConsumedBody present = body;
        body = null;
        if (present != null) {
            present.stop();
        }
        BodyConsumer to = consumer;
        if (to != null && !told) {
            told = true;
            try {
                to.onLost(why);
            } catch (Throwable e) {
                LOG.error("the consumer of a body of {} threw an exception", receiver.described(), e);
            }
        }
    }

    // --- on any thread

    @Override
    public @Nullable BodyConsumer bodyConsumer() {
        return consumer;
    }

    @Override
    void handedOver() {
        handedOver = true;
    }

    @Override
    void checkHandedOver() {
        if (!whole && !handedOver) {
            throw new IllegalStateException("the message was not handed over, so it cannot have an outcome yet");
        }
    }

    @Override
    @Nullable
    Amqp10Exception failure() {
        return failure;
    }

    @Override
    public Message message() {
        if (whole) {
            return super.message();
        }
        checkReadable();
        return Objects.requireNonNull(message, "the sections before the body have not come");
    }
}
