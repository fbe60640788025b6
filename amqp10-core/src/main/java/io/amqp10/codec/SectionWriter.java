package io.amqp10.codec;

import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.messaging.Section;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the sections of a message: {@link #begin(ByteBuf)}, the sections in their order, {@link #finish}; or {@link #begin()}, the
 * sections, {@link #takeArray} or {@link #take}; if anything throws, {@link #abort}. Writing to a buffer without an array allocates nothing either, since a writer keeps its scratch space.
 * Not safe for more than one thread.
 *
 * @see "AMQP 1.0 §3.2"
 */
public final class SectionWriter {

    private final WireWriter writer = new WireWriter();

    /** Makes a writer. */
    public SectionWriter() {}

    /**
     * Starts a message.
     *
     * @param out where to; grows as needed
     */
    public void begin(ByteBuf out) {
        writer.begin(out);
    }

    /** Starts a message for which {@link #take} makes a buffer. */
    public void begin() {
        writer.begin();
    }

    /**
     * Ends the message that was started without a buffer.
     *
     * @return a buffer of its size, which belongs to the caller
     */
    public ByteBuf take() {
        return writer.take();
    }

    /**
     * Ends the message that was started without a buffer, if it is small, to which an array is cheaper than a buffer.
     *
     * @return an array of its size; null if it is large, and to be {@linkplain #take taken}
     */
    public byte @Nullable [] takeArray() {
        return writer.takeArray();
    }

    /** Ends the message: what was written is in the buffer now. */
    public void finish() {
        writer.finish();
    }

    /** Gives the message up: the writer index of the buffer that it was started with is as it was. */
    public void abort() {
        writer.abort();
    }

    /**
     * Writes encoded sections as they are.
     *
     * @param bytes holds the octets
     * @param from the index of the first octet
     * @param to the index behind the last
     */
    public void encoded(byte[] bytes, int from, int to) {
        writer.raw(bytes, from, to - from);
    }

    /**
     * Writes the header.
     *
     * @param header the section
     */
    public void header(Header header) {
        HeaderCodec.write(writer, header);
    }

    /**
     * Writes delivery-annotations, message-annotations or the footer.
     *
     * @param type which of them
     * @param entries the entries
     * @throws IllegalArgumentException if a key is no symbol or ulong, or a value's class has no AMQP type
     */
    public void annotations(SectionType type, Map<?, ? extends @Nullable Object> entries) {
        SectionCodec.writeAnnotations(writer, type.descriptor(), entries);
    }

    /**
     * Writes the properties.
     *
     * @param properties the section
     * @throws IllegalArgumentException if an id is of a wrong type
     */
    public void properties(Properties properties) {
        PropertiesCodec.write(writer, properties);
    }

    /**
     * Writes the application-properties.
     *
     * @param entries the entries
     * @throws IllegalArgumentException if a value is not of a simple type
     */
    public void applicationProperties(Map<String, ? extends @Nullable Object> entries) {
        SectionCodec.writeApplicationProperties(writer, entries);
    }

    /**
     * Writes a data section.
     *
     * @param octets its octets
     */
    public void data(byte[] octets) {
        SectionCodec.writeData(writer, octets);
    }

    /**
     * Writes a data section.
     *
     * @param octets from its position to its limit its octets, which must not be changed any more; the position stays
     */
    public void data(ByteBuffer octets) {
        SectionCodec.writeData(writer, octets);
    }

    /**
     * Writes a section of the body.
     *
     * @param section the section
     * @throws IllegalArgumentException if a value's class has no AMQP type
     */
    public void body(Section section) {
        SectionCodec.write(writer, section);
    }
}
