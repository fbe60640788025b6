package io.amqp10.codec;

import io.amqp10.types.Binary;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.Properties;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The section {@code properties}. */
final class PropertiesCodec {

    private static final String TYPE = "properties";

    private PropertiesCodec() {}

    static Properties read(WireReader in) {
        int outerEnd = in.end;
        int count = in.enterComposite(TYPE, 13);
        Properties properties = new Properties(
                count > 0 ? readMessageId(in, "message-id") : null,
                count > 1 ? in.binary(TYPE, "user-id") : null,
                count > 2 ? in.address(TYPE, "to") : null,
                count > 3 ? in.string(TYPE, "subject") : null,
                count > 4 ? in.address(TYPE, "reply-to") : null,
                count > 5 ? readMessageId(in, "correlation-id") : null,
                count > 6 ? in.symbol(TYPE, "content-type") : null,
                count > 7 ? in.symbol(TYPE, "content-encoding") : null,
                count > 8 ? in.timestamp(TYPE, "absolute-expiry-time") : null,
                count > 9 ? in.timestamp(TYPE, "creation-time") : null,
                count > 10 ? in.string(TYPE, "group-id") : null,
                count > 11 ? in.uint(TYPE, "group-sequence") : UnsignedInteger.ABSENT,
                count > 12 ? in.string(TYPE, "reply-to-group-id") : null);
        in.leave(outerEnd, TYPE);
        return properties;
    }

    private static @Nullable Object readMessageId(WireReader in, String field) {
        int code = in.u8();
        return switch (code) {
            case FormatCode.NULL,
                    FormatCode.ULONG0,
                    FormatCode.SMALL_ULONG,
                    FormatCode.ULONG,
                    FormatCode.UUID,
                    FormatCode.BINARY8,
                    FormatCode.BINARY32,
                    FormatCode.STRING8,
                    FormatCode.STRING32 -> ValueReader.readBody(in, code);
            default ->
                throw new DecodeException(TYPE + "." + field + " must be ulong, uuid, binary or string, not "
                        + FormatCode.describe(code));
        };
    }

    static void write(WireWriter out, Properties properties) {
        CompositeWriter fields = out.composite(Descriptor.PROPERTIES);
        writeMessageId(fields, properties.messageId());
        fields.binary(properties.userId());
        fields.address(properties.to());
        fields.address(properties.subject());
        fields.address(properties.replyTo());
        writeMessageId(fields, properties.correlationId());
        fields.symbol(properties.contentType());
        fields.symbol(properties.contentEncoding());
        writeTimestamp(fields, properties.absoluteExpiryTime());
        writeTimestamp(fields, properties.creationTime());
        fields.address(properties.groupId());
        fields.uint(properties.groupSequence(), UnsignedInteger.ABSENT);
        fields.string(properties.replyToGroupId());
        fields.end();
    }

    private static void writeMessageId(CompositeWriter fields, @Nullable Object id) {
        if (id == null) {
            fields.absent();
        } else if (id instanceof String text) {
            fields.string(text);
        } else if (id instanceof UnsignedLong || id instanceof UUID || id instanceof Binary) {
            fields.value(id);
        } else {
            throw new IllegalArgumentException("a message-id is a String, UUID, UnsignedLong or Binary, not a "
                    + id.getClass().getName());
        }
    }

    private static void writeTimestamp(CompositeWriter fields, @Nullable Instant instant) {
        if (instant == null) {
            fields.absent();
        } else {
            fields.timestamp(ValueWriter.millis(instant));
        }
    }
}
