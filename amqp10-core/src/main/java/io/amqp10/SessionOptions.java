package io.amqp10;

import org.jspecify.annotations.Nullable;

/**
 * How a session works.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class SessionOptions implements Cloneable {

    /** The default of {@link #incomingWindow()}. */
    public static final int DEFAULT_INCOMING_WINDOW = 16_384;

    /** Every option at its default. */
    public static final SessionOptions DEFAULT = new SessionOptions();

    private int incomingWindow = DEFAULT_INCOMING_WINDOW;
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
     * Sets whether the session begins again, with its links, after the peer ended it with an error.
     * Without, it and its links are closed with the peer's words. After a break of the connection a session is restored in
     * any case, if the connection is.
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
