package io.amqp10.transport;

import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.PerformativeHandler;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each frame and hands it on: direction, channel, performative, size of the payload. Never payloads, never SASL's
 * octets; control characters are escaped and long texts cut, because a peer chose them.
 */
final class FrameTrace implements PerformativeHandler<ByteBuf> {

    static final Logger LOGGER = LoggerFactory.getLogger("io.amqp10.frames");

    static final String IN = "<-";
    static final String OUT = "->";

    private static final int MAX_LENGTH = 2_000;

    private final String peer;
    private final String direction;
    private final PerformativeHandler<ByteBuf> next;

    FrameTrace(String peer, String direction, PerformativeHandler<ByteBuf> next) {
        this.peer = peer;
        this.direction = direction;
        this.next = next;
    }

    static void log(String peer, String direction, Object what) {
        LOGGER.info("{} {} {}", peer, direction, escape(String.valueOf(what)));
    }

    /** Makes a peer's text fit for a log: one line, no control characters, of bounded length. */
    static String escape(String text) {
        StringBuilder safe = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 16);
        for (int i = 0; i < text.length(); i++) {
            if (safe.length() >= MAX_LENGTH) {
                return safe.append("...(")
                        .append(text.length())
                        .append(" characters)")
                        .toString();
            }
            char c = text.charAt(i);
            int type = Character.getType(c);
            boolean unsafe = Character.isISOControl(c)
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR
                    || type == Character.FORMAT;
            if (unsafe) {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }

    private void log(int channel, Object performative) {
        LOGGER.info("{} {} {} {}", peer, direction, channel, escape(performative.toString()));
    }

    @Override
    public void onOpen(int channel, Open open) {
        log(channel, open);
        next.onOpen(channel, open);
    }

    @Override
    public void onBegin(int channel, Begin begin) {
        log(channel, begin);
        next.onBegin(channel, begin);
    }

    @Override
    public void onAttach(int channel, Attach attach) {
        log(channel, attach);
        next.onAttach(channel, attach);
    }

    @Override
    public void onFlow(int channel, Flow flow) {
        log(channel, flow);
        next.onFlow(channel, flow);
    }

    @Override
    public void onTransfer(int channel, Transfer transfer, ByteBuf payload) {
        log(channel, transfer + " payload=" + payload.readableBytes());
        next.onTransfer(channel, transfer, payload);
    }

    @Override
    public void onDisposition(int channel, Disposition disposition) {
        log(channel, disposition);
        next.onDisposition(channel, disposition);
    }

    @Override
    public void onDetach(int channel, Detach detach) {
        log(channel, detach);
        next.onDetach(channel, detach);
    }

    @Override
    public void onEnd(int channel, End end) {
        log(channel, end);
        next.onEnd(channel, end);
    }

    @Override
    public void onClose(int channel, Close close) {
        log(channel, close);
        next.onClose(channel, close);
    }

    @Override
    public void onEmptyFrame(int channel) {
        log(channel, "empty");
        next.onEmptyFrame(channel);
    }
}
