package io.amqp10.codec;

import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Flow;
import java.util.Map;

/** The performative {@code flow}. */
final class FlowCodec {

    private static final String TYPE = "flow";

    // Descriptor, list, eight numbers and two flags, without the properties behind them.
    private static final int MAX_SIZE = 6 + 8 * 5 + 2;

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
