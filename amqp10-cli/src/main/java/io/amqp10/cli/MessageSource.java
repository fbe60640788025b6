package io.amqp10.cli;

import io.amqp10.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
