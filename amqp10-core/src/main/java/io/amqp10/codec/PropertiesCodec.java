package io.amqp10.codec;

import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.Properties;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The section {@code properties}. */
final class PropertiesCodec {

    private static final String TYPE = "properties";

    // Descriptor, list, what is before the octets of ten fields of any length or instead of them, of which two may be
    // UUIDs,
    // two timestamps and a number.
    private static final int FIXED_SIZE = 12 + 10 * 5 + 2 * 17 + 2 * 9 + 5;

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
        int count = count(properties);
        int room = room(properties);
        out.reserve(room);
        int list = out.beginComposite(Descriptor.PROPERTIES);
        out.enterFields(); // so that no large octets are given away before the list's size is written
        int pos = out.pos;
        if (count > 0) {
            pos = putMessageId(out, pos, properties.messageId(), room);
        }
        if (count > 1) {
            pos = putBinary(out, pos, properties.userId());
        }
        if (count > 2) {
            pos = putAddress(out, pos, properties.to(), room);
        }
        if (count > 3) {
            pos = putAddress(out, pos, properties.subject(), room);
        }
        if (count > 4) {
            pos = putAddress(out, pos, properties.replyTo(), room);
        }
        if (count > 5) {
            pos = putMessageId(out, pos, properties.correlationId(), room);
        }
        if (count > 6) {
            pos = putSymbol(out, pos, properties.contentType());
        }
        if (count > 7) {
            pos = putSymbol(out, pos, properties.contentEncoding());
        }
        if (count > 8) {
            pos = putTimestamp(out, pos, properties.absoluteExpiryTime());
        }
        if (count > 9) {
            pos = putTimestamp(out, pos, properties.creationTime());
        }
        if (count > 10) {
            pos = putAddress(out, pos, properties.groupId(), room);
        }
        if (count > 11) {
            pos = WireWriter.putUintOrNull(out.buf, pos, properties.groupSequence());
        }
        if (count > 12) {
            String group = properties.replyToGroupId();
            pos = group == null ? putNull(out, pos) : out.putString(pos, group, room);
        }
        out.pos = pos;
        out.ascend();
        out.endList(list, out.written(), count);
    }

    /** Returns how many fields there are up to the last that is present. */
    private static int count(Properties properties) {
        if (properties.replyToGroupId() != null) {
            return 13;
        }
        if (properties.groupSequence() != UnsignedInteger.ABSENT) {
            return 12;
        }
        if (properties.groupId() != null) {
            return 11;
        }
        if (properties.creationTime() != null) {
            return 10;
        }
        if (properties.absoluteExpiryTime() != null) {
            return 9;
        }
        if (properties.contentEncoding() != null) {
            return 8;
        }
        if (properties.contentType() != null) {
            return 7;
        }
        if (properties.correlationId() != null) {
            return 6;
        }
        if (properties.replyTo() != null) {
            return 5;
        }
        if (properties.subject() != null) {
            return 4;
        }
        if (properties.to() != null) {
            return 3;
        }
        if (properties.userId() != null) {
            return 2;
        }
        return properties.messageId() != null ? 1 : 0;
    }

    /** Returns how many octets are enough for properties whose strings are ASCII. */
    private static int room(Properties properties) {
        long room = FIXED_SIZE;
        room += length(properties.messageId());
        room += properties.userId() == null ? 0 : properties.userId().length();
        room += length(properties.to());
        room += length(properties.subject());
        room += length(properties.replyTo());
        room += length(properties.correlationId());
        room += properties.contentType() == null ? 0 : properties.contentType().length();
        room += properties.contentEncoding() == null
                ? 0
                : properties.contentEncoding().length();
        room += length(properties.groupId());
        room += length(properties.replyToGroupId());
        return (int) Math.min(room, Integer.MAX_VALUE);
    }

    private static int length(@Nullable Object value) {
        if (value instanceof String text) {
            return text.length();
        }
        return value instanceof Binary octets ? octets.length() : 0;
    }

    private static int putMessageId(WireWriter out, int at, @Nullable Object id, int room) {
        if (id instanceof String text) {
            return out.putString(at, text, room);
        }
        if (id == null) {
            return putNull(out, at);
        }
        if (id instanceof UnsignedLong || id instanceof UUID || id instanceof Binary) {
            out.pos = at;
            ValueWriter.write(out, id);
            return out.pos;
        }
        throw new IllegalArgumentException("a message-id is a String, UUID, UnsignedLong or Binary, not a "
                + id.getClass().getName());
    }

    private static int putAddress(WireWriter out, int at, @Nullable String value, int room) {
        return value == null ? putNull(out, at) : out.putKey(at, value, room);
    }

    private static int putBinary(WireWriter out, int at, @Nullable Binary value) {
        if (value == null) {
            return putNull(out, at);
        }
        out.pos = at;
        out.binaryValue(value);
        return out.pos;
    }

    private static int putSymbol(WireWriter out, int at, @Nullable Symbol value) {
        return value == null ? putNull(out, at) : out.putSymbol(at, value);
    }

    private static int putTimestamp(WireWriter out, int at, @Nullable Instant instant) {
        if (instant == null) {
            return putNull(out, at);
        }
        out.buf[at] = (byte) FormatCode.TIMESTAMP;
        BigEndian.putLong(out.buf, at + 1, ValueWriter.millis(instant));
        return at + 1 + Long.BYTES;
    }

    private static int putNull(WireWriter out, int at) {
        out.buf[at] = FormatCode.NULL;
        return at + 1;
    }
}
