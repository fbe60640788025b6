package io.amqp10.internal;

import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.codec.SectionReader;
import io.amqp10.codec.SectionType;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes a message apart whose octets come bit by bit: the sections before the body, where its data sections begin, the footer.
 * For one thread at a time.
 *
 * @see "AMQP 1.0 §3.2"
 */
final class ArrivingSections {

    /** Stands for the length of a data section where there is none. */
    static final long NO_DATA = -1;

    private static final int MAX_HEAD = 1 << 20;
    private static final int PIECE = 8192;
    private static final byte[] NONE = {};

    private static final int DESCRIBED = 0x00;
    private static final int SMALL_ULONG = 0x53;
    private static final int BINARY8 = 0xa0;
    private static final int BINARY32 = 0xb0;

    private final OctetSource source;
    private final DecodeLimits limits;
    private final int maxOtherBody;
    private final byte[] single = new byte[1];
    private final Bytes head = new Bytes();
    private long dataLength = NO_DATA;

    /** What was read before the source failed, to be read again from {@link #againFrom} on. */
    private byte[] again = NONE;

    private int againFrom;

    /**
     * Makes one.
     *
     * @param maxOtherBody how many octets a message may have whose body is not of data
     */
    ArrivingSections(OctetSource source, DecodeLimits limits, int maxOtherBody) {
        this.source = source;
        this.limits = limits;
        this.maxOtherBody = maxOtherBody;
    }

    private static final class Bytes extends ByteArrayOutputStream {

        byte[] array() {
            return buf;
        }

        void cut(int size) {
            count = size;
        }
    }

    /** Returns how many octets the sections take up that were read and are no data. */
    int size() {
        return head.size();
    }

    /** Forgets what was read beyond so many octets of sections, which the source will give again. */
    void backTo(int size) {
        head.cut(size);
        again = NONE;
        againFrom = 0;
    }

    /** Goes back to what it was before the source failed, so that the next call reads the same octets. */
    private void undo(int size) {
        again = Arrays.copyOfRange(head.array(), size, head.size());
        againFrom = 0;
        head.cut(size);
    }

    /** Returns how long the data section is whose octets are next, {@link #NO_DATA} at the end of the body. */
    long dataLength() {
        return dataLength;
    }

    /**
     * Reads from the beginning to the first octet of data or, if there is none, to the end.
     *
     * @return the message, without a body of data
     * @throws IOException if the source fails; what was read is not lost, and another call goes on
     * @throws MessageFormatException if it is malformed
     * @throws io.amqp10.codec.DecodeException if it is malformed
     */
    Message readHead() throws IOException {
        int size = head.size();
        try {
            return readToBody();
        } catch (IOException | IllegalStateException e) {
            undo(size);
            throw e;
        }
    }

    private Message readToBody() throws IOException {
        while (true) {
            int start = head.size();
            SectionType type = readType(start);
            if (type == null || type == SectionType.DATA) {
                dataLength = type == null ? NO_DATA : readDataLength();
                head.cut(start);
                return ReceivedMessage.withoutBody(head.toByteArray(), limits);
            }
            if (type == SectionType.SEQUENCE || type == SectionType.VALUE) {
                readRest(maxOtherBody);
                return decoded();
            }
            readSection();
        }
    }

    /**
     * Reads from the end of a data section to the first octet of the next one or, if there is none, to the end.
     *
     * @return the message with what is behind the body, null if nothing is
     * @throws IOException if the source fails; what was read is not lost, and another call goes on
     * @throws MessageFormatException if it is malformed
     * @throws io.amqp10.codec.DecodeException if it is malformed
     */
    @Nullable
    Message readOn() throws IOException {
        int size = head.size();
        try {
            return readBehindData(size);
        } catch (IOException | IllegalStateException e) {
            undo(size);
            throw e;
        }
    }

