package io.amqp10.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.codec.PerformativeEncoder;
import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.ConnectionListener;
import io.amqp10.engine.EngineOptions;
import io.amqp10.engine.FrameTooLargeException;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
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
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The other end of an engine under test. What the engine sends waits here to be {@code expect}ed in its order; what the peer
 * {@code send}s goes straight in. Time is {@link #advance virtual}. By default everything happens on channel 0.
 */
public final class ScriptedPeer implements PerformativeHandler<ByteBuf> {

    private static final byte[] NOTHING = {};
    private static final Frame EMPTY_FRAME = new Frame(0, null, NOTHING);

    private final Deque<Frame> frames = new ArrayDeque<>();
    private final ConnectionEngine engine;
    private final Transfer transfer = new Transfer();
    private final Flow flow = new Flow();
    private long nowNanos = -5_000_000_000L;
    private int framesSeen;
    private int writableFrames = Integer.MAX_VALUE;
    private boolean judgesFrameSizes;
    private Consumer<byte[]> tap = frame -> {};
    private final List<String> errors = new ArrayList<>();

    public ScriptedPeer(EngineOptions options, ConnectionListener listener) {
        engine = new ConnectionEngine(options, this, listener, nowNanos);
    }

    public ConnectionEngine engine() {
        return engine;
    }

    // time

    public long now() {
        return nowNanos;
    }

    /** Lets time pass, flushes, and ticks. Returns what the tick said. */
    public long advance(long nanos) {
        nowNanos += nanos;
        return tick();
    }

    public long advanceMillis(long millis) {
        return advance(millis * 1_000_000);
    }

    public long tick() {
        engine.flush(nowNanos);
        return engine.tick(nowNanos);
    }

    public void flush() {
        engine.flush(nowNanos);
    }

    // what the engine sent

    /** Returns the next transfer, flow or other performative of a kind, which must be the next frame. */
    public <T extends Performative> T expect(Class<T> kind) {
        return Objects.requireNonNull(kind.cast(expectFrame(kind).body()));
    }

    public <T extends Performative> Frame expectFrame(Class<T> kind) {
        if (frames.isEmpty()) {
            engine.flush(nowNanos);
        }
        Frame frame = frames.poll();
        if (frame == null) {
            throw new AssertionError("no frame was sent where " + kind.getSimpleName() + " is expected");
        }
        assertThat(frame.body()).isInstanceOf(kind);
        return frame;
    }

    /** Returns the next frame, whatever it is. */
    public Frame takeFrame() {
        return Objects.requireNonNull(frames.poll(), "no frame was sent");
    }

    public Open expectOpen() {
        return expect(Open.class);
    }

    public Begin expectBegin() {
        return expect(Begin.class);
    }

    public Attach expectAttach() {
        return expect(Attach.class);
    }

    public Flow expectFlow() {
        return expect(Flow.class);
    }

    public Transfer expectTransfer() {
        return expect(Transfer.class);
    }

    public Disposition expectDisposition() {
        return expect(Disposition.class);
    }

    public Detach expectDetach() {
        return expect(Detach.class);
    }

    /** Expects a closing detach with an error. */
    public ErrorCondition expectDetachWith(Symbol condition) {
        Detach detach = expectDetach();
        assertThat(detach.closed()).isTrue();
        return requireError(detach.error(), condition);
    }

    public End expectEnd() {
        return expect(End.class);
    }

    public ErrorCondition expectEndWith(Symbol condition) {
        return requireError(expectEnd().error(), condition);
    }

    public Close expectClose() {
        Frame frame = expectFrame(Close.class);
        assertThat(frame.channel()).isZero();
        return Objects.requireNonNull(Close.class.cast(frame.body()));
    }

    public ErrorCondition expectCloseWith(Symbol condition) {
        return requireError(expectClose().error(), condition);
    }

    public void expectEmptyFrame() {
        assertThat(frames.poll()).isEqualTo(EMPTY_FRAME);
    }

    /** Flushes, and expects that nothing waits here. */
    public void expectNothing() {
        engine.flush(nowNanos);
        assertThat(frames).isEmpty();
    }

    public boolean hasFrames() {
        return !frames.isEmpty();
    }

    /** Returns the names of the performatives that wait here. */
    public List<String> sentKinds() {
        return frames.stream()
                .map(frame ->
                        frame.body() == null ? "" : frame.body().getClass().getSimpleName())
                .toList();
    }

    /** Forgets what waits here. */
    public void ignoreSent() {
        engine.flush(nowNanos);
        frames.clear();
    }

    private static ErrorCondition requireError(@Nullable ErrorCondition error, Symbol condition) {
        if (error == null) {
            throw new AssertionError("no error was sent where " + condition + " is expected");
        }
        assertThat(error.condition()).isEqualTo(condition);
        return error;
    }

    /** Returns the errors that the engine has sent, in their order: "close amqp:decode-error" for example. */
    public List<String> errors() {
        return errors;
    }

    private void noteError(Performative performative) {
        ErrorCondition error = Frame.error(performative);
        if (error != null) {
            errors.add(performative.getClass().getSimpleName().toLowerCase(Locale.ROOT) + " " + error.condition());
        }
    }

    // what the peer sends

    /** Sets who gets each frame that the peer sends as octets, but for those with a payload. */
    public void tap(Consumer<byte[]> value) {
        tap = value;
    }

    public void sendOpen() {
        sendOpen(open -> open);
    }

    public void sendOpen(UnaryOperator<Open.Builder> with) {
        send(0, with.apply(Open.builder("peer")).build());
    }

    /** Answers a begin on channel 0. */
    public void respondBegin() {
        respondBegin(0, 1000);
    }

    public void respondBegin(long nextOutgoingId, long incomingWindow) {
        send(0, new Begin(0, nextOutgoingId, incomingWindow, 1000, 255));
    }

    /** Begins a session on a channel. */
    public void sendBegin(int channel) {
        send(channel, new Begin(Begin.NO_CHANNEL, 0, 1000, 1000, 255));
    }

    /** Answers an attach with the same termini and handle. */
    public void respondAttach(Attach attach) {
        respondAttach(attach, builder -> builder);
    }

    public void respondAttach(Attach attach, UnaryOperator<Attach.Builder> with) {
        send(
                0,
                with.apply(attach(attach.name(), attach.handle(), attach.role().opposite())
                                .source(attach.source())
                                .target(attach.target())
                                .sndSettleMode(attach.sndSettleMode())
                                .rcvSettleMode(attach.rcvSettleMode()))
                        .build());
    }

    /** Starts an attach as the peer sends it. */
    public static Attach.Builder attach(String name, long handle, Role role) {
        return Attach.builder(name, handle, role)
                .source(Source.builder().address("source").build())
                .target(Target.builder().address("target").build())
                .initialDeliveryCount(role == Role.SENDER ? 0 : UnsignedInteger.ABSENT);
    }

    public void sendAttach(Attach.Builder attach) {
        send(0, attach.build());
    }

    /** Grants credit to the engine's sender of handle 0, counted from its first delivery-count. */
    public void sendCredit(long credit) {
        sendFlow(f -> f.handle(0).deliveryCount(0).linkCredit(credit));
    }

    public void sendFlow(UnaryOperator<Flow> with) {
        send(
                0,
                with.apply(flow.reset()
                        .nextIncomingId(0)
                        .incomingWindow(1000)
                        .nextOutgoingId(0)
                        .outgoingWindow(1000)));
    }

    /** Sends a transfer with handle 0. */
    public void sendTransfer(UnaryOperator<Transfer> with, byte... payload) {
        ByteBuf buffer = Unpooled.copiedBuffer(payload);
        engine.frameReceived(nowNanos);
        engine.onTransfer(0, with.apply(transfer.reset().handle(0)), buffer);
        buffer.release();
    }

    /** Sends a transfer with handle 0 on a channel. */
    public void sendOn(int channel, UnaryOperator<Transfer> with, byte... payload) {
        engine.frameReceived(nowNanos);
        engine.onTransfer(channel, with.apply(transfer.reset().handle(0)), Unpooled.wrappedBuffer(payload));
    }

    /** Sends a whole delivery with handle 0 and its id as tag. */
    public void sendDelivery(long id, byte... payload) {
        sendTransfer(t -> firstOf(t, id), payload);
    }

    /** Puts the fields of a first transfer in. */
    public static Transfer firstOf(Transfer transfer, long id) {
        return transfer.deliveryId(id)
                .messageFormat(0)
                .deliveryTag(io.amqp10.types.Binary.copyOf((byte) (id >> 8), (byte) id));
    }

    public void sendDisposition(Role role, long first, long last, boolean settled, @Nullable DeliveryState state) {
        send(
                0,
                new Disposition()
                        .role(role)
                        .first(first)
                        .last(last)
                        .settled(settled)
                        .state(state));
    }

    public void sendDetach(long handle, boolean closed, @Nullable ErrorCondition error) {
        send(0, new Detach(handle, closed, error));
    }

    public void sendEnd(@Nullable ErrorCondition error) {
        send(0, new End(error));
    }

    public void sendClose(@Nullable ErrorCondition error) {
        send(0, new Close(error));
    }

    public void sendEmptyFrame(int channel) {
        tap.accept(Frame.octets(channel, null, Unpooled.EMPTY_BUFFER));
        engine.frameReceived(nowNanos);
        engine.onEmptyFrame(channel);
    }

    /** Sends any performative without a payload. */
    public void send(int channel, Performative performative) {
        tap.accept(Frame.octets(channel, performative, Unpooled.EMPTY_BUFFER));
        engine.frameReceived(nowNanos);
        performative.dispatch(engine, channel, Unpooled.EMPTY_BUFFER);
    }

    // the transport under the engine

    /** Takes no frame that is larger than the peer said, as the transport does. */
    public void judgeFrameSizes() {
        judgesFrameSizes = true;
    }

    /** Makes the transport unwritable once it has taken so many more transfers. */
    public void writableFor(int transfers) {
        writableFrames = framesSeen + transfers;
    }

    public void writableAgain() {
        writableFrames = Integer.MAX_VALUE;
        engine.setWritable(true);
    }

    @Override
    public void onOpen(int channel, Open open) {
        took(channel, open);
    }

    @Override
    public void onBegin(int channel, Begin begin) {
        took(channel, begin);
    }

    @Override
    public void onAttach(int channel, Attach attach) {
        took(channel, attach);
    }

    @Override
    public void onFlow(int channel, Flow sent) {
        took(channel, Frame.copy(sent));
    }

    @Override
    public void onTransfer(int channel, Transfer sent, ByteBuf payload) {
        byte[] octets = new byte[payload.readableBytes()];
        payload.readBytes(octets);
        frames.add(new Frame(channel, Frame.copy(sent), octets));
        if (++framesSeen >= writableFrames) {
            engine.setWritable(false);
        }
    }

    @Override
    public void onDisposition(int channel, Disposition disposition) {
        took(channel, Frame.copy(disposition));
    }

    @Override
    public void onDetach(int channel, Detach detach) {
        took(channel, detach);
    }

    @Override
    public void onEnd(int channel, End end) {
        took(channel, end);
    }

    @Override
    public void onClose(int channel, Close close) {
        took(channel, close);
    }

    @Override
    public void onEmptyFrame(int channel) {
        frames.add(new Frame(channel, null, NOTHING));
    }

    private void took(int channel, Performative performative) {
        if (judgesFrameSizes && !(performative instanceof Open)) {
            ByteBuf frame = Unpooled.buffer();
            new PerformativeEncoder().write(frame, performative);
            int size = frame.readableBytes() + 8;
            if (size > engine.peerMaxFrameSize()) {
                throw new FrameTooLargeException(size, engine.peerMaxFrameSize());
            }
        }
        noteError(performative);
        frames.add(new Frame(channel, performative, NOTHING));
    }
}
