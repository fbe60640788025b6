package io.amqp10.engine;

import io.amqp10.codec.DecodeException;
import io.amqp10.codec.PerformativeDecoder;
import io.amqp10.engine.testing.Frame;
import io.amqp10.transport.RawPeer;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.messaging.DeliveryState;
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
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A peer on a socket that sends any octets and takes what comes meanwhile. Its connection is past the headers. */
final class WirePeer implements PerformativeHandler<ByteBuf> {

    private static final long PATIENCE_SECONDS = 60;

    /** What came: a frame's kind, and the credit of a flow. */
    private record Came(Class<?> kind, long credit) {}

    private static final Came END = new Came(Void.class, 0);
    private static final String HUNG_UP = "hung up";

    private final RawPeer raw;
    private final BlockingQueue<Came> came = new LinkedBlockingQueue<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<String> descriptions = new CopyOnWriteArrayList<>();
    private final List<Attach> attaches = new CopyOnWriteArrayList<>();
    private final BlockingQueue<DeliveryState> outcomes = new LinkedBlockingQueue<>();
    private final Thread reader;

    WirePeer(RawPeer raw) throws IOException {
        this.raw = raw;
        raw.socket().setSoTimeout(0);
        reader = new Thread(this::read, "hostile-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /** Sends octets; that the other end has hung up is no failure. */
    void send(byte[] octets) {
        try {
            raw.socket().getOutputStream().write(octets);
        } catch (IOException e) {
            errors.add(HUNG_UP);
        }
    }

    /** Returns the errors that ended something, in the form of {@link io.amqp10.engine.testing.ScriptedPeer#errors}. */
    List<String> errors() {
        return errors.stream().filter(error -> !error.equals(HUNG_UP)).toList();
    }

    /** Returns what the errors say. */
    List<String> descriptions() {
        return descriptions;
    }

    /** Returns the attaches that came. */
    List<Attach> attaches() {
        return attaches;
    }

    /** Sends a frame on channel 0. */
    void send(Performative body) {
        send(Frame.octets(0, body, Unpooled.EMPTY_BUFFER));
    }

    /** Waits for the next state that a disposition says. */
    DeliveryState outcome() throws InterruptedException {
        DeliveryState outcome = outcomes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (outcome == null) {
            throw new AssertionError("no outcome came, after the errors " + errors);
        }
        return outcome;
    }

    void awaitAnyCredit() throws InterruptedException {
        await("credit", seen -> seen.kind == Flow.class && seen.credit > 0);
    }

    void await(Class<? extends Performative> kind) throws InterruptedException {
        await("a " + kind.getSimpleName(), seen -> seen.kind == kind);
    }

    void awaitCredit(long credit) throws InterruptedException {
        await("a credit of " + credit, seen -> seen.kind == Flow.class && seen.credit == credit);
    }

    /** Closes; what is sent before is judged before. */
    void close() {
        send(Frame.octets(0, new Close(null), Unpooled.EMPTY_BUFFER));
    }

    void awaitEnd() throws InterruptedException {
        await("the end of the stream", seen -> seen == END);
    }

    private void await(String what, Predicate<Came> wanted) throws InterruptedException {
        Came next;
        do {
            next = came.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null || next == END && !wanted.test(END)) {
                throw new AssertionError((next == null ? "nothing more" : "the end") + " came in place of " + what
                        + ", after the errors " + errors);
            }
        } while (!wanted.test(next));
    }

    /** Ends the connection, with a reset if it shall be rude, and waits for the reader. */
    void hangUp(boolean rudely) throws IOException, InterruptedException {
        if (rudely) {
            raw.socket().setSoLinger(true, 0);
        }
        raw.close();
        reader.join();
    }

    private void read() {
        PerformativeDecoder decoder = new PerformativeDecoder();
        try {
            DataInputStream in = new DataInputStream(raw.socket().getInputStream());
            while (true) {
                byte[] rest = new byte[in.readInt() - 4];
                in.readFully(rest);
                ByteBuf frame = Unpooled.wrappedBuffer(rest);
                int bodyOffset = 4 * frame.readByte() - 4;
                int channel = frame.getUnsignedShort(2);
                decoder.decode(channel, frame.readerIndex(bodyOffset), this);
            }
        } catch (IOException e) {
            came.add(END); // also when it was reset
        } catch (DecodeException e) {
            throw new AssertionError("our frames are not well-formed", e);
        }
    }

    private void took(Performative body, long credit) {
        ErrorCondition error = Frame.error(body);
        if (error != null) {
            errors.add(body.getClass().getSimpleName().toLowerCase(Locale.ROOT) + " " + error.condition());
            descriptions.add(String.valueOf(error.description()));
        }
        came.add(new Came(body.getClass(), credit));
    }

    @Override
    public void onOpen(int channel, Open open) {
        took(open, 0);
    }

    @Override
    public void onBegin(int channel, Begin begin) {
        took(begin, 0);
    }

    @Override
    public void onAttach(int channel, Attach attach) {
        attaches.add(attach);
        took(attach, 0);
    }

    @Override
    public void onFlow(int channel, Flow flow) {
        took(flow, flow.linkCredit());
    }

    @Override
    public void onTransfer(int channel, Transfer transfer, @Nullable ByteBuf payload) {
        took(transfer, 0);
    }

    @Override
    public void onDisposition(int channel, Disposition disposition) {
        DeliveryState state = disposition.state();
        if (state != null) {
            outcomes.add(state);
        }
        took(disposition, 0);
    }

    @Override
    public void onDetach(int channel, Detach detach) {
        took(detach, 0);
    }

    @Override
    public void onEnd(int channel, End end) {
        took(end, 0);
    }

    @Override
    public void onClose(int channel, Close close) {
        took(close, 0);
    }

    @Override
    public void onEmptyFrame(int channel) {}
}
