package io.amqp10;

import java.time.Duration;

/**
 * What a peer may make this container hold or do. A peer that goes beyond a limit is told so with its name: the connection is
 * closed with {@code amqp:resource-limit-exceeded} unless a limit says otherwise. No honest peer meets the defaults.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class PeerLimits implements Cloneable {

    /** Every limit at its default. */
    public static final PeerLimits DEFAULT = new PeerLimits();

    private int maxSessions = 1024;
    private int maxLinksPerSession = 1024;
    private int maxNameLength = 4096;
    private int maxFilterLength = 16_384;
    private long maxBufferedBytes = 256L << 20;
    private int maxFramesPerDelivery = 1 << 20;
    private int maxUnsettled = 1 << 17;
    private int maxUnsettledEntries = 1 << 16;
    private int endpointBurst = 20_000;
    private int endpointsPerSecond = 1_000;
    private int flowsPerSecond = 500_000;
    private int emptyFramesPerSecond = 100;
    private int maxDepth = 32;
    private int maxValues = 1 << 24;
    private int maxZeroWidthElements = 1 << 16;
    private int maxBodySections = 10_000;
    private int symbolCacheSize = 256;
    private Duration minIdleTimeout = Duration.ofMillis(100);
    private Duration writeStallTimeout = Duration.ofSeconds(30);

    private PeerLimits() {}

    /**
     * Returns how many sessions there may be at once.
     *
     * @return the value, 1024 unless set
     */
    public int maxSessions() {
        return maxSessions;
    }

    /**
     * Sets how many sessions there may be at once. Channel-max limits them too.
     *
     * @param value from 1 to 65536
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxSessions(int value) {
        Checks.range("maxSessions", value, 1, 65536);
        PeerLimits copy = copy();
        copy.maxSessions = value;
        return copy;
    }

    /**
     * Returns how many links a session may have at once.
     *
     * @return the value, 1024 unless set
     */
    public int maxLinksPerSession() {
        return maxLinksPerSession;
    }

    /**
     * Sets how many links a session may have at once, in each direction of attach; the peer is told by handle-max.
     * A handle beyond it is an {@code amqp:connection:framing-error}.
     *
     * @param value from 1 to 65536
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxLinksPerSession(int value) {
        Checks.range("maxLinksPerSession", value, 1, 65536);
        PeerLimits copy = copy();
        copy.maxLinksPerSession = value;
        return copy;
    }

    /**
     * Returns how many characters the peer's container-id, hostname and link names may have.
     *
     * @return the value, 4096 unless set
     */
    public int maxNameLength() {
        return maxNameLength;
    }

    /**
     * Sets how many characters the peer's container-id, hostname and link names may have.
     * A longer one is an {@code amqp:invalid-field}; of a link it refuses the link only.
     *
     * @param value from 1 to 2147483647
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxNameLength(int value) {
        Checks.range("maxNameLength", value, 1, Integer.MAX_VALUE);
        PeerLimits copy = copy();
        copy.maxNameLength = value;
        return copy;
    }

    /**
     * Returns how long the filters of a link may be that the peer wants to receive on.
     *
     * @return the value, 16384 unless set
     */
    public int maxFilterLength() {
        return maxFilterLength;
    }

    /**
     * Sets how long the filters of a link may be that the peer wants to receive on, lest an application that applies them
     * has to read selectors without end. The characters of all texts in them count, symbols and octets too, and any other
     * value as one. A link with more is refused with {@code amqp:invalid-field} before the application hears of it.
     *
     * @param value from 1 to 2147483647
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxFilterLength(int value) {
        Checks.range("maxFilterLength", value, 1, Integer.MAX_VALUE);
        PeerLimits copy = copy();
        copy.maxFilterLength = value;
        return copy;
    }

    /**
     * Returns how many octets of incomplete deliveries are held for all links together.
     *
     * @return the value, 256 MiB unless set
     */
    public long maxBufferedBytes() {
        return maxBufferedBytes;
    }

    /**
     * Sets how many octets of incomplete deliveries are held for all links together.
     *
     * @param value from 0 to 9223372036854775807
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxBufferedBytes(long value) {
        Checks.range("maxBufferedBytes", value, 0, Long.MAX_VALUE);
        PeerLimits copy = copy();
        copy.maxBufferedBytes = value;
        return copy;
    }

    /**
     * Returns how many frames a delivery may come in.
     *
     * @return the value, 1048576 unless set
     */
    public int maxFramesPerDelivery() {
        return maxFramesPerDelivery;
    }

    /**
     * Sets how many frames a delivery may come in.
     * A longer delivery detaches its link with {@code amqp:link:transfer-limit-exceeded}.
     *
     * @param value from 1 to 2147483647
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxFramesPerDelivery(int value) {
        Checks.range("maxFramesPerDelivery", value, 1, Integer.MAX_VALUE);
        PeerLimits copy = copy();
        copy.maxFramesPerDelivery = value;
        return copy;
    }

    /**
     * Returns how many messages of a session may have been sent that the peer has not settled.
     *
     * @return the value, 131072 unless set
     */
    public int maxUnsettled() {
        return maxUnsettled;
    }

    /**
     * Sets how many messages of a session may have been sent that the peer has not settled, whatever credit it gives. With more
     * no error comes: the others wait until it settles some.
     *
     * @param value from 1 to 2147483647
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxUnsettled(int value) {
        Checks.range("maxUnsettled", value, 1, Integer.MAX_VALUE);
        PeerLimits copy = copy();
        copy.maxUnsettled = value;
        return copy;
    }

    /**
     * Returns how many deliveries the unsettled map of a peer's attach may have.
     *
     * @return the value, 65536 unless set
     */
    public int maxUnsettledEntries() {
        return maxUnsettledEntries;
    }

    /**
     * Sets how many deliveries the unsettled map of a peer's attach may have.
     * A larger one refuses the link only.
     *
     * @param value from 1 to 2147483647
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxUnsettledEntries(int value) {
        Checks.range("maxUnsettledEntries", value, 1, Integer.MAX_VALUE);
        PeerLimits copy = copy();
        copy.maxUnsettledEntries = value;
        return copy;
    }

    /**
     * Returns how many begins, attaches and aborted deliveries the peer may start at once.
     *
     * @return the value, 20000 unless set
     */
    public int endpointBurst() {
        return endpointBurst;
    }

    /**
     * Sets how many begins, attaches and aborted deliveries the peer may start at once.
     *
     * @param value from 1 to 2147483647
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits endpointBurst(int value) {
        Checks.range("endpointBurst", value, 1, Integer.MAX_VALUE);
        PeerLimits copy = copy();
        copy.endpointBurst = value;
        return copy;
    }

    /**
     * Returns how many more of them the peer may start each second.
     *
     * @return the value, 1000 unless set
     */
    public int endpointsPerSecond() {
        return endpointsPerSecond;
    }

    /**
     * Sets how many more of them than {@link #endpointBurst()} the peer may start each second.
     *
     * @param value from 1 to 1000000000
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits endpointsPerSecond(int value) {
        Checks.range("endpointsPerSecond", value, 1, 1_000_000_000);
        PeerLimits copy = copy();
        copy.endpointsPerSecond = value;
        return copy;
    }

    /**
     * Returns how many flows the peer may send each second.
     *
     * @return the value, 500000 unless set
     */
    public int flowsPerSecond() {
        return flowsPerSecond;
    }

    /**
     * Sets how many flows the peer may send each second.
     *
     * @param value from 1 to 1000000000
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits flowsPerSecond(int value) {
        Checks.range("flowsPerSecond", value, 1, 1_000_000_000);
        PeerLimits copy = copy();
        copy.flowsPerSecond = value;
        return copy;
    }

    /**
     * Returns how many empty frames the peer may send each second.
     *
     * @return the value, 100 unless set
     */
    public int emptyFramesPerSecond() {
        return emptyFramesPerSecond;
    }

    /**
     * Sets how many empty frames the peer may send each second.
     *
     * @param value from 1 to 1000000000
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits emptyFramesPerSecond(int value) {
        Checks.range("emptyFramesPerSecond", value, 1, 1_000_000_000);
        PeerLimits copy = copy();
        copy.emptyFramesPerSecond = value;
        return copy;
    }

    /**
     * Returns how deep lists, maps, arrays and descriptors that come may nest.
     *
     * @return the value, 32 unless set
     */
    public int maxDepth() {
        return maxDepth;
    }

    /**
     * Sets how deep lists, maps, arrays and descriptors that come may nest.
     * A frame that goes deeper closes the connection with {@code amqp:decode-error}, a message that does is malformed. What is
     * sent nests 32 deep at most, but for a received message that is sent on as it came.
     *
     * @param value from 1 to 1000
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxDepth(int value) {
        Checks.range("maxDepth", value, 1, 1000);
        PeerLimits copy = copy();
        copy.maxDepth = value;
        return copy;
    }

    /**
     * Returns how many values a frame, or a section of a message, may have.
     *
     * @return the value, 16777216 unless set
     */
    public int maxValues() {
        return maxValues;
    }

    /**
     * Sets how many values a frame, or a section of a message, may have.
     * Elements of arrays of primitives do not count. A frame with more closes the connection with {@code amqp:decode-error},
     * a message with more is malformed.
     *
     * @param value from 1 to 2147483647
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxValues(int value) {
        Checks.range("maxValues", value, 1, Integer.MAX_VALUE);
        PeerLimits copy = copy();
        copy.maxValues = value;
        return copy;
    }

    /**
     * Returns how many array elements that have no octets of their own, such as nulls, a frame or a section of a message may have.
     *
     * @return the value, 65536 unless set
     */
    public int maxZeroWidthElements() {
        return maxZeroWidthElements;
    }

    /**
     * Sets how many array elements that have no octets of their own, such as nulls, a frame or a section of a message may have.
     * A frame with more closes the connection with {@code amqp:decode-error}, a message with more is malformed.
     *
     * @param value from 0 to 2147483647
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxZeroWidthElements(int value) {
        Checks.range("maxZeroWidthElements", value, 0, Integer.MAX_VALUE);
        PeerLimits copy = copy();
        copy.maxZeroWidthElements = value;
        return copy;
    }

    /**
     * Returns how many data or sequence sections a message may have.
     *
     * @return the value, 10000 unless set
     */
    public int maxBodySections() {
        return maxBodySections;
    }

    /**
     * Sets how many data or sequence sections a message may have.
     * A message with more is malformed. One that is received as a stream may have any number.
     *
     * @param value from 1 to 2147483647
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits maxBodySections(int value) {
        Checks.range("maxBodySections", value, 1, Integer.MAX_VALUE);
        PeerLimits copy = copy();
        copy.maxBodySections = value;
        return copy;
    }

    /**
     * Returns how many of the short symbols, and of the map keys, in its frames a connection remembers.
     *
     * @return the value, 256 unless set
     */
    public int symbolCacheSize() {
        return symbolCacheSize;
    }

    /**
     * Sets how many of the short symbols, and of the map keys, in its frames a connection remembers.
     * More of them cause no error; they are decoded each time they come. Messages of all connections share a store of 1024.
     *
     * @param value from 0 to 65536
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits symbolCacheSize(int value) {
        Checks.range("symbolCacheSize", value, 0, 65536);
        PeerLimits copy = copy();
        copy.symbolCacheSize = value;
        return copy;
    }

    /**
     * Returns the shortest idle-time-out that a peer may ask for.
     *
     * @return the value, 100 ms unless set
     */
    public Duration minIdleTimeout() {
        return minIdleTimeout;
    }

    /**
     * Sets the shortest idle-time-out that a peer may ask for.
     * A shorter one closes the connection with {@code amqp:not-allowed}.
     *
     * @param value the value, not negative
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits minIdleTimeout(Duration value) {
        Checks.notNegative("minIdleTimeout", value);
        PeerLimits copy = copy();
        copy.minIdleTimeout = value;
        return copy;
    }

    /**
     * Returns how long the peer may take nothing of what is written.
     *
     * @return the value, 30 seconds unless set
     */
    public Duration writeStallTimeout() {
        return writeStallTimeout;
    }

    /**
     * Sets how long the peer may take nothing of what is written, while there is something to write.
     * After that the connection is dropped, since no frame would reach the peer.
     *
     * @param value the value, longer than nothing
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public PeerLimits writeStallTimeout(Duration value) {
        Checks.positive("writeStallTimeout", value);
        PeerLimits copy = copy();
        copy.writeStallTimeout = value;
        return copy;
    }

    private PeerLimits copy() {
        try {
            return (PeerLimits) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
