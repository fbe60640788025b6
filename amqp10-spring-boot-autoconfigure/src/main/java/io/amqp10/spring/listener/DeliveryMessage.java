package io.amqp10.spring.listener;

import io.amqp10.Delivery;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;

/** A delivery as spring-messaging sees it. Nothing of the message is decoded before somebody asks for it. */
final class DeliveryMessage implements Message<Object> {

    /** Stands for a body that is null, which a payload must not be. */
    private static final Object NO_PAYLOAD = new byte[0];

    private static final MessageHeaders NO_HEADERS = new Headers(Map.of());

    private final Delivery delivery;
    private final MessageHeaders headers;

    DeliveryMessage(Delivery delivery, boolean withHeaders) {
        this.delivery = delivery;
        this.headers = withHeaders ? new Headers(AmqpHeaders.of(delivery)) : NO_HEADERS;
    }

    Delivery delivery() {
        return delivery;
    }

    @Override
    public Object getPayload() {
        Object body = ArgumentException.about(() -> delivery.message().body());
        return body == null ? NO_PAYLOAD : body;
    }

    @Override
    public MessageHeaders getHeaders() {
        return headers;
    }

    /** Tells which message it is without showing what is in it, since this gets into logs. */
    @Override
    public String toString() {
        Object id = delivery.message().messageId();
        return "message " + (id == null ? "without an id" : "'" + id + "'") + " from '"
                + delivery.receiver().address() + "'";
    }

    /** Headers without the id and time that Spring would make up, but with properties of these names. */
    private static final class Headers extends MessageHeaders {

        private static final long serialVersionUID = 1L;

        Headers(Map<String, Object> headers) {
            super(headers, ID_VALUE_NONE, -1L);
            keep(ID, headers);
            keep(TIMESTAMP, headers);
        }

        private void keep(String name, Map<String, Object> headers) {
            Object value = headers.get(name);
            if (value != null) {
                getRawHeaders().put(name, value);
            }
        }

        /** Null where the property is no id of Spring, which asks for one in places that any message comes to. */
        @Override
        public @Nullable UUID getId() {
            return get(ID) instanceof UUID id ? id : null;
        }

        @Override
        public @Nullable Long getTimestamp() {
            return get(TIMESTAMP) instanceof Long timestamp ? timestamp : null;
        }
    }
}
