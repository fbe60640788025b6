package io.amqp10.cli;

import io.amqp10.Message;
import io.amqp10.types.Binary;
import io.amqp10.types.messaging.AmqpSequence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What stands in a message's body. */
final class BodyArguments {

    @Option(
            names = {"-t", "--type"},
            paramLabel = "TYPE",
            description = "What BODY, or a line, is: a simple AMQP type such as string, int, ulong, timestamp, uuid; "
                    + "data for its octets as a data section; json or sequence for a value or list as --json spells it, "
                    + "such as '{\"map\":[[\"a\",{\"int\":1}]]}'. Default: string; data for a file.")
    private @Nullable String type;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The whole file is the body (with --json: messages, one a line).")
    private @Nullable Path file;

    @Option(
            names = {"-s", "--size"},
            paramLabel = "SIZE",
            description = "A data section of so many octets, such as 512, 64k or 1M.")
    private @Nullable ByteSize size;

    @Nullable
    Path file() {
        return file;
    }

    /** Checks the type before anything is sent. */
    void check() {
        if (type != null
                && !type.equals("data")
                && !type.equals("json")
                && !type.equals("sequence")
                && !Literals.isType(type)) {
            throw CliException.usage("--type: '" + type + "' is no simple AMQP type, nor data, json or sequence");
        }
    }

    /** Tells whether these arguments alone say what the body is. */
    boolean isGiven() {
        return file != null || size != null;
    }

    /** Puts a body into a message: the text's, else the file's, else one of the size. */
    void apply(Message.Builder message, @Nullable String text) {
        if (text != null) {
            applyText(message, text);
        } else if (file != null) {
            applyFile(message, file);
        } else if (size != null) {
            byte[] octets = new byte[size.octets()];
            Arrays.fill(octets, (byte) 'x');
            message.dataBody(octets);
        }
    }

    private void applyFile(Message.Builder message, Path from) {
        try {
            byte[] octets = Files.readAllBytes(from);
            if (type == null || type.equals("data")) {
                message.dataBody(octets);
            } else if (type.equals("binary")) {
                message.valueBody(Binary.wrap(octets));
            } else {
                applyText(message, new String(octets, StandardCharsets.UTF_8).strip());
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read " + from + ": " + e, e);
        }
    }

    private void applyText(Message.Builder message, String text) {
        String as = type == null ? "string" : type;
        switch (as) {
            case "data" -> message.dataBody(text.getBytes(StandardCharsets.UTF_8));
            case "json" -> message.valueBody(JsonValues.fromJson(JsonText.read(text)));
            case "sequence" -> {
                if (!(JsonText.read(text) instanceof List<?> values)) {
                    throw new IllegalArgumentException("a sequence is written as a JSON array");
                }
                message.bodySections(List.of(new AmqpSequence(JsonValues.readList(values))));
            }
            default -> message.valueBody(Literals.parse(as, text));
        }
    }
}
