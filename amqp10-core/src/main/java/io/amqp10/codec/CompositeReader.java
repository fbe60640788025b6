package io.amqp10.codec;

import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one composite in order, those that its list leaves out as null. Used where one small object does not
 * matter; the codecs of the hot path count their fields themselves.
 */
final class CompositeReader {

    private final WireReader in;
    private final String type;
    private final int outerEnd;
    private int left;

    /** Reads the constructor of the list, whose descriptor was read. */
    CompositeReader(WireReader in, int descriptor, int maxFields) {
        this.in = in;
        this.type = Descriptor.name(descriptor);
        this.outerEnd = in.end;
        this.left = in.enterComposite(type, maxFields);
    }

    /** Checks that the list ends here. */
    void end() {
        in.leave(outerEnd, type);
    }

    /** Tells whether the next field is there; if so, it must be read. */
    boolean next() {
        if (left > 0) {
            left--;
            return true;
        }
        return false;
    }

    /** The same, for a field that is of another composite type: null counts as not there. */
    boolean nextNotNull() {
        return next() && !in.isNull();
    }

    DecodeException missing(String field) {
        return WireReader.missing(type, field);
    }

    DecodeException invalid(String field, String why) {
        return DecodeException.invalidField(type + "." + field + ": " + why);
    }

    long uint(String field, long absent) {
        return next() ? in.uint(type, field, absent) : absent;
    }

    long mandatoryUint(String field) {
        if (!next()) {
            throw missing(field);
        }
        return in.mandatoryUint(type, field);
    }

    long ulong(String field, long absent) {
        return next() ? in.ulong(type, field, absent) : absent;
    }

    int ushort(String field, int absent) {
        return next() ? in.ushort(type, field, absent) : absent;
    }

    int ubyte(String field, int absent) {
        return next() ? in.ubyte(type, field, absent) : absent;
    }

    boolean bool(String field, boolean absent) {
        return next() ? in.bool(type, field, absent) : absent;
    }

    boolean mandatoryBool(String field) {
        if (!nextNotNull()) {
            throw missing(field);
        }
        return in.bool(type, field, false);
    }

    @Nullable
    String string(String field) {
        return next() ? in.string(type, field) : null;
    }

    String mandatoryString(String field) {
        String value = string(field);
        if (value == null) {
            throw missing(field);
        }
        return value;
    }

    @Nullable
    Symbol symbol(String field) {
        return next() ? in.symbol(type, field) : null;
    }

    Symbol mandatorySymbol(String field) {
        Symbol value = symbol(field);
        if (value == null) {
            throw missing(field);
        }
        return value;
    }

    @Nullable
    Binary binary(String field) {
        return next() ? in.binary(type, field) : null;
    }

    Binary mandatoryBinary(String field) {
        Binary value = binary(field);
        if (value == null) {
            throw missing(field);
        }
        return value;
    }

    /** Reads a field that may have several symbols. */
    List<Symbol> symbols(String field) {
        return next() ? ValueReader.readSymbols(in, type, field) : List.of();
    }

    /** Reads a field that is a map by symbols. */
    Map<Symbol, @Nullable Object> fields(String field) {
        return next() ? ValueReader.readFields(in, type, field) : Map.of();
    }

    /** Reads a field of any type. */
    @Nullable
    Object value() {
        return next() ? ValueReader.read(in) : null;
    }

    WireReader in() {
        return in;
    }

    String type() {
        return type;
    }
}
