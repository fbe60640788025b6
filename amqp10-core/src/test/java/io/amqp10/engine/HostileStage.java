package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.codec.DecodeException;
import io.amqp10.codec.PerformativeDecoder;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An engine with an open connection, a session on channel 0, and two links, all made by us or all made by the peer: the
 * peer's handle 0 is that of its sender, with credit for ten deliveries, and handle 1 that of its receiver. What a frame
 * cannot say goes in as octets, the way the transport hands them in.
 */
final class HostileStage {

    /** Who made the connection, the session and the links. */
    enum Side {
        CLIENT,
        SERVER
    }

    static final int MAX_MESSAGE_SIZE = 10_000;
    static final int HANDLE_MAX = 7;
    static final int CHANNEL_MAX = 15;
    static final int WINDOW = 100;

    final Side side;
    final Scenario scenario;
    final ScriptedPeer peer;
    final ConnectionEngine engine;

    private final PerformativeDecoder decoder = new PerformativeDecoder();
    private final Transfer transfer = new Transfer();
    private final List<ByteBuf> buffers = new ArrayList<>();
    private @Nullable SenderLink out;
    private @Nullable ReceiverLink in;
    private int nextId;

    HostileStage(Side side, UnaryOperator<EngineOptions.Builder> options) {
        this.side = side;
        scenario = new Scenario(options, open -> open.channelMax(CHANNEL_MAX));
        peer = scenario.peer;
        engine = scenario.engine;
    }

    /** Exchanges the headers only: nothing was sent by the peer. */
    HostileStage unopened() {
        if (side == Side.CLIENT) {
            engine.open();
            peer.expectOpen();
        }
        return this;
    }

    HostileStage opened() {
        unopened();
        peer.sendOpen(UnaryOperator.identity());
        peer.ignoreSent();
        return this;
    }

    HostileStage ready() {
        opened();
        SessionSettings settings = new SessionSettings(WINDOW, HANDLE_MAX, 0, 50);
        Attach receive = Scenario.ours("in", Role.RECEIVER)
                .maxMessageSize(MAX_MESSAGE_SIZE)
                .build();
        Attach send = Scenario.ours("out", Role.SENDER).build();
        if (side == Side.CLIENT) {
            SessionEngine session = scenario.begin(settings, 0, 1000);
            in = session.attachReceiver(receive, scenario.recorder);
            out = session.attachSender(send, scenario.recorder);
            peer.respondAttach(peer.expectAttach());
            peer.respondAttach(peer.expectAttach());
        } else {
            scenario.recorder.settings = settings;
            scenario.recorder.onRemoteSender = link -> link.accept(receive, scenario.recorder);
            scenario.recorder.onRemoteReceiver = link -> link.accept(send, scenario.recorder);
            peer.sendBegin(0);
            peer.sendAttach(ScriptedPeer.attach("in", 0, Role.SENDER));
            peer.sendAttach(ScriptedPeer.attach("out", 1, Role.RECEIVER));
            in = scenario.recorder.receivers.get(0);
            out = scenario.recorder.senders.get(0);
        }
        in().addCredit(10);
        peer.sendFlow(flow -> flow.handle(1).deliveryCount(0).linkCredit(10));
        peer.ignoreSent();
        scenario.recorder.events.clear();
        return this;
    }

    ReceiverLink in() {
        return Objects.requireNonNull(in);
    }

    SenderLink out() {
        return Objects.requireNonNull(out);
    }

    SessionEngine session() {
        return in().session();
    }

    // what the peer sends

