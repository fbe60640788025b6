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

    static void writeField(WireWriter out, @Nullable ErrorCondition error) {
        if (error == null) {
            out.absentField();
        } else {
            out.field();
            write(out, error);
        }
    }

    static void write(WireWriter out, ErrorCondition error) {
        out.beginComposite(Descriptor.ERROR);
        out.symbolField(error.condition());
        out.stringField(error.description());
        out.fieldsField(error.info());
        out.endComposite();
    }
}
