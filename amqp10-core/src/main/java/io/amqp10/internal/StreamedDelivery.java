package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.Message;
import io.amqp10.types.messaging.TransactionalState;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;

/** A message that is handed over when it begins to come. */
final class StreamedDelivery extends ReceivedDelivery {

    private final LiveReceiver receiver;
    private final ArrivingOctets octets;
    private final ArrivingMessage arriving;

    /** All of it was held before it was handed over; set on the event loop before that. */
    private boolean whole = true;

    /** Confined to the event loop. */
    private long size;

    private boolean begun;

    StreamedDelivery(LiveReceiver receiver, int frameSize, SpareChunks spares) {
        super(receiver);
        this.receiver = receiver;
        octets = new ArrivingOctets(frameSize, frames -> receiver.consumed(this, frames), spares);
        arriving = new ArrivingMessage(octets, receiver.decodeLimits());
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

    /** Takes octets; returns false if they take up one frame more of the session's window. */
    boolean add(ByteBuf payload) {
        size += payload.readableBytes();
        return octets.add(payload);
    }

    /** Tells, once, that it began. */
    boolean begins() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    long size() {
        return size;
    }

    /** Returns how many octets wait to be read. */
    int unread() {
        return octets.available();
    }

    void complete() {
        octets.complete();
    }

    /** The rest does not come. */
    void fail(Amqp10Exception why) {
        receiver.over(this);
        octets.fail(why);
    }

    // --- on any thread

    @Override
    void concluded() {
        octets.drop();
    }

    @Override
    public Message message() {
        return whole ? super.message() : arriving.message();
    }

    @Override
    public InputStream bodyStream() {
        return whole ? super.bodyStream() : arriving.body();
    }

    @Override
    protected long writeBodyTo(WritableByteChannel target) throws IOException {
        return whole ? super.writeBodyTo(target) : arriving.transferBodyTo(target);
    }
}
