package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Sends one message whose body a publisher gives. Its methods run wherever the publisher calls them, one at a time. */
final class BodySubscriber implements Flow.Subscriber<ByteBuffer> {

    private static final int ROOM = 16;

    /** How many buffers are asked for ahead of those that the engine has taken. */
    private static final int AHEAD = 4;

    private final LiveSender sender;
    private final Message head;
    private final CompletableFuture<SendOutcome> result = new HandlersFuture<>();
    private final SerialDispatcher.Completing request = this::request;
    private final @Nullable LiveTransaction transaction;
    private final Runnable askForMore = this::askForMore;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile @Nullable StreamedSend message;

    /** The publisher has no more to say, or is not listened to any more. */
    private volatile boolean over;

    BodySubscriber(LiveSender sender, Message head, @Nullable LiveTransaction transaction) {
        this.sender = sender;
        this.head = head;
        this.transaction = transaction;
        result.whenComplete((outcome, error) -> resultGiven());
    }

    CompletableFuture<SendOutcome> result() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (subscription != null) {
            given.cancel();
            return;
        }
        subscription = given;
        if (result.isDone()) {
            given.cancel();
            return;
        }
        given.request(AHEAD);
    }

    private void askForMore() {
        sender.dispatcher().execute(request);
    }

    private void request() {
        Flow.Subscription present = subscription;
        if (present != null && !result.isDone()) {
            present.request(1);
        }
    }

    /** Aborts what is under way if the application itself has given the result, by cancelling or a time-out. Any thread. */
    private void resultGiven() {
        if (over) {
            return;
        }
        Flow.Subscription presentSubscription = subscription;
        if (presentSubscription != null) {
            presentSubscription.cancel();
        }
        StreamedSend present = message;
        if (present != null) {
            sender.abandon(present, new Amqp10Exception("nobody waits for the message any more", null));
        }
    }

    @Override
    public void onNext(ByteBuffer octets) {
        if (over) {
            return;
        }
        if (result.isDone()) {
            stop();
            return;
        }
        if (!octets.hasRemaining()) {
            askForMore();
            return;
        }
        int size = octets.remaining();
        StreamedSend present = message;
        if (present == null) {
            begin(octets, size);
        } else if (!present.add(section(buffer(), octets, size), false)) {
            stop();
        }
    }

    private void begin(ByteBuffer octets, int size) {
        StreamedSend begun;
        try {
            begun = sender.beginStream(head, section(encodedHead(), octets, size), -1, askForMore, false, transaction);
        } catch (RuntimeException e) {
            stop();
            result.completeExceptionally(e);
            return;
        }
        message = begun;
        if (result.isDone()) {
            resultGiven(); // it did not know of the message
        }
        begun.settlement().whenComplete(this::settled);
        askForMore();
    }

    private void settled(@Nullable SendOutcome outcome, @Nullable Throwable error) {
        if (error != null) {
            result.completeExceptionally(error);
        } else if (outcome != null) {
            result.complete(outcome);
        }
        Flow.Subscription present = subscription;
        if (present != null) {
            present.cancel(); // without effect if it has completed
        }
    }

    private void stop() {
        over = true;
        Flow.Subscription present = subscription;
        if (present != null) {
            present.cancel();
        }
    }

    @Override
    public void onError(Throwable error) {
        if (over) {
            return;
        }
        over = true;
        Amqp10Exception why = new Amqp10Exception("the publisher of a message's body failed: " + error, error);
        StreamedSend present = message;
        if (present == null) {
            result.completeExceptionally(why);
        } else {
            sender.abandon(present, why);
        }
    }

    @Override
    public void onComplete() {
        if (over) {
            return;
        }
        over = true;
        StreamedSend present = message;
        if (present == null && result.isDone()) {
            return;
        }
        ByteBuf last = buffer();
        try {
            if (present == null) {
                MessageCodec.encodeHead(head, last);
                BodyParts.writeEmptySection(last);
            }
            MessageCodec.encodeFooter(head, last);
        } catch (RuntimeException e) {
            last.release();
            fail(present, e);
            return;
        }
        if (present != null) {
            present.add(last, true);
            return;
        }
        try {
            sender.sendEncodedNow(head, last, transaction).settlement().whenComplete(this::settled);
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private void fail(@Nullable StreamedSend present, RuntimeException error) {
        if (present != null) {
            sender.abandon(present, new Amqp10Exception("the footer cannot be encoded", error));
        }
        result.completeExceptionally(error);
    }

    private ByteBuf encodedHead() {
        ByteBuf first = buffer();
        try {
            MessageCodec.encodeHead(head, first);
        } catch (Throwable e) {
            first.release();
            throw e;
        }
        return first;
    }

    private static ByteBuf buffer() {
        return PooledByteBufAllocator.DEFAULT.directBuffer(ROOM);
    }

    /** Returns a data section behind what a buffer has already; the buffer's ownership is taken. */
    private static ByteBuf section(ByteBuf before, ByteBuffer octets, int size) {
        BodyParts.writeHeader(before, size);
        return Unpooled.wrappedBuffer(before, Unpooled.wrappedBuffer(octets));
    }
}
