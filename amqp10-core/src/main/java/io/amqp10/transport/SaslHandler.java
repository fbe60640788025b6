package io.amqp10.transport;

import io.amqp10.codec.DecodeException;
import io.amqp10.codec.SaslCodec;
import io.amqp10.engine.sasl.SaslFailure;
import io.amqp10.engine.sasl.SaslIdentity;
import io.amqp10.engine.sasl.SaslNegotiation;
import io.amqp10.engine.sasl.SaslStep;
import io.amqp10.transport.TransportException.Stage;
import io.amqp10.types.sasl.SaslFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the frames of a {@link SaslNegotiation}, then gives way to the next step. The negotiation itself runs on another
 * thread, because it may compute for long or ask a database; meanwhile nothing is read.
 *
 * @see "AMQP 1.0 §5.3"
 */
final class SaslHandler extends ByteToMessageDecoder {

    private static final Logger LOGGER = LoggerFactory.getLogger(SaslHandler.class);

    private final Handshake handshake;
    private final SaslNegotiation negotiation;
    private final Executor executor;
    private final Consumer<SaslIdentity> next;
    private final SaslCodec codec = new SaslCodec();

    private boolean busy;

    /** The step that is being computed or was last. */
    private @Nullable Step step;

    /** The peer has ended its stream; what it said before is still looked at, and answered. */
    private boolean inputEnded;

