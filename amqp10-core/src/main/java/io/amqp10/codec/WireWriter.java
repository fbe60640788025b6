package io.amqp10.codec;

import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes octets to a buffer: straight into its array if it has one, else into an array of its own that is copied once at the
 * end. {@link #begin(ByteBuf)} starts, {@link #finish} makes the octets part of the buffer; without it, none are. Or {@link #begin()}
 * starts without a buffer, and {@link #takeArray} or {@link #take} give what was written.
 *
 * <p>Sizes of lists and maps are written after what they measure. Not safe for more than one thread.
 */
final class WireWriter {

    /** How many octets the constructor, size and count of a short list take. */
    static final int NARROW_HEADER = 3;

    private static final int WIDE_HEADER = 9;
    private static final int MAX_NARROW = 0xff;
    private static final int SCRATCH_SIZE = 512;
    private static final int KEPT_SCRATCH_SIZE = 64 * 1024;
    private static final int COPIED_OCTETS = 1024;
    private static final int MAX_ARRAY = 4 * 1024;
    private static final int SHARED_OCTETS = 4 * 1024;
    private static final int KEYS_BITS = 6;
    private static final int KEYS = 1 << KEYS_BITS;
    private static final int MAX_KEY_LENGTH = 64;

    private final CompositeWriter composites = new CompositeWriter(this);
    private final @Nullable Key[] keys = new Key[KEYS];
    private int keyMisses;

    private @Nullable ByteBuf out;
    private int startIndex;
    private boolean inPlace;
    /** What was written before {@link #pos}, with large octets as they were given; null while there are none. */
    private @Nullable CompositeByteBuf parts;

    private byte[] scratch = new byte[0];
    private int base;
    private int limit;
    private int depth;

    /** Where the octets go, and where the next one does. Codecs of the hot path write here, in room they have reserved. */
    byte[] buf = scratch;

    int pos;

    /** Starts to write behind the writer index of a buffer. */
    void begin(ByteBuf target) {
        out = target;
        startIndex = target.writerIndex();
        inPlace = target.hasArray();
        if (inPlace) {
            use(target);
        }
        start();
    }

    /** Starts to write to a buffer that {@link #take} makes. */
    void begin() {
        inPlace = false;
        start();
    }

    private void start() {
        if (!inPlace) {
            buf = scratch;
            base = 0;
            limit = buf.length;
        }
        pos = base;
        depth = 0;
        composites.reset();
    }

    private void use(ByteBuf target) {
        buf = target.array();
        int offset = target.arrayOffset();
        base = offset + startIndex;
        limit = offset + target.capacity();
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

    /**
     * Makes a buffer of what was written since {@link #begin()}. It shows large octets where they are, and does not copy
     * them. For what is small there is {@link #takeArray}: pools of buffers are for threads that give back themselves what
     * they took.
     */
    ByteBuf take() {
        ByteBuf taken;
        if (parts != null) {
            closePart();
            taken = parts;
            parts = null;
        } else {
            taken = PooledByteBufAllocator.DEFAULT.directBuffer(pos);
            taken.writeBytes(buf, 0, pos);
        }
        release();
        return taken;
    }

    /** As {@link #take}, as an array of its size; null, and nothing is ended, if it is large. */
    byte @Nullable [] takeArray() {
        if (parts != null || pos > MAX_ARRAY) {
            return null;
        }
        byte[] octets = Arrays.copyOf(buf, pos);
        release();
        return octets;
    }

    /** Gives up: the buffer's writer index is as it was. */
    void abort() {
        ByteBuf target = out;
        if (target != null) {
            target.writerIndex(startIndex);
        }
        parts = null; // arrays and buffers that were given, which need no release
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
            use(target);
        } else {
            long size = Math.max(Math.max(2L * scratch.length, SCRATCH_SIZE), (long) written + octets);
            scratch = Arrays.copyOf(scratch, (int) Math.min(size, Integer.MAX_VALUE - 8));
            buf = scratch;
            limit = buf.length;
        }
        pos = base + written;
    }

    /** Returns how many octets were written, which is a place that stays valid when the room grows. */
    int written() {
        return pos - base;
    }

    /** Returns the octet at a place, which must not have been flushed. */
    int octetAt(int place) {
        return buf[base + place] & 0xff;
    }

    // Octets. Those named "put" count on room that was reserved.

    void put8(int value) {
        buf[pos++] = (byte) value;
    }

    void put32(int value) {
        BigEndian.putInt(buf, pos, value);
        pos += Integer.BYTES;
    }

    void put64(long value) {
        BigEndian.putLong(buf, pos, value);
        pos += Long.BYTES;
    }

    /** Writes encoded octets as they are. */
    void raw(byte[] source, int from, int length) {
        if (length > COPIED_OCTETS && isWhole()) {
            if (out != null) {
                flush(out).writeBytes(source, from, length);
                return;
            }
            if (length > SHARED_OCTETS) {
                share(Unpooled.wrappedBuffer(source, from, length));
                return;
            }
        }
        reserve(length);
        System.arraycopy(source, from, buf, pos, length);
        pos += length;
    }

    /** Writes octets that nobody changes any more. */
    private void octets(ByteBuffer value, int length) {
        if (length > COPIED_OCTETS && isWhole()) {
            if (out != null) {
                flush(out).writeBytes(value.duplicate());
                return;
            }
            if (length > SHARED_OCTETS) {
                share(Unpooled.wrappedBuffer(value));
                return;
            }
        }
        copy(value, length);
    }

    private void copy(ByteBuffer value, int length) {
        reserve(length);
        value.duplicate().get(buf, pos, length);
        pos += length;
    }

    /** Tells whether no size of what was written is still open, so that it need not stay where it is. */
    private boolean isWhole() {
        return !inPlace && depth == 0 && !composites.isOpen();
    }

    /** Writes all there is to the buffer, which then is about to get octets that should not be copied twice. */
    private ByteBuf flush(ByteBuf target) {
        target.writeBytes(buf, 0, pos);
        pos = 0;
        return target;
    }

    /** Writes octets that nobody changes any more without a copy. */
    private void share(ByteBuf octets) {
        closePart().addComponent(true, octets);
    }

    private CompositeByteBuf closePart() {
        CompositeByteBuf before = parts;
        if (before == null) {
            before = Unpooled.compositeBuffer(Integer.MAX_VALUE);
            parts = before;
        }
        if (pos > 0) {
            before.addComponent(true, Unpooled.wrappedBuffer(Arrays.copyOf(buf, pos)));
            pos = 0;
        }
        return before;
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

    void trueOrNull(boolean value) {
        reserve(1);
        pos = putTrueOrNull(buf, pos, value);
    }

    /** Writes a boolean that is false if it is absent; returns the index behind it. */
    static int putTrueOrNull(byte[] target, int at, boolean value) {
        target[at] = (byte) (value ? FormatCode.TRUE : FormatCode.NULL);
        return at + 1;
    }

    /** Writes a boolean; returns the index behind it. */
    static int putBoolean(byte[] target, int at, boolean value) {
        target[at] = (byte) (value ? FormatCode.TRUE : FormatCode.FALSE);
        return at + 1;
    }

    void uintValue(long value) {
        reserve(1 + Integer.BYTES);
        pos = putUint(buf, pos, value);
    }

    /** Writes a uint with its constructor, at most five octets; returns the index behind it. */
    static int putUint(byte[] target, int at, long value) {
        if (value == 0) {
            target[at] = FormatCode.UINT0;
            return at + 1;
        }
        if (value >>> 8 == 0) {
            BigEndian.putShort(target, at, FormatCode.SMALL_UINT << 8 | (int) value);
            return at + 2;
        }
        if (value >>> Integer.SIZE != 0) {
            throw noUint(value);
        }
        target[at] = FormatCode.UINT;
        BigEndian.putInt(target, at + 1, (int) value);
        return at + 1 + Integer.BYTES;
    }

    static IllegalArgumentException noUint(long value) {
        return new IllegalArgumentException("a uint is from 0 to " + UnsignedInteger.MAX + ", not " + value);
    }

    /** The same, and null for {@link UnsignedInteger#ABSENT}. */
    static int putUintOrNull(byte[] target, int at, long value) {
        if (value == UnsignedInteger.ABSENT) {
            target[at] = FormatCode.NULL;
            return at + 1;
        }
        return putUint(target, at, value);
    }

    void ulongValue(long bits) {
        reserve(1 + Long.BYTES);
        if (bits == 0) {
            put8(FormatCode.ULONG0);
        } else if (bits >>> 8 == 0) {
            put8(FormatCode.SMALL_ULONG);
            put8((int) bits);
        } else {
            put8(FormatCode.ULONG);
            put64(bits);
        }
    }

    void intValue(int value) {
        reserve(1 + Integer.BYTES);
        pos = putInt(buf, pos, value);
    }

    /** Writes an int with its constructor, at most five octets; returns the index behind it. */
    static int putInt(byte[] target, int at, int value) {
        if (value == (byte) value) {
            target[at] = FormatCode.SMALL_INT;
            target[at + 1] = (byte) value;
            return at + 2;
        }
        target[at] = FormatCode.INT;
        BigEndian.putInt(target, at + 1, value);
        return at + 1 + Integer.BYTES;
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
        BigEndian.putShort(buf, pos, value);
        pos += Short.BYTES;
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
        int length = value.length();
        lengthOf(FormatCode.BINARY8, length);
        if (length > COPIED_OCTETS) {
            octets(value.asByteBuffer(), length);
            return;
        }
        reserve(length);
        value.copyTo(buf, pos);
        pos += length;
    }

    void binaryValue(byte[] value) {
        lengthOf(FormatCode.BINARY8, value.length);
        raw(value, 0, value.length);
    }

    void binaryValue(ByteBuffer value) {
        int length = value.remaining();
        lengthOf(FormatCode.BINARY8, length);
        copy(value, length);
    }

    /** As {@link #binaryValue(ByteBuffer)}, with octets that nobody changes any more. */
    void lastingBinaryValue(ByteBuffer value) {
        int length = value.remaining();
        lengthOf(FormatCode.BINARY8, length);
        octets(value, length);
    }

    void symbolValue(Symbol value) {
        String text = value.toString();
        int length = text.length();
        lengthOf(FormatCode.SYMBOL8, length);
        latin1(text, length);
    }

    @SuppressWarnings(
            "deprecation") // the only way to copy characters that are known to be ASCII without looking at each
    private void latin1(String text, int length) {
        reserve(length);
        text.getBytes(0, length, buf, pos);
        pos += length;
    }

    void stringValue(String value) {
        int length = value.length();
        reserve(1 + Integer.BYTES + length);
        int header = length <= MAX_NARROW ? 2 : 1 + Integer.BYTES;
        if (Text.putAscii(value, buf, pos + header)) {
            lengthOf(FormatCode.STRING8, length);
            pos += length;
        } else {
            int octets = Text.utf8Length(value);
            lengthOf(FormatCode.STRING8, octets);
            reserve(octets);
            pos = Text.putUtf8(value, buf, pos);
        }
    }

    /**
     * Writes a string at an index, where there is room for it if it is ASCII.
     *
     * @param room how many octets there must be room for behind one that is not
     * @return the index behind it
     */
    int putString(int at, String value, int room) {
        int length = value.length();
        if (length <= MAX_NARROW && Text.putAscii(value, buf, at + 2)) {
            BigEndian.putShort(buf, at, FormatCode.STRING8 << 8 | length);
            return at + 2 + length;
        }
        pos = at;
        stringValue(value);
        reserve(room);
        return pos;
    }

    /** The same for a string that will likely be written again. */
    int putKey(int at, String value, int room) {
        Key key = key(value, slot(value));
        if (key != null) {
            byte[] encoded = key.encoded;
            System.arraycopy(encoded, 0, buf, at, encoded.length);
            return at + encoded.length;
        }
        pos = at;
        keyValue(value);
        reserve(room);
        return pos;
    }

    /** Writes a symbol at an index, for which there is room; returns the index behind it. */
    @SuppressWarnings("deprecation") // as in latin1
    int putSymbol(int at, Symbol value) {
        String text = value.toString();
        int length = text.length();
        int from = at + 2;
        if (length <= MAX_NARROW) {
            BigEndian.putShort(buf, at, FormatCode.SYMBOL8 << 8 | length);
        } else {
            buf[at] = (byte) FormatCode.SYMBOL32;
            BigEndian.putInt(buf, at + 1, length);
            from = at + 1 + Integer.BYTES;
        }
        text.getBytes(0, length, buf, from);
        return from + length;
    }

    /** Writes a string that will likely be written again, such as a key: its octets are remembered. */
    void keyValue(String value) {
        int slot = slot(value);
        Key key = key(value, slot);
        if (key != null) {
            byte[] encoded = key.encoded;
            reserve(encoded.length);
            System.arraycopy(encoded, 0, buf, pos, encoded.length);
            pos += encoded.length;
            return;
        }
        int mark = written();
        stringValue(value);
        Key older = keys[slot];
        // Where keys never come again, remembering each would cost more than it brings.
        if (value.length() <= MAX_KEY_LENGTH && (older == null || (++keyMisses & 7) == 0)) {
            if (older != null) {
                // Of two that share a pair of places both are found.
                keys[slot ^ 1] = older;
            }
            keys[slot] = new Key(value, Arrays.copyOfRange(buf, base + mark, pos));
        }
    }

    private static int slot(String value) {
        int hash = value.hashCode();
        return (hash ^ hash >>> KEYS_BITS) & KEYS - 1;
    }

    /** Returns what is remembered of a string whose place is {@code slot} or the one beside it. */
    private @Nullable Key key(String value, int slot) {
        Key key = keys[slot];
        if (key != null && key.text.equals(value)) {
            return key;
        }
        key = keys[slot ^ 1];
        return key != null && key.text.equals(value) ? key : null;
    }

    /** Writes the constructor of variable width and the length of what follows. */
    private void lengthOf(int narrowCode, int length) {
        reserve(1 + Integer.BYTES);
        if (length <= MAX_NARROW) {
            BigEndian.putShort(buf, pos, narrowCode << 8 | length);
            pos += 2;
        } else {
            put8(narrowCode + (FormatCode.BINARY32 - FormatCode.BINARY8));
            put32(length);
        }
    }

    // Elements of arrays, which have no constructor

    void stringBody(String value, boolean wide) {
        lengthBody(Text.utf8Length(value), wide);
        pos = Text.putUtf8(value, buf, pos);
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

    private void lengthBody(int length, boolean wide) {
        reserve(Integer.BYTES + length);
        if (wide) {
            put32(length);
        } else {
            put8(length);
        }
    }

    // Lists, maps, arrays, composites

    /** Goes one level deeper; refuses what our own decoder would. */
    void descend() {
        if (++depth > DecodeLimits.DEFAULT.maxDepth()) {
            throw new IllegalArgumentException("values are nested deeper than " + DecodeLimits.DEFAULT.maxDepth());
        }
    }

    /** Goes into a list whose fields have no levels of their own: decoders do not count it, so it is not refused here. */
    void enterFields() {
        depth++;
    }

    void ascend() {
        depth--;
    }

    /** Starts a list, map or array of any size; returns its place. */
    int beginCompound() {
        descend();
        reserve(WIDE_HEADER);
        int mark = written();
        pos += WIDE_HEADER;
        return mark;
    }

    /** Ends what {@link #beginCompound} started, in its smallest encoding. */
    void endCompound(int mark, int narrowCode, int items) {
        depth--;
        int at = base + mark;
        int content = pos - at - WIDE_HEADER;
        if (content < MAX_NARROW && items <= MAX_NARROW) {
            System.arraycopy(buf, at + WIDE_HEADER, buf, at + NARROW_HEADER, content);
            pos -= WIDE_HEADER - NARROW_HEADER;
            putNarrowHeader(buf, at, narrowCode, content, items);
        } else {
            putWideHeader(at, narrowCode, content, items);
        }
    }

    static void putNarrowHeader(byte[] target, int at, int narrowCode, int content, int items) {
        target[at] = (byte) narrowCode;
        target[at + 1] = (byte) (content + 1);
        target[at + 2] = (byte) items;
    }

    private void putWideHeader(int at, int narrowCode, int content, int items) {
        buf[at] = (byte) (narrowCode + (FormatCode.LIST32 - FormatCode.LIST8));
        BigEndian.putInt(buf, at + 1, content + Integer.BYTES);
        BigEndian.putInt(buf, at + 1 + Integer.BYTES, items);
    }

    /** Starts an element of an array that is a list, map or array itself and has no constructor; returns its place. */
    int beginElement() {
        descend();
        reserve(2 * Integer.BYTES);
        int mark = written();
        pos += 2 * Integer.BYTES;
        return mark;
    }

    /** Ends what {@link #beginElement} started, with a size and count of four octets. */
    void endElement(int mark, int items) {
        depth--;
        int at = base + mark;
        BigEndian.putInt(buf, at, pos - at - Integer.BYTES);
        BigEndian.putInt(buf, at + Integer.BYTES, items);
    }

    /** Writes a descriptor of the specification. */
    void descriptor(int code) {
        reserve(3);
        put8(FormatCode.DESCRIBED);
        put8(FormatCode.SMALL_ULONG);
        put8(code);
    }

    /** Writes a composite without fields. */
    void emptyComposite(int descriptor) {
        reserve(Integer.BYTES);
        put32(emptyCompositeOctets(descriptor));
    }

    /** Returns the four octets of a composite without fields. */
    static int emptyCompositeOctets(int descriptor) {
        return FormatCode.SMALL_ULONG << 16 | descriptor << 8 | FormatCode.LIST0;
    }

    /** Starts a composite. */
    CompositeWriter composite(int descriptor) {
        composites.begin(descriptor);
        return composites;
    }

    /** Writes a descriptor of the specification and starts its list; returns the list's place. */
    int beginComposite(int descriptor) {
        reserve(2 * NARROW_HEADER);
        put32(FormatCode.SMALL_ULONG << 16 | descriptor << 8 | FormatCode.LIST8);
        int mark = written() - 1;
        pos += NARROW_HEADER - 1;
        return mark;
    }

    /**
     * Ends what {@link #beginComposite} started.
     *
     * @param end the place behind the last item; what was written behind it does not count
     */
    void endList(int mark, int end, int items) {
        int at = base + mark;
        int content = end - mark - NARROW_HEADER;
        if (items == 0) {
            buf[at] = FormatCode.LIST0;
            pos = at + 1;
        } else if (content < MAX_NARROW) {
            putNarrowHeader(buf, at, FormatCode.LIST8, content, items);
            pos = base + end;
        } else {
            pos = base + end;
            reserve(WIDE_HEADER - NARROW_HEADER);
            at = base + mark;
            System.arraycopy(buf, at + NARROW_HEADER, buf, at + WIDE_HEADER, content);
            pos += WIDE_HEADER - NARROW_HEADER;
            putWideHeader(at, FormatCode.LIST8, content, items);
        }
    }

    private record Key(String text, byte[] encoded) {}
}
