package io.amqp10.codec;

/**
 * How much a decoder takes from a peer before it gives up with a {@link DecodeException} that names the limit, so that a few
 * octets cannot cost much memory, stack or time.
 *
 * @param maxDepth how deep lists, maps, arrays and descriptors may nest, at least 1
 * @param maxZeroWidthElements how many array elements without octets of their own one call may make
 * @param maxValues how many values one call may make, elements of arrays of primitives not counted
 * @param maxBodySections how many data or sequence sections a message may have
 * @param symbolCacheSize how many symbols of at most 64 octets, and as many map keys, a decoder remembers
 */
public record DecodeLimits(
        int maxDepth, int maxZeroWidthElements, int maxValues, int maxBodySections, int symbolCacheSize) {

    /** Limits that no reasonable peer meets. */
    public static final DecodeLimits DEFAULT = new DecodeLimits(32, 65_536, 1 << 24, 10_000, 256);

    /**
     * Checks the ranges.
     *
     * @param maxDepth at least 1
     * @param maxZeroWidthElements at least 0
     * @param maxValues at least 1
     * @param maxBodySections at least 1
     * @param symbolCacheSize at least 0
     * @throws IllegalArgumentException if one is out of range
     */
    public DecodeLimits {
        atLeast("maxDepth", maxDepth, 1);
        atLeast("maxZeroWidthElements", maxZeroWidthElements, 0);
        atLeast("maxValues", maxValues, 1);
        atLeast("maxBodySections", maxBodySections, 1);
        atLeast("symbolCacheSize", symbolCacheSize, 0);
    }

    private static void atLeast(String name, int value, int min) {
        if (value < min) {
            throw new IllegalArgumentException(name + " must be at least " + min + ", not " + value);
        }
    }
}
