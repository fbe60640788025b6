package io.amqp10.codec;

import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Flow;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The performative {@code flow}. */
final class FlowCodec {

    /** What the first eight octets of the usual encoding begin with. */
    static final int START = UsualFields.start(Descriptor.FLOW);

    private static final String TYPE = "flow";

    /** Descriptor, list, eight numbers and two flags, without the properties behind them. */
    static final int MAX_SIZE = 6 + 8 * 5 + 2;

    /** An index behind every end, and so are those of the fields read there. */
    private static final int UNUSUAL = Integer.MAX_VALUE - 64;

    // Stored only where there are others: a reference in something old costs some garbage collectors a fence.
    private static final Map<Symbol, @Nullable Object> NO_PROPERTIES = Map.of();

    private FlowCodec() {}

    static void read(WireReader in, Flow flow) {
        int outerEnd = in.end;
        int count = in.enterComposite(TYPE, 11);
        if (count < 4) {
            throw WireReader.missing(
                    TYPE, count < 2 ? "incoming-window" : count == 2 ? "next-outgoing-id" : "outgoing-window");
        }
        flow.nextIncomingId(in.uint(TYPE, "next-incoming-id"));
        flow.incomingWindow(in.mandatoryUint(TYPE, "incoming-window"));
        flow.nextOutgoingId(in.mandatoryUint(TYPE, "next-outgoing-id"));
        flow.outgoingWindow(in.mandatoryUint(TYPE, "outgoing-window"));
        flow.handle(count > 4 ? in.uint(TYPE, "handle") : UnsignedInteger.ABSENT);
        flow.deliveryCount(count > 5 ? in.uint(TYPE, "delivery-count") : UnsignedInteger.ABSENT);
        flow.linkCredit(count > 6 ? in.uint(TYPE, "link-credit") : UnsignedInteger.ABSENT);
        flow.available(count > 7 ? in.uint(TYPE, "available") : UnsignedInteger.ABSENT);
        flow.drain(count > 8 && in.bool(TYPE, "drain", false));
        flow.echo(count > 9 && in.bool(TYPE, "echo", false));
        flow.properties(count > 10 ? ValueReader.readFields(in, TYPE, "properties") : Map.of());
        in.leave(outerEnd, TYPE);
    }

    /**
     * Reads a flow in its usual encoding, of a link and without properties.
     *
     * @param start the first eight octets, which begin with {@link #START}
     * @param from the index of the first octet
     * @param end the index behind the frame
     * @return whether it was read; else it is to be read by {@link #read}
     */
    static boolean readUsual(ByteBuffer octets, long start, int from, int end, Flow flow) {
        int count = UsualFields.count(start);
        if (count < 7 || count > 10 || UsualFields.end(start, from) != end) {
            return false;
        }
        int at = from + UsualFields.HEADER;
        at = readNumber(octets, at, end, flow, 0);
        at = readNumber(octets, at, end, flow, 1);
        at = readNumber(octets, at, end, flow, 2);
        at = readNumber(octets, at, end, flow, 3);
        at = readNumber(octets, at, end, flow, 4);
        at = readNumber(octets, at, end, flow, 5);
        at = readNumber(octets, at, end, flow, 6);
        if (count > 7) {
            at = readNumber(octets, at, end, flow, 7);
        } else {
            flow.available(UnsignedInteger.ABSENT);
        }
        int drain = count > 8 ? UsualFields.firstOf(UsualFields.eightOctets(octets, at++, end)) : FormatCode.NULL;
        int echo = count > 9 ? UsualFields.firstOf(UsualFields.eightOctets(octets, at++, end)) : FormatCode.NULL;
        if (at != end || !UsualFields.isFlag(drain) || !UsualFields.isFlag(echo)) {
            return false;
        }
        flow.drain(drain == FormatCode.TRUE);
        flow.echo(echo == FormatCode.TRUE);
        if (flow.properties() != NO_PROPERTIES) {
            flow.properties(NO_PROPERTIES);
        }
        return true;
    }

    /**
     * Reads a number in one load, and sets the field. The place is lent and comes back, so that it stays in a register.
     *
     * @param end the index behind the list, and the frame
     * @param field which field it is, counted from 0
     * @return the index behind it; one behind every end if it is unusual, or mandatory and null
     */
    private static int readNumber(ByteBuffer octets, int at, int end, Flow flow, int field) {
        long eight = UsualFields.eightOctets(octets, at, end);
        int code = UsualFields.firstOf(eight);
        if (code == FormatCode.UINT) {
            set(flow, field, UsualFields.uintOf(eight));
            return at + 1 + Integer.BYTES;
        }
        if (code == FormatCode.SMALL_UINT) {
            set(flow, field, UsualFields.secondOf(eight));
            return at + 2;
        }
        if (code == FormatCode.UINT0) {
            set(flow, field, 0);
            return at + 1;
        }
        boolean mandatory = field >= 1 && field <= 3;
        if (code == FormatCode.NULL && !mandatory) {
            set(flow, field, UnsignedInteger.ABSENT);
            return at + 1;
        }
        return UNUSUAL;
    }