    /** Sends a frame's body. */
    void bytes(String hex) {
        bytes(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    void bytes(byte[] body) {
        engine.frameReceived(peer.now());
        try {
            decoder.decode(0, Unpooled.wrappedBuffer(body), engine);
        } catch (DecodeException e) {
            engine.onDecodeError(0, e.toErrorCondition());
        }
    }

    /** Sends a transfer on handle 0 with so many octets of payload. */
    void transfer(int bytes, UnaryOperator<Transfer> with) {
        ByteBuf payload = PooledByteBufAllocator.DEFAULT.buffer().writeZero(bytes);
        buffers.add(payload);
        engine.frameReceived(peer.now());
        engine.onTransfer(0, with.apply(transfer.reset().handle(0)), payload);
        payload.release();
    }

    /** Sends the first frame of the next delivery. */
    void first(int bytes, UnaryOperator<Transfer> with) {
        int id = nextId++;
        transfer(bytes, frame -> with.apply(ScriptedPeer.firstOf(frame, id)));
    }

    void delivery() {
        first(1, UnaryOperator.identity());
    }

    /** Sends a delivery of ours. */
    Recorderless send() {
        Recorderless message = new Recorderless();
        out().send(message);
        return message;
    }

    /** A delivery of one octet that remembers nothing. */
    static final class Recorderless extends OutgoingDelivery {
        Recorderless() {
            payload(Unpooled.buffer(1).writeByte(1));
        }
    }

    // how we react

    /** The connection is closed with an error, and nothing is taken until the peer's close. */
    ErrorCondition closes(Symbol condition) {
        ErrorCondition error = Objects.requireNonNull(next(Close.class).error());
        assertThat(error.condition()).isEqualTo(condition);
        assertThat(engine.state()).isIn(ConnectionState.DISCARDING, ConnectionState.CLOSE_PIPE);
        peer.send(0, new Flow());
        bytes("ff");
        peer.expectNothing();
        peer.sendClose(null);
        assertThat(engine.isClosed()).isTrue();
        return error;
    }

    /** The session is ended with an error, and nothing is taken on it until the peer's end. */
    void ends(Symbol condition) {
        ErrorCondition error = Objects.requireNonNull(next(End.class).error());
        assertThat(error.condition()).isEqualTo(condition);
        assertThat(engine.state()).isEqualTo(ConnectionState.OPENED);
        first(1, UnaryOperator.identity());
        peer.send(0, new Flow().handle(77));
        peer.expectNothing();
        peer.sendEnd(null);
        peer.sendBegin(0);
        assertThat(scenario.recorder
                        .sessions
                        .get(scenario.recorder.sessions.size() - 1)
                        .isMapped())
                .isTrue();
    }

    /** A link is closed with an error; its session and its neighbour go on. */
    void detaches(Symbol condition) {
        Detach detach = next(Detach.class);
        assertThat(detach.closed()).isTrue();
        assertThat(Objects.requireNonNull(detach.error()).condition()).isEqualTo(condition);
        assertThat(session().isMapped()).isTrue();
        assertThat(out().isAttached() || in().isAttached()).isTrue();
        assertThat(engine.state()).isEqualTo(ConnectionState.OPENED);
    }

    /** Nothing happens that could be seen, and all goes on. */
    void ignores() {
        peer.expectNothing();
        goesOn();
    }

    /** Whatever was answered, both links still work. */
    void goesOn() {
        peer.ignoreSent();
        assertThat(engine.state()).isEqualTo(ConnectionState.OPENED);
        assertThat(session().isMapped()).isTrue();
        int before = scenario.recorder.deliveries.size();
        delivery();
        assertThat(scenario.recorder.deliveries).hasSize(before + 1);
        Recorderless message = send();
        peer.sendDisposition(Role.RECEIVER, message.deliveryId(), message.deliveryId(), true, Accepted.INSTANCE);
        assertThat(message.remoteState()).isEqualTo(Accepted.INSTANCE);
    }

    /** Returns the next frame of a kind, past those that go out for other reasons. */
    <T extends Performative> T next(Class<T> kind) {
        peer.flush();
        while (peer.hasFrames()) {
            Performative body = peer.takeFrame().body();
            if (kind.isInstance(body)) {
                return kind.cast(body);
            }
            assertThat(body)
                    .isInstanceOfAny(
                            Open.class, Flow.class, Transfer.class, Disposition.class, Attach.class, Detach.class);
        }
        throw new AssertionError("no " + kind.getSimpleName() + " was sent");
    }

    /** Whatever happened, the end of the transport ends all, once, and nothing is held. */
    void finish() {
        engine.transportClosed(null);
        assertThat(engine.isClosed()).isTrue();
        assertThat(scenario.recorder.events.stream().filter(event -> event.startsWith("closed ")))
                .hasSize(1);
        assertThat(buffers).allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
    }
}
