package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.codec.DecodeException;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.codec.SectionReader;
import io.amqp10.codec.SectionType;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes a message apart while it arrives: the sections before the body, the octets of its data sections, the footer. Works on
 * the thread that reads.
 *
 * @see "AMQP 1.0 §3.2"
 */
final class ArrivingMessage {

    private static final int MAX_HEAD = 1 << 20;
    private static final int MAX_OTHER_BODY = 16 << 20;

    private static final long NO_DATA = -1;

    private static final int DESCRIBED = 0x00;
    private static final int SMALL_ULONG = 0x53;
    private static final int BINARY8 = 0xa0;
    private static final int BINARY32 = 0xb0;

    private final ArrivingOctets octets;
    private final DecodeLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final byte[] single = new byte[1];

    // Guarded by the lock.
    private final Bytes head = new Bytes();
    private @Nullable MessageFormatException malformed;
    private long firstLength = NO_DATA;
    private volatile @Nullable Message message;
    private final Octets body = new Octets();

    ArrivingMessage(ArrivingOctets octets, DecodeLimits limits) {
        this.octets = octets;
        this.limits = limits;
    }

    private static final class Bytes extends ByteArrayOutputStream {
        byte[] array() {
            return buf;
        }
    }

    /** Returns the message without a body of data; waits for what is before it. */
    Message message() {
        try {
            return head();
        } catch (IOException e) {
            throw e.getCause() instanceof Amqp10Exception known
                    ? Errors.rethrown(known)
                    : new Amqp10Exception(String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns the stream of the body. */
    InputStream body() {
        return body;
    }

    /** Writes the octets of the body to a channel, as they come; returns how many. */
    long transferBodyTo(WritableByteChannel target) throws IOException {
        return body.writeTo(target);
    }

    private Message head() throws IOException {
        Message known = message;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            if (malformed != null) {
                throw malformed;
            }
            if (message == null) {
                readHead();
            }
            return Objects.requireNonNull(message);
        } catch (DecodeException e) {
            throw remembered(
                    new MessageFormatException("malformed message: " + e.getMessage(), e.toErrorCondition(), e));
        } catch (MessageFormatException e) {
            throw remembered(e);
        } finally {
            lock.unlock();
        }
    }

    private MessageFormatException remembered(MessageFormatException e) {
        malformed = e;
        return e;
    }

    private void readHead() throws IOException {
        while (true) {
            int start = head.size();
            SectionType type = readType(start);
            if (type == null || type == SectionType.DATA) {
                byte[] sections = head.toByteArray();
                byte[] before = type == null ? sections : Arrays.copyOf(sections, start);
                head.reset();
                head.writeBytes(before);
                firstLength = type == null ? NO_DATA : readDataLength();
                message = ReceivedMessage.withoutBody(before, limits);
                return;
            }
            if (type == SectionType.SEQUENCE || type == SectionType.VALUE) {
                readRest(MAX_OTHER_BODY);
                message = MessageCodec.decode(head.toByteArray(), 0, head.size(), limits);
                return;
            }
            readSection();
        }
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
        int code = next();
        return switch (code) {
            case BINARY8 -> required();
            case BINARY32 -> (long) required() << 24 | (long) required() << 16 | (long) required() << 8 | required();
            default -> throw malformed("a section data is a binary, not 0x" + Integer.toHexString(code));
        };
    }

    private void readRest(int most) throws IOException {
        byte[] buffer = new byte[8192];
        for (int n = octets.read(buffer, 0, buffer.length); n >= 0; n = octets.read(buffer, 0, buffer.length)) {
            if (head.size() + n > most) {
                throw malformed("a body that is not data, or a footer, is larger than " + most + " octets");
            }
            head.write(buffer, 0, n);
        }
    }

    /** Reads an octet into the head. */
    private int more() throws IOException {
        int octet = required();
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
        byte[] buffer = new byte[length];
        int done = 0;
        while (done < length) {
            int n = octets.read(buffer, done, length - done);
            if (n < 0) {
                throw truncated();
            }
            done += n;
        }
        head.writeBytes(buffer);
    }

    private int required() throws IOException {
        int octet = next();
        if (octet < 0) {
            throw truncated();
        }
        return octet;
    }

    private int next() throws IOException {
        return octets.read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    private static MessageFormatException truncated() {
        return malformed("a message ends within a section");
    }

    private static MessageFormatException malformed(String text) {
        return new MessageFormatException(
                "malformed message: " + text, ErrorCondition.of(AmqpError.DECODE_ERROR, text), null);
    }

    /** The octets of all data sections. */
    private final class Octets extends InputStream {

        /** Octets left of the present section, {@link #NO_DATA} at the end of the body. */
        private long left;

        private boolean begun;

        /** The body if it is no data. */
        private InputStream other = InputStream.nullInputStream();

        private void begin() throws IOException {
            if (!begun) {
                Message known = head();
                left = firstLength;
                if (left == NO_DATA) {
                    byte[] bytes = known.bodyAsBytes();
                    other = new ByteArrayInputStream(bytes == null ? new byte[0] : bytes);
                }
                begun = true;
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            try {
                return isInData()
                        ? counted(octets.read(into, offset, (int) Math.min(length, left)))
                        : other.read(into, offset, length);
            } catch (MessageFormatException | DecodeException e) {
                throw unreadable(e);
            }
        }

        long writeTo(WritableByteChannel target) throws IOException {
            Blocking.check();
            long written = 0;
            octets.beginTransfer();
            try {
                while (isInData()) {
                    written += counted(octets.writeTo(target, left));
                }
            } catch (MessageFormatException | DecodeException e) {
                throw unreadable(e);
            } finally {
                octets.endTransfer();
            }
            return written + writeOther(target);
        }

        private int writeOther(WritableByteChannel target) throws IOException {
            byte[] rest = other.readAllBytes();
            boolean done = false;
            try {
                Bodies.write(ByteBuffer.wrap(rest), target);
                done = true;
            } finally {
                if (!done) {
                    other = new ByteArrayInputStream(rest);
                }
            }
            return rest.length;
        }

        /** Tells whether there are octets left in a data section, which it goes on to; else they may be in {@link #other}. */
        private boolean isInData() throws IOException {
            begin();
            while (left == 0) {
                nextSection();
            }
            return left > 0;
        }

        private int counted(int read) {
            if (read < 0) {
                throw truncated();
            }
            left -= read;
            return read;
        }

        private IOException unreadable(RuntimeException malformed) {
            return new IOException(
                    malformed instanceof DecodeException
                            ? "malformed message: " + malformed.getMessage()
                            : malformed.getMessage(),
                    malformed);
        }

        private void nextSection() throws IOException {
            lock.lock();
            try {
                int before = head.size();
                SectionType type = readType(before);
                if (type == SectionType.DATA) {
                    left = readDataLength();
                    byte[] kept = Arrays.copyOf(head.array(), before);
                    head.reset();
                    head.writeBytes(kept);
                    return;
                }
                if (type != null) {
                    readRest(MAX_HEAD + before);
                    message = MessageCodec.decode(head.toByteArray(), 0, head.size(), limits);
                    if (type != SectionType.FOOTER) {
                        throw malformed("a message has a section " + type + " behind data");
                    }
                }
                left = NO_DATA;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int available() {
            return left < 0 ? 0 : (int) Math.min(left, octets.available());
        }

        @Override
        public void close() {
            if (left >= 0) {
                octets.drop();
            }
        }
    }
}
