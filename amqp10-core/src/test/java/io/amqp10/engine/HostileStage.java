package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.codec.DecodeException;
import io.amqp10.codec.PerformativeDecoder;
import io.amqp10.engine.testing.Frame;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
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
import java.io.IOException;
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

    /** A message whose body is null. */
    private static final byte[] MESSAGE = {0, 0x53, 0x77, 0x40};

    final Side side;
    final Scenario scenario;
    final ScriptedPeer peer;
    final ConnectionEngine engine;

    private final PerformativeDecoder decoder = new PerformativeDecoder();
    private final Transfer transfer = new Transfer();
    private final List<ByteBuf> buffers = new ArrayList<>();
    private final List<HostileStep> steps = new ArrayList<>();
    private @Nullable SenderLink out;
    private @Nullable ReceiverLink in;
    private int nextId;
    private boolean closed;

    HostileStage(Side side, UnaryOperator<EngineOptions.Builder> options) {
        this.side = side;
        scenario = new Scenario(options, open -> open.channelMax(CHANNEL_MAX));
        peer = scenario.peer;
        engine = scenario.engine;
        peer.tap(this::sent);
    }

    /** Returns what the peer has done, as it could do it to anybody. */
    List<HostileStep> steps() {
        return steps;
    }

    /** Tells whether the connection was closed before the end of the stream. */
    boolean wasClosed() {
        return closed;
    }

    private void sent(byte[] frame) {
        HostileStep last = steps.isEmpty() ? null : steps.get(steps.size() - 1);
        if (last instanceof HostileStep.Octets octets) {
            octets.add(frame);
        } else {
            HostileStep.Octets first = new HostileStep.Octets();
            first.add(frame);
            steps.add(first);
        }
    }

    /** Notes that the peer goes on when a frame of a kind has come. */
    private void expects(Class<? extends Performative> kind) {
        steps.add(new HostileStep.Await(kind));
    }

    /** Exchanges the headers only: nothing was sent by the peer. */
    HostileStage unopened() {
        if (side == Side.CLIENT) {
            engine.open();
            peer.expectOpen();
            expects(Open.class);
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
            expects(Begin.class);
            SessionEngine session = scenario.begin(settings, 0, 1000);
            in = session.attachReceiver(receive, scenario.recorder);
            out = session.attachSender(send, scenario.recorder);
            expects(Attach.class);
            expects(Attach.class);
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
        credit(in(), 10);
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

    // what we do

    /** Grants credit to the peer. */
    void credit(ReceiverLink link, int credit) {
        link.addCredit(credit);
        peer.ignoreSent();
        steps.add(new HostileStep.Credit(link.name(), credit));
    }

    // what the peer sends

    /** Ends the stream without a word. */
    void reset() {
        steps.add(new HostileStep.Reset());
        engine.transportClosed(new IOException("reset"));
    }

    /** Sends a frame's body. */
    void bytes(String hex) {
        bytes(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    void bytes(byte[] body) {
        sent(Frame.octets(0, null, Unpooled.wrappedBuffer(body)));
        engine.frameReceived(peer.now());
        try {
            decoder.decode(0, Unpooled.wrappedBuffer(body), engine);
        } catch (DecodeException e) {
            engine.onDecodeError(0, e.toErrorCondition());
        }
    }

    /** Sends a transfer on handle 0 with so many octets of payload. */
    void transfer(int bytes, UnaryOperator<Transfer> with) {
        transferOn(0, bytes, with);
    }

    void transferOn(int channel, int bytes, UnaryOperator<Transfer> with) {
        // what there is of it begins with a message: a body of null
        ByteBuf payload = PooledByteBufAllocator.DEFAULT
                .buffer()
                .writeBytes(MESSAGE, 0, Math.min(bytes, MESSAGE.length))
                .writeZero(Math.max(0, bytes - MESSAGE.length));
        buffers.add(payload);
        Transfer frame = with.apply(transfer.reset().handle(0));
        sent(Frame.octets(channel, frame, payload));
        engine.frameReceived(peer.now());
        engine.onTransfer(channel, frame, payload);
        payload.release();
    }

    /** Sends the first frame of the next delivery. */
    void first(int bytes, UnaryOperator<Transfer> with) {
        int id = nextId++;
        transfer(bytes, frame -> with.apply(ScriptedPeer.firstOf(frame, id)));
    }

    void delivery() {
        first(MESSAGE.length, UnaryOperator.identity());
    }

    /** Sends a delivery of ours. */
    Recorderless send() {
        Recorderless message = new Recorderless();
        out().send(message);
        steps.add(new HostileStep.Send());
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
        closed = engine.isClosed();
        engine.transportClosed(null);
        assertThat(engine.isClosed()).isTrue();
        assertThat(scenario.recorder.events.stream().filter(event -> event.startsWith("closed ")))
                .hasSize(1);
        assertThat(buffers).allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
    }
}
