package io.amqp10.codec;

import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Open;

/** The performative {@code open}. */
final class OpenCodec {

    private OpenCodec() {}

    static Open read(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.OPEN, 10);
        Open open = new Open(
                in.mandatoryString("container-id"),
                in.string("hostname"),
                in.uint("max-frame-size", UnsignedInteger.MAX),
                in.ushort("channel-max", Open.DEFAULT_CHANNEL_MAX),
                in.uint("idle-time-out", 0),
                in.symbols("outgoing-locales"),
                in.symbols("incoming-locales"),
                in.symbols("offered-capabilities"),
                in.symbols("desired-capabilities"),
                in.fields("properties"));
        in.end();
        return open;
    }

    static void write(WireWriter out, Open open) {
        CompositeWriter fields = out.composite(Descriptor.OPEN);
        fields.string(open.containerId());
        fields.string(open.hostname());
        fields.uint(open.maxFrameSize(), UnsignedInteger.MAX);
        fields.ushort(open.channelMax(), Open.DEFAULT_CHANNEL_MAX);
        fields.uint(open.idleTimeOutMillis(), 0);
        fields.symbols(open.outgoingLocales());
        fields.symbols(open.incomingLocales());
        fields.symbols(open.offeredCapabilities());
        fields.symbols(open.desiredCapabilities());
        fields.fields(open.properties());
        fields.end();
    }
}
