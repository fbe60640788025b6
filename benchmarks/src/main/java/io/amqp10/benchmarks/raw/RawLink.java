package io.amqp10.benchmarks.raw;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One end of a link, with the state that a flood needs and no more. */
final class RawLink {

    private static final int BATCH = 256;

    /** What a transfer needs beside its payload, at most. */
    private static final int PERFORMATIVE_BYTES = 64;

    private static final int FRAME_PAYLOAD_BYTES = 100 * 1024;

    final int handle;
    final boolean sending;
    final String address;

    int deliveryCount;
    int credit;

    /** How many messages this end still wants to send. */
    long toSend;

    private final ByteBuffer batch;

    /** How many messages are written at once, if each is one frame. */
    private final int batchSize;

    private final int messageSize;

    /** The message's octets in the heap if each is to be taken from there, else none. */
    private final byte[] source;

    /** Where the payload of each frame begins. */
    private final int[] payloadStarts;

    /** Where each frame of a message ends. */
    private final int[] frameEnds;

    /** Which frame of a message is the next. */
    private int nextFrame;

    private final int idOffset;
    private final int tagOffset;

    /** A link that receives. */
    RawLink(int handle, String address, int deliveryCount) {
        this.handle = handle;
        this.sending = false;
        this.address = address;
        this.deliveryCount = deliveryCount;
        this.batch = ByteBuffer.allocate(0);
        this.frameEnds = new int[0];
        this.batchSize = 0;
        this.messageSize = 0;
        this.source = new byte[0];
        this.payloadStarts = new int[0];
        this.idOffset = 0;
        this.tagOffset = 0;
    }

    /**
     * A link that sends the same payload again and again.
     *
     * @param maxFrameBytes how large a frame the peer takes
     * @param batchBytes how much is written at once, if a message is not larger
     * @param fromHeap whether each message is copied from the heap before it is written, as libraries have to
     */
    RawLink(
            int channel,
            int handle,
            String address,
            boolean settled,
            byte[] payload,
            int maxFrameBytes,
            int batchBytes,
            boolean fromHeap) {
        this.handle = handle;
        this.sending = true;
        this.address = address;
        int part = Math.min(FRAME_PAYLOAD_BYTES, maxFrameBytes - PERFORMATIVE_BYTES);
        frameEnds = new int[(payload.length + part - 1) / part];
        payloadStarts = new int[frameEnds.length];
        source = fromHeap ? payload : new byte[0];
        ByteBuffer message = ByteBuffer.allocate(payload.length + PERFORMATIVE_BYTES * frameEnds.length);
        FrameWriter writer = new FrameWriter(message);
        writer.start(FrameWriter.AMQP, channel, Performatives.TRANSFER).uint(handle);
        idOffset = message.position() + 1;
        writer.uint(0);
        tagOffset = message.position() + 2;
        writer.tag(0).uint(0).bool(settled);
        for (int frame = 0; frame < frameEnds.length; frame++) {
            if (frame > 0) {
                writer.start(FrameWriter.AMQP, channel, Performatives.TRANSFER).uint(handle);
                writer.absent().absent().absent().absent();
            }
            writer.bool(frame < frameEnds.length - 1).endList();
            payloadStarts[frame] = message.position();
            message.put(payload, frame * part, Math.min(part, payload.length - frame * part));
            writer.endFrame();
            frameEnds[frame] = message.position();
        }
        message.flip();
        messageSize = message.remaining();
        batchSize = frameEnds.length > 1 ? 1 : Math.max(1, Math.min(BATCH, batchBytes / messageSize));
        batch = ByteBuffer.allocateDirect(batchSize * messageSize);
        while (batch.hasRemaining()) {
            batch.put(message.duplicate());
        }
    }

    /**
     * Returns transfers with consecutive delivery-ids, as many as credit and window allow, or null if they allow none; they
     * must be written before the next call.
     */
    @Nullable
    ByteBuffer transfers(RawSession session, Counters counters) {
        boolean whole = nextFrame == 0;
        if (session.remoteWindow <= 0 || (whole && (credit <= 0 || toSend <= 0))) {
            return null;
        }
        int messages = whole ? (int) Math.min(Math.min(batchSize, toSend), Math.min(credit, session.remoteWindow)) : 0;
        batch.clear();
        for (int i = 0; i < messages; i++) {
            int start = i * messageSize;
            batch.putInt(start + idOffset, session.nextDeliveryId);
            batch.putInt(start + tagOffset, session.nextDeliveryId++);
            copyPayload(start);
        }
        deliveryCount += messages;
        credit -= messages;
        toSend -= messages;
        counters.deliveriesOut += messages;
        int frames = messages;
        if (frameEnds.length == 1) {
            batch.limit(messages * messageSize);
        } else {
            frames = Math.min(frameEnds.length - nextFrame, session.remoteWindow);
            batch.limit(frameEnds[nextFrame + frames - 1]);
            batch.position(whole ? 0 : frameEnds[nextFrame - 1]);
            nextFrame = (nextFrame + frames) % frameEnds.length;
        }
        session.nextOutgoingId += frames;
        session.remoteWindow -= frames;
        return batch;
    }

    private void copyPayload(int messageStart) {
        int copied = 0;
        for (int frame = 0; copied < source.length; frame++) {
            int length = frameEnds[frame] - payloadStarts[frame];
            batch.put(messageStart + payloadStarts[frame], source, copied, length);
            copied += length;
        }
    }
}
