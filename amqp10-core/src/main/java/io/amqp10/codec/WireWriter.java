package io.amqp10.codec;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes octets to a buffer: straight into its array if it has one, else into an array of its own that is copied once at the
 * end. {@link #begin} starts, {@link #finish} makes the octets part of the buffer; without it, none are.
 *
 * <p>Sizes are written after what they measure. A composite is {@link #beginComposite}, one call for each field, and
 * {@link #endComposite}; absent fields cost nothing unless a present one follows. Not safe for more than one thread.
 */
final class WireWriter {

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int SCRATCH_SIZE = 512;
    private static final int KEPT_SCRATCH_SIZE = 64 * 1024;
    private static final int COPIED_BINARY_SIZE = 1024;
    private static final int MAX_NARROW = 0xff;
    // A list or map has its code, size and count before it: three octets, or nine.
    private static final int NARROW_HEADER = 3;
    private static final int WIDE_HEADER = 9;
    private static final int STATE_SIZE = 3;

    private @Nullable ByteBuf out;
    private int startIndex;
    private boolean inPlace;
    private byte[] scratch = new byte[0];
    private byte[] buf = scratch;
    private int base;
    private int pos;
    private int limit;

    private int depth;
    private int compositeMark;
    private int count;
    private int absent;
    private int[] outer = new int[4 * STATE_SIZE];
    private int outerSize;

    /** Starts to write behind the writer index of a buffer. */
    void begin(ByteBuf target) {
        out = target;
        startIndex = target.writerIndex();
        inPlace = target.hasArray();
        if (inPlace) {
            buf = target.array();
            base = target.arrayOffset() + startIndex;
            limit = base - startIndex + target.capacity();
        } else {
            buf = scratch;
            base = 0;
            limit = buf.length;
        }
        pos = base;
        outerSize = 0;
        depth = 0;
    }

    /** Makes what was written part of the buffer and lets it go. */
    void finish() {
        ByteBuf target = target();
        if (inPlace) {
            target.writerIndex(startIndex + pos - base);
        } else {
            target.writeBytes(buf, 0, pos);
        }
        release();
    }

    /** Gives up: the buffer's writer index is as it was. */
    void abort() {
        target().writerIndex(startIndex);
        release();
    }

    private void release() {
        out = null;
        if (scratch.length > KEPT_SCRATCH_SIZE) {
            scratch = new byte[0];
        }
        buf = scratch;
    }

    private ByteBuf target() {
        ByteBuf target = out;
        if (target == null) {
            throw new IllegalStateException("not begun");
        }
        return target;
    }

    /** Makes room for some octets. */
    void reserve(int octets) {
        if (limit - pos < octets) {
            grow(octets);
        }
    }

    private void grow(int octets) {
        int written = pos - base;
        if (written + octets < 0) {
            throw new IllegalArgumentException("more than 2^31 octets");
        }
        if (inPlace) {
            ByteBuf target = target();
            target.writerIndex(startIndex + written);
            target.ensureWritable(octets);
            target.writerIndex(startIndex);
            buf = target.array();
            base = target.arrayOffset() + startIndex;
            limit = base - startIndex + target.capacity();
        } else {
            long size = Math.max(Math.max(2L * scratch.length, SCRATCH_SIZE), (long) written + octets);
            scratch = Arrays.copyOf(scratch, (int) Math.min(size, Integer.MAX_VALUE - 8));
            buf = scratch;
            limit = buf.length;
        }
        pos = base + written;
    }

    // Octets. Those named "put" count on room that was reserved.

    void put8(int value) {
        buf[pos++] = (byte) value;
    }

    void put16(int value) {
        SHORTS.set(buf, pos, (short) value);
        pos += Short.BYTES;
    }

    void put32(int value) {
        INTS.set(buf, pos, value);
        pos += Integer.BYTES;
    }

    void put64(long value) {
        LONGS.set(buf, pos, value);
        pos += Long.BYTES;
    }

    /** Tells whether octets are so many that they should not be copied twice, and no size before them is still open. */
    private boolean isFlushable(int length) {
        return !inPlace && length > COPIED_BINARY_SIZE && depth == 0 && outerSize == 0;
    }

    /** Writes the octets of a binary. */
    private void octets(Binary value) {
        int length = value.length();
        if (isFlushable(length)) {
            target().writeBytes(buf, 0, pos).writeBytes(value.asByteBuffer());
            pos = base;
            return;
        }
        reserve(length);
        value.copyTo(buf, pos);
        pos += length;
    }

    /** Writes encoded octets as they are. */
    void raw(byte[] source, int from, int length) {
        if (isFlushable(length)) {
            target().writeBytes(buf, 0, pos).writeBytes(source, from, length);
            pos = base;
            return;
        }
        reserve(length);
        System.arraycopy(source, from, buf, pos, length);
        pos += length;
    }

    // Values with their constructor

    void nullValue() {
        reserve(1);
        put8(FormatCode.NULL);
    }

    void booleanValue(boolean value) {
        reserve(1);
        put8(value ? FormatCode.TRUE : FormatCode.FALSE);
    }

    void uintValue(long value) {
        reserve(1 + Integer.BYTES);
        if (value == 0) {
            put8(FormatCode.UINT0);
        } else if (value > 0 && value <= MAX_NARROW) {
            put8(FormatCode.SMALL_UINT);
            put8((int) value);
        } else if (value > 0 && value <= UnsignedInteger.MAX) {
            put8(FormatCode.UINT);
            put32((int) value);
        } else {
            throw new IllegalArgumentException("a uint is from 0 to 4294967295, not " + value);
        }
    }

    void ulongValue(long bits) {
        reserve(1 + Long.BYTES);
        if (bits == 0) {
            put8(FormatCode.ULONG0);
        } else if (bits > 0 && bits <= MAX_NARROW) {
            put8(FormatCode.SMALL_ULONG);
            put8((int) bits);
        } else {
            put8(FormatCode.ULONG);
            put64(bits);
        }
    }

    void intValue(int value) {
        reserve(1 + Integer.BYTES);
        if (value == (byte) value) {
            put8(FormatCode.SMALL_INT);
            put8(value);
        } else {
            put8(FormatCode.INT);
            put32(value);
        }
    }

    void longValue(long value) {
        reserve(1 + Long.BYTES);
        if (value == (byte) value) {
            put8(FormatCode.SMALL_LONG);
            put8((int) value);
        } else {
            put8(FormatCode.LONG);
            put64(value);
        }
    }

    void value8(int code, int value) {
        reserve(1 + Byte.BYTES);
        put8(code);
        put8(value);
    }

    void value16(int code, int value) {
        reserve(1 + Short.BYTES);
        put8(code);
        put16(value);
    }

    void value32(int code, int value) {
        reserve(1 + Integer.BYTES);
        put8(code);
        put32(value);
    }

    void value64(int code, long value) {
        reserve(1 + Long.BYTES);
        put8(code);
        put64(value);
    }

    void value128(int code, long high, long low) {
        reserve(1 + 2 * Long.BYTES);
        put8(code);
        put64(high);
        put64(low);
    }

    void binaryValue(Binary value) {
        lengthOf(FormatCode.BINARY8, value.length());
        octets(value);
    }

    void binaryValue(byte[] value, int length) {
        lengthOf(FormatCode.BINARY8, length);
        raw(value, 0, length);
    }

    void binaryValue(ByteBuffer value) {
        int length = value.remaining();
        lengthOf(FormatCode.BINARY8, length);
        reserve(length);
        value.duplicate().get(buf, pos, length);
        pos += length;
    }

    void symbolValue(Symbol value) {
        String text = value.toString();
        int length = text.length();
        lengthOf(FormatCode.SYMBOL8, length);
        reserve(length);
        latin1(text, length);
    }

    @SuppressWarnings(
            "deprecation") // the only way to copy characters that are known to be ASCII without looking at each
    private void latin1(String text, int length) {
        text.getBytes(0, length, buf, pos);
        pos += length;
    }

    void stringValue(String value) {
        int length = value.length();
        reserve(1 + Integer.BYTES + length);
        int start = pos;
        lengthOf(FormatCode.STRING8, length);
        byte[] target = buf;
        int to = pos;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c > 0x7f) {
                pos = start;
                utf8Value(value);
                return;
            }
            target[to + i] = (byte) c;
        }
        pos = to + length;
    }

    /** Writes a string that will likely be written again. */
    void keyValue(String value) {
        stringValue(value);
    }

    private void utf8Value(String value) {
        int length = utf8Length(value);
        lengthOf(FormatCode.STRING8, length);
        reserve(length);
        putUtf8(value);
    }

    /** Writes the characters of an array's element without constructor. */
    void stringBody(String value, boolean wide) {
        lengthBody(utf8Length(value), wide);
        putUtf8(value);
    }

    void symbolBody(Symbol value, boolean wide) {
        lengthBody(value.length(), wide);
        latin1(value.toString(), value.length());
    }

    void binaryBody(Binary value, boolean wide) {
        lengthBody(value.length(), wide);
        value.copyTo(buf, pos);
        pos += value.length();
    }

    private void putUtf8(String value) {
        for (int i = 0; i < value.length(); i++) {
            int c = value.charAt(i);
            if (c < 0x80) {
                put8(c);
            } else if (c < 0x800) {
                put8(0xc0 | c >> 6);
                put8(0x80 | c & 0x3f);
            } else if (!Character.isSurrogate((char) c)) {
                put8(0xe0 | c >> 12);
                put8(0x80 | c >> 6 & 0x3f);
                put8(0x80 | c & 0x3f);
            } else {
                c = value.codePointAt(i++);
                put8(0xf0 | c >> 18);
                put8(0x80 | c >> 12 & 0x3f);
                put8(0x80 | c >> 6 & 0x3f);
                put8(0x80 | c & 0x3f);
            }
        }
    }

    /** Returns how many octets a text takes; refuses one that has no UTF-8. */
    static int utf8Length(String value) {
        long length = value.length();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > 0x7f) {
                length += c < 0x800 ? 1 : 2;
                if (Character.isSurrogate(c)) {
                    if (Character.charCount(value.codePointAt(i)) != 2) {
                        throw new IllegalArgumentException("a string has an unpaired surrogate at index " + i);
                    }
                    // Two characters make four octets, of which two and two are counted.
                    i++;
                }
            }
        }
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a string takes more than 2^31 octets");
        }
        return (int) length;
    }

    /** Writes the constructor of variable width and the length of what follows. */
    private void lengthOf(int narrowCode, int length) {
        reserve(1 + Integer.BYTES);
        if (length <= MAX_NARROW) {
            put8(narrowCode);
            put8(length);
        } else {
            put8(narrowCode + (FormatCode.BINARY32 - FormatCode.BINARY8));
            put32(length);
        }
    }

    /** Writes the length of an array's element and reserves the room for it. */
    void lengthBody(int length, boolean wide) {
        reserve(Integer.BYTES + length);
        if (wide) {
            put32(length);
        } else {
            put8(length);
        }
    }

    // Lists, maps and arrays

    /** Goes one level deeper; refuses what our own decoder would. */
    void descend() {
        if (++depth > DecodeLimits.DEFAULT.maxDepth()) {
            throw new IllegalArgumentException("values are nested deeper than " + DecodeLimits.DEFAULT.maxDepth());
        }
    }

    void ascend() {
        depth--;
    }

    /** Starts a list or map; returns its place. */
    int beginCompound() {
        descend();
        reserve(WIDE_HEADER);
        int mark = pos - base;
        pos += WIDE_HEADER;
        return mark;
    }

    /** Ends a list or map that started at a place, in its smallest encoding. */
    void endCompound(int mark, int narrowCode, int items) {
        depth--;
        int content = pos - base - mark - WIDE_HEADER;
        int at = base + mark;
        if (content < MAX_NARROW && items <= MAX_NARROW) {
            System.arraycopy(buf, at + WIDE_HEADER, buf, at + NARROW_HEADER, content);
            pos -= WIDE_HEADER - NARROW_HEADER;
            putNarrowHeader(at, narrowCode, content, items);
        } else {
            putWideHeader(at, narrowCode, content, items);
        }
    }

    private void putNarrowHeader(int at, int narrowCode, int content, int items) {
        buf[at] = (byte) narrowCode;
        buf[at + 1] = (byte) (content + 1);
        buf[at + 2] = (byte) items;
    }

    private void putWideHeader(int at, int narrowCode, int content, int items) {
        buf[at] = (byte) (narrowCode + (FormatCode.LIST32 - FormatCode.LIST8));
        INTS.set(buf, at + 1, content + Integer.BYTES);
        INTS.set(buf, at + 1 + Integer.BYTES, items);
    }

    /** Starts an array, or a list or map that is an array's element and has no constructor; returns its place. */
    int beginWide() {
        descend();
        reserve(2 * Integer.BYTES);
        int mark = pos - base;
        pos += 2 * Integer.BYTES;
        return mark;
    }

    /** Ends what {@link #beginWide} started. */
    void endWide(int mark, int items) {
        depth--;
        INTS.set(buf, base + mark, pos - base - mark - Integer.BYTES);
        INTS.set(buf, base + mark + Integer.BYTES, items);
    }

    void shorts(int code, short[] values) {
        reserveElements(values.length, Short.BYTES);
        put8(code);
        for (int i = 0; i < values.length; i++) {
            SHORTS.set(buf, pos + i * Short.BYTES, values[i]);
        }
        pos += values.length * Short.BYTES;
    }

    void ints(int code, int[] values) {
        reserveElements(values.length, Integer.BYTES);
        put8(code);
        for (int i = 0; i < values.length; i++) {
            INTS.set(buf, pos + i * Integer.BYTES, values[i]);
        }
        pos += values.length * Integer.BYTES;
    }

    void longs(int code, long[] values) {
        reserveElements(values.length, Long.BYTES);
        put8(code);
        for (int i = 0; i < values.length; i++) {
            LONGS.set(buf, pos + i * Long.BYTES, values[i]);
        }
        pos += values.length * Long.BYTES;
    }

    void floats(float[] values) {
        reserveElements(values.length, Float.BYTES);
        put8(FormatCode.FLOAT);
        for (int i = 0; i < values.length; i++) {
            INTS.set(buf, pos + i * Float.BYTES, Float.floatToRawIntBits(values[i]));
        }
        pos += values.length * Float.BYTES;
    }

    void doubles(double[] values) {
        reserveElements(values.length, Double.BYTES);
        put8(FormatCode.DOUBLE);
        for (int i = 0; i < values.length; i++) {
            LONGS.set(buf, pos + i * Double.BYTES, Double.doubleToRawLongBits(values[i]));
        }
        pos += values.length * Double.BYTES;
    }

    private void reserveElements(int elements, int width) {
        long octets = 1 + (long) elements * width;
        if (octets > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("an array takes more than 2^31 octets");
        }
        reserve((int) octets);
    }

    // Composites

    /** Writes a descriptor of the specification. */
    void descriptor(int code) {
        reserve(3);
        put8(FormatCode.DESCRIBED);
        put8(FormatCode.SMALL_ULONG);
        put8(code);
    }

    /** Starts a composite. */
    void beginComposite(int descriptor) {
        if (outerSize + STATE_SIZE > outer.length) {
            outer = Arrays.copyOf(outer, 2 * outer.length);
        }
        outer[outerSize] = compositeMark;
        outer[outerSize + 1] = count;
        outer[outerSize + 2] = absent;
        outerSize += STATE_SIZE;
        reserve(3 + NARROW_HEADER);
        descriptor(descriptor);
        compositeMark = pos - base;
        pos += NARROW_HEADER;
        count = 0;
        absent = 0;
    }

    /** Ends the innermost composite. */
    void endComposite() {
        int at = base + compositeMark;
        int content = pos - at - NARROW_HEADER;
        if (count == 0) {
            buf[at] = FormatCode.LIST0;
            pos = at + 1;
        } else if (content < MAX_NARROW) {
            putNarrowHeader(at, FormatCode.LIST8, content, count);
        } else {
            // Seldom: composites are small, so that the room for a short header was kept.
            reserve(WIDE_HEADER - NARROW_HEADER);
            at = base + compositeMark;
            System.arraycopy(buf, at + NARROW_HEADER, buf, at + WIDE_HEADER, content);
            pos += WIDE_HEADER - NARROW_HEADER;
            putWideHeader(at, FormatCode.LIST8, content, count);
        }
        outerSize -= STATE_SIZE;
        compositeMark = outer[outerSize];
        count = outer[outerSize + 1];
        absent = outer[outerSize + 2];
    }

    /** Starts a field that is present; the absent ones before it become nulls. */
    void field() {
        if (absent > 0) {
            reserve(absent);
            for (int i = 0; i < absent; i++) {
                put8(FormatCode.NULL);
            }
            count += absent;
            absent = 0;
        }
        count++;
    }

    /** Leaves a field out. */
    void absentField() {
        absent++;
    }

    void uintField(long value, long absentValue) {
        if (value == absentValue) {
            absent++;
        } else {
            field();
            uintValue(value);
        }
    }

    private static void checkRange(String type, int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException("a " + type + " is from 0 to " + max + ", not " + value);
        }
    }

    void ulongField(long bits, long absentValue) {
        if (bits == absentValue) {
            absent++;
        } else {
            field();
            ulongValue(bits);
        }
    }

    void ushortField(int value, int absentValue) {
        if (value == absentValue) {
            absent++;
        } else {
            checkRange("ushort", value, 0xffff);
            field();
            value16(FormatCode.USHORT, value);
        }
    }

    void ubyteField(int value, int absentValue) {
        if (value == absentValue) {
            absent++;
        } else {
            checkRange("ubyte", value, 0xff);
            field();
            value8(FormatCode.UBYTE, value);
        }
    }

    void booleanField(boolean value, boolean absentValue) {
        if (value == absentValue) {
            absent++;
        } else {
            field();
            booleanValue(value);
        }
    }

    void stringField(@Nullable String value) {
        if (value == null) {
            absent++;
        } else {
            field();
            stringValue(value);
        }
    }

    void symbolField(@Nullable Symbol value) {
        if (value == null) {
            absent++;
        } else {
            field();
            symbolValue(value);
        }
    }

    void binaryField(@Nullable Binary value) {
        if (value == null) {
            absent++;
        } else {
            field();
            binaryValue(value);
        }
    }

    /** Writes a field that may have several symbols: one bare, more as an array. */
    void symbolsField(List<Symbol> values) {
        if (values.isEmpty()) {
            absent++;
        } else if (values.size() == 1) {
            field();
            symbolValue(values.get(0));
        } else {
            field();
            ArrayWriter.write(this, AmqpArray.of(AmqpType.SYMBOL, values));
        }
    }

    /** Writes a field that is a map by symbols, left out if empty. */
    void fieldsField(Map<Symbol, ? extends @Nullable Object> value) {
        if (value.isEmpty()) {
            absent++;
        } else {
            field();
            ValueWriter.writeMap(this, value);
        }
    }
}
