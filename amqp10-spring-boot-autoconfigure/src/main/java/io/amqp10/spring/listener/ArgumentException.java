package io.amqp10.spring.listener;

/** A message does not give what a listener method needs as an argument, such as a header. */
final class ArgumentException extends RuntimeException {

    ArgumentException(String message, Throwable cause) {
        super(message, cause);
    }
}
