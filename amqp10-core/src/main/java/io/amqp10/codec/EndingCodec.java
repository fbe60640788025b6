package io.amqp10.codec;

import io.amqp10.types.ErrorCondition;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.End;
import org.jspecify.annotations.Nullable;

/** The performatives {@code detach}, {@code end} and {@code close}. */
final class EndingCodec {

    private EndingCodec() {}

    static Detach readDetach(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.DETACH, 3);
        Detach detach =
                new Detach(in.mandatoryUint("handle"), in.bool("closed", false), ErrorCodec.readField(in, "error"));
        in.end();
        return detach;
    }

    static End readEnd(WireReader wire) {
        return new End(readError(wire, Descriptor.END));
    }

    static Close readClose(WireReader wire) {
        return new Close(readError(wire, Descriptor.CLOSE));
    }

    private static @Nullable ErrorCondition readError(WireReader wire, int descriptor) {
        CompositeReader in = new CompositeReader(wire, descriptor, 1);
        ErrorCondition error = ErrorCodec.readField(in, "error");
        in.end();
        return error;
    }

    static void write(WireWriter out, Detach detach) {
        CompositeWriter fields = out.composite(Descriptor.DETACH);
        fields.uint(detach.handle(), UnsignedInteger.ABSENT);
        fields.bool(detach.closed(), false);
        ErrorCodec.writeField(fields, detach.error());
        fields.end();
    }

    static void write(WireWriter out, End end) {
        writeError(out, Descriptor.END, end.error());
    }

    static void write(WireWriter out, Close close) {
        writeError(out, Descriptor.CLOSE, close.error());
    }

    private static void writeError(WireWriter out, int descriptor, @Nullable ErrorCondition error) {
        CompositeWriter fields = out.composite(descriptor);
        ErrorCodec.writeField(fields, error);
        fields.end();
    }
}
