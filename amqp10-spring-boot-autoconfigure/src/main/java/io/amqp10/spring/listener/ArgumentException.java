package io.amqp10.spring.listener;

import io.amqp10.MessageFormatException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.converter.MessageConversionException;

/**
 * A message does not give what a listener method needs as an argument, such as a payload or a header. Other exceptions of its kind come
 * from what the method does.
 */
final class ArgumentException extends MessageConversionException {

    private static final long serialVersionUID = 1L;

    ArgumentException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Does what is about the message that a listener got. */
    static <T extends @Nullable Object> T about(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ArgumentException e) {
            throw e;
        } catch (MessageConversionException | MessageFormatException e) {
            throw new ArgumentException(String.valueOf(e.getMessage()), e);
        }
    }
}
