package io.amqp10.benchmarks.raw;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Appends frames to a buffer, one field after another; lists are back-patched. */
final class FrameWriter {

    static final int AMQP = 0;
    static final int SASL = 1;

    private final ByteBuffer out;
    private int frame;
    private int list;
    private int count;

    FrameWriter(ByteBuffer out) {
        this.out = out;
    }

    FrameWriter start(int type, int channel, int descriptor) {
        frame = out.position();
        out.putInt(0).put((byte) 2).put((byte) type).putShort((short) channel);
        out.put((byte) 0).put((byte) 0x53).put((byte) descriptor);
        list = out.position();
        out.put((byte) 0xd0).putInt(0).putInt(0);
        count = 0;
        return this;
    }

    FrameWriter absent() {
        out.put((byte) 0x40);
        count++;
        return this;
    }

    FrameWriter bool(boolean value) {
        out.put((byte) (value ? 0x41 : 0x42));
        count++;
        return this;
    }

    FrameWriter ubyte(int value) {
        out.put((byte) 0x50).put((byte) value);
        count++;
        return this;
    }

    FrameWriter ushort(int value) {
        out.put((byte) 0x60).putShort((short) value);
        count++;
        return this;
    }

    FrameWriter uint(int value) {
        out.put((byte) 0x70).putInt(value);
        count++;
        return this;
    }

    /** Appends a delivery-tag of four bytes. */
    FrameWriter tag(int value) {
        out.put((byte) 0xa0).put((byte) 4).putInt(value);
        count++;
        return this;
    }

    FrameWriter string(String value) {
        return text(0xa1, value);
    }

    FrameWriter symbol(String value) {
        return text(0xa3, value);
    }

    /** Appends a map of symbols to strings: one after the other. */
    FrameWriter map(String... keysAndValues) {
        int map = out.position();
        out.put((byte) 0xc1).put((byte) 0).put((byte) keysAndValues.length);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            symbol(keysAndValues[i]).string(keysAndValues[i + 1]);
        }
        count -= keysAndValues.length - 1;
        out.put(map + 1, (byte) (out.position() - map - 2));
        return this;
    }

    private FrameWriter text(int code, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.put((byte) code).put((byte) bytes.length).put(bytes);
        count++;
        return this;
    }

    /** Appends a described list that has one field: an address, or nothing if it is empty. */
    FrameWriter terminus(int descriptor, String address) {
        byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
        out.put((byte) 0).put((byte) 0x53).put((byte) descriptor);
        if (bytes.length == 0) {
            out.put((byte) 0x45);
        } else {
            out.put((byte) 0xc0).put((byte) (bytes.length + 3)).put((byte) 1);
            out.put((byte) 0xa1).put((byte) bytes.length).put(bytes);
        }
        count++;
        return this;
    }

    /** Appends a described empty list, such as the outcome accepted. */
    FrameWriter described(int descriptor) {
        out.put((byte) 0).put((byte) 0x53).put((byte) descriptor).put((byte) 0x45);
        count++;
        return this;
    }

    FrameWriter raw(ByteBuffer source, int position, int length) {
        append(source, position, length);
        count++;
        return this;
    }

    /** Ends the performative. */
    FrameWriter endList() {
        out.putInt(list + 1, out.position() - list - 5);
        out.putInt(list + 5, count);
        return this;
    }

    /** Appends payload after the performative. */
    FrameWriter payload(ByteBuffer source, int position, int length) {
        append(source, position, length);
        return this;
    }

    private void append(ByteBuffer source, int position, int length) {
        out.put(out.position(), source, position, length);
        out.position(out.position() + length);
    }

    void endFrame() {
        out.putInt(frame, out.position() - frame);
    }

    void end() {
        endList();
        endFrame();
    }
}
