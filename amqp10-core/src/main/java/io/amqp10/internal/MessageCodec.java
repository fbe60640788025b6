package io.amqp10.internal;

import io.amqp10.BodyType;
import io.amqp10.Message;
import io.amqp10.codec.SectionType;
import io.amqp10.codec.SectionWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Turns messages into the octets of a delivery and back. Safe for any thread.
 *
 * @see "AMQP 1.0 §3.2"
 */
public final class MessageCodec {

    private static final int WRITERS = 32;
    // Each thread mostly finds the writer that it used before. A ThreadLocal would keep one for every virtual thread.
    private static final AtomicReferenceArray<@Nullable SectionWriter> WRITER_POOL =
            new AtomicReferenceArray<>(WRITERS);

    private MessageCodec() {}

    /**
     * Writes a message. A received message, or the sections of it that were not changed, is written as it came.
     *
     * @param message what to write, made by this library
     * @param out where to; grows as needed
     * @throws IllegalArgumentException if it holds a value that has no AMQP type; the writer index is as before
     */
    public static void encode(Message message, ByteBuf out) {
        if (message instanceof ReceivedMessage received) {
            received.write(out);
        } else {
            encode(built(message), out);
        }
    }

    /**
     * Writes a message into a buffer of its size.
     *
     * @param message what to write, made by this library
     * @return its octets, which belong to the caller
     * @throws IllegalArgumentException if it holds a value that has no AMQP type
     */
    static ByteBuf toBuffer(Message message) {
        return message instanceof ReceivedMessage received ? received.toBuffer() : encode(built(message), null);
    }

    private static BuiltMessage built(Message message) {
        if (message instanceof BuiltMessage built) {
            return built;
        }
        throw new IllegalArgumentException("messages are made by Message.of and Message.builder, not by "
                + message.getClass().getName());
    }

    /**
     * Writes a message.
     *
     * @param message what to write, made by this library
     * @return its octets
     * @throws IllegalArgumentException if it holds a value that has no AMQP type
     */
    public static byte[] encode(Message message) {
        ByteBuf out = Unpooled.buffer();
        encode(message, out);
        return ByteBufUtil.getBytes(out);
    }

    /** Writes a message to a buffer, or to one that is made for it; returns that. */
    private static ByteBuf encode(BuiltMessage message, @Nullable ByteBuf out) {
        int slot = (int) Thread.currentThread().getId() & WRITERS - 1;
        SectionWriter writer = WRITER_POOL.getAndSet(slot, null);
        if (writer == null) {
            writer = new SectionWriter();
        }
        ByteBuf written = encode(message, out, writer);
        WRITER_POOL.setRelease(slot, writer);
        return written;
    }

    private static ByteBuf encode(BuiltMessage message, @Nullable ByteBuf out, SectionWriter writer) {
        if (out == null) {
            writer.begin();
        } else {
            writer.begin(out);
        }
        try {
            message.write(writer);
            if (out == null) {
                return writer.take();
            }
            writer.finish();
            return out;
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
    }

    /** Refuses a message that has a body. */
    static void checkHead(Message message) {
        boolean empty =
                message.bodyType() == BodyType.NONE || message.bodyType() == BodyType.VALUE && message.body() == null;
        if (!empty) {
            throw new IllegalArgumentException("the head of a streamed message has a body of its own");
        }
    }

    /** Writes the sections before the body of a message that is to have another body. */
    static void encodeHead(Message message, ByteBuf out) {
        checkHead(message);
        encodePart(message, out, false);
    }

    /** Writes the footer if there is one. */
    static void encodeFooter(Message message, ByteBuf out) {
        encodePart(message, out, true);
    }

    private static void encodePart(Message message, ByteBuf out, boolean footer) {
        int footerBit = SectionType.FOOTER.bit();
        SectionWriter writer = new SectionWriter();
        writer.begin(out);
        try {
            if (message instanceof BuiltMessage built) {
                if (footer) {
                    built.writeFooter(writer);
                } else {
                    built.writeHead(writer);
                }
            } else if (message instanceof ReceivedMessage received) {
                received.write(writer, footer ? footerBit : ~(footerBit | ReceivedMessage.BODY));
            }
            writer.finish();
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
    }

    /**
     * Makes a message of the octets of a delivery. Only the boundaries, the order and the number of the sections are read
     * here; their contents are decoded when they are first asked for.
     *
     * @param bytes holds the octets; the message keeps the array, which must not be changed any more
     * @param offset the index of the first octet
     * @param length how many octets
     * @return the message
     * @throws io.amqp10.MessageFormatException if the sections are not those of a message
     */
    public static Message decode(byte[] bytes, int offset, int length) {
        return new ReceivedMessage(bytes, offset, length);
    }
}
