package io.amqp10.types;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A sequence of octets with value equality, so that it can be a map key or a record component. Immutable: bytes are
 * copied in and out.
 *
 * @see "AMQP 1.0 §1.6.19"
 */
public final class Binary implements Comparable<Binary> {

    private static final int SHOWN_BYTES = 32;

    private final byte[] bytes;

    private Binary(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Copies the given bytes.
     *
     * @param bytes the octets
     * @return the value
     */
    public static Binary copyOf(byte... bytes) {
        return new Binary(bytes.clone());
    }

    /**
     * Wraps the given bytes without a copy.
     *
     * @param bytes the octets, which the caller must not change any more
     * @return the value
     */
    public static Binary wrap(byte[] bytes) {
        return new Binary(bytes);
    }

    /**
     * Returns the number of octets.
     *
     * @return the length
     */
    public int length() {
        return bytes.length;
    }

    /**
     * Returns the octet at an index.
     *
     * @param index from 0 to {@code length() - 1}
     * @return the octet
     * @throws ArrayIndexOutOfBoundsException if the index is out of range
     */
    public byte get(int index) {
        return bytes[index];
    }

    /**
     * Returns a copy of the octets.
     *
     * @return a new array
     */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /**
     * Copies the octets into an array.
     *
     * @param target where to
     * @param offset the index of the first octet in {@code target}
     * @throws IndexOutOfBoundsException if they do not fit
     */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    /**
     * Returns a view of the octets, without a copy.
     *
     * @return a new buffer, read-only
     */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** Compares octet by octet, each as an unsigned number. */
    @Override
    public int compareTo(Binary other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Binary that && Arrays.equals(bytes, that.bytes));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Returns the first octets in hexadecimal and the length, never the whole of a large value. */
    @Override
    public String toString() {
        return bytes.length <= SHOWN_BYTES
                ? "0x" + HexFormat.of().formatHex(bytes)
                : "0x" + HexFormat.of().formatHex(bytes, 0, SHOWN_BYTES) + "...(" + bytes.length + " bytes)";
    }
}
