package io.amqp10.engine;

/**
 * What a session says of itself, and its limits.
 *
 * @param incomingWindow how many transfer frames the peer may send ahead, from 1 to 2147483647
 * @param handleMax the highest handle that the peer may use, from 0 to 65535
 * @param firstOutgoingId where our transfer-ids and delivery-ids begin, a {@code uint}
 * @param maxUnsettled how many deliveries of ours may be unsettled before no more are sent, at least 1
 */
public record SessionSettings(int incomingWindow, int handleMax, long firstOutgoingId, int maxUnsettled) {

    /** The default of {@link #incomingWindow()}. */
    public static final int DEFAULT_INCOMING_WINDOW = 8192;

    /** The default of {@link #handleMax()}. */
    public static final int DEFAULT_HANDLE_MAX = 1023;

    /** The default of {@link #maxUnsettled()}. */
    public static final int DEFAULT_MAX_UNSETTLED = 1 << 17;

    /** The default of every component. */
    public static final SessionSettings DEFAULT =
            new SessionSettings(DEFAULT_INCOMING_WINDOW, DEFAULT_HANDLE_MAX, 0, DEFAULT_MAX_UNSETTLED);

    /**
     * Checks the ranges.
     *
     * @param incomingWindow the incoming window in frames
     * @param handleMax the highest handle
     * @param firstOutgoingId the first transfer-id and delivery-id
     * @param maxUnsettled how many unsettled deliveries
     * @throws IllegalArgumentException if one is out of range
     */
    public SessionSettings {
        if (incomingWindow < 1
                || handleMax < 0
                || handleMax > 0xffff
                || firstOutgoingId < 0
                || firstOutgoingId > 0xffff_ffffL
                || maxUnsettled < 1) {
            throw new IllegalArgumentException(
                    "a session setting is out of range: incomingWindow=" + incomingWindow + ", handleMax=" + handleMax
                            + ", firstOutgoingId=" + firstOutgoingId + ", maxUnsettled=" + maxUnsettled);
        }
    }

    /**
     * Returns these settings with another incoming window.
     *
     * @param frames from 1 to 2147483647
     * @return new settings
     */
    public SessionSettings withIncomingWindow(int frames) {
        return new SessionSettings(frames, handleMax, firstOutgoingId, maxUnsettled);
    }

    /**
     * Returns these settings with another highest handle.
     *
     * @param handle from 0 to 65535
     * @return new settings
     */
    public SessionSettings withHandleMax(int handle) {
        return new SessionSettings(incomingWindow, handle, firstOutgoingId, maxUnsettled);
    }
}
