package io.amqp10.codec;

import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Header;

/** The section {@code header}. */
final class HeaderCodec {

    private static final String TYPE = "header";

    private static final int MAX_PRIORITY = 0xff;

    // Descriptor, list, two flags, the priority and two numbers.
    private static final int MAX_SIZE = 6 + 2 + 2 + 2 * 5;

    private HeaderCodec() {}

    static Header read(WireReader in) {
        int outerEnd = in.end;
        int count = in.enterComposite(TYPE, 5);
        Header header = new Header(
                count > 0 && in.bool(TYPE, "durable", false),
                count > 1 ? in.ubyte(TYPE, "priority", Header.DEFAULT_PRIORITY) : Header.DEFAULT_PRIORITY,
                count > 2 ? in.uint(TYPE, "ttl") : UnsignedInteger.ABSENT,
                count > 3 && in.bool(TYPE, "first-acquirer", false),
                count > 4 ? in.uint(TYPE, "delivery-count", 0) : 0);
        in.leave(outerEnd, TYPE);
        return header;
    }

    static void write(WireWriter out, Header header) {
        out.reserve(MAX_SIZE);
        int list = out.beginComposite(Descriptor.HEADER);
        int count = count(header);
        byte[] buf = out.buf;
        int pos = out.pos;
        if (count > 0) {
            pos = WireWriter.putTrueOrNull(buf, pos, header.durable());
        }
        if (count > 1) {
            pos = putPriority(buf, pos, header.priority());
        }
        if (count > 2) {
            pos = WireWriter.putUintOrNull(buf, pos, header.ttlMillis());
        }
        if (count > 3) {
            pos = WireWriter.putTrueOrNull(buf, pos, header.firstAcquirer());
        }
        if (count > 4) {
            pos = WireWriter.putUint(buf, pos, header.deliveryCount());
        }
        out.pos = pos;
        out.endList(list, out.written(), count);
    }

    private static int putPriority(byte[] target, int at, int priority) {
        if (priority == Header.DEFAULT_PRIORITY) {
            target[at] = FormatCode.NULL;
            return at + 1;
        }
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("a ubyte is from 0 to " + MAX_PRIORITY + ", not " + priority);
        }
        BigEndian.putShort(target, at, FormatCode.UBYTE << 8 | priority);
        return at + 2;
    }

    /** Returns how many fields there are up to the last that is present. */
    private static int count(Header header) {
        if (header.deliveryCount() != 0) {
            return 5;
        }
        if (header.firstAcquirer()) {
            return 4;
        }
        if (header.ttlMillis() != UnsignedInteger.ABSENT) {
            return 3;
        }
        if (header.priority() != Header.DEFAULT_PRIORITY) {
            return 2;
        }
        return header.durable() ? 1 : 0;
    }
}
