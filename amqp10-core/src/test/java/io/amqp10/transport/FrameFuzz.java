package io.amqp10.transport;

import io.amqp10.codec.DecodeException;
import io.amqp10.codec.PerformativeDecoder;
import io.amqp10.engine.testing.Scenario;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** A stream is the same frames however it is cut, and its frames are performatives or decode errors. */
public final class FrameFuzz {

    private static final int MAX_FRAME_SIZE = 2_000;

    private FrameFuzz() {}

    /**
     * Reads octets as a stream of frames.
     *
     * @param data the first octet says where the stream is cut
     */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int piece = (data[0] & 0x7f) + 1;
        List<String> whole = decode(data, data.length);
        List<String> cut = decode(data, piece);
        if (!whole.equals(cut)) {
            throw new AssertionError(whole + " is " + cut + " in pieces of " + piece);
        }
    }

    private static List<String> decode(byte[] data, int piece) {
        List<String> frames = new ArrayList<>();
        PerformativeDecoder performatives = new PerformativeDecoder();
        Scenario scenario = new Scenario();
        FrameDecoder decoder = new FrameDecoder(
                UnpooledByteBufAllocator.DEFAULT, FrameDecoder.TYPE_AMQP, MAX_FRAME_SIZE, (channel, body) -> {
                    frames.add(channel + " " + ByteBufUtil.hexDump(body));
                    try {
                        performatives.decode(channel, body, scenario.engine);
                    } catch (DecodeException e) {
                        frames.add(e.condition().toString());
                    }
                });
        try {
            for (int from = 1; from < data.length; from += piece) {
                ByteBuf in = Unpooled.wrappedBuffer(data, from, Math.min(piece, data.length - from));
                decoder.decode(in);
                in.release();
            }
        } catch (FramingException e) {
            frames.add(String.valueOf(e.getMessage()));
        }
        decoder.stop();
        return frames;
    }
}
