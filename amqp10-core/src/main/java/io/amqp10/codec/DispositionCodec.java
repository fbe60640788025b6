package io.amqp10.codec;

import io.amqp10.types.Role;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Disposition;

/** The performative {@code disposition}. */
final class DispositionCodec {

    private static final String TYPE = "disposition";

    private DispositionCodec() {}

    static void read(WireReader in, Disposition disposition) {
        int outerEnd = in.end;
        int count = in.enterComposite(TYPE, 6);
        if (count == 0 || in.isNull()) {
            throw WireReader.missing(TYPE, "role");
        }
        disposition.reset();
        disposition.role(Role.fromWire(in.bool(TYPE, "role", false)));
        if (count == 1) {
            throw WireReader.missing(TYPE, "first");
        }
        long first = in.mandatoryUint(TYPE, "first");
        disposition.first(first);
        disposition.last(count > 2 ? in.uint(TYPE, "last", first) : first);
        if (count > 3) {
            disposition.settled(in.bool(TYPE, "settled", false));
        }
        if (count > 4) {
            disposition.state(StateCodec.read(in, TYPE, "state"));
        }
        if (count > 5) {
            disposition.batchable(in.bool(TYPE, "batchable", false));
        }
        in.leave(outerEnd, TYPE);
    }

    static void write(WireWriter out, Disposition disposition) {
        out.beginComposite(Descriptor.DISPOSITION);
        out.field();
        out.booleanValue(disposition.role().toWire());
        out.uintField(disposition.first(), UnsignedInteger.ABSENT);
        out.uintField(disposition.last(), disposition.first());
        out.booleanField(disposition.settled(), false);
        StateCodec.writeField(out, disposition.state());
        out.booleanField(disposition.batchable(), false);
        out.endComposite();
    }
}
