package io.amqp10.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches that a peer takes what is written: reports one that takes nothing for too long, and stops reading from one that
 * makes this end write more and more without taking it. Confined to the event loop.
 */
final class WriteGuard {

    /** So many high water marks may wait to be written before nothing more is read. */
    private static final int READ_STOP_FACTOR = 8;

    private final Channel channel;
    private final long timeoutNanos;
    private final long readStopBytes;
    private final Runnable onStall;

    private @Nullable Future<?> timer;
    private @Nullable Object firstWaiting;
    private long firstProgress;

    /** Done when all is written that waited with the first. Until then no buffer among it can be used, and wait, again. */
    private @Nullable ChannelPromise allWritten;

    private boolean readStopped;

    WriteGuard(Channel channel, IoSettings io, Runnable onStall) {
        this.channel = channel;
        this.timeoutNanos = TimeUnit.NANOSECONDS.convert(io.writeStallTimeout());
        this.readStopBytes = (long) io.highWaterMark() * READ_STOP_FACTOR;
        this.onStall = onStall;
    }

    /** Looks at what the socket did not take; to be called after each flush. */
    void afterFlush() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        long bytes = waiting == null ? 0 : waiting.totalPendingWriteBytes();
        if (bytes > 0 && timer == null && waiting != null) {
            watch(waiting);
        }
        boolean stop = readStopped ? bytes > readStopBytes / 2 : bytes > readStopBytes;
        if (stop != readStopped) {
            readStopped = stop;
            if (stop) {
                Reading.stop(channel);
            } else {
                Reading.resume(channel);
            }
        }
    }

    /** Tells whether nothing is read because too much waits to be written. */
    boolean stopsReading() {
        return readStopped;
    }

    void stop() {
        Future<?> running = timer;
        timer = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    private void watch(ChannelOutboundBuffer waiting) {
        firstWaiting = waiting.current();
        firstProgress = waiting.currentProgress();
        allWritten = channel.newPromise();
        channel.unsafe().write(Unpooled.EMPTY_BUFFER, allWritten);
        channel.unsafe().flush();
        timer = channel.eventLoop().schedule(this::check, timeoutNanos, TimeUnit.NANOSECONDS);
    }

    private void check() {
        timer = null;
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (waiting == null || waiting.totalPendingWriteBytes() == 0) {
            firstWaiting = null;
            allWritten = null;
            return;
        }
        boolean sameIsFirst = firstWaiting == null || allWritten == null || !allWritten.isDone();
        if (sameIsFirst && waiting.current() == firstWaiting && waiting.currentProgress() == firstProgress) {
            onStall.run();
        } else {
            watch(waiting);
        }
    }
}
