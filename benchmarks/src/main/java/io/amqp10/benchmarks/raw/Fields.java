package io.amqp10.benchmarks.raw;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Finds where the fields of a performative lie in a buffer, without decoding them; used again for each frame. */
final class Fields {

    private static final int MAX_FIELDS = 16;
    private static final int CODE_LIST8 = 0xc0;
    private static final int CODE_LIST32 = 0xd0;
    private static final int CODE_LIST0 = 0x45;
    private static final int CODE_NULL = 0x40;
    private static final int CODE_TRUE = 0x41;
    private static final int CODE_BOOLEAN = 0x56;

    private final int[] starts = new int[MAX_FIELDS + 1];
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int count;
    private int descriptor;
    private int end;

    /** Reads a described list at a position and returns the position after it. */
    int read(ByteBuffer source, int position) {
        buffer = source;
        if (source.get(position) != 0) {
            throw new IllegalStateException("no described type");
        }
        int descriptorCode = source.get(position + 1) & 0xff;
        descriptor = switch (descriptorCode) {
            case 0x53 -> source.get(position + 2) & 0xff;
            case 0x80 -> (int) source.getLong(position + 2);
            default -> throw new IllegalStateException("no numeric descriptor: " + descriptorCode);
        };
        int list = skip(position + 1);
        int at;
        int code = source.get(list) & 0xff;
        switch (code) {
            case CODE_LIST0 -> {
                count = 0;
                end = list + 1;
                starts[0] = end;
                return end;
            }
            case CODE_LIST8 -> {
                count = source.get(list + 2) & 0xff;
                at = list + 3;
                end = list + 2 + (source.get(list + 1) & 0xff);
            }
            case CODE_LIST32 -> {
                count = source.getInt(list + 5);
                at = list + 9;
                end = list + 5 + source.getInt(list + 1);
            }
            default -> throw new IllegalStateException("no list: " + code);
        }
        if (count < 0 || count > MAX_FIELDS) {
            throw new IllegalStateException("too many fields: " + count);
        }
        for (int i = 0; i < count; i++) {
            starts[i] = at;
            at = skip(at);
        }
        starts[count] = at;
        return end;
    }

    private int skip(int at) {
        int code = buffer.get(at) & 0xff;
        return switch (code >>> 4) {
            case 0x0 -> skip(skip(at + 1));
            case 0x4 -> at + 1;
            case 0x5 -> at + 2;
            case 0x6 -> at + 3;
            case 0x7 -> at + 5;
            case 0x8 -> at + 9;
            case 0x9 -> at + 17;
            case 0xa, 0xc, 0xe -> at + 2 + (buffer.get(at + 1) & 0xff);
            case 0xb, 0xd, 0xf -> at + 5 + buffer.getInt(at + 1);
            default -> throw new IllegalStateException("no format code: " + code);
        };
    }

    int descriptor() {
        return descriptor;
    }

    boolean isAbsent(int field) {
        return field >= count || (buffer.get(starts[field]) & 0xff) == CODE_NULL;
    }

    /** Returns a uint, ushort or ubyte. */
    int uint(int field, int absent) {
        if (isAbsent(field)) {
            return absent;
        }
        int at = starts[field];
        int code = buffer.get(at) & 0xff;
        return switch (code) {
            case 0x43 -> 0;
            case 0x50, 0x52 -> buffer.get(at + 1) & 0xff;
            case 0x60 -> buffer.getShort(at + 1) & 0xffff;
            case 0x70 -> buffer.getInt(at + 1);
            default -> throw new IllegalStateException("no uint: " + code);
        };
    }

    boolean isTrue(int field) {
        if (field >= count) {
            return false;
        }
        int code = buffer.get(starts[field]) & 0xff;
        return code == CODE_TRUE || (code == CODE_BOOLEAN && buffer.get(starts[field] + 1) != 0);
    }

    /** Returns the numeric descriptor of a described field, or -1. */
    int descriptorOf(int field) {
        if (isAbsent(field) || buffer.get(starts[field]) != 0) {
            return -1;
        }
        int at = starts[field] + 1;
        return (buffer.get(at) & 0xff) == 0x80 ? (int) buffer.getLong(at + 1) : buffer.get(at + 1) & 0xff;
    }

    /** Returns the first field of a described list, which is the address of a source or target; empty if there is none. */
    String addressOf(int field) {
        if (descriptorOf(field) < 0) {
            return "";
        }
        Fields terminus = new Fields();
        terminus.read(buffer, starts[field]);
        if (terminus.isAbsent(0)) {
            return "";
        }
        int at = terminus.starts[0];
        int code = buffer.get(at) & 0xff;
        int length = code == 0xa1 ? buffer.get(at + 1) & 0xff : buffer.getInt(at + 1);
        byte[] text = new byte[length];
        buffer.get(at + (code == 0xa1 ? 2 : 5), text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Copies a field as it is encoded; null if it is absent. */
    void copy(int field, FrameWriter to) {
        if (isAbsent(field)) {
            to.absent();
        } else {
            to.raw(buffer, starts[field], starts[field + 1] - starts[field]);
        }
    }
}
