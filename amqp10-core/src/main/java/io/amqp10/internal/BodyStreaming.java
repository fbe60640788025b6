package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.ConnectionLostException;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.StreamSource;
import io.amqp10.TimedOutException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Sends one message whose body is read from a stream, on the thread of the application. */
final class BodyStreaming {

    private static final int ROOM_FOR_HEADER = 64;
    private static final Runnable NOTHING = () -> {};

    private final LiveSender sender;
    private final Message head;
    private final @Nullable LiveTransaction transaction;
    private final long timeoutNanos;

    BodyStreaming(LiveSender sender, Message head, @Nullable LiveTransaction transaction) {
        this.sender = sender;
        this.head = head;
        this.transaction = transaction;
        this.timeoutNanos = Blocking.nanos(sender.options().sendTimeout());
    }

    /** Sends a body that can be read again, until that ends in any other way than by a lost link. */
    SendOutcome send(StreamSource source) throws IOException {
        while (true) {
            Attempt attempt = new Attempt();
            try (InputStream in = source.open()) {
                return attempt.send(in, source.length());
            } catch (ConnectionLostException e) {
                if (!attempt.isLost()
                        || sender.isEnded()
                        || sender.options().guarantee() == DeliveryGuarantee.AT_MOST_ONCE) {
                    throw e;
                }
            }
        }
    }

    SendOutcome send(InputStream in, long length) throws IOException {
        return new Attempt().send(in, length);
    }

    private final class Attempt {

        private @Nullable StreamedSend sent;

        boolean isLost() {
            StreamedSend known = sent;
            return known != null && known.isLost();
        }

        SendOutcome send(InputStream in, long length) throws IOException {
            Blocking.check();
            BodyParts parts = new BodyParts(in, length);
            ByteBuf first = buffer();
            boolean last;
            long size = -1;
            try {
                MessageCodec.encodeHead(head, first);
                int headSize = first.readableBytes();
                last = parts.read(first);
                ByteBuf footer = footer();
                try {
                    if (length >= 0) {
                        size = headSize + BodyParts.encodedSize(length) + footer.readableBytes();
                    }
                    if (last) {
                        first.writeBytes(footer);
                    }
                } finally {
                    footer.release();
                }
            } catch (Throwable e) {
                first.release();
                throw e;
            }
            if (last) {
                return sender.sendEncoded(head, first, transaction).await();
            }
            StreamedSend message = sender.beginStream(head, first, size, NOTHING, true, transaction);
            sent = message;
            boolean done = false;
            try {
                sendRest(message, parts);
                done = true;
            } catch (InterruptedException e) {
                throw Blocking.interrupted(e);
            } finally {
                if (!done) {
                    sender.abandon(message, new Amqp10Exception("the message was aborted by this end", null));
                }
            }
            return message.await();
        }

        private void sendRest(StreamedSend message, BodyParts parts) throws IOException, InterruptedException {
            boolean last = false;
            StreamedSend.Given given = StreamedSend.Given.TAKEN;
            while (!last && given == StreamedSend.Given.TAKEN) {
                ByteBuf part = buffer();
                try {
                    last = parts.read(part);
                    if (last) {
                        MessageCodec.encodeFooter(head, part);
                    }
                } catch (Throwable e) {
                    part.release();
                    throw e;
                }
                given = message.give(part, last, timeoutNanos);
            }
            if (given == StreamedSend.Given.NO_ROOM) {
                throw new TimedOutException(
                        "nothing of a message to " + sender.described() + " could be sent for "
                                + sender.options().sendTimeout() + sender.why(),
                        null,
                        null);
            }
        }

        private ByteBuf footer() {
            ByteBuf footer = PooledByteBufAllocator.DEFAULT.directBuffer(ROOM_FOR_HEADER);
            try {
                MessageCodec.encodeFooter(head, footer);
            } catch (Throwable e) {
                footer.release();
                throw e;
            }
            return footer;
        }

        private ByteBuf buffer() {
            return PooledByteBufAllocator.DEFAULT.directBuffer(BodyParts.PART + ROOM_FOR_HEADER);
        }
    }
}
