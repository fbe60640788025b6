package io.amqp10.codec;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/** The composite {@code error}. */
final class ErrorCodec {

    private ErrorCodec() {}

    static @Nullable ErrorCondition readField(CompositeReader holder, String field) {
        if (!holder.nextNotNull()) {
            return null;
        }
        StateCodec.expect(holder, field, Descriptor.ERROR);
        return read(holder.in());
    }

    static ErrorCondition read(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.ERROR, 3);
        ErrorCondition error =
                new ErrorCondition(in.mandatorySymbol("condition"), in.string("description"), in.fields("info"));
        in.end();
        return error;
    }

    static void writeField(CompositeWriter holder, @Nullable ErrorCondition error) {
        if (error == null) {
            holder.absent();
        } else {
            write(holder.out(), error);
            holder.present();
        }
    }

    static void write(WireWriter out, ErrorCondition error) {
        CompositeWriter fields = out.composite(Descriptor.ERROR);
        fields.symbol(error.condition());
        fields.string(error.description());
        fields.fields(error.info());
        fields.end();
    }
}
