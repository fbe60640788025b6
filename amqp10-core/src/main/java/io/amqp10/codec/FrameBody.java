package io.amqp10.codec;

import io.netty.buffer.ByteBuf;

/**
 * Gives the body of a frame to a {@link WireReader}: the buffer's own array if it has one, else a copy of no more than the
 * performative.
 */
final class FrameBody {

    private static final int INITIAL_COPY = 64;
    private static final int KEPT_COPY = 8 * 1024;
    private static final byte[] NOTHING = new byte[0];

    private final WireReader in;
    private byte[] copy = NOTHING;
    private int from;

    FrameBody(WireReader in) {
        this.in = in;
    }

    /**
     * Starts to read.
     *
     * @return the number of the descriptor, which need not be one of the specification's
     */
    int begin(ByteBuf body) {
        int length = body.readableBytes();
        if (body.hasArray()) {
            from = body.arrayOffset() + body.readerIndex();
            in.begin(body.array(), from, from + length);
        } else {
            from = 0;
            int copied = Math.min(length, INITIAL_COPY);
            copy(body, copied);
            int needed = neededOctets(copied);
            if (needed < 0 || needed > length) {
                needed = length;
            }
            if (needed > copied) {
                copy(body, needed);
            }
            // Reading ends where the frame does; that the copy has less only matters behind the performative.
            in.begin(copy, 0, Math.max(needed, copied));
        }
        int small = in.smallDescriptor();
        return small >= 0 ? small : readDescriptor();
    }

    private int readDescriptor() {
        int code = in.u8();
        if (code != FormatCode.DESCRIBED) {
            throw new DecodeException("a frame's body must be a described list, not " + FormatCode.describe(code));
        }
        return in.knownDescriptor();
    }

    private void copy(ByteBuf body, int length) {
        if (copy.length < length) {
            copy = new byte[Math.max(length, INITIAL_COPY)];
        }
        body.getBytes(body.readerIndex(), copy, 0, length);
    }

    /** Returns how many octets the performative has, -1 if its start does not tell. */
    private int neededOctets(int copied) {
        // The usual start: a descriptor of one octet. Everything else is seldom and small enough to copy whole.
        if (copied < 12 || copy[0] != 0 || copy[1] != FormatCode.SMALL_ULONG) {
            return -1;
        }
        return switch (copy[3] & 0xff) {
            case FormatCode.LIST0 -> 4;
            case FormatCode.LIST8 -> 5 + (copy[4] & 0xff);
            case FormatCode.LIST32 -> {
                int size = (copy[4] & 0xff) << 24 | (copy[5] & 0xff) << 16 | (copy[6] & 0xff) << 8 | copy[7] & 0xff;
                yield size < 0 || size > Integer.MAX_VALUE - 8 ? -1 : 8 + size;
            }
            default -> -1;
        };
    }

    /** Ends a frame that may have a payload: the reader index comes to lie before it. */
    void endBeforePayload(ByteBuf body) {
        body.readerIndex(body.readerIndex() + in.pos - from);
        release();
    }

    /** Ends a frame that has no payload. */
    void end(ByteBuf body, int descriptor) {
        int left = body.readableBytes() - (in.pos - from);
        if (left != 0) {
            throw new DecodeException(left + " octets follow " + Descriptor.name(descriptor));
        }
        body.readerIndex(body.readerIndex() + in.pos - from);
        release();
    }

    private void release() {
        if (copy.length > KEPT_COPY) {
            copy = NOTHING;
            in.release();
        }
    }

    static DecodeException unexpected(String wanted, int descriptor) {
        return new DecodeException("a frame's body must be " + wanted + ", not "
                + (Descriptor.codeOf((long) descriptor) == Descriptor.UNKNOWN
                        ? "of an unknown type"
                        : Descriptor.name(descriptor)));
    }
}
