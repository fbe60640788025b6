package io.amqp10.fuzz;

import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.internal.MessageCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A message can be read in any order of its parts, goes out as it came, and is the same when it is built anew. */
public final class MessageFuzz {

    private static final List<Function<Message, @Nullable Object>> PARTS = List.of(
            Message::header,
            Message::deliveryAnnotations,
            Message::messageAnnotations,
            Message::properties,
            Message::messageId,
            Message::correlationId,
            Message::userId,
            Message::creationTime,
            Message::timeToLive,
            Message::applicationProperties,
            Message::bodyType,
            Message::body,
            Message::bodyAsString,
            Message::bodySections,
            Message::footer,
            Message::toString);

    private MessageFuzz() {}

    /**
     * Decodes octets as a message.
     *
     * @param data the octets
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Message message;
        try {
            message = MessageCodec.decode(data.clone(), 0, data.length);
        } catch (MessageFormatException e) {
            return;
        }
        int readable = 0;
        for (Function<Message, @Nullable Object> part : PARTS) {
            readable += read(message, part) ? 1 : 0;
        }
        if (!Arrays.equals(encode(message), data)) {
            throw new AssertionError("a relayed message was changed");
        }
        if (readable == PARTS.size()) {
            Message rebuilt = message.toBuilder().durable(true).build();
            byte[] bytes = encode(rebuilt);
            Message again = MessageCodec.decode(bytes, 0, bytes.length);
            if (!Objects.equals(again.properties(), message.properties())
                    || !again.bodySections().equals(message.bodySections())) {
                throw new AssertionError(message + " became " + again);
            }
        }
    }

    private static boolean read(Message message, Function<Message, @Nullable Object> part) {
        try {
            return part.apply(message) != message;
        } catch (MessageFormatException e) {
            return false;
        }
    }

    private static byte[] encode(Message message) {
        ByteBuf out = Unpooled.buffer();
        MessageCodec.encode(message, out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}
