package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.codec.DecodeException;
import io.amqp10.codec.DecodeLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
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

    private static final int MAX_OTHER_BODY = 16 << 20;

    private final ArrivingOctets octets;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final ArrivingSections sections;
    private @Nullable MessageFormatException malformed;
    private volatile @Nullable Message message;
    private final Octets body = new Octets();

    ArrivingMessage(ArrivingOctets octets, DecodeLimits limits) {
        this.octets = octets;
        sections = new ArrivingSections(octets, limits, MAX_OTHER_BODY);
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
                message = sections.readHead();
            }
            return Objects.requireNonNull(message);
        } catch (DecodeException e) {
            throw remembered(e);
        } catch (MessageFormatException e) {
            throw remembered(e);
        } finally {
            lock.unlock();
        }
    }

    private MessageFormatException remembered(DecodeException e) {
        return remembered(new MessageFormatException("malformed message: " + e.getMessage(), e.toErrorCondition(), e));
    }

    private MessageFormatException remembered(MessageFormatException e) {
        malformed = e;
        return e;
    }

    /** The octets of all data sections. */
    private final class Octets extends InputStream {

        /** Octets left of the present section, {@link ArrivingSections#NO_DATA} at the end of the body. */
        private long left;

        private boolean begun;

        /** The body if it is no data. */
        private InputStream other = InputStream.nullInputStream();

        private void begin() throws IOException {
            if (!begun) {
                Message known = head();
                left = sections.dataLength();
                if (left == ArrivingSections.NO_DATA) {
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
            } catch (MessageFormatException e) {
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
            } catch (MessageFormatException e) {
                throw unreadable(e);
            } catch (ArrivingOctets.Interrupted e) {
                e.bytesTransferred = (int) Math.min(written, Integer.MAX_VALUE);
                throw e;
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
                throw ArrivingSections.truncated();
            }
            left -= read;
            return read;
        }

        private IOException unreadable(MessageFormatException malformed) {
            return new IOException(malformed.getMessage(), malformed);
        }

        private void nextSection() throws IOException {
            lock.lock();
            try {
                if (malformed != null) {
                    throw malformed;
                }
                Message whole = sections.readOn();
                if (whole != null) {
                    message = whole;
                }
                left = sections.dataLength();
            } catch (DecodeException e) {
                throw remembered(e);
            } catch (MessageFormatException e) {
                throw remembered(e);
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
