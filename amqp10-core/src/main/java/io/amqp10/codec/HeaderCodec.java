package io.amqp10.codec;

import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Header;

/** The section {@code header}. */
final class HeaderCodec {

    private static final String TYPE = "header";

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
        CompositeWriter fields = out.composite(Descriptor.HEADER);
        fields.bool(header.durable(), false);
        fields.ubyte(header.priority(), Header.DEFAULT_PRIORITY);
        fields.uint(header.ttlMillis(), UnsignedInteger.ABSENT);
        fields.bool(header.firstAcquirer(), false);
        fields.uint(header.deliveryCount(), 0);
        fields.end();
    }
}
