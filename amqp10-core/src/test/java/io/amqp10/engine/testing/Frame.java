package io.amqp10.engine.testing;

import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * A frame that was sent.
 *
 * @param channel its channel
 * @param body a copy of its performative, null for an empty frame
 * @param payload a copy of its payload
 */
public record Frame(int channel, @Nullable Performative body, byte[] payload) {

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