    SaslHandler(Handshake handshake, SaslNegotiation negotiation, Executor executor, Consumer<SaslIdentity> next) {
        this.handshake = handshake;
        this.negotiation = negotiation;
        this.executor = executor;
        this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        handshake.stage(Stage.SASL);
        if (!handshake.isClient()) {
            context.channel().closeFuture().addListener(closed -> interrupt());
        }
        carryOut(context, negotiation.start());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (handshake.isOver()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (busy || in.readableBytes() < Integer.BYTES) {
            return;
        }
        long size = in.getUnsignedInt(in.readerIndex());
        if (size < FrameDecoder.HEADER_LENGTH || size > negotiation.maxFrameSize()) {
            violation("the peer sent a SASL frame of " + size + " octets, where from 8 to " + negotiation.maxFrameSize()
                    + " are allowed");
            return;
        }
        if (in.readableBytes() < size) {
            return;
        }
        ByteBuf frame = in.readSlice((int) size);
        int bodyOffset = frame.getUnsignedByte(4) * Integer.BYTES;
        int type = frame.getUnsignedByte(5);
        if (type != FrameDecoder.TYPE_SASL) {
            violation("the peer sent a frame of type " + type + " before SASL was done");
        } else if (bodyOffset < FrameDecoder.HEADER_LENGTH || bodyOffset >= size) {
            violation("the peer sent an empty or malformed SASL frame");
        } else {
            SaslFrame received = read(frame.skipBytes(bodyOffset));
            if (received != null) {
                negotiate(context, received);
            }
        }
    }

    private @Nullable SaslFrame read(ByteBuf body) {
        try {
            SaslFrame frame = codec.read(body);
            if (handshake.io().traceFrames()) {
                FrameTrace.log(handshake.peer(), FrameTrace.IN, frame);
            }
            return frame;
        } catch (DecodeException e) {
            violation("the peer sent a malformed SASL frame: " + FrameTrace.escape(String.valueOf(e.getMessage())));
            return null;
        }
    }

    private void negotiate(ChannelHandlerContext context, SaslFrame frame) {
        busy = true;
        Reading.stop(context.channel());
        Step next = new Step(() -> compute(context, frame));
        step = next;
        try {
            executor.execute(next);
        } catch (RejectedExecutionException e) {
            handshake.failCause(e);
        }
    }

    /** Nobody waits for the result any more, and an application that checks credentials must not keep the thread, or be asked. */
    private void interrupt() {
        Step last = step;
        if (last == null || !last.end()) {
            return;
        }
        if (executor instanceof ThreadPoolExecutor pool) {
            pool.remove(last);
        }
        handshake.closedByPeer();
    }

    /** A step on its thread. */
    private static final class Step implements Runnable {

        private final Runnable work;
        private @Nullable Thread thread;
        private boolean begun;
        private boolean ended;

        Step(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            synchronized (this) {
                if (ended) {
                    return;
                }
                begun = true;
                thread = Thread.currentThread();
            }
            try {
                work.run();
            } finally {
                synchronized (this) {
                    thread = null;
                }
            }
        }

        /** Interrupts it if it runs. Returns whether it never ran, and never will. */
        synchronized boolean end() {
            ended = true;
            Thread running = thread;
            if (running != null) {
                running.interrupt();
            }
            return !begun;
        }
    }

    /** On a thread that may block. */
    private void compute(ChannelHandlerContext context, SaslFrame frame) {
        Runnable next;
        try {
            SaslStep step = negotiation.receive(frame);
            next = () -> resume(context, step);
        } catch (RuntimeException | Error e) {
            next = () -> handshake.failCause(e);
        }
        try {
            context.executor().execute(next);
        } catch (RejectedExecutionException e) {
            // The event loop has ended, and its channels with it.
            LOGGER.debug("the result of a step of SASL with {} came too late", handshake.peer());
        }
    }

    private void resume(ChannelHandlerContext context, SaslStep step) {
        busy = false;
        if (handshake.isOver()) {
            return;
        }
        if (context.isRemoved() || !context.channel().isActive()) {
            // The peer ended the stream while its last frame was being looked at, which may have said why.
            SaslFailure failure = step.failure();
            if (failure == null) {
                handshake.closedByPeer();
            } else {
                handshake.failSasl(failure);
            }
            return;
        }
        Reading.resume(context.channel());
        carryOut(context, step);
        if (!context.isRemoved()) {
            // What came behind the frame waits in this decoder, which only looks at it when something is read.
            context.executor().execute(() -> readOn(context));
        } else if (inputEnded) {
            // Those that came behind this step have not heard of it.
            context.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    private void readOn(ChannelHandlerContext context) {
        if (context.isRemoved()) {
            return;
        }
        try {
            channelRead(context, Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            handshake.failCause(e);
        }
        checkInput();
    }

    /** Not as the decoder does it, which asks for more octets when it could hand on nothing, though nothing is to be read now. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (busy) {
            context.fireChannelReadComplete();
        } else {
            super.channelReadComplete(context);
        }
    }

    private void checkInput() {
        if (inputEnded && !busy) {
            handshake.closedByPeer();
        }
    }

    /** Not as the decoder does it, which would give up the octets that wait here while a step is computed. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            checkInput();
        }
        context.fireUserEventTriggered(event);
    }

    private void carryOut(ChannelHandlerContext context, SaslStep step) {
        SaslFrame reply = step.reply();
        if (reply != null && !write(context, reply)) {
            return;
        }
        SaslFailure failure = step.failure();
        SaslIdentity identity = step.identity();
        if (failure != null) {
            handshake.failSasl(failure);
        } else if (identity != null) {
            handshake.identity(identity, negotiation.offered());
            next.accept(identity);
            context.pipeline().remove(this);
        }
    }

    private boolean write(ChannelHandlerContext context, SaslFrame frame) {
        ByteBuf out = context.alloc().buffer(FrameDecoder.MIN_MAX_FRAME_SIZE);
        out.writeInt(0).writeInt(0x0201_0000);
        codec.write(out, frame);
        if (out.readableBytes() > negotiation.maxFrameSize()) {
            String message = "a SASL frame of " + out.readableBytes() + " octets would be needed, but "
                    + negotiation.maxFrameSize()
                    + " are allowed: the user name, password, token or host name is too long";
            out.release();
            violation(message);
            return false;
        }
        out.setInt(0, out.readableBytes());
        if (handshake.io().traceFrames()) {
            FrameTrace.log(handshake.peer(), FrameTrace.OUT, frame);
        }
        context.writeAndFlush(out);
        return true;
    }

    private void violation(String message) {
        handshake.failSasl(new SaslFailure(SaslFailure.Reason.PROTOCOL_VIOLATION, message, null, List.of()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        // First what is still in the decoder: an outcome may be the last thing before the end of the stream.
        super.channelInactive(context);
        if (!busy) {
            handshake.closedByPeer();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        handshake.failCause(cause);
    }
}
