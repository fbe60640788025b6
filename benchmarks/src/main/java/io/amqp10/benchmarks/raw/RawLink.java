package io.amqp10.benchmarks.raw;

import java.nio.ByteBuffer;

/** One end of a link, with the state that a flood needs and no more. */
final class RawLink {

    /** How many transfers go into one write. */
    static final int BATCH = 256;

    final int handle;
    final boolean sending;
    final String address;

    int deliveryCount;
    int credit;

    /** How many messages this end still wants to send. */
    long toSend;

    private final ByteBuffer batch;
    private final int frameSize;
    private final int idOffset;
    private final int tagOffset;

    /** A link that receives. */
    RawLink(int handle, String address, int deliveryCount) {
        this.handle = handle;
        this.sending = false;
        this.address = address;
        this.deliveryCount = deliveryCount;
        this.batch = ByteBuffer.allocate(0);
        this.frameSize = 0;
        this.idOffset = 0;
        this.tagOffset = 0;
    }

    /** A link that sends the same payload again and again. */
    RawLink(int channel, int handle, String address, boolean settled, byte[] payload, long toSend) {
        this.handle = handle;
        this.sending = true;
        this.address = address;
        this.toSend = toSend;
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 64);
        FrameWriter writer = new FrameWriter(frame);
        writer.start(FrameWriter.AMQP, channel, Performatives.TRANSFER).uint(handle);
        idOffset = frame.position() + 1;
        writer.uint(0);
        tagOffset = frame.position() + 2;
        writer.tag(0).uint(0).bool(settled).endList();
        frame.put(payload);
        writer.endFrame();
        frame.flip();
        frameSize = frame.remaining();
        batch = ByteBuffer.allocateDirect(BATCH * frameSize);
        while (batch.remaining() >= frameSize) {
            batch.put(frame.duplicate());
        }
    }

    /** Returns a buffer of transfers with consecutive delivery-ids; it must be written before the next call. */
    ByteBuffer transfers(int number, int firstDeliveryId) {
        batch.clear();
        for (int i = 0; i < number; i++) {
            int start = i * frameSize;
            batch.putInt(start + idOffset, firstDeliveryId + i);
            batch.putInt(start + tagOffset, firstDeliveryId + i);
        }
        batch.limit(number * frameSize);
        deliveryCount += number;
        credit -= number;
        toSend -= number;
        return batch;
    }
}
