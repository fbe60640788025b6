package io.amqp10.transport;

/** The octets are no frame of the kind that is due here; nothing after them can be read. */
final class FramingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FramingException(String message) {
        // No stack trace: hostile input must stay cheap.
        super(message, null, false, false);
    }
}
