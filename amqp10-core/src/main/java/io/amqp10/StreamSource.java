package io.amqp10;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A body that can be read more than once, so that {@link Sender#stream(Message, StreamSource)} can send it again when the
 * connection broke.
 */
@FunctionalInterface
public interface StreamSource {

    /**
     * Opens the body at its first octet. Called by the thread that sends, for each attempt; that thread closes the stream.
     *
     * @return a new stream with the same octets as the one before
     * @throws IOException if the body cannot be read; ends the sending
     */
    InputStream open() throws IOException;

    /**
     * Returns how many octets there are. A body of known length is sent as one data section, which more receivers understand
     * than several, and is refused before anything of it is sent if the peer does not take as much.
     *
     * @return the length, -1, as by default, if it is not known
     * @throws IOException if it cannot be told; ends the sending
     */
    default long length() throws IOException {
        return -1;
    }

    /**
     * Reads a file.
     *
     * @param file the file, which must not change while it is sent
     * @return a source of known length
     */
    static StreamSource of(Path file) {
        return new StreamSource() {
            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }

            @Override
            public long length() throws IOException {
                return Files.size(file);
            }
        };
    }
}
