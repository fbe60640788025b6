package io.amqp10.internal;

import io.amqp10.Message;
import io.amqp10.codec.DecodeLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A message whose body goes to a consumer as it arrives. Only what is around the body is kept until enough of it has come.
 * Confined to the event loop.
 */
final class ConsumedBody implements OctetSource {

    /** What may be kept of a message: the sections before or behind the body, or a body that is not of data. */
    static final int MAX_KEPT = 1 << 20;

    private static final byte[] NONE = {};
    private static final NotYet NOT_YET = new NotYet();

    private final ArrivingSections sections;
    private final Consumer<Message> onHead;
    private final Consumer<ByteBuffer> onOctets;
    private @Nullable Message message;

    /** Octets left of the present data section, {@link ArrivingSections#NO_DATA} behind the last one. */
    private long left;

    /** What has come of sections that are no data, and not to their end. */
    private byte[] kept = NONE;

    private int keptLength;

    /** It is of no use to look at what is kept before it is as long as this. */
    private int lookFrom;

    private ByteBuf input = Unpooled.EMPTY_BUFFER;
    private int position;
    private boolean complete;
    private boolean stopped;

    /**
     * Makes one.
     *
     * @param onHead takes the message without its body, if that is of data, before the first octet of it
     * @param onOctets takes the octets of the body
     */
    ConsumedBody(DecodeLimits limits, Consumer<Message> onHead, Consumer<ByteBuffer> onOctets) {
        sections = new ArrivingSections(this, limits, MAX_KEPT);
        this.onHead = onHead;
        this.onOctets = onOctets;
    }

    /** More octets are needed; thrown often, so it has no stack trace. */
    private static final class NotYet extends IOException {

        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** Takes no more octets. */
    void stop() {
        stopped = true;
        kept = NONE;
        keptLength = 0;
    }

    /**
     * Takes the octets of a frame.
     *
     * @throws io.amqp10.MessageFormatException if the message is malformed
     * @throws io.amqp10.codec.DecodeException if the message is malformed
     */
    void take(ByteBuf octets) {
        if (keptLength == 0) {
            look(octets);
            return;
        }
        keep(octets, octets.readerIndex(), octets.readableBytes());
        if (keptLength >= lookFrom) {
            lookAtKept();
        }
    }

    /**
     * Takes the end of the message.
     *
     * @return the message, with a body only if that is not of data
     * @throws io.amqp10.MessageFormatException if the message is malformed
     * @throws io.amqp10.codec.DecodeException if the message is malformed
     */
    Message end() {
        complete = true;
        lookAtKept();
        Message known = message;
        if (left > 0 || known == null) {
            throw ArrivingSections.truncated();
        }
        return known;
    }

    private void lookAtKept() {
        byte[] octets = kept;
        int length = keptLength;
        kept = NONE;
        keptLength = 0;
        look(Unpooled.wrappedBuffer(octets, 0, length));
    }

    /** Takes what can be taken, and keeps the rest. */
    private void look(ByteBuf octets) {
        input = octets;
        position = octets.readerIndex();
        int end = octets.writerIndex();
        try {
            while (!stopped && left != ArrivingSections.NO_DATA && (position < end || complete)) {
                if (left > 0) {
                    int n = (int) Math.min(left, end - position);
                    if (n == 0) {
                        return; // a section goes beyond the end
                    }
                    int from = position;
                    position += n;
                    left -= n;
                    give(octets, from, n);
                } else if (!readSections()) {
                    keep(octets, position, end - position);
                    lookFrom = Math.min(2 * keptLength, MAX_KEPT + 1);
                    return;
                }
            }
        } finally {
            input = Unpooled.EMPTY_BUFFER;
        }
    }

    /** Reads up to the next octets of data; returns false, and has read nothing, if not enough is here. */
    private boolean readSections() {
        int start = position;
        int size = sections.size();
        try {
            if (message == null) {
                Message head = sections.readHead();
                message = head;
                left = sections.dataLength();
                if (left != ArrivingSections.NO_DATA) {
                    onHead.accept(head);
                }
                return true;
            }
            Message whole = sections.readOn();
            if (whole != null) {
                message = whole;
            }
            left = sections.dataLength();
            return true;
        } catch (IOException e) {
            if (e != NOT_YET) {
                throw new IllegalStateException("octets in memory cannot be read", e);
            }
            sections.backTo(size);
            position = start;
            return false;
        }
    }

    private void keep(ByteBuf octets, int from, int length) {
        if (kept.length - keptLength < length) {
            kept = Arrays.copyOf(kept, Math.max(keptLength + length, 2 * keptLength));
        }
        octets.getBytes(from, kept, keptLength, length);
        keptLength += length;
    }

    private void give(ByteBuf octets, int from, int length) {
        if (octets.nioBufferCount() == 1) {
            onOctets.accept(octets.nioBuffer(from, length).asReadOnlyBuffer());
            return;
        }
        for (ByteBuffer part : octets.nioBuffers(from, length)) {
            if (!stopped && part.hasRemaining()) {
                onOctets.accept(part.asReadOnlyBuffer());
            }
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int n = Math.min(length, input.writerIndex() - position);
        if (n > 0) {
            input.getBytes(position, into, offset, n);
            position += n;
            return n;
        }
        if (complete) {
            return -1;
        }
        throw NOT_YET;
    }
}
