package io.amqp10.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.ConnectionListener;
import io.amqp10.engine.IncomingDelivery;
import io.amqp10.engine.OutgoingDelivery;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.ReceiverLinkListener;
import io.amqp10.engine.SenderLink;
import io.amqp10.engine.SenderLinkListener;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.SessionListener;
import io.amqp10.engine.SessionSettings;
import io.amqp10.engine.StopReason;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Open;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears everything, writes each event down in a few words, and keeps what came with it. Accepts sessions; links of the peer's
 * are kept for the test to answer.
 */
public final class Recorder implements ConnectionListener, SessionListener, SenderLinkListener, ReceiverLinkListener {

    public final List<String> events = new ArrayList<>();
    public final List<IncomingDelivery> deliveries = new ArrayList<>();
    public final List<SessionEngine> sessions = new ArrayList<>();
    public final List<SenderLink> senders = new ArrayList<>();
    public final List<ReceiverLink> receivers = new ArrayList<>();
    public final List<byte[]> chunks = new ArrayList<>();

    public boolean acceptSessions = true;
    public SessionSettings settings = SessionSettings.DEFAULT;
    public boolean streaming;
    public boolean consumeFrames = true;
    public @Nullable StopReason closed;
    public Consumer<Open> onOpen = open -> {};
    public Consumer<SenderLink> onCreditChanged = link -> {};
    public Consumer<SenderLink> onSendable = link -> {};
    public Consumer<SenderLink> onDrain = link -> {};
    public Consumer<IncomingDelivery> onDelivery = delivery -> {};
    public Consumer<ReceiverLink> onRemoteSender = link -> {};
    public Consumer<SenderLink> onRemoteReceiver = link -> {};
    public Consumer<OutgoingDelivery> onPayloadSent = delivery -> {};
    public Consumer<OutgoingDelivery> onSentDisposition = delivery -> {};

    /** A delivery of the tests' own. */
    public static final class Received extends IncomingDelivery {
        private final boolean streams;

        public Received(boolean streams) {
            this.streams = streams;
        }

        @Override
        protected boolean streams() {
            return streams;
        }
    }

    /** A delivery of the tests' own. */
    public static final class Sent extends OutgoingDelivery {

        public Sent(ByteBuf payload) {
            payload(payload);
        }
    }

    /** Returns every sender that was heard of. */
    public List<SenderLink> knownSenders() {
        return List.copyOf(senders);
    }

    /** Returns every receiver that was heard of. */
    public List<ReceiverLink> knownReceivers() {
        return List.copyOf(receivers);
    }

    /** Asserts what happened since the last time, and forgets it. */
    public void assertEvents(String... expected) {
        assertThat(events).containsExactly(expected);
        events.clear();
    }

    @Override
    public void onRemoteOpen(Open open) {
        events.add("open " + open.containerId());
        onOpen.accept(open);
    }

    @Override
    public void onRemoteBegin(SessionEngine session, Begin begin) {
        events.add("begin");
        sessions.add(session);
        if (acceptSessions) {
            session.accept(this, settings);
        }
    }

    @Override
    public void onClosed(StopReason reason) {
        events.add("closed " + describe(reason));
        closed = reason;
    }

    @Override
    public void onBegun(SessionEngine session, Begin begin) {
        events.add("begun");
    }

    @Override
    public void onRemoteAttach(SenderLink link, Attach attach) {
        events.add("attach sender " + link.name());
        senders.add(link);
        onRemoteReceiver.accept(link);
    }

    @Override
    public void onRemoteAttach(ReceiverLink link, Attach attach) {
        events.add("attach receiver " + link.name());
        receivers.add(link);
        onRemoteSender.accept(link);
    }

    @Override
    public void onEnded(SessionEngine session, StopReason reason) {
        events.add("ended " + describe(reason));
    }

    @Override
    public void onAttached(SenderLink link, Attach attach) {
        senders.add(link);
        events.add("attached " + link.name());
    }

    @Override
    public void onAttached(ReceiverLink link, Attach attach) {
        receivers.add(link);
        events.add("attached " + link.name());
    }

    @Override
    public void onCreditChanged(SenderLink link) {
        onCreditChanged.accept(link);
    }

    @Override
    public void onSendable(SenderLink link) {
        events.add("sendable " + link.credit());
        onSendable.accept(link);
    }

    @Override
    public void onDrain(SenderLink link) {
        events.add("drain " + link.credit());
        onDrain.accept(link);
    }

    @Override
    public void onDisposition(SenderLink link, OutgoingDelivery delivery) {
        events.add("sent " + delivery.deliveryId() + " " + describe(delivery.remoteState())
                + (delivery.remotelySettled() ? " settled" : ""));
        onSentDisposition.accept(delivery);
    }

    @Override
    public void onPayloadSent(SenderLink link, OutgoingDelivery delivery) {
        events.add("payload sent");
        onPayloadSent.accept(delivery);
    }

    @Override
    public void onSent(SenderLink link, OutgoingDelivery delivery) {
        events.add("sent");
    }

    @Override
    public void onDetached(SenderLink link, StopReason reason, boolean closedForGood) {
        events.add((closedForGood ? "link closed " : "detached ") + describe(reason));
    }

    @Override
    public IncomingDelivery newDelivery(ReceiverLink link) {
        return new Received(streaming);
    }

    @Override
    public void onDelivery(ReceiverLink link, IncomingDelivery delivery) {
        events.add("delivery " + delivery.deliveryId() + " " + delivery.payload().length);
        deliveries.add(delivery);
        onDelivery.accept(delivery);
    }

    @Override
    public boolean onPayload(ReceiverLink link, IncomingDelivery delivery, ByteBuf payload) {
        chunks.add(ByteBufUtil.getBytes(payload));
        return consumeFrames;
    }

    @Override
    public void onAborted(ReceiverLink link, IncomingDelivery delivery) {
        events.add("aborted " + delivery.deliveryId());
    }

    @Override
    public void onIgnored(ReceiverLink link) {
        events.add("ignored");
    }

    @Override
    public void onDisposition(ReceiverLink link, IncomingDelivery delivery) {
        events.add("received " + delivery.deliveryId() + " " + describe(delivery.remoteState())
                + (delivery.remotelySettled() ? " settled" : ""));
    }

    @Override
    public void onFlow(ReceiverLink link) {
        events.add("flow " + link.credit() + " " + link.available());
    }

    @Override
    public void onDrained(ReceiverLink link) {
        events.add("drained");
    }

    @Override
    public void onDetached(ReceiverLink link, StopReason reason, boolean closedForGood) {
        events.add((closedForGood ? "link closed " : "detached ") + describe(reason));
    }

    private static String describe(@Nullable Object state) {
        return state == null ? "-" : state.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    private static String describe(StopReason reason) {
        String text = reason.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
        if (reason instanceof StopReason.ParentStopped parent) {
            return text + " " + describe(parent.reason());
        }
        return reason.error() == null ? text : text + " " + reason.error().condition();
    }
}
