package io.amqp10.spring.converter;

import io.amqp10.Message;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.converter.MessageConversionException;

/** Turns payloads into messages and messages into payloads. Must be safe for any thread. */
public interface AmqpMessageConverter {

    /**
     * Makes a message of a payload.
     *
     * @param payload the payload; a {@link Message} is returned as it is
     * @return the message, with a content-type if its body needs one to be understood
     * @throws MessageConversionException if the payload cannot be sent, naming its class
     */
    Message toMessage(@Nullable Object payload);

    /**
     * Reads the payload of a message. What to make of it is decided by the type alone, never by something that the message
     * says about Java classes.
     *
     * @param message the message
     * @param type the type of the payload; a generic one is honoured
     * @return the payload, null if the body is null or absent
     * @throws MessageConversionException if the body cannot be read as this type, saying why
     */
    @Nullable
    Object fromMessage(Message message, Type type);
}
