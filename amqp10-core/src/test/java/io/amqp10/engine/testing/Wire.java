package io.amqp10.engine.testing;

import io.amqp10.engine.ConnectionEngine;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.PerformativeHandler;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One direction between two engines: keeps frames in their order until they are let through. */
public final class Wire implements PerformativeHandler<ByteBuf> {

    private record Waiting(int channel, @Nullable Performative body, ByteBuf payload) {}

    private final Deque<Waiting> frames = new ArrayDeque<>();
    private @Nullable ConnectionEngine sender;
    private int capacity = Integer.MAX_VALUE;
    private long transfers;
    private long dispositions;
    private int largest;

    /** Makes the sending engine's transport unwritable while so many frames wait. */
    public void limit(ConnectionEngine from, int frameCapacity) {
        sender = from;
        capacity = frameCapacity;
    }

    public int waiting() {
        return frames.size();
    }

    public long transfers() {
        return transfers;
    }

    public long dispositions() {
        return dispositions;
    }

    /** Octets of the largest payload of a frame. */
    public int largest() {
        return largest;
    }

    /** Lets up to so many frames through as one read. */
    public void deliver(ConnectionEngine to, int count, long nowNanos) {
        to.frameReceived(nowNanos);
        for (int i = 0; i < count; i++) {
            Waiting frame = frames.poll();
            if (frame == null) {
                break;
            }
            if (frame.body() == null) {
                to.onEmptyFrame(frame.channel());
            } else {
                frame.body().dispatch(to, frame.channel(), frame.payload());
            }
            frame.payload().release();
        }
        to.flush(nowNanos);
        if (sender != null && frames.size() <= capacity / 2) {
            sender.setWritable(true);
            sender.flush(nowNanos);
        }
    }

    /** Loses all that waits, as a broken connection does. */
    public void cut() {
        frames.forEach(frame -> frame.payload().release());
        frames.clear();
    }

    private void add(int channel, @Nullable Performative body, ByteBuf payload) {
        frames.add(new Waiting(channel, body, payload));
        if (sender != null && frames.size() >= capacity) {
            sender.setWritable(false);
        }
    }

    @Override
    public void onOpen(int channel, Open open) {
        add(channel, open, Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void onBegin(int channel, Begin begin) {
        add(channel, begin, Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void onAttach(int channel, Attach attach) {
        add(channel, attach, Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void onFlow(int channel, Flow flow) {
        add(channel, Frame.copy(flow), Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void onTransfer(int channel, Transfer transfer, ByteBuf payload) {
        transfers++;
        largest = Math.max(largest, payload.readableBytes());
        ByteBuf copy = PooledByteBufAllocator.DEFAULT.buffer(payload.readableBytes());
        copy.writeBytes(payload);
        add(channel, Frame.copy(transfer), copy);
    }

    @Override
    public void onDisposition(int channel, Disposition disposition) {
        dispositions++;
        add(channel, Frame.copy(disposition), Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void onDetach(int channel, Detach detach) {
        add(channel, detach, Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void onEnd(int channel, End end) {
        add(channel, end, Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void onClose(int channel, Close close) {
        add(channel, close, Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void onEmptyFrame(int channel) {
        add(channel, null, Unpooled.EMPTY_BUFFER);
    }
}
