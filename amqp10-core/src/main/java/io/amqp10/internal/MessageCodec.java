package io.amqp10.internal;

import io.amqp10.BodyType;
import io.amqp10.Message;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.codec.SectionType;
import io.amqp10.codec.SectionWriter;
import io.amqp10.engine.OutgoingDelivery;
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
     * Writes a message as the payload of a delivery.
     *
     * @param message what to write, made by this library
     * @throws IllegalArgumentException if it holds a value that has no AMQP type
     */
    static void encode(Message message, OutgoingDelivery to) {
        if (message instanceof ReceivedMessage received) {
            to.payload(received.toBuffer());
            return;
        }
        BuiltMessage built = built(message);
        int slot = slot();
        SectionWriter writer = takeWriter(slot);
        writer.begin();
        try {
            built.write(writer);
            byte[] octets = writer.takeArray();
            if (octets != null) {
                to.payload(octets);
            } else {
                to.payload(writer.take());
            }
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
        WRITER_POOL.setRelease(slot, writer);
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

    private static void encode(BuiltMessage message, ByteBuf out) {
        int slot = slot();
        SectionWriter writer = takeWriter(slot);
        writer.begin(out);
        try {
            message.write(writer);
            writer.finish();
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
        WRITER_POOL.setRelease(slot, writer);
    }

    private static int slot() {
        return (int) Thread.currentThread().getId() & WRITERS - 1;
    }

    private static SectionWriter takeWriter(int slot) {
        SectionWriter writer = WRITER_POOL.getAndSet(slot, null);
        return writer == null ? new SectionWriter() : writer;
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
     * Makes a message of octets as {@link #decode(byte[], int, int, DecodeLimits)} does, with the usual limits.
     *
     * @param bytes holds the octets; the message keeps the array, which must not be changed any more
     * @param offset the index of the first octet
     * @param length how many octets
     * @return the message
     * @throws io.amqp10.MessageFormatException if the sections are not those of a message
     */
    public static Message decode(byte[] bytes, int offset, int length) {
        return decode(bytes, offset, length, DecodeLimits.DEFAULT);
    }

    /**
     * Makes a message of the octets of a delivery. Only the boundaries, the order and the number of the sections are read
     * here; their contents are decoded when they are first asked for.
     *
     * @param bytes holds the octets; the message keeps the array, which must not be changed any more
     * @param offset the index of the first octet
     * @param length how many octets
     * @param limits what to take at most
     * @return the message
     * @throws io.amqp10.MessageFormatException if the sections are not those of a message
     */
    public static Message decode(byte[] bytes, int offset, int length, DecodeLimits limits) {
        return new ReceivedMessage(bytes, offset, length, limits);
    }

    /**
     * Makes a message of octets in two arrays, as {@link #decode(byte[], int, int, DecodeLimits)} does of one. Its body is the second
     * array itself.
     *
     * @param head the octets of the message up to where {@link io.amqp10.codec.SectionReader#beforeData} says
     * @param data the others; like the first one, the message keeps the array
     * @param limits what to take at most
     * @return the message
     * @throws io.amqp10.MessageFormatException if the sections are not those of a message
     */
    public static Message decode(byte[] head, byte[] data, DecodeLimits limits) {
        return new ReceivedMessage(head, data, limits);
    }
}
