package io.amqp10.codec;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Symbol;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes composites: {@link WireWriter#composite} starts one, a call for each field follows, {@link #end} ends it. A field
 * may be a composite itself. Absent fields are written as nulls, of which those at the end are taken back.
 */
final class CompositeWriter {

    private static final int STATE_SIZE = 4;
    private static final int MAX_UBYTE = 0xff;
    private static final int MAX_USHORT = 0xffff;

    private final WireWriter out;
    private int[] outer = new int[4 * STATE_SIZE];
    private int outerSize;

    // Of the innermost composite: where its list starts, how many fields were written, and how far it goes without the
    // nulls at the end, in fields and in octets.
    private int start;
    private int count;
    private int keptCount;
    private int keptEnd;

    CompositeWriter(WireWriter out) {
        this.out = out;
    }

    /** Forgets composites that were not ended. */
    void reset() {
        outerSize = 0;
    }

    WireWriter out() {
        return out;
    }

    boolean isOpen() {
        return outerSize > 0;
    }

    void begin(int descriptor) {
        if (outerSize == outer.length) {
            outer = Arrays.copyOf(outer, 2 * outerSize);
        }
        outer[outerSize++] = start;
        outer[outerSize++] = count;
        outer[outerSize++] = keptCount;
        outer[outerSize++] = keptEnd;
        start = out.beginComposite(descriptor);
        count = 0;
        keptCount = 0;
        keptEnd = out.written();
    }

    /** Ends the innermost composite. */
    void end() {
        out.endList(start, keptEnd, keptCount);
        keptEnd = outer[--outerSize];
        keptCount = outer[--outerSize];
        count = outer[--outerSize];
        start = outer[--outerSize];
    }

    /** Leaves a field out. */
    void absent() {
        out.nullValue();
        count++;
    }

    /** Tells that the value of a field was written. */
    void present() {
        count++;
        keptCount = count;
        keptEnd = out.written();
    }

    void uint(long value, long absentValue) {
        if (value == absentValue) {
            absent();
        } else {
            out.uintValue(value);
            present();
        }
    }

    void ulong(long bits, long absentValue) {
        if (bits == absentValue) {
            absent();
        } else {
            out.ulongValue(bits);
            present();
        }
    }

    void ushort(int value, int absentValue) {
        if (value == absentValue) {
            absent();
        } else {
            checkRange("ushort", value, MAX_USHORT);
            out.value16(FormatCode.USHORT, value);
            present();
        }
    }

    void ubyte(int value, int absentValue) {
        if (value == absentValue) {
            absent();
        } else {
            checkRange("ubyte", value, MAX_UBYTE);
            out.value8(FormatCode.UBYTE, value);
            present();
        }
    }

    private static void checkRange(String type, int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException("a " + type + " is from 0 to " + max + ", not " + value);
        }
    }

    void bool(boolean value, boolean absentValue) {
        if (value == absentValue) {
            absent();
        } else {
            out.booleanValue(value);
            present();
        }
    }

    void bool(@Nullable Boolean value) {
        if (value == null) {
            absent();
        } else {
            out.booleanValue(value);
            present();
        }
    }

    void mode(@Nullable ReceiverSettleMode value) {
        if (value == null) {
            absent();
        } else {
            out.value8(FormatCode.UBYTE, value.toWire());
            present();
        }
    }

    void timestamp(long millis) {
        out.value64(FormatCode.TIMESTAMP, millis);
        present();
    }

    void string(@Nullable String value) {
        if (value == null) {
            absent();
        } else {
            out.stringValue(value);
            present();
        }
    }

    /** Writes a string that will likely be written again. */
    void address(@Nullable String value) {
        if (value == null) {
            absent();
        } else {
            out.keyValue(value);
            present();
        }
    }

    void symbol(@Nullable Symbol value) {
        if (value == null) {
            absent();
        } else {
            out.symbolValue(value);
            present();
        }
    }

    void binary(@Nullable Binary value) {
        if (value == null) {
            absent();
        } else {
            out.binaryValue(value);
            present();
        }
    }

    /** Writes a field that may have several symbols: one bare, more as an array. */
    void symbols(List<Symbol> values) {
        if (values.isEmpty()) {
            absent();
        } else {
            if (values.size() == 1) {
                out.symbolValue(values.get(0));
            } else {
                ArrayWriter.write(out, AmqpArray.of(AmqpType.SYMBOL, values));
            }
            present();
        }
    }

    /** Writes a field that is a map by symbols, left out if empty. */
    void fields(Map<Symbol, ? extends @Nullable Object> value) {
        if (value.isEmpty()) {
            absent();
        } else {
            ValueWriter.writeMap(out, value);
            present();
        }
    }

    /** Writes a field of any type. */
    void value(@Nullable Object value) {
        if (value == null) {
            absent();
        } else {
            ValueWriter.write(out, value);
            present();
        }
    }
}
