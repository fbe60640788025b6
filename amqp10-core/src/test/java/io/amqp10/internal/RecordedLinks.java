package io.amqp10.internal;

import io.amqp10.engine.IncomingDelivery;
import io.amqp10.engine.OutgoingDelivery;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.ReceiverLinkListener;
import io.amqp10.engine.SenderLink;
import io.amqp10.engine.SenderLinkListener;
import io.amqp10.engine.StopReason;
import io.amqp10.types.transport.Attach;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** The application behind links of a bare engine: remembers what came and why it ended, and answers nothing. */
class RecordedLinks implements SenderLinkListener, ReceiverLinkListener {

    final BlockingQueue<IncomingDelivery> received = new LinkedBlockingQueue<>();
    final CompletableFuture<StopReason> detached = new CompletableFuture<>();

    @Override
    public void onAttached(SenderLink link, Attach attach) {}

    @Override
    public void onAttached(ReceiverLink link, Attach attach) {}

    @Override
    public void onSendable(SenderLink link) {}

    @Override
    public void onDrain(SenderLink link) {}

    @Override
    public void onDisposition(SenderLink link, OutgoingDelivery delivery) {}

    @Override
    public IncomingDelivery newDelivery(ReceiverLink link) {
        return new IncomingDelivery() {};
    }

    @Override
    public void onDelivery(ReceiverLink link, IncomingDelivery delivery) {
        received.add(delivery);
    }

    @Override
    public void onDisposition(ReceiverLink link, IncomingDelivery delivery) {}

    @Override
    public void onDrained(ReceiverLink link) {}

    @Override
    public void onDetached(SenderLink link, StopReason reason, boolean closed) {
        detached.complete(reason);
    }

    @Override
    public void onDetached(ReceiverLink link, StopReason reason, boolean closed) {
        detached.complete(reason);
    }
}
