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
        out.beginComposite(Descriptor.PROPERTIES);
        writeMessageId(out, properties.messageId());
        out.binaryField(properties.userId());
        out.stringField(properties.to());
        out.stringField(properties.subject());
        out.stringField(properties.replyTo());
        writeMessageId(out, properties.correlationId());
        out.symbolField(properties.contentType());
        out.symbolField(properties.contentEncoding());
        writeTimestamp(out, properties.absoluteExpiryTime());
        writeTimestamp(out, properties.creationTime());
        out.stringField(properties.groupId());
        out.uintField(properties.groupSequence(), UnsignedInteger.ABSENT);
        out.stringField(properties.replyToGroupId());
        out.endComposite();
    }

    private static void writeMessageId(WireWriter out, @Nullable Object id) {
        if (id == null) {
            out.absentField();
        } else if (id instanceof String || id instanceof UnsignedLong || id instanceof UUID || id instanceof Binary) {
            out.field();
            ValueWriter.write(out, id);
        } else {
            throw new IllegalArgumentException("a message-id is a String, UUID, UnsignedLong or Binary, not a "
                    + id.getClass().getName());
        }
    }

    private static void writeTimestamp(WireWriter out, @Nullable Instant instant) {
        if (instant == null) {
            out.absentField();
        } else {
            out.field();
            out.value64(FormatCode.TIMESTAMP, ValueWriter.millis(instant));
        }
    }
}