    private @Nullable Message readBehindData(int start) throws IOException {
        SectionType type = readType(start);
        if (type == SectionType.DATA) {
            dataLength = readDataLength();
            head.cut(start);
            return null;
        }
        Message whole = null;
        if (type != null) {
            readRest(MAX_HEAD + start);
            whole = decoded();
            if (type != SectionType.FOOTER) {
                throw malformed("a message has a section " + type + " behind data");
            }
        }
        dataLength = NO_DATA;
        return whole;
    }

    private Message decoded() {
        return MessageCodec.decode(head.toByteArray(), 0, head.size(), limits);
    }

    /** Reads up to the descriptor of a section; null at the end of the message. */
    private @Nullable SectionType readType(int start) throws IOException {
        int described = next();
        if (described < 0) {
            return null;
        }
        head.write(described);
        if (described == DESCRIBED) {
            int code = more();
            int size =
                    switch (code) {
                        case SMALL_ULONG -> 1;
                        case 0x80 -> Long.BYTES;
                        case 0xa3 -> more();
                        case 0xb3 -> readInt();
                        default -> 0;
                    };
            copy(size, MAX_HEAD);
        }
        SectionType type = SectionReader.type(head.array(), start, head.size());
        if (type == null) {
            throw malformed("a message has a section of an unknown type");
        }
        return type;
    }

    private void readSection() throws IOException {
        int code = more();
        switch (code >> 4) {
            case 0x4 -> {
                // an empty list
            }
            case 0xc -> copy(more(), MAX_HEAD);
            case 0xd -> copy(readInt(), MAX_HEAD);
            default -> throw malformed("a section cannot be 0x" + Integer.toHexString(code));
        }
    }

    private long readDataLength() throws IOException {
        int code = more();
        return switch (code) {
            case BINARY8 -> more();
            case BINARY32 -> (long) more() << 24 | (long) more() << 16 | (long) more() << 8 | more();
            default -> throw malformed("a section data is a binary, not 0x" + Integer.toHexString(code));
        };
    }

    private void readRest(int most) throws IOException {
        byte[] buffer = new byte[PIECE];
        for (int n = read(buffer, buffer.length); n >= 0; n = read(buffer, buffer.length)) {
            if (head.size() + n > most) {
                throw malformed("a body that is not data, or a footer, is larger than " + most + " octets");
            }
            head.write(buffer, 0, n);
        }
    }

    /** Reads an octet into the head. */
    private int more() throws IOException {
        int octet = next();
        if (octet < 0) {
            throw truncated();
        }
        head.write(octet);
        return octet;
    }

    private int readInt() throws IOException {
        int value = more() << 24 | more() << 16 | more() << 8 | more();
        return value < 0 ? Integer.MAX_VALUE : value;
    }

    private void copy(int length, int most) throws IOException {
        if (length > most - head.size()) {
            throw malformed("the sections before the body are larger than " + most + " octets");
        }
        byte[] buffer = new byte[Math.min(length, PIECE)];
        int left = length;
        while (left > 0) {
            int n = read(buffer, Math.min(left, PIECE));
            if (n < 0) {
                throw truncated();
            }
            head.write(buffer, 0, n);
            left -= n;
        }
    }

    private int next() throws IOException {
        return read(single, 1) < 0 ? -1 : single[0] & 0xff;
    }

    private int read(byte[] into, int length) throws IOException {
        int left = again.length - againFrom;
        if (left == 0) {
            return source.read(into, 0, length);
        }
        int n = Math.min(left, length);
        System.arraycopy(again, againFrom, into, 0, n);
        againFrom += n;
        if (againFrom == again.length) {
            again = NONE;
            againFrom = 0;
        }
        return n;
    }

    /** Returns what to throw if a section goes beyond the end. */
    static MessageFormatException truncated() {
        return malformed("a message ends within a section");
    }

    private static MessageFormatException malformed(String text) {
        return new MessageFormatException(
                "malformed message: " + text, ErrorCondition.of(AmqpError.DECODE_ERROR, text), null);
    }
}
