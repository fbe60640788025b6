package io.amqp10;

import io.amqp10.internal.MessageBuilder;
import io.amqp10.internal.MessageCodec;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.messaging.Section;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message: header, annotations, properties, body, footer. Immutable and safe for any thread, as long as nobody changes
 * an array or a collection that was given to it, or an array that it gave.
 *
 * <p>The sections of a received message are decoded when they are first read, by the thread that reads them. If one turns
 * out to be malformed then, the method that reads it throws {@link MessageFormatException}. A received message that is sent
 * on is written as it came, octet for octet, but for sections that {@link #toBuilder} was used to change.
 *
 * <p>Values are those of the AMQP types in Java: null, {@code Boolean}, {@code Byte}, {@code Short}, {@code Integer},
 * {@code Long}, {@code Float}, {@code Double}, {@code String}, {@code UUID}, {@code Instant}, {@code List}, {@code Map}, and
 * the types of {@link io.amqp10.types}. Implemented by this library only.
 *
 * @see "AMQP 1.0 §3.2"
 */
public interface Message {

    /**
     * Makes a message of a body alone.
     *
     * @param body octets ({@code byte[]}, {@link Binary} or {@code ByteBuffer}) become a data section, any other value
     *     becomes an amqp-value section; an array is not copied and must not be changed any more
     * @return the message
     * @throws IllegalArgumentException if the value's class has no AMQP type
     */
    static Message of(@Nullable Object body) {
        return builder().body(body).build();
    }

    /**
     * Reads a message from the octets of {@link #encode}, or those of a delivery of message format 0.
     *
     * @param octets the octets, which are copied
     * @return the message; its sections are decoded when they are first read
     * @throws MessageFormatException if the octets are not the sections of a message; for what is wrong inside a section,
     *     the method that reads it throws it
     * @see "AMQP 1.0 §3.2"
     */
    static Message decode(byte[] octets) {
        return MessageCodec.decode(octets.clone(), 0, octets.length);
    }

    /**
     * Starts a message without anything.
     *
     * @return a builder
     */
    static Builder builder() {
        return MessageBuilder.create();
    }

    /**
     * Returns the octets that a delivery of this message has. What was received or {@linkplain #decode read} and not changed
     * since is written as it came, to the bit.
     *
     * @return a new array
     * @throws IllegalArgumentException if a list or map in it holds a value whose class has no AMQP type
     * @see "AMQP 1.0 §3.2"
     */
    default byte[] encode() {
        return MessageCodec.encode(this);
    }

    /**
     * Starts a message with all that this one has.
     *
     * @return a builder
     */
    Builder toBuilder();

    /**
     * Returns the header section.
     *
     * @return the section, null if absent
     */
    @Nullable
    Header header();

    /**
     * Tells whether an intermediary must not lose the message in a restart.
     *
     * @return the field, or its default false
     */
    default boolean durable() {
        Header header = header();
        return header != null && header.durable();
    }

    /**
     * Returns the priority.
     *
     * @return from 0 to 255, 4 by default
     */
    default int priority() {
        Header header = header();
        return header == null ? Header.DEFAULT_PRIORITY : header.priority();
    }

    /**
     * Returns how long the message lives.
     *
     * @return the duration, null for ever
     */
    default @Nullable Duration timeToLive() {
        Header header = header();
        return header == null || header.ttlMillis() == UnsignedInteger.ABSENT
                ? null
                : Duration.ofMillis(header.ttlMillis());
    }

    /**
     * Tells whether nobody else has acquired the message before.
     *
     * @return the field, or its default false
     */
    default boolean firstAcquirer() {
        Header header = header();
        return header != null && header.firstAcquirer();
    }

    /**
     * Returns how many deliveries failed before.
     *
     * @return a {@code uint}, 0 by default
     */
    default long deliveryCount() {
        Header header = header();
        return header == null ? 0 : header.deliveryCount();
    }

    /**
     * Returns the annotations for this hop.
     *
     * @return entries by {@link Symbol} or {@link UnsignedLong}, in order; empty if absent
     */
    Map<Object, @Nullable Object> deliveryAnnotations();

    /**
     * Returns the annotations for every hop.
     *
     * @return entries by {@link Symbol} or {@link UnsignedLong}, in order; empty if absent
     */
    Map<Object, @Nullable Object> messageAnnotations();

    /**
     * Returns an annotation for every hop.
     *
     * @param key its key, a symbol
     * @return its value, null if absent
     */
    default @Nullable Object annotation(String key) {
        return messageAnnotations().get(Symbol.of(key));
    }

    /**
     * Returns the properties section.
     *
     * @return the section, null if absent
     */
    @Nullable
    Properties properties();

    /**
     * Returns the id.
     *
     * @return a {@code String}, {@code UUID}, {@link UnsignedLong} or {@link Binary}, null if absent
     */
    default @Nullable Object messageId() {
        Properties properties = properties();
        return properties == null ? null : properties.messageId();
    }

    /**
     * Returns who made the message.
     *
     * @return the user, null if absent
     */
    default @Nullable Binary userId() {
        Properties properties = properties();
        return properties == null ? null : properties.userId();
    }

    /**
     * Returns the address of the node that the message is for.
     *
     * @return the address, null if absent
     */
    default @Nullable String to() {
        Properties properties = properties();
        return properties == null ? null : properties.to();
    }

    /**
     * Returns what the message is about.
     *
     * @return the subject, null if absent
     */
    default @Nullable String subject() {
        Properties properties = properties();
        return properties == null ? null : properties.subject();
    }

    /**
     * Returns the address for replies.
     *
     * @return the address, null if absent
     */
    default @Nullable String replyTo() {
        Properties properties = properties();
        return properties == null ? null : properties.replyTo();
    }

    /**
     * Returns the id of a related message, such as the request that this one replies to.
     *
     * @return a {@code String}, {@code UUID}, {@link UnsignedLong} or {@link Binary}, null if absent
     */
    default @Nullable Object correlationId() {
        Properties properties = properties();
        return properties == null ? null : properties.correlationId();
    }

    /**
     * Returns the MIME type of a body of data.
     *
     * @return the type, null if absent
     */
    default @Nullable String contentType() {
        Properties properties = properties();
        return properties == null || properties.contentType() == null
                ? null
                : properties.contentType().toString();
    }

    /**
     * Returns the encoding of a body of data.
     *
     * @return the encoding, null if absent
     */
    default @Nullable String contentEncoding() {
        Properties properties = properties();
        return properties == null || properties.contentEncoding() == null
                ? null
                : properties.contentEncoding().toString();
    }

    /**
     * Returns when the message expires.
     *
     * @return the time, null if absent
     */
    default @Nullable Instant absoluteExpiryTime() {
        Properties properties = properties();
        return properties == null ? null : properties.absoluteExpiryTime();
    }

    /**
     * Returns when the message was made.
     *
     * @return the time, null if absent
     */
    default @Nullable Instant creationTime() {
        Properties properties = properties();
        return properties == null ? null : properties.creationTime();
    }

    /**
     * Returns the group that the message belongs to.
     *
     * @return the group, null if absent
     */
    default @Nullable String groupId() {
        Properties properties = properties();
        return properties == null ? null : properties.groupId();
    }

    /**
     * Returns the position in the group.
     *
     * @return a {@code uint}, or {@link UnsignedInteger#ABSENT}
     */
    default long groupSequence() {
        Properties properties = properties();
        return properties == null ? UnsignedInteger.ABSENT : properties.groupSequence();
    }

    /**
     * Returns the group for replies.
     *
     * @return the group, null if absent
     */
    default @Nullable String replyToGroupId() {
        Properties properties = properties();
        return properties == null ? null : properties.replyToGroupId();
    }

    /**
     * Returns the application's own properties.
     *
     * @return entries in order; empty if absent
     */
    Map<String, @Nullable Object> applicationProperties();

    /**
     * Returns one of the application's own properties.
     *
     * @param name its name
     * @return its value, null if absent
     */
    default @Nullable Object property(String name) {
        return applicationProperties().get(name);
    }

    /**
     * Returns the kind of body.
     *
     * @return the kind
     */
    BodyType bodyType();

    /**
     * Returns the body.
     *
     * @return for data a {@code byte[]} with the octets of all sections, which may be the message's own, for sequences a {@code List} with the elements
     *     of all sections, for a value the value; null if there is no body
     */
    @Nullable
    Object body();

    /**
     * Returns the body as a certain type.
     *
     * @param <T> the type
     * @param type {@code String} as by {@link #bodyAsString}, {@code byte[]} as by {@link #bodyAsBytes}, {@link Binary} also for
     *     data, or a type that {@link #body} is an instance of
     * @return the body, null if it is null or there is none
     * @throws MessageFormatException if the body is of another type, which the text names
     */
    default <T> @Nullable T bodyAs(Class<T> type) {
        Object body = body();
        if (body != null && type == String.class) {
            body = bodyAsString();
        } else if (body != null && type == byte[].class) {
            body = bodyAsBytes();
        }
        if (type == Binary.class && body instanceof byte[] octets) {
            body = Binary.wrap(octets);
        }
        if (body != null && !type.isInstance(body)) {
            AmqpType amqpType = AmqpType.of(body);
            String what = amqpType == null ? body.getClass().getTypeName() : amqpType.toString();
            throw new MessageFormatException(
                    "the body is of type " + what + ", not a " + type.getTypeName(), null, null);
        }
        return type.cast(body);
    }

    /**
     * Returns the body as text. Who must tell no body from an empty one asks {@link #bodyAs} or {@link #body}.
     *
     * @return the text of a value that is a string or a symbol, or of data that is UTF-8; empty if the value is null or there
     *     is no body
     * @throws MessageFormatException if the body is of another type, or data is not UTF-8
     */
    String bodyAsString();

    /**
     * Returns the body as octets. Who must tell no body from an empty one asks {@link #bodyAs} or {@link #body}.
     *
     * @return the octets of data, or of a value that is binary; empty if the value is null or there is no body. The array may be the
     *     message's own: who changes it changes what the message says from then on, also where it is sent on.
     * @throws MessageFormatException if the body is of another type
     */
    byte[] bodyAsBytes();

    /**
     * Returns the body as octets, as {@link #bodyAsBytes} does but as a view, through which nobody can change the message.
     *
     * @return a new read-only buffer from position 0 to its limit, which stays valid as long as it is kept
     * @throws MessageFormatException if the body is of another type
     */
    default ByteBuffer bodyAsBuffer() {
        return ByteBuffer.wrap(bodyAsBytes()).asReadOnlyBuffer();
    }

    /**
     * Returns the sections of the body.
     *
     * @return one or more {@code Data}, one or more {@code AmqpSequence} or one {@code AmqpValue}; none if there is no body
     */
    List<Section> bodySections();

    /**
     * Returns the footer.
     *
     * @return entries by {@link Symbol} or {@link UnsignedLong}, in order; empty if absent
     */
    Map<Object, @Nullable Object> footer();

    /** Collects the parts of a {@link Message}. Not safe for more than one thread; can be used on after {@link #build}. */
    interface Builder {

        /**
         * Sets whether an intermediary must not lose the message in a restart.
         *
         * @param value the value
         * @return this
         */
        Builder durable(boolean value);

        /**
         * Sets the priority.
         *
         * @param value from 0 to 255
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        Builder priority(int value);

        /**
         * Sets how long the message lives.
         *
         * @param value from 0 to 4294967295 ms, null for ever
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        Builder timeToLive(@Nullable Duration value);

        /**
         * Sets whether nobody else has acquired the message before.
         *
         * @param value the value
         * @return this
         */
        Builder firstAcquirer(boolean value);

        /**
         * Sets how many deliveries failed before.
         *
         * @param value from 0 to 4294967295
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        Builder deliveryCount(long value);

        /**
         * Sets all fields of the header.
         *
         * @param value the header, null for none
         * @return this
         */
        Builder header(@Nullable Header value);

        /**
         * Sets an annotation for the next hop.
         *
         * @param key its key, a symbol
         * @param value its value
         * @return this
         * @throws IllegalArgumentException if the key is not ASCII or the value's class has no AMQP type
         */
        Builder deliveryAnnotation(String key, @Nullable Object value);

        /**
         * Sets an annotation for every hop.
         *
         * @param key its key, a symbol
         * @param value its value
         * @return this
         * @throws IllegalArgumentException if the key is not ASCII or the value's class has no AMQP type
         */
        Builder annotation(String key, @Nullable Object value);

        /**
         * Replaces the annotations for the next hop.
         *
         * @param value entries by {@link Symbol}, {@link UnsignedLong} or {@code String}, which becomes a symbol
         * @return this
         * @throws IllegalArgumentException if a key or value is of another type
         */
        Builder deliveryAnnotations(Map<?, ? extends @Nullable Object> value);

        /**
         * Replaces the annotations for every hop.
         *
         * @param value entries by {@link Symbol}, {@link UnsignedLong} or {@code String}, which becomes a symbol
         * @return this
         * @throws IllegalArgumentException if a key or value is of another type
         */
        Builder messageAnnotations(Map<?, ? extends @Nullable Object> value);

        /**
         * Sets the id.
         *
         * @param value the id, null for none
         * @return this
         */
        Builder messageId(@Nullable String value);

        /**
         * Sets the id.
         *
         * @param value the id, null for none
         * @return this
         */
        Builder messageId(@Nullable UUID value);

        /**
         * Sets the id.
         *
         * @param value the id, null for none
         * @return this
         */
        Builder messageId(@Nullable Binary value);

        /**
         * Sets the id.
         *
         * @param value the id, null for none
         * @return this
         */
        Builder messageId(@Nullable UnsignedLong value);

        /**
         * Sets the id, a {@code ulong}.
         *
         * @param value the id, not negative
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        Builder messageId(long value);

        /**
         * Sets the id, as it was read from another message.
         *
         * @param value a {@code String}, {@code UUID}, {@link UnsignedLong} or {@link Binary}, null for none
         * @return this
         * @throws IllegalArgumentException if it is of another type
         */
        Builder messageId(@Nullable Object value);

        /**
         * Sets the id of a related message.
         *
         * @param value the id, null for none
         * @return this
         */
        Builder correlationId(@Nullable String value);

        /**
         * Sets the id of a related message.
         *
         * @param value the id, null for none
         * @return this
         */
        Builder correlationId(@Nullable UUID value);

        /**
         * Sets the id of a related message.
         *
         * @param value the id, null for none
         * @return this
         */
        Builder correlationId(@Nullable Binary value);

        /**
         * Sets the id of a related message.
         *
         * @param value the id, null for none
         * @return this
         */
        Builder correlationId(@Nullable UnsignedLong value);

        /**
         * Sets the id of a related message, a {@code ulong}.
         *
         * @param value the id, not negative
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        Builder correlationId(long value);

        /**
         * Sets the id of a related message, as it was read from another message.
         *
         * @param value a {@code String}, {@code UUID}, {@link UnsignedLong} or {@link Binary}, null for none
         * @return this
         * @throws IllegalArgumentException if it is of another type
         */
        Builder correlationId(@Nullable Object value);

        /**
         * Sets who makes the message.
         *
         * @param value the value, null for none
         * @return this
         */
        Builder userId(@Nullable Binary value);

        /**
         * Sets who makes the message.
         *
         * @param value the user, sent in UTF-8, null for none
         * @return this
         */
        Builder userId(@Nullable String value);

        /**
         * Sets the address of the node that the message is for.
         *
         * @param value the value, null for none
         * @return this
         */
        Builder to(@Nullable String value);

        /**
         * Sets what the message is about.
         *
         * @param value the value, null for none
         * @return this
         */
        Builder subject(@Nullable String value);

        /**
         * Sets the address for replies.
         *
         * @param value the value, null for none
         * @return this
         */
        Builder replyTo(@Nullable String value);

        /**
         * Sets the MIME type of a body of data.
         *
         * @param value the value, null for none
         * @return this
         * @throws IllegalArgumentException if it is not ASCII
         */
        Builder contentType(@Nullable String value);

        /**
         * Sets the encoding of a body of data, which is not carried out: the body has to be encoded so. For other bodies
         * there is none, nor is {@code identity} one; this is not checked, so that any message can be passed on as it came.
         *
         * @param value the value, null for none
         * @return this
         * @throws IllegalArgumentException if it is not ASCII
         */
        Builder contentEncoding(@Nullable String value);

        /**
         * Sets when the message expires.
         *
         * @param value the time, sent in milliseconds, null for none
         * @return this
         */
        Builder absoluteExpiryTime(@Nullable Instant value);

        /**
         * Sets when the message was made.
         *
         * @param value the time, sent in milliseconds, null for none
         * @return this
         */
        Builder creationTime(@Nullable Instant value);

        /**
         * Sets the group that the message belongs to.
         *
         * @param value the value, null for none
         * @return this
         */
        Builder groupId(@Nullable String value);

        /**
         * Sets the position in the group.
         *
         * @param value from 0 to 4294967295, or {@link UnsignedInteger#ABSENT}
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        Builder groupSequence(long value);

        /**
         * Sets the group for replies.
         *
         * @param value the value, null for none
         * @return this
         */
        Builder replyToGroupId(@Nullable String value);

        /**
         * Sets all fields of the properties section.
         *
         * @param value the section, null for none
         * @return this
         * @throws IllegalArgumentException if an id is of a wrong type
         */
        Builder properties(@Nullable Properties value);

        /**
         * Sets one of the application's own properties.
         *
         * @param name its name
         * @param value its value, of a simple type: no list, map, array
         * @return this
         * @throws IllegalArgumentException if the value is of another type
         */
        Builder property(String name, @Nullable Object value);

        /**
         * Replaces the application's own properties.
         *
         * @param value the entries, of simple types: no list, map, array
         * @return this
         * @throws IllegalArgumentException if a value is of another type
         */
        Builder applicationProperties(Map<String, ? extends @Nullable Object> value);

        /**
         * Sets the body by what it is.
         *
         * @param value octets ({@code byte[]}, {@link Binary} or {@code ByteBuffer}) become data, any other value becomes an
         *     amqp-value; an array is not copied and must not be changed any more
         * @return this
         * @throws IllegalArgumentException if the value's class has no AMQP type
         */
        Builder body(@Nullable Object value);

        /**
         * Sets a body of data.
         *
         * @param value the octets, not copied, which must not be changed any more
         * @return this
         */
        Builder dataBody(byte[] value);

        /**
         * Sets a body of data. If it is outside of the heap (a direct buffer, or a mapped file) and more than 4 KiB, a connection
         * without TLS and WebSocket gives the memory itself to the socket.
         *
         * @param value from its position to its limit the octets, not copied. From now on they must not be changed, freed or
         *     unmapped by hand, also when the outcome is known, since an outcome may come before the last octet has gone out;
         *     every thread must be allowed to read them. Position and limit may be changed.
         * @return this
         */
        Builder dataBody(ByteBuffer value);

        /**
         * Sets a body of a single value.
         *
         * @param value the value; octets become binary
         * @return this
         * @throws IllegalArgumentException if the value's class has no AMQP type
         */
        Builder valueBody(@Nullable Object value);

        /**
         * Sets a body of a sequence.
         *
         * @param value the elements
         * @return this
         * @throws IllegalArgumentException if an element's class has no AMQP type
         */
        Builder sequenceBody(List<? extends @Nullable Object> value);

        /**
         * Sets the sections of the body.
         *
         * @param value one or more {@code Data}, one or more {@code AmqpSequence}, or one {@code AmqpValue}
         * @return this
         * @throws IllegalArgumentException if they are anything else
         */
        Builder bodySections(List<? extends Section> value);

        /**
         * Sets an entry of the footer.
         *
         * @param key its key, a symbol
         * @param value its value
         * @return this
         * @throws IllegalArgumentException if the key is not ASCII or the value's class has no AMQP type
         */
        Builder footer(String key, @Nullable Object value);

        /**
         * Replaces the footer.
         *
         * @param value entries by {@link Symbol}, {@link UnsignedLong} or {@code String}, which becomes a symbol
         * @return this
         * @throws IllegalArgumentException if a key or value is of another type
         */
        Builder footer(Map<?, ? extends @Nullable Object> value);

        /**
         * Makes the message. Without a body it gets an amqp-value of null, since the specification wants one.
         *
         * @return the message
         */
        Message build();
    }
}
