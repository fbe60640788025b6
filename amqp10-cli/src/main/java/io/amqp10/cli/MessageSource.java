package io.amqp10.cli;

import io.amqp10.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the messages to send come from, one after another. */
interface MessageSource {

    /**
     * Returns the next message, perhaps after waiting for input.
     *
     * @return the message, null if there are no more
     */
    @Nullable
    Message next();

    /**
     * Makes the source that a command line asks for: lines of JSON; the same message some times; or lines that are bodies.
     *
     * @param text the body on the command line, or null
     * @param count how often or how many, null for once or all
     */
    static MessageSource of(
            Environment environment,
            BodyArguments body,
            MessageArguments fields,
            @Nullable String text,
            boolean json,
            @Nullable Long count) {
        if (text != null || (body.isGiven() && !(json && body.file() != null))) {
            return repeated(build(body, fields, text), count == null ? 1 : count);
        }
        MessageSource source;
        if (json) {
            source =
                    lines(new Lines(open(environment, body.file()), environment.stop()), new JsonParser(fields::apply));
        } else {
            if (environment.terminal().isInput()) {
                environment.err().println("Type a message a line; Ctrl-D ends.");
            }
            source = lines(new Lines(environment.in(), environment.stop()), line -> build(body, fields, line));
        }
        return count == null ? source : limited(source, count);
    }

    private static Message build(BodyArguments body, MessageArguments fields, @Nullable String text) {
        Message.Builder builder = Message.builder();
        body.apply(builder, text);
        fields.apply(builder);
        return builder.build();
    }

    /** The same message some times. */
    static MessageSource repeated(Message message, long count) {
        return new MessageSource() {
            private long left = count;

            @Override
            public @Nullable Message next() {
                return left-- > 0 ? message : null;
            }
        };
    }

    /** One message a line. */
    static MessageSource lines(Lines lines, MessageParser parser) {
        return () -> {
            String line = lines.next();
            while (line != null && parser.skipsBlank() && line.isBlank()) {
                line = lines.next();
            }
            if (line == null) {
                return null;
            }
            try {
                return parser.parse(line);
            } catch (IllegalArgumentException | io.amqp10.MessageFormatException e) {
                throw new CliException(ExitCode.USAGE, "line " + lines.number() + ": " + e.getMessage(), e);
            }
        };
    }

    /** At most so many messages of another source. */
    static MessageSource limited(MessageSource source, long count) {
        return new MessageSource() {
            private long left = count;

            @Override
            public @Nullable Message next() {
                return left-- > 0 ? source.next() : null;
            }
        };
    }

    /** Opens a file, or standard input. */
    static InputStream open(Environment environment, @Nullable Path file) {
        try {
            return file == null || file.toString().equals("-") ? environment.in() : Files.newInputStream(file);
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read " + file + ": " + e, e);
        }
    }

    /** Makes a message of a line. */
    interface MessageParser {

        /**
         * Reads a line.
         *
         * @throws IllegalArgumentException if it is no message
         */
        Message parse(String line);

        /** Tells whether an empty line is no message. */
        default boolean skipsBlank() {
            return false;
        }
    }

    /**
     * Makes messages of JSON lines.
     *
     * @param changes what to change in each
     */
    record JsonParser(Consumer<Message.Builder> changes) implements MessageParser {

        @Override
        public Message parse(String line) {
            Message.Builder builder = JsonMessages.fromJson(line).toBuilder();
            changes.accept(builder);
            return builder.build();
        }

        @Override
        public boolean skipsBlank() {
            return true;
        }
    }
}
