package io.amqp10.cli;

import io.amqp10.BodyType;
import io.amqp10.Message;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints messages to standard output: the body as text, or the whole of them as JSON. */
final class MessagePrinter {

    private final Environment environment;
    private final boolean json;
    private final boolean verbose;
    private final boolean escapes;

    MessagePrinter(Environment environment, boolean json, boolean verbose) {
        this.environment = environment;
        this.json = json;
        this.verbose = verbose;
        this.escapes = environment.terminal().isOutput();
    }

    /**
     * Prints a message. Nothing is printed if it cannot be read.
     *
     * @param delivery where it is from, for those who want to know
     * @throws io.amqp10.MessageFormatException if it is malformed
     */
    void print(Message message, Map<String, @Nullable Object> delivery) {
        if (json) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            if (verbose && !delivery.isEmpty()) {
                object.put("delivery", delivery);
            }
            object.putAll(JsonMessages.toJson(message));
            environment.out().print(JsonText.write(object) + "\n");
            return;
        }
        if (verbose) {
            printSections(message, delivery);
            environment.out().print("\n");
        }
        printBody(message);
        if (verbose) {
            environment.out().print("\n");
        }
    }

    private void printSections(Message message, Map<String, @Nullable Object> delivery) {
        Map<String, @Nullable Object> sections = new LinkedHashMap<>(delivery);
        sections.putAll(JsonMessages.toJson(message));
        sections.remove("body");
        sections.remove("octets");
        sections.forEach((name, value) -> {
            if (value instanceof Map<?, ?> fields) {
                fields.forEach((field, content) -> printLine(name + "." + field, content));
            } else {
                printLine(name, value);
            }
        });
    }

    private void printLine(String name, @Nullable Object value) {
        String text = value instanceof String plain ? Texts.oneLine(plain) : JsonText.write(value);
        environment.out().print(Texts.oneLine(name) + ": " + text + "\n");
    }

    private void printBody(Message message) {
        Object body = message.body();
        if (message.bodyType() == BodyType.DATA && body instanceof byte[] octets) {
            printOctets(octets);
        } else if (body instanceof Binary octets) {
            printOctets(octets.toByteArray());
        } else {
            print(text(message.bodyType(), body));
        }
        environment.out().print("\n");
    }

    private static String text(BodyType type, @Nullable Object body) {
        if (type == BodyType.NONE) {
            return "";
        }
        AmqpType amqpType = AmqpType.of(body);
        if (amqpType == null
                || amqpType == AmqpType.LIST
                || amqpType == AmqpType.MAP
                || amqpType == AmqpType.ARRAY
                || amqpType == AmqpType.DESCRIBED) {
            return JsonText.write(JsonValues.toJson(body));
        }
        return Literals.show(body);
    }

    private void print(String text) {
        environment.out().print(escapes ? Texts.forTerminal(text) : text);
    }

    /** Octets go out as they are, unless a terminal would take them for commands. */
    private void printOctets(byte[] octets) {
        if (!escapes) {
            environment.out().write(octets, 0, octets.length);
            return;
        }
        try {
            print(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString());
        } catch (CharacterCodingException e) {
            print("(" + octets.length + " octets that are no text)");
        }
    }
}
