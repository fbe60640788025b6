package io.amqp10.engine;

import io.amqp10.types.ErrorCondition;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.PerformativeHandler;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One end of one physical connection, from the exchange of protocol headers to the last close: the decoder's performatives
 * go in through {@link PerformativeHandler}, ours go out through another one, and a {@link ConnectionListener} hears what
 * happens. A reconnection makes a new engine.
 *
 * <p>Not safe for more than one thread; all calls come from the thread of the owner. Listeners are called inside the call
 * that made the event happen and may call any method. An exception that a listener throws comes out of that call; the owner
 * then closes the connection with {@code amqp:internal-error}.
 *
 * @see "AMQP 1.0 §2.4"
 */
public final class ConnectionEngine implements PerformativeHandler<ByteBuf> {

    /** What {@link #tick} returns if it need not be called again by time. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /**
     * Makes an engine in state {@link ConnectionState#HDR_EXCH}. Nothing is sent before {@link #open()}.
     *
     * @param options our open and the limits
     * @param output takes what we send, one call for each frame and in their order. It takes the payload of a transfer
     *     without its ownership: it copies or retains it, and may move its reader index. It must not call the engine, but for
     *     {@link #setWritable}
     * @param listener hears of the connection
     * @param nowNanos the time, as {@link System#nanoTime()} gives it
     */
    public ConnectionEngine(
            EngineOptions options, PerformativeHandler<ByteBuf> output, ConnectionListener listener, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends our open. Does nothing if it was sent before or the connection is closed.
     */
    public void open() {
        throw new UnsupportedOperationException();
    }

    /**
     * Begins a session. Its begin goes out when the peer's open is there.
     *
     * @param listener hears of the session
     * @param settings what the session says of itself
     * @return the session
     * @throws IllegalStateException if the connection is closing or closed, or has all the sessions that both ends allow
     */
    public SessionEngine begin(SessionListener listener, SessionSettings settings) {
        throw new UnsupportedOperationException();
    }

    /**
     * Closes the connection: tells all sessions and links that they stopped, sends a close (after our open, if that was not
     * sent yet), and waits for the peer's, at most for the close time-out. Does nothing if it is closing or closed.
     *
     * @param error why, null for an orderly close
     */
    public void close(@Nullable ErrorCondition error) {
        throw new UnsupportedOperationException();
    }

    /**
     * Says that no more octets can come or go. Everything that is not closed yet stops with
     * {@link StopReason.TransportLost}.
     *
     * @param cause what went wrong, null if the peer ended the stream
     */
    public void transportClosed(@Nullable Throwable cause) {
        throw new UnsupportedOperationException();
    }

    /**
     * Says what was wrong with octets that could not be decoded; the connection is closed with it.
     *
     * @param error the error condition
     */
    public void onDecodeError(ErrorCondition error) {
        throw new UnsupportedOperationException();
    }

    /**
     * Does what is due: a heartbeat, the end of an idle connection, the end of the wait for a close. Call it after
     * {@link #flush} whenever that may have changed, for example when a close went out, and after the returned time.
     *
     * @param nowNanos the time
     * @return in how many nanoseconds at the latest to call this again, more than 0, or {@link #NO_DEADLINE}
     */
    public long tick(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /**
     * Notes that frames arrived. Called once for each read that completed a frame, before they are handed in.
     *
     * @param nowNanos the time
     */
    public void frameReceived(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends the dispositions and flows that have been collected. Called once after a batch of frames was handed in or a batch
     * of commands was carried out, before the transport writes its buffer to the socket. While the connection is not
     * {@linkplain #setWritable writable}, they are kept.
     *
     * @param nowNanos the time
     */
    public void flush(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /**
     * Says whether the transport takes more. While it does not, no transfer, disposition or flow goes out; when it does
     * again, deliveries that were begun go on, and {@link SenderLinkListener#onSendable} is called. Writable at first. The
     * output may say {@code false} in the middle of a call, {@code true} only outside of one.
     *
     * @param writable whether it does
     */
    public void setWritable(boolean writable) {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells whether the connection is over: {@link ConnectionListener#onClosed} was called.
     *
     * @return whether it is
     */
    public boolean isClosed() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the state.
     *
     * @return the state
     */
    public ConnectionState state() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns why the connection stops or stopped.
     *
     * @return the first reason, null while it does not
     */
    public @Nullable StopReason stopReason() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns our open.
     *
     * @return the open
     */
    public Open localOpen() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the peer's open.
     *
     * @return the open, null before it came
     */
    public @Nullable Open remoteOpen() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onOpen(int channel, Open open) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onBegin(int channel, Begin begin) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onAttach(int channel, Attach attach) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onFlow(int channel, Flow flow) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onTransfer(int channel, Transfer transfer, ByteBuf payload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onDisposition(int channel, Disposition disposition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onDetach(int channel, Detach detach) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onEnd(int channel, End end) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onClose(int channel, Close close) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onEmptyFrame(int channel) {
        throw new UnsupportedOperationException();
    }
}
