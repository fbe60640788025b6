package io.amqp10.types.transport;

import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Updates the flow state of a session and, if it names a handle, of a link.
 *
 * <p>Mutable, not safe for more than one thread, and reused: who wants to keep a value copies it.
 *
 * @see "AMQP 1.0 §2.7.4"
 */
public final class Flow implements Performative {

    private long nextIncomingId = UnsignedInteger.ABSENT;
    private long incomingWindow = 0;
    private long nextOutgoingId = 0;
    private long outgoingWindow = 0;
    private long handle = UnsignedInteger.ABSENT;
    private long deliveryCount = UnsignedInteger.ABSENT;
    private long linkCredit = UnsignedInteger.ABSENT;
    private long available = UnsignedInteger.ABSENT;
    private boolean drain;
    private boolean echo;
    private Map<Symbol, @Nullable Object> properties = Map.of();

    /** Makes a flow with every field absent or at its default. */
    public Flow() {}

    /**
     * Puts every field back to absent or its default.
     *
     * @return this
     */
    public Flow reset() {
        nextIncomingId = UnsignedInteger.ABSENT;
        incomingWindow = 0;
        nextOutgoingId = 0;
        outgoingWindow = 0;
        handle = UnsignedInteger.ABSENT;
        deliveryCount = UnsignedInteger.ABSENT;
        linkCredit = UnsignedInteger.ABSENT;
        available = UnsignedInteger.ABSENT;
        drain = false;
        echo = false;
        properties = Map.of();
        return this;
    }

    /**
     * Returns the transfer-id expected next, a {@code uint}, or {@link UnsignedInteger#ABSENT} before the peer's begin was seen.
     *
     * @return the value
     */
    public long nextIncomingId() {
        return nextIncomingId;
    }

    /**
     * Sets the transfer-id expected next, a {@code uint}, or {@link UnsignedInteger#ABSENT} before the peer's begin was seen.
     *
     * @param value the value
     * @return this
     */
    public Flow nextIncomingId(long value) {
        nextIncomingId = value;
        return this;
    }

    /**
     * Returns how many transfer frames can be taken, a {@code uint}.
     *
     * @return the value
     */
    public long incomingWindow() {
        return incomingWindow;
    }

    /**
     * Sets how many transfer frames can be taken, a {@code uint}.
     *
     * @param value the value
     * @return this
     */
    public Flow incomingWindow(long value) {
        incomingWindow = value;
        return this;
    }

    /**
     * Returns the transfer-id of the next frame to be sent, a {@code uint}.
     *
     * @return the value
     */
    public long nextOutgoingId() {
        return nextOutgoingId;
    }

    /**
     * Sets the transfer-id of the next frame to be sent, a {@code uint}.
     *
     * @param value the value
     * @return this
     */
    public Flow nextOutgoingId(long value) {
        nextOutgoingId = value;
        return this;
    }

    /**
     * Returns how many transfer frames may be sent, a {@code uint}.
     *
     * @return the value
     */
    public long outgoingWindow() {
        return outgoingWindow;
    }

    /**
     * Sets how many transfer frames may be sent, a {@code uint}.
     *
     * @param value the value
     * @return this
     */
    public Flow outgoingWindow(long value) {
        outgoingWindow = value;
        return this;
    }

    /**
     * Returns the handle of the link, a {@code uint}, or {@link UnsignedInteger#ABSENT} if only the session is meant.
     *
     * @return the value
     */
    public long handle() {
        return handle;
    }

    /**
     * Sets the handle of the link, a {@code uint}, or {@link UnsignedInteger#ABSENT} if only the session is meant.
     *
     * @param value the value
     * @return this
     */
    public Flow handle(long value) {
        handle = value;
        return this;
    }

    /**
     * Returns the link's delivery-count, a {@code uint}, or {@link UnsignedInteger#ABSENT}.
     *
     * @return the value
     */
    public long deliveryCount() {
        return deliveryCount;
    }

    /**
     * Sets the link's delivery-count, a {@code uint}, or {@link UnsignedInteger#ABSENT}.
     *
     * @param value the value
     * @return this
     */
    public Flow deliveryCount(long value) {
        deliveryCount = value;
        return this;
    }

    /**
     * Returns the link's credit, a {@code uint}, or {@link UnsignedInteger#ABSENT}.
     *
     * @return the value
     */
    public long linkCredit() {
        return linkCredit;
    }

    /**
     * Sets the link's credit, a {@code uint}, or {@link UnsignedInteger#ABSENT}.
     *
     * @param value the value
     * @return this
     */
    public Flow linkCredit(long value) {
        linkCredit = value;
        return this;
    }

    /**
     * Returns how many messages wait at the sender, a {@code uint}, or {@link UnsignedInteger#ABSENT}.
     *
     * @return the value
     */
    public long available() {
        return available;
    }

    /**
     * Sets how many messages wait at the sender, a {@code uint}, or {@link UnsignedInteger#ABSENT}.
     *
     * @param value the value
     * @return this
     */
    public Flow available(long value) {
        available = value;
        return this;
    }

    /**
     * Returns whether the sender is to use up or give back its credit.
     *
     * @return the value
     */
    public boolean drain() {
        return drain;
    }

    /**
     * Sets whether the sender is to use up or give back its credit.
     *
     * @param value the value
     * @return this
     */
    public Flow drain(boolean value) {
        drain = value;
        return this;
    }

    /**
     * Returns whether the receiver of this is to answer with its own flow.
     *
     * @return the value
     */
    public boolean echo() {
        return echo;
    }

    /**
     * Sets whether the receiver of this is to answer with its own flow.
     *
     * @param value the value
     * @return this
     */
    public Flow echo(boolean value) {
        echo = value;
        return this;
    }

    /**
     * Returns the link's flow properties.
     *
     * @return the value
     */
    public Map<Symbol, @Nullable Object> properties() {
        return properties;
    }

    /**
     * Sets the link's flow properties.
     *
     * @param value the value
     * @return this
     */
    public Flow properties(Map<Symbol, @Nullable Object> value) {
        properties = value;
        return this;
    }

    @Override
    public <P> void dispatch(PerformativeHandler<P> handler, int channel, P payload) {
        handler.onFlow(channel, this);
    }

    @Override
    public String toString() {
        return "Flow[" + "nextIncomingId=" + nextIncomingId + ", " + "incomingWindow=" + incomingWindow + ", "
                + "nextOutgoingId=" + nextOutgoingId + ", " + "outgoingWindow=" + outgoingWindow + ", " + "handle="
                + handle + ", " + "deliveryCount=" + deliveryCount + ", " + "linkCredit=" + linkCredit + ", "
                + "available=" + available + ", " + "drain=" + drain + ", " + "echo=" + echo + ", " + "properties="
                + properties + "]";
    }
}
