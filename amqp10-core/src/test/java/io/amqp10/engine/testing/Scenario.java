package io.amqp10.engine.testing;

import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.EngineOptions;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.SenderLink;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.SessionSettings;
import io.amqp10.types.Role;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Open;
import io.netty.buffer.Unpooled;
import java.util.function.UnaryOperator;

/** An engine with a scripted peer and a recorder, taken as far as a test needs it. */
public final class Scenario {

    public final Recorder recorder = new Recorder();
    public final ScriptedPeer peer;
    public final ConnectionEngine engine;

    public Scenario() {
        this(options -> options, open -> open);
    }

    public Scenario(UnaryOperator<EngineOptions.Builder> options, UnaryOperator<Open.Builder> open) {
        peer = new ScriptedPeer(
                options.apply(EngineOptions.builder(
                                open.apply(Open.builder("us")).build()))
                        .build(),
                recorder);
        engine = peer.engine();
    }

    /** A connection whose opens were exchanged. */
    public static Scenario opened() {
        return new Scenario().open();
    }

    public Scenario open() {
        return open(open -> open);
    }

    public Scenario open(UnaryOperator<Open.Builder> remote) {
        engine.open();
        peer.expectOpen();
        peer.sendOpen(remote);
        recorder.events.clear();
        return this;
    }

    /** Begins a session on channel 0. */
    public SessionEngine begin() {
        return begin(SessionSettings.DEFAULT, 0, 1000);
    }

    public SessionEngine begin(SessionSettings settings, long peersNextOutgoingId, long peersIncomingWindow) {
        SessionEngine session = engine.begin(recorder, settings);
        peer.expectBegin();
        peer.respondBegin(peersNextOutgoingId, peersIncomingWindow);
        recorder.events.clear();
        return session;
    }

    /** Attaches a sender with handle 0 on a session of its own. */
    public SenderLink sender() {
        return sender(begin(), attach -> attach);
    }

    public SenderLink sender(SessionEngine session, UnaryOperator<Attach.Builder> with) {
        SenderLink link =
                session.attachSender(with.apply(ours("out", Role.SENDER)).build(), recorder);
        peer.respondAttach(peer.expectAttach());
        recorder.events.clear();
        return link;
    }

    /** Attaches a receiver with handle 0 on a session of its own. */
    public ReceiverLink receiver() {
        return receiver(begin(), attach -> attach);
    }

    public ReceiverLink receiver(SessionEngine session, UnaryOperator<Attach.Builder> with) {
        ReceiverLink link =
                session.attachReceiver(with.apply(ours("in", Role.RECEIVER)).build(), recorder);
        peer.respondAttach(peer.expectAttach());
        recorder.events.clear();
        return link;
    }

    /** A receiver with credit whose flow is out of the way. */
    public ReceiverLink receiverWithCredit(int credit) {
        ReceiverLink link = receiver();
        link.addCredit(credit);
        peer.expectFlow();
        return link;
    }

    /** A sender with credit. */
    public SenderLink senderWithCredit(long credit) {
        SenderLink link = sender();
        peer.sendCredit(credit);
        recorder.events.clear();
        return link;
    }

    public static Attach.Builder ours(String name, Role role) {
        return Attach.builder(name, 0, role)
                .source(Source.builder().address("q").build())
                .target(Target.builder().address("q").build());
    }

    /** A delivery with so many octets, counted up. */
    public static Recorder.Sent message(int bytes) {
        byte[] octets = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            octets[i] = (byte) i;
        }
        return new Recorder.Sent(Unpooled.copiedBuffer(octets));
    }
}
