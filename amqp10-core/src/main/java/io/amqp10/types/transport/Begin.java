package io.amqp10.types.transport;

import io.amqp10.types.Symbol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Begins a session on a channel.
 *
 * @param remoteChannel the peer's channel if this answers its begin, else {@link #NO_CHANNEL}
 * @param nextOutgoingId the transfer-id of the next transfer frame, a {@code uint}
 * @param incomingWindow how many transfer frames the sender can take now, a {@code uint}
 * @param outgoingWindow how many transfer frames the sender may send now, a {@code uint}
 * @param handleMax the highest handle that the receiver may use, a {@code uint}
 * @param offeredCapabilities extensions that the sender supports
 * @param desiredCapabilities extensions that the sender may use if the receiver supports them
 * @param properties session properties
 * @see "AMQP 1.0 §2.7.2"
 */
public record Begin(
        int remoteChannel,
        long nextOutgoingId,
        long incomingWindow,
        long outgoingWindow,
        long handleMax,
        List<Symbol> offeredCapabilities,
        List<Symbol> desiredCapabilities,
        Map<Symbol, @Nullable Object> properties)
        implements Performative {

    /** Stands for an absent remote-channel. */
    public static final int NO_CHANNEL = -1;

    /** The default of {@link #handleMax()}. */
    public static final long DEFAULT_HANDLE_MAX = 0xffff_ffffL;

    /**
     * Copies the collections.
     *
     * @param remoteChannel the peer's channel or {@link #NO_CHANNEL}
     * @param nextOutgoingId the next transfer-id
     * @param incomingWindow the incoming window
     * @param outgoingWindow the outgoing window
     * @param handleMax the highest handle
     * @param offeredCapabilities supported extensions
     * @param desiredCapabilities wanted extensions
     * @param properties session properties
     */
    public Begin {
        offeredCapabilities = List.copyOf(offeredCapabilities);
        desiredCapabilities = List.copyOf(desiredCapabilities);
        properties = properties.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /**
     * Makes a begin without capabilities and properties.
     *
     * @param remoteChannel the peer's channel or {@link #NO_CHANNEL}
     * @param nextOutgoingId the next transfer-id
     * @param incomingWindow the incoming window
     * @param outgoingWindow the outgoing window
     * @param handleMax the highest handle
     */
    public Begin(int remoteChannel, long nextOutgoingId, long incomingWindow, long outgoingWindow, long handleMax) {
        this(remoteChannel, nextOutgoingId, incomingWindow, outgoingWindow, handleMax, List.of(), List.of(), Map.of());
    }

    @Override
    public <P> void dispatch(PerformativeHandler<P> handler, int channel, P payload) {
        handler.onBegin(channel, this);
    }
}
