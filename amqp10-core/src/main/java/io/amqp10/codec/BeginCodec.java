package io.amqp10.codec;

import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Begin;

/** The performative {@code begin}. */
final class BeginCodec {

    private BeginCodec() {}

    static Begin read(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.BEGIN, 8);
        Begin begin = new Begin(
                in.ushort("remote-channel", Begin.NO_CHANNEL),
                in.mandatoryUint("next-outgoing-id"),
                in.mandatoryUint("incoming-window"),
                in.mandatoryUint("outgoing-window"),
                in.uint("handle-max", Begin.DEFAULT_HANDLE_MAX),
                in.symbols("offered-capabilities"),
                in.symbols("desired-capabilities"),
                in.fields("properties"));
        in.end();
        return begin;
    }

    static void write(WireWriter out, Begin begin) {
        CompositeWriter fields = out.composite(Descriptor.BEGIN);
        fields.ushort(begin.remoteChannel(), Begin.NO_CHANNEL);
        fields.uint(begin.nextOutgoingId(), UnsignedInteger.ABSENT);
        fields.uint(begin.incomingWindow(), UnsignedInteger.ABSENT);
        fields.uint(begin.outgoingWindow(), UnsignedInteger.ABSENT);
        fields.uint(begin.handleMax(), Begin.DEFAULT_HANDLE_MAX);
        fields.symbols(begin.offeredCapabilities());
        fields.symbols(begin.desiredCapabilities());
        fields.fields(begin.properties());
        fields.end();
    }
}
