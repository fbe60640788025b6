package io.amqp10.codec;

import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.messaging.LinkTarget;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.messaging.TerminusDurability;
import io.amqp10.types.messaging.TerminusExpiryPolicy;
import org.jspecify.annotations.Nullable;

/** Sources, targets and the coordinator. */
final class TerminusCodec {

    private TerminusCodec() {}

    static @Nullable Source readSourceField(CompositeReader holder) {
        if (!holder.nextNotNull()) {
            return null;
        }
        StateCodec.expect(holder, "source", Descriptor.SOURCE);
        return readSource(holder.in());
    }

    static Source readSource(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.SOURCE, 11);
        Source source = new Source(
                in.string("address"),
                readDurability(in),
                readExpiryPolicy(in),
                in.uint("timeout", 0),
                in.bool("dynamic", false),
                in.fields("dynamic-node-properties"),
                in.symbol("distribution-mode"),
                in.fields("filter"),
                StateCodec.readOutcome(in, "default-outcome"),
                in.symbols("outcomes"),
                in.symbols("capabilities"));
        in.end();
        return source;
    }

    static @Nullable LinkTarget readTargetField(CompositeReader holder) {
        if (!holder.nextNotNull()) {
            return null;
        }
        WireReader in = holder.in();
        int code = in.u8();
        int descriptor = code == FormatCode.DESCRIBED ? in.knownDescriptor() : Descriptor.UNKNOWN;
        return switch (descriptor) {
            case Descriptor.TARGET -> readTarget(in);
            case Descriptor.COORDINATOR -> readCoordinator(in);
            default ->
                throw new DecodeException(holder.type() + ".target must be target or coordinator, not "
                        + (code == FormatCode.DESCRIBED ? "of another described type" : FormatCode.describe(code)));
        };
    }

    static Target readTarget(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.TARGET, 7);
        Target target = new Target(
                in.string("address"),
                readDurability(in),
                readExpiryPolicy(in),
                in.uint("timeout", 0),
                in.bool("dynamic", false),
                in.fields("dynamic-node-properties"),
                in.symbols("capabilities"));
        in.end();
        return target;
    }

    static Coordinator readCoordinator(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.COORDINATOR, 1);
        Coordinator coordinator = new Coordinator(in.symbols("capabilities"));
        in.end();
        return coordinator;
    }

    private static TerminusDurability readDurability(CompositeReader in) {
        long value = in.uint("durable", TerminusDurability.NONE.toWire());
        try {
            return TerminusDurability.fromWire((int) Math.min(value, Integer.MAX_VALUE));
        } catch (IllegalArgumentException e) {
            throw in.invalid("durable", "no such value: " + value);
        }
    }

    private static TerminusExpiryPolicy readExpiryPolicy(CompositeReader in) {
        Symbol value = in.symbol("expiry-policy");
        try {
            return value == null ? TerminusExpiryPolicy.SESSION_END : TerminusExpiryPolicy.fromWire(value);
        } catch (IllegalArgumentException e) {
            throw in.invalid("expiry-policy", "no such value: " + ValueReader.quoted(String.valueOf(value)));
        }
    }

    static void write(WireWriter out, Source source) {
        CompositeWriter fields = out.composite(Descriptor.SOURCE);
        fields.string(source.address());
        writeDurability(fields, source.durable());
        writeExpiryPolicy(fields, source.expiryPolicy());
        fields.uint(source.timeoutSeconds(), 0);
        fields.bool(source.dynamic(), false);
        fields.fields(source.dynamicNodeProperties());
        fields.symbol(source.distributionMode());
        fields.fields(source.filter());
        StateCodec.writeField(fields, source.defaultOutcome());
        fields.symbols(source.outcomes());
        fields.symbols(source.capabilities());
        fields.end();
    }

    static void write(WireWriter out, LinkTarget linkTarget) {
        if (linkTarget instanceof Target target) {
            CompositeWriter fields = out.composite(Descriptor.TARGET);
            fields.string(target.address());
            writeDurability(fields, target.durable());
            writeExpiryPolicy(fields, target.expiryPolicy());
            fields.uint(target.timeoutSeconds(), 0);
            fields.bool(target.dynamic(), false);
            fields.fields(target.dynamicNodeProperties());
            fields.symbols(target.capabilities());
            fields.end();
        } else if (linkTarget instanceof Coordinator coordinator) {
            CompositeWriter fields = out.composite(Descriptor.COORDINATOR);
            fields.symbols(coordinator.capabilities());
            fields.end();
        } else {
            throw new IllegalArgumentException(linkTarget.getClass().getName() + " is no target");
        }
    }

    private static void writeDurability(CompositeWriter fields, TerminusDurability value) {
        fields.uint(value.toWire(), TerminusDurability.NONE.toWire());
    }

    private static void writeExpiryPolicy(CompositeWriter fields, TerminusExpiryPolicy value) {
        fields.symbol(value == TerminusExpiryPolicy.SESSION_END ? null : value.toWire());
    }
}
