package io.amqp10.codec;

import io.amqp10.types.Role;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.transport.Disposition;
import java.nio.ByteBuffer;

/** The performative {@code disposition}. */
final class DispositionCodec {

    /** What the first eight octets of the usual encoding begin with. */
    static final int START = UsualFields.start(Descriptor.DISPOSITION);

    private static final String TYPE = "disposition";

    /** Descriptor, list, two numbers, three flags and a state without fields. */
    static final int MAX_SIZE = 6 + 2 * 5 + 3 + 4;

    private static final int ACCEPTED = WireWriter.emptyCompositeOctets(Descriptor.ACCEPTED);
    private static final int RELEASED = WireWriter.emptyCompositeOctets(Descriptor.RELEASED);

    // Numbers of fields.
    private static final int FIRST = 1;
    private static final int LAST = 2;

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

    /**
     * Reads a disposition in its usual encoding, with a state that has no fields or none.
     *
     * @param start the first eight octets, which begin with {@link #START}
     * @param from the index of the first octet
     * @param end the index behind the frame
     * @return whether it was read; else it is to be read by {@link #read}
     */
    static boolean readUsual(ByteBuffer octets, long start, int from, int end, Disposition disposition) {
        int count = UsualFields.count(start);
        if (count < 3 || count > 6 || UsualFields.end(start, from) != end) {
            return false;
        }
        int at = from + UsualFields.HEADER;
        long eight = UsualFields.eightOctets(octets, at, end);
        int role = UsualFields.firstOf(eight);
        int width = readNumber(eight << Byte.SIZE, disposition, FIRST);
        if (width == 0) {
            return false;
        }
        at += 1 + width;
        eight = UsualFields.eightOctets(octets, at, end);
        width = readNumber(eight, disposition, LAST);
        if (width == 0) {
            return false;
        }
        at += width;
        int settled = FormatCode.NULL;
        if (count > 3) {
            settled = UsualFields.firstOf(eight << width * Byte.SIZE);
            at++;
        }
        DeliveryState state = null;
        int batchable = FormatCode.NULL;
        if (count > 4) {
            eight = UsualFields.eightOctets(octets, at, end);
            state = WireReader.stateWithoutFields((int) (eight >>> Integer.SIZE));
            if (state == null) {
                return false;
            }
            at += Integer.BYTES;
            if (count > 5) {
                batchable = UsualFields.firstOf(eight << Integer.SIZE);
                at++;
            }
        }
        // Fields that are not in the list, and octets that are in no field, show here.
        if (at != end || !setFlags(disposition, role, settled, batchable)) {
            return false;
        }
        // Stored only if it is another: a reference in something old costs some garbage collectors a fence.
        if (disposition.state() != state) {
            disposition.state(state);
        }
        return true;
    }

    /** Sets flags to what their octets say; returns false if these are no flags, or the role is null. */
    private static boolean setFlags(Disposition disposition, int role, int settled, int batchable) {
        if (role == FormatCode.NULL
                || !UsualFields.isFlag(role)
                || !UsualFields.isFlag(settled)
                || !UsualFields.isFlag(batchable)) {
            return false;
        }
        disposition.role(role == FormatCode.TRUE ? Role.RECEIVER : Role.SENDER);
        disposition.settled(settled == FormatCode.TRUE);
        disposition.batchable(batchable == FormatCode.TRUE);
        return true;
    }

    /**
     * Reads a number, and sets the field. Whoever reads keeps the place, so that it stays in a register.
     *
     * @param eight the octets where it begins
     * @param field {@link #FIRST}, or {@link #LAST}, which is read behind it
     * @return how many octets it has, 0 if it is unusual, or mandatory and null
     */
    private static int readNumber(long eight, Disposition disposition, int field) {
        int code = UsualFields.firstOf(eight);
        if (code == FormatCode.UINT) {
            set(disposition, field, UsualFields.uintOf(eight));
            return 1 + Integer.BYTES;
        }
        if (code == FormatCode.SMALL_UINT) {
            set(disposition, field, UsualFields.secondOf(eight));
            return 2;
        }
        if (code == FormatCode.UINT0) {
            set(disposition, field, 0);
            return 1;
        }
        if (code == FormatCode.NULL && field == LAST) {
            set(disposition, field, disposition.first());
            return 1;
        }
        return 0;
    }

    private static void set(Disposition disposition, int field, long value) {
        if (field == FIRST) {
            disposition.first(value);
        } else {
            disposition.last(value);
        }
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

    /**
     * Writes a disposition whose state has no fields.
     *
     * @param octets has room for {@link #MAX_SIZE} octets and {@link UsualFieldsWriter#SLACK}
     * @param from the index of the first octet
     * @return the index behind the last, -1 if the state is another, which only {@link #write(WireWriter, Disposition)} knows
     */
    static int writeUsual(ByteBuffer octets, int from, Disposition disposition) {
        DeliveryState state = disposition.state();
        if (state != null && state != Accepted.INSTANCE && state != Released.INSTANCE) {
            return -1;
        }
        int count = count(disposition);
        int to = from + UsualFields.HEADER;
        long first = disposition.first();
        to = UsualFieldsWriter.bool(octets, to, disposition.role() == Role.RECEIVER);
        to = UsualFieldsWriter.uint(octets, to, first);
        if (count > 2) {
            long last = disposition.last();
            to = UsualFieldsWriter.uintOrNull(octets, to, last == first ? UnsignedInteger.ABSENT : last);
        }
        if (count > 3) {
            to = UsualFieldsWriter.trueOrNull(octets, to, disposition.settled());
        }
        if (count > 4) {
            if (state == null) {
                to = UsualFieldsWriter.octet(octets, to, FormatCode.NULL);
            } else {
                to = UsualFieldsWriter.octets(octets, to, state == Accepted.INSTANCE ? ACCEPTED : RELEASED);
            }
        }
        if (count > 5) {
            to = UsualFieldsWriter.trueOrNull(octets, to, disposition.batchable());
        }
        return UsualFieldsWriter.begin(octets, from, START, count, to);
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
