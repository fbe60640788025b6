package io.amqp10.internal;

import io.amqp10.BodyType;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Views of a body that both kinds of message offer. */
final class Bodies {

    private Bodies() {}

    static String text(BodyType type, @Nullable Object body) {
        if (body instanceof byte[] octets) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(octets))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new MessageFormatException("the body is not UTF-8", null, e);
            }
        }
        if (body == null || body instanceof String || body instanceof Symbol) {
            return body == null ? "" : body.toString();
        }
        throw wrongType(type, body, "text");
    }

    static byte[] octets(BodyType type, @Nullable Object body) {
        if (body == null) {
            return new byte[0];
        }
        if (body instanceof byte[] octets) {
            return octets;
        }
        if (body instanceof Binary binary) {
            return binary.toByteArray();
        }
        throw wrongType(type, body, "octets");
    }

    /** Returns a copy of what a buffer has from its position to its limit, which stay. */
    static byte[] octets(ByteBuffer buffer) {
        byte[] octets = new byte[buffer.remaining()];
        buffer.duplicate().get(octets);
        return octets;
    }

    /**
     * Writes all of a body, or of a part of one, to a channel, which cannot change it.
     *
     * @throws IOException if the channel throws it, or takes nothing
     */
    static void write(ByteBuffer octets, WritableByteChannel target) throws IOException {
        ByteBuffer left = octets.asReadOnlyBuffer();
        while (left.hasRemaining()) {
            if (target.write(left) <= 0) {
                throw new IOException("the channel that a body is written to takes nothing, and does not wait");
            }
        }
    }

    private static MessageFormatException wrongType(BodyType type, Object body, String wanted) {
        AmqpType amqpType = AmqpType.of(body);
        String what = type == BodyType.SEQUENCE
                ? "a sequence"
                : "of type " + (amqpType == null ? body.getClass().getTypeName() : amqpType.toString());
        return new MessageFormatException("the body is " + what + ", not " + wanted, null, null);
    }

    /** Shows what a log needs to tell messages apart, and nothing of the body. */
    static String show(Message message, int octets) {
        StringBuilder text = new StringBuilder("Message[");
        try {
            append(text, "messageId", message.messageId());
            append(text, "to", message.to());
            append(text, "subject", message.subject());
            append(text, "correlationId", message.correlationId());
        } catch (MessageFormatException e) {
            append(text, "malformed", e.getMessage());
        }
        append(text, "body", message.bodyType());
        if (octets >= 0) {
            append(text, "octets", octets);
        }
        return text.append(']').toString();
    }

    private static void append(StringBuilder text, String name, @Nullable Object value) {
        if (value != null) {
            text.append(text.charAt(text.length() - 1) == '[' ? "" : ", ")
                    .append(name)
                    .append('=')
                    .append(value);
        }
    }
}
