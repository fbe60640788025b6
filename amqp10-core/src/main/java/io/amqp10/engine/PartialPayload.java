package io.amqp10.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * The payload of a delivery that comes in several frames. Large frames are kept as they came, so that their octets are copied
 * once, into the delivery's own array; small ones are gathered, so that they do not hold a much larger network buffer.
 */
final class PartialPayload {

    private static final int SMALLEST_KEPT = 8192;
    private static final int FIRST_GATHERED = 1024;

    private ByteBuf[] parts = new ByteBuf[4];
    private int count;
    private boolean gathering;
    private int bytes;

    void add(ByteBuf payload) {
        int length = payload.readableBytes();
        bytes = Math.addExact(bytes, length);
        if (length >= SMALLEST_KEPT) {
            append(payload.retainedSlice());
            gathering = false;
        } else if (length > 0) {
            if (!gathering) {
                append(Unpooled.buffer(Math.max(FIRST_GATHERED, length)));
                gathering = true;
            }
            parts[count - 1].writeBytes(payload, payload.readerIndex(), length);
        }
    }

    int bytes() {
        return bytes;
    }

    /** Returns all octets in an array of their length. */
    byte[] assemble() {
        byte[] all = new byte[bytes];
        int offset = 0;
        for (int i = 0; i < count; i++) {
            int length = parts[i].readableBytes();
            parts[i].getBytes(parts[i].readerIndex(), all, offset, length);
            offset += length;
        }
        return all;
    }

    void release() {
        for (int i = 0; i < count; i++) {
            parts[i].release();
        }
        count = 0;
        bytes = 0;
        gathering = false;
    }

    private void append(ByteBuf part) {
        if (count == parts.length) {
            parts = Arrays.copyOf(parts, count * 2);
        }
        parts[count++] = part;
    }
}
