package io.amqp10.codec;

import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Flow;

/** The performative {@code flow}. */
final class FlowCodec {

    private static final String TYPE = "flow";

    private FlowCodec() {}

    static void read(WireReader in, Flow flow) {
        int outerEnd = in.end;
        int count = in.enterComposite(TYPE, 11);
        if (count < 4) {
            throw WireReader.missing(
                    TYPE, count < 2 ? "incoming-window" : count == 2 ? "next-outgoing-id" : "outgoing-window");
        }
        flow.reset();
        flow.nextIncomingId(in.uint(TYPE, "next-incoming-id"));
        flow.incomingWindow(in.mandatoryUint(TYPE, "incoming-window"));
        flow.nextOutgoingId(in.mandatoryUint(TYPE, "next-outgoing-id"));
        flow.outgoingWindow(in.mandatoryUint(TYPE, "outgoing-window"));
        if (count > 4) {
            flow.handle(in.uint(TYPE, "handle"));
        }
        if (count > 5) {
            flow.deliveryCount(in.uint(TYPE, "delivery-count"));
        }
        if (count > 6) {
            flow.linkCredit(in.uint(TYPE, "link-credit"));
        }
        if (count > 7) {
            flow.available(in.uint(TYPE, "available"));
        }
        if (count > 8) {
            flow.drain(in.bool(TYPE, "drain", false));
        }
        if (count > 9) {
            flow.echo(in.bool(TYPE, "echo", false));
        }
        if (count > 10) {
            flow.properties(ValueReader.readFields(in, TYPE, "properties"));
        }
        in.leave(outerEnd, TYPE);
    }

    static void write(WireWriter out, Flow flow) {
        out.beginComposite(Descriptor.FLOW);
        out.uintField(flow.nextIncomingId(), UnsignedInteger.ABSENT);
        out.uintField(flow.incomingWindow(), UnsignedInteger.ABSENT);
        out.uintField(flow.nextOutgoingId(), UnsignedInteger.ABSENT);
        out.uintField(flow.outgoingWindow(), UnsignedInteger.ABSENT);
        out.uintField(flow.handle(), UnsignedInteger.ABSENT);
        out.uintField(flow.deliveryCount(), UnsignedInteger.ABSENT);
        out.uintField(flow.linkCredit(), UnsignedInteger.ABSENT);
        out.uintField(flow.available(), UnsignedInteger.ABSENT);
        out.booleanField(flow.drain(), false);
        out.booleanField(flow.echo(), false);
        out.fieldsField(flow.properties());
        out.endComposite();
    }
}
