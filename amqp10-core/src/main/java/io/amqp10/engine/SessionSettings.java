package io.amqp10.engine;

import io.amqp10.types.Symbol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session says of itself, and its limits.
 *
 * @param incomingWindow how many transfer frames the peer may send ahead, from 1 to 2147483647
 * @param handleMax the highest handle that the peer may use, from 0 to 65535
 * @param firstOutgoingId where our transfer-ids and delivery-ids begin, a {@code uint}
 * @param maxUnsettled how many deliveries of ours may be unsettled before no more are sent, at least 1
 * @param offeredCapabilities extensions that we support
 * @param desiredCapabilities extensions that we may use if the peer supports them
 * @param properties session properties
 */
public record SessionSettings(
        int incomingWindow,
        int handleMax,
        long firstOutgoingId,
        int maxUnsettled,
        List<Symbol> offeredCapabilities,
        List<Symbol> desiredCapabilities,
        Map<Symbol, @Nullable Object> properties) {

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
     * @param offeredCapabilities supported extensions
     * @param desiredCapabilities wanted extensions
     * @param properties session properties
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
        offeredCapabilities = List.copyOf(offeredCapabilities);
        desiredCapabilities = List.copyOf(desiredCapabilities);
        properties = properties.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /**
     * Makes settings without capabilities and properties.
     *
     * @param incomingWindow the incoming window in frames
     * @param handleMax the highest handle
     * @param firstOutgoingId the first transfer-id and delivery-id
     * @param maxUnsettled how many unsettled deliveries
     * @throws IllegalArgumentException if one is out of range
     */
    public SessionSettings(int incomingWindow, int handleMax, long firstOutgoingId, int maxUnsettled) {
        this(incomingWindow, handleMax, firstOutgoingId, maxUnsettled, List.of(), List.of(), Map.of());
    }

    /**
     * Returns these settings with another incoming window.
     *
     * @param frames from 1 to 2147483647
     * @return new settings
     */
    public SessionSettings withIncomingWindow(int frames) {
        return new SessionSettings(
                frames, handleMax, firstOutgoingId, maxUnsettled, offeredCapabilities, desiredCapabilities, properties);
    }

    /**
     * Returns these settings with another highest handle.
     *
     * @param handle from 0 to 65535
     * @return new settings
     */
    public SessionSettings withHandleMax(int handle) {
        return new SessionSettings(
                incomingWindow,
                handle,
                firstOutgoingId,
                maxUnsettled,
                offeredCapabilities,
                desiredCapabilities,
                properties);
    }

    /**
     * Returns these settings with other capabilities and properties. They must fit into a begin as large as the peer's frames
     * may be, which are at least 512 octets.
     *
     * @param offered extensions that we support
     * @param desired extensions that we may use if the peer supports them
     * @param with session properties
     * @return new settings
     */
    public SessionSettings withTerms(List<Symbol> offered, List<Symbol> desired, Map<Symbol, @Nullable Object> with) {
        return new SessionSettings(incomingWindow, handleMax, firstOutgoingId, maxUnsettled, offered, desired, with);
    }

    /**
     * Returns these settings with another number of unsettled deliveries.
     *
     * @param deliveries at least 1
     * @return new settings
     */
    public SessionSettings withMaxUnsettled(int deliveries) {
        return new SessionSettings(incomingWindow, handleMax, firstOutgoingId, deliveries);
    }
}
