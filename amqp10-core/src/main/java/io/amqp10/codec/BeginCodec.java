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
        out.beginComposite(Descriptor.BEGIN);
        out.ushortField(begin.remoteChannel(), Begin.NO_CHANNEL);
        out.uintField(begin.nextOutgoingId(), UnsignedInteger.ABSENT);
        out.uintField(begin.incomingWindow(), UnsignedInteger.ABSENT);
        out.uintField(begin.outgoingWindow(), UnsignedInteger.ABSENT);
        out.uintField(begin.handleMax(), Begin.DEFAULT_HANDLE_MAX);
        out.symbolsField(begin.offeredCapabilities());
        out.symbolsField(begin.desiredCapabilities());
        out.fieldsField(begin.properties());
        out.endComposite();
    }
}
