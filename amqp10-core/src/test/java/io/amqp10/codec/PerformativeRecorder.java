package io.amqp10.codec;

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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Remembers the performative that it was called with. */
final class PerformativeRecorder implements PerformativeHandler<ByteBuf> {

    private @Nullable Performative performative;
    private @Nullable ByteBuf payload;
    private int channel = -1;
    private int emptyFrames;

    void clear() {
        performative = null;
        payload = null;
        channel = -1;
    }

    boolean isEmpty() {
        return performative == null && emptyFrames == 0;
    }

    Performative performative() {
        return Objects.requireNonNull(performative, "no performative came");
    }

    ByteBuf payload() {
        return Objects.requireNonNull(payload, "no payload came");
    }

    int channel() {
        return channel;
    }

    int emptyFrames() {
        return emptyFrames;
    }

    private void record(int on, Performative value) {
        if (performative != null) {
            throw new AssertionError("called twice");
        }
        channel = on;
        performative = value;
    }

    @Override
    public void onOpen(int on, Open open) {
        record(on, open);
    }

    @Override
    public void onBegin(int on, Begin begin) {
        record(on, begin);
    }

    @Override
    public void onAttach(int on, Attach attach) {
        record(on, attach);
    }

    @Override
    public void onFlow(int on, Flow flow) {
        record(on, flow);
    }

    @Override
    public void onTransfer(int on, Transfer transfer, ByteBuf octets) {
        record(on, transfer);
        payload = octets;
    }

    @Override
    public void onDisposition(int on, Disposition disposition) {
        record(on, disposition);
    }

    @Override
    public void onDetach(int on, Detach detach) {
        record(on, detach);
    }

    @Override
    public void onEnd(int on, End end) {
        record(on, end);
    }

    @Override
    public void onClose(int on, Close close) {
        record(on, close);
    }

    @Override
    public void onEmptyFrame(int on) {
        channel = on;
        emptyFrames++;
    }
}
