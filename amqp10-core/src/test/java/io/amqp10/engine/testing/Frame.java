package io.amqp10.engine.testing;

import io.amqp10.codec.PerformativeEncoder;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * A frame that was sent.
 *
 * @param channel its channel
 * @param body a copy of its performative, null for an empty frame
 * @param payload a copy of its payload
 */
public record Frame(int channel, @Nullable Performative body, byte[] payload) {

    /** Returns a frame as it is on the wire, the empty one without a body. */
    public static byte[] octets(int channel, @Nullable Performative body, ByteBuf payload) {
        ByteBuf frame = Unpooled.buffer();
        frame.writeInt(0).writeByte(2).writeByte(0).writeShort(channel);
        if (body != null) {
            new PerformativeEncoder().write(frame, body);
        }
        frame.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
        frame.setInt(0, frame.readableBytes());
        return ByteBufUtil.getBytes(frame);
    }

    /** Returns the error that ends something, null if the frame ends nothing or without an error. */
    public static @Nullable ErrorCondition error(Performative body) {
        if (body instanceof Detach detach) {
            return detach.error();
        }
        if (body instanceof End end) {
            return end.error();
        }
        return body instanceof Close close ? close.error() : null;
    }

    static Transfer copy(Transfer from) {
        return new Transfer()
                .handle(from.handle())
                .deliveryId(from.deliveryId())
                .deliveryTag(from.deliveryTag())
                .messageFormat(from.messageFormat())
                .settled(from.settled())
                .more(from.more())
                .rcvSettleMode(from.rcvSettleMode())
                .state(from.state())
                .resume(from.resume())
                .aborted(from.aborted())
                .batchable(from.batchable());
    }

    static Flow copy(Flow from) {
        return new Flow()
                .nextIncomingId(from.nextIncomingId())
                .incomingWindow(from.incomingWindow())
                .nextOutgoingId(from.nextOutgoingId())
                .outgoingWindow(from.outgoingWindow())
                .handle(from.handle())
                .deliveryCount(from.deliveryCount())
                .linkCredit(from.linkCredit())
                .available(from.available())
                .drain(from.drain())
                .echo(from.echo())
                .properties(from.properties());
    }

    static Disposition copy(Disposition from) {
        return new Disposition()
                .role(from.role())
                .first(from.first())
                .last(from.last())
                .settled(from.settled())
                .state(from.state())
                .batchable(from.batchable());
    }

    @Override
    public String toString() {
        return "[" + channel + "] " + body + " +" + payload.length;
    }
}
