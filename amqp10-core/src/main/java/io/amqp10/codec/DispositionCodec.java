package io.amqp10.codec;

import io.amqp10.types.Role;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Disposition;

/** The performative {@code disposition}. */
final class DispositionCodec {

    private static final String TYPE = "disposition";

    // Descriptor, list, two numbers and two flags, without what is behind them.
    private static final int MAX_SIZE = 6 + 2 * 5 + 2;

    private DispositionCodec() {}

    static void read(WireReader in, Disposition disposition) {
        int outerEnd = in.end;
        int count = in.enterComposite(TYPE, 6);
        if (count == 0 || in.isNull()) {
            throw WireReader.missing(TYPE, "role");
        }
        disposition.role(Role.fromWire(in.bool(TYPE, "role", false)));
        if (count == 1) {
            throw WireReader.missing(TYPE, "first");
        }
        long first = in.mandatoryUint(TYPE, "first");
        disposition.first(first);
        disposition.last(count > 2 ? in.uint(TYPE, "last", first) : first);
        disposition.settled(count > 3 && in.bool(TYPE, "settled", false));
        disposition.state(count > 4 ? StateCodec.read(in, TYPE, "state") : null);
        disposition.batchable(count > 5 && in.bool(TYPE, "batchable", false));
        in.leave(outerEnd, TYPE);
    }

    static void write(WireWriter out, Disposition disposition) {
        out.reserve(MAX_SIZE);
        int list = out.beginComposite(Descriptor.DISPOSITION);
        int count = count(disposition);
        byte[] buf = out.buf;
        int pos = out.pos;
        pos = WireWriter.putBoolean(buf, pos, disposition.role() == Role.RECEIVER);
        pos = WireWriter.putUint(buf, pos, disposition.first());
        if (count > 2) {
            long last = disposition.last();
            pos = WireWriter.putUintOrNull(buf, pos, last == disposition.first() ? UnsignedInteger.ABSENT : last);
        }
        if (count > 3) {
            pos = WireWriter.putTrueOrNull(buf, pos, disposition.settled());
        }
        out.pos = pos;
        if (count > 4) {
            StateCodec.writeOrNull(out, disposition.state());
        }
        if (count > 5) {
            out.trueOrNull(disposition.batchable());
        }
        out.endList(list, out.written(), count);
    }

    /** Returns how many fields there are up to the last that is present. */
    private static int count(Disposition disposition) {
        if (disposition.batchable()) {
            return 6;
        }
        if (disposition.state() != null) {
            return 5;
        }
        if (disposition.settled()) {
            return 4;
        }
        return disposition.last() != disposition.first() ? 3 : 2;
    }
}
