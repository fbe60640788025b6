package io.amqp10.fuzz;

import io.amqp10.codec.DecodeException;
import io.amqp10.codec.PerformativeDecoder;
import io.amqp10.engine.IncomingDelivery;
import io.amqp10.engine.OutgoingDelivery;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.SenderLink;
import io.amqp10.engine.SessionSettings;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Released;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Whatever frames come while links are used, the engine goes on or closes, and holds no payload when it is over. */
public final class EngineFuzz {

    private final Scenario scenario = new Scenario(
            options -> options.maxBufferedBytes(50_000).maxFramesPerDelivery(20).maxSessions(3),
            open -> open.channelMax(3));
    private final PerformativeDecoder decoder = new PerformativeDecoder();
    private final List<ByteBuf> payloads = new ArrayList<>();
    private final List<OutgoingDelivery> sent = new ArrayList<>();
    private final ByteBuf in;

    private EngineFuzz(ByteBuf in) {
        this.in = in;
    }

    /**
     * Plays a connection.
     *
     * @param data the first octet says how far the connection is and how links of the peer's are answered; then steps: a
     *     frame (channel, length, body) or something that the application does
     */
    public static void fuzzerTestOneInput(byte[] data) {
        EngineFuzz fuzz = new EngineFuzz(Unpooled.wrappedBuffer(data));
        fuzz.begin(fuzz.next());
        while (fuzz.in.isReadable()) {
            fuzz.step(fuzz.next());
            fuzz.scenario.peer.ignoreSent();
            fuzz.scenario.recorder.events.clear();
        }
        fuzz.finish();
    }

    private int next() {
        return in.isReadable() ? in.readUnsignedByte() : 0;
    }

    private void begin(int how) {
        scenario.recorder.streaming = (how & 1) != 0;
        scenario.recorder.onRemoteSender = link -> {
            if ((how & 2) != 0) {
                link.refuse(ErrorCondition.of(AmqpError.NOT_FOUND, null));
            } else {
                link.accept(
                        Scenario.ours("x", Role.RECEIVER).maxMessageSize(20_000).build(), scenario.recorder);
                link.addCredit(how & 15);
            }
        };
        scenario.recorder.onRemoteReceiver =
                link -> link.accept(Scenario.ours("x", Role.SENDER).build(), scenario.recorder);
        scenario.recorder.onDrain = SenderLink::drained;
        if ((how & 16) == 0) {
            scenario.open(open -> open.maxFrameSize(512));
        }
        if ((how & 48) == 0) {
            var session = scenario.begin(new SessionSettings(20, 5, 0, 50), 0, 50);
            scenario.sender(session, attach -> attach);
            session.attachReceiver(Scenario.ours("in", Role.RECEIVER).build(), scenario.recorder)
                    .addCredit(10);
            scenario.peer.respondAttach(scenario.peer.expectAttach());
        }
    }

    private void step(int what) {
        switch (what & 7) {
            case 0, 1, 2, 3 -> frame(what >> 3 & 3, next());
            case 4 -> frame(0, next() << 8 | next());
            case 5 -> application(what >> 3, next());
            case 6 -> scenario.peer.tick();
            default -> scenario.peer.sendEmptyFrame(what >> 3 & 3);
        }
    }

    private void frame(int channel, int length) {
        ByteBuf body = Unpooled.buffer(length).writeBytes(in, Math.min(length, in.readableBytes()));
        scenario.engine.frameReceived(scenario.peer.now());
        try {
            decoder.decode(channel, body, scenario.engine);
        } catch (DecodeException e) {
            scenario.engine.onDecodeError(e.toErrorCondition());
        }
        body.release();
        payloads.add(body);
    }

    private void application(int what, int with) {
        switch (what & 7) {
            case 0 -> scenario.engine.setWritable((with & 1) != 0);
            case 1 -> scenario.recorder.knownSenders().forEach(link -> send(link, with * 8));
            case 2 -> sent.forEach(message -> giveUp(message, with));
            case 3 -> scenario.recorder.deliveries.forEach(delivery -> settle(delivery, with));
            case 4 -> scenario.recorder.knownReceivers().forEach(link -> link.addCredit(with & 7));
            case 5 -> scenario.recorder.knownReceivers().forEach(ReceiverLink::drain);
            case 6 -> scenario.recorder.knownReceivers().forEach(link -> link.detach((with & 1) != 0, null));
            default -> {
                if (with > 200) {
                    scenario.engine.close(null);
                } else if (with > 150) {
                    scenario.recorder.sessions.forEach(session -> session.end(null));
                }
            }
        }
    }

    private void send(SenderLink link, int length) {
        if (link.canSend() && sent.size() < 100) {
            OutgoingDelivery message = Scenario.message(length);
            payloads.add(message.payload());
            sent.add(message);
            link.send(message);
        }
    }

    private static void giveUp(OutgoingDelivery message, int how) {
        SenderLink link = message.link();
        if (link != null && (how & 1) == 0) {
            link.disposition(message, Released.INSTANCE, (how & 2) != 0);
        } else if (link != null) {
            link.abort(message);
        }
    }

    private static void settle(IncomingDelivery delivery, int how) {
        ReceiverLink link = delivery.link();
        if (link != null) {
            link.disposition(delivery, Accepted.INSTANCE, (how & 1) != 0);
        }
    }

    private void finish() {
        scenario.engine.transportClosed(null);
        sent.forEach(OutgoingDelivery::releasePayload);
        if (!scenario.engine.isClosed()) {
            throw new AssertionError("not closed");
        }
        for (ByteBuf payload : payloads) {
            if (payload.refCnt() != 0) {
                throw new AssertionError("a payload was kept");
            }
        }
    }
}
