package io.amqp10.internal;

import io.netty.buffer.ByteBuf;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts a body into the parts of a message, as data sections: one, if the length is known, and one for each part otherwise.
 *
 * @see "AMQP 1.0 §3.2.6"
 */
final class BodyParts {

    /** How many octets of body a part has at most. */
    static final int PART = 64 * 1024;

    /** The longest section; receivers may have signed lengths. */
    private static final long SECTION = 1L << 30;

    private static final int WIDE_SECTION = 0x005375b0;
    private static final int NARROW_SECTION = 0x005375a0;
    private static final int WIDE_HEADER = 8;

    private final InputStream in;
    private final long length;
    private long left;
    private long sectionLeft;
    private boolean begun;

    /**
     * Makes parts.
     *
     * @param length how many octets to read, -1 for all there are
     */
    BodyParts(InputStream in, long length) {
        this.in = in;
        this.length = length;
        this.left = length;
    }

    /** Returns how many octets sections of a known length have. */
    static long encodedSize(long length) {
        return length + WIDE_HEADER * Math.max(1, (length + SECTION - 1) / SECTION);
    }

    /** Writes a data section around octets that follow it. */
    static void writeHeader(ByteBuf out, int length) {
        out.writeInt(WIDE_SECTION).writeInt(length);
    }

    static void writeEmptySection(ByteBuf out) {
        out.writeInt(NARROW_SECTION).writeByte(0);
    }

    /**
     * Reads the next part, at least one octet of it and what more there is without waiting.
     *
     * @param out where to add it
     * @return whether it is the last one, which may be empty
     */
    boolean read(ByteBuf out) throws IOException {
        return length < 0 ? readSection(out) : readOfSection(out);
    }

    private boolean readSection(ByteBuf out) throws IOException {
        int start = out.writerIndex();
        writeHeader(out, 0);
        int size = 0;
        boolean end = false;
        do {
            int n = out.writeBytes(in, PART - size);
            end = n < 0;
            size += Math.max(0, n);
        } while (!end && size < PART && (size == 0 || in.available() > 0));
        if (size > 0) {
            out.setInt(start + Integer.BYTES, size);
        } else {
            out.writerIndex(start);
            if (!begun) {
                writeEmptySection(out);
            }
        }
        begun = true;
        return end;
    }

    private boolean readOfSection(ByteBuf out) throws IOException {
        if (length == 0) {
            writeEmptySection(out);
            return true;
        }
        int size = 0;
        do {
            if (sectionLeft == 0) {
                sectionLeft = Math.min(left, SECTION);
                writeHeader(out, (int) sectionLeft);
            }
            int n = out.writeBytes(in, (int) Math.min(PART - size, sectionLeft));
            if (n < 0) {
                throw new EOFException("the body ended after " + (length - left) + " of " + length + " octets");
            }
            size += n;
            left -= n;
            sectionLeft -= n;
        } while (left > 0 && size < PART && (size == 0 || in.available() > 0));
        return left == 0;
    }
}