    private static void set(Flow flow, int field, long value) {
        switch (field) {
            case 0 -> flow.nextIncomingId(value);
            case 1 -> flow.incomingWindow(value);
            case 2 -> flow.nextOutgoingId(value);
            case 3 -> flow.outgoingWindow(value);
            case 4 -> flow.handle(value);
            case 5 -> flow.deliveryCount(value);
            case 6 -> flow.linkCredit(value);
            default -> flow.available(value);
        }
    }

    static void write(WireWriter out, Flow flow) {
        out.reserve(MAX_SIZE);
        int list = out.beginComposite(Descriptor.FLOW);
        int count = count(flow);
        byte[] buf = out.buf;
        int pos = WireWriter.putUintOrNull(buf, out.pos, flow.nextIncomingId());
        pos = WireWriter.putUint(buf, pos, flow.incomingWindow());
        pos = WireWriter.putUint(buf, pos, flow.nextOutgoingId());
        pos = WireWriter.putUint(buf, pos, flow.outgoingWindow());
        if (count > 4) {
            pos = WireWriter.putUintOrNull(buf, pos, flow.handle());
        }
        if (count > 5) {
            pos = WireWriter.putUintOrNull(buf, pos, flow.deliveryCount());
        }
        if (count > 6) {
            pos = WireWriter.putUintOrNull(buf, pos, flow.linkCredit());
        }
        if (count > 7) {
            pos = WireWriter.putUintOrNull(buf, pos, flow.available());
        }
        if (count > 8) {
            pos = WireWriter.putTrueOrNull(buf, pos, flow.drain());
        }
        if (count > 9) {
            pos = WireWriter.putTrueOrNull(buf, pos, flow.echo());
        }
        out.pos = pos;
        if (count > 10) {
            ValueWriter.writeMap(out, flow.properties());
        }
        out.endList(list, out.written(), count);
    }

    /**
     * Writes a flow without properties.
     *
     * @param octets has room for {@link #MAX_SIZE} octets and {@link UsualFieldsWriter#SLACK}
     * @param from the index of the first octet
     * @return the index behind the last, -1 if there are properties, which only {@link #write(WireWriter, Flow)} knows
     */
    static int writeUsual(ByteBuffer octets, int from, Flow flow) {
        int count = count(flow);
        if (count > 10) {
            return -1;
        }
        int to = from + UsualFields.HEADER;
        to = UsualFieldsWriter.uintOrNull(octets, to, flow.nextIncomingId());
        to = UsualFieldsWriter.uint(octets, to, flow.incomingWindow());
        to = UsualFieldsWriter.uint(octets, to, flow.nextOutgoingId());
        to = UsualFieldsWriter.uint(octets, to, flow.outgoingWindow());
        if (count > 4) {
            to = UsualFieldsWriter.uintOrNull(octets, to, flow.handle());
        }
        if (count > 5) {
            to = UsualFieldsWriter.uintOrNull(octets, to, flow.deliveryCount());
        }
        if (count > 6) {
            to = UsualFieldsWriter.uintOrNull(octets, to, flow.linkCredit());
        }
        if (count > 7) {
            to = UsualFieldsWriter.uintOrNull(octets, to, flow.available());
        }
        if (count > 8) {
            to = UsualFieldsWriter.trueOrNull(octets, to, flow.drain());
        }
        if (count > 9) {
            to = UsualFieldsWriter.trueOrNull(octets, to, flow.echo());
        }
        return UsualFieldsWriter.begin(octets, from, START, count, to);
    }

    /** Returns how many fields there are up to the last that is present. */
    private static int count(Flow flow) {
        if (!flow.properties().isEmpty()) {
            return 11;
        }
        if (flow.echo()) {
            return 10;
        }
        if (flow.drain()) {
            return 9;
        }
        if (flow.available() != UnsignedInteger.ABSENT) {
            return 8;
        }
        if (flow.linkCredit() != UnsignedInteger.ABSENT) {
            return 7;
        }
        if (flow.deliveryCount() != UnsignedInteger.ABSENT) {
            return 6;
        }
        return flow.handle() != UnsignedInteger.ABSENT ? 5 : 4;
    }
}
