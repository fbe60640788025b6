package io.amqp10;

import io.amqp10.types.Symbol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a session works.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class SessionOptions implements Cloneable {

    /** The default of {@link #incomingWindow()}. */
    public static final int DEFAULT_INCOMING_WINDOW = 16_384;

    /** The default of {@link #handleMax()}: as many as {@link PeerLimits#maxLinksPerSession()} says. */
    public static final int DEFAULT_HANDLE_MAX = 65_535;

    /** Every option at its default. */
    public static final SessionOptions DEFAULT = new SessionOptions();

    private int incomingWindow = DEFAULT_INCOMING_WINDOW;
    private int handleMax = DEFAULT_HANDLE_MAX;
    private List<Symbol> offeredCapabilities = List.of();
    private List<Symbol> desiredCapabilities = List.of();
    private Map<Symbol, @Nullable Object> properties = Map.of();
    private @Nullable MessagingHandler handler;
    private boolean beginAgain = true;
    private boolean beforeLinkGate = false;

    private SessionOptions() {}

    /**
     * Returns how many transfer frames the peer may send ahead.
     *
     * @return the value
     */
    public int incomingWindow() {
        return incomingWindow;
    }

    /**
     * Sets how many transfer frames the peer may send ahead.
     * From 1 to 2147483647.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public SessionOptions incomingWindow(int value) {
        Checks.range("incomingWindow", value, 1, Integer.MAX_VALUE);
        SessionOptions copy = copy();
        copy.incomingWindow = value;
        return copy;
    }

    /**
     * Returns the highest handle that the peer may use.
     *
     * @return the value
     */
    public int handleMax() {
        return handleMax;
    }

    /**
     * Sets the highest handle that the peer may use, which limits the number of links: there may be one more.
     * From 0 to 65535; {@link PeerLimits#maxLinksPerSession()} limits them too.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     * @see "AMQP 1.0 §2.7.2"
     */
    public SessionOptions handleMax(int value) {
        Checks.range("handleMax", value, 0, DEFAULT_HANDLE_MAX);
        SessionOptions copy = copy();
        copy.handleMax = value;
        return copy;
    }

    /**
     * Returns the session capabilities that this end has.
     *
     * @return the value
     */
    public List<Symbol> offeredCapabilities() {
        return offeredCapabilities;
    }

    /**
     * Sets the session capabilities that this end has.
     *
     * @param value the value
     * @return a changed copy
     */
    public SessionOptions offeredCapabilities(List<Symbol> value) {
        SessionOptions copy = copy();
        copy.offeredCapabilities = List.copyOf(value);
        return copy;
    }

    /**
     * Returns the session capabilities that the peer should have.
     *
     * @return the value
     */
    public List<Symbol> desiredCapabilities() {
        return desiredCapabilities;
    }

    /**
     * Sets the session capabilities that the peer should have. Which of them it has,
     * {@link Session#remoteOfferedCapabilities()} tells.
     *
     * @param value the value
     * @return a changed copy
     */
    public SessionOptions desiredCapabilities(List<Symbol> value) {
        SessionOptions copy = copy();
        copy.desiredCapabilities = List.copyOf(value);
        return copy;
    }

    /**
     * Returns the session properties.
     *
     * @return the value
     */
    public Map<Symbol, @Nullable Object> properties() {
        return properties;
    }

    /**
     * Sets the session properties. With the capabilities they must fit into a begin of 512 octets, which is what every peer
     * takes.
     *
     * @param value the value
     * @return a changed copy
     */
    public SessionOptions properties(Map<Symbol, @Nullable Object> value) {
        SessionOptions copy = copy();
        copy.properties = Collections.unmodifiableMap(new LinkedHashMap<>(value));
        return copy;
    }

    /**
     * Returns the handler for the session and its links, null for the connection's.
     *
     * @return the value
     */
    public @Nullable MessagingHandler handler() {
        return handler;
    }

    /**
     * Sets the handler for the session and its links, null for the connection's.
     *
     * @param value the value
     * @return a changed copy
     */
    public SessionOptions handler(@Nullable MessagingHandler value) {
        SessionOptions copy = copy();
        copy.handler = value;
        return copy;
    }

    /**
     * Returns whether the session begins again, with its links, after the peer ended it with an error.
     *
     * @return the value
     */
    public boolean beginAgain() {
        return beginAgain;
    }

    /**
     * Sets whether the session begins again, with its links, after the peer ended it with an error, other than
     * {@code amqp:unauthorized-access} where no single link can be the reason: that is final.
     * Without, it and its links are closed with the peer's words. After a break of the connection a session is restored in
     * any case, if the connection is; one that the peer began only if a link was opened on it here.
     *
     * @param value the value, by default true
     * @return a changed copy
     */
    public SessionOptions beginAgain(boolean value) {
        SessionOptions copy = copy();
        copy.beginAgain = value;
        return copy;
    }

    /**
     * Returns whether the session begins without waiting for the connection's {@link LinkGate}.
     *
     * @return the value
     */
    public boolean beforeLinkGate() {
        return beforeLinkGate;
    }

    /**
     * Sets whether the session begins without waiting for the connection's {@link LinkGate}.
     *
     * @param value the value, by default false
     * @return a changed copy
     */
    public SessionOptions beforeLinkGate(boolean value) {
        SessionOptions copy = copy();
        copy.beforeLinkGate = value;
        return copy;
    }

    private SessionOptions copy() {
        try {
            return (SessionOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
