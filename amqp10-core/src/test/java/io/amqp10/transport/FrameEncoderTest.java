package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.codec.PerformativeDecoder;
import io.amqp10.engine.FrameTooLargeException;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Rejected;
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
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameEncoderTest {

    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final FrameEncoder encoder = new FrameEncoder(channel.pipeline().firstContext());

    @AfterEach
    void finish() {
        encoder.discard();
        channel.finishAndReleaseAll();
    }

    private List<ByteBuf> written() {
        List<ByteBuf> buffers = new ArrayList<>();
        for (ByteBuf buffer = channel.readOutbound(); buffer != null; buffer = channel.readOutbound()) {
            buffers.add(buffer);
        }
        return buffers;
    }

    private List<String> decode(List<ByteBuf> buffers) {
        List<String> frames = new ArrayList<>();
        decode(buffers, new Names(frames));
        return frames;
    }

    private void decode(List<ByteBuf> buffers, PerformativeHandler<ByteBuf> to) {
        PerformativeDecoder decoder = new PerformativeDecoder();
        FrameDecoder reader = new FrameDecoder(
                channel.alloc(), FrameDecoder.TYPE_AMQP, 1 << 24, (number, body) -> decoder.decode(number, body, to));
        for (ByteBuf buffer : buffers) {
            reader.decode(buffer);
            buffer.release();
        }
    }

    @Test
    void framesOfABatchAreOneBuffer() {
        encoder.onOpen(0, Open.builder("container").build());
        encoder.onBegin(1, new Begin(Begin.NO_CHANNEL, 0, 10, 10, 0, List.of(), List.of(), Map.of()));
        encoder.onEmptyFrame(0);
        encoder.onTransfer(
                1,
                new Transfer().deliveryId(7).deliveryTag(Binary.copyOf((byte) 1)),
                Unpooled.wrappedBuffer(new byte[100]));
        encoder.onDisposition(1, new Disposition());
        encoder.onFlow(1, new Flow());
        assertThat(written()).isEmpty();

        encoder.flush();

        List<ByteBuf> buffers = written();
        assertThat(buffers).hasSize(1);
        assertThat(decode(buffers))
                .containsExactly("0 Open", "1 Begin", "0 empty", "1 Transfer 100", "1 Disposition", "1 Flow");
    }

    @Test
    void headerIsThatOfTheStandard() {
        encoder.onEmptyFrame(0x1234);
        encoder.flush();

        ByteBuf buffer = written().get(0);
        assertThat(ByteBufUtil.hexDump(buffer)).isEqualTo("0000000802001234");
        buffer.release();
    }

    @Test
    void smallPayloadIsCopiedAndLeftAsItIs() {
        ByteBuf payload = Unpooled.copiedBuffer(new byte[] {9, 1, 2, 3, 9}).setIndex(1, 4);

        encoder.onTransfer(0, new Transfer(), payload);
        encoder.flush();

        assertThat(payload.refCnt()).isOne();
        ByteBuf buffer = written().get(0);
        assertThat(ByteBufUtil.hexDump(buffer)).endsWith("010203");
        buffer.release();
    }

    @Test
    void largePayloadInTheHeapIsCopiedInPiecesWhereTheSocketIsNext() {
        byte[] octets = new byte[300_000];
        new Random(7).nextBytes(octets);
        ByteBuf payload = Unpooled.wrappedBuffer(octets);
        ByteBuf small = Unpooled.wrappedBuffer(new byte[FrameEncoder.CHUNK - 25]);
        int frames = 0;
        // Pieces end before, in and behind what comes before a payload.
        for (int before = 0; before < 60; before++) {
            encoder.onTransfer(0, new Transfer(), small.slice(0, small.capacity() - before));
            encoder.onTransfer(0, new Transfer(), payload);
            frames += 2;
        }
        encoder.flush();

        assertThat(payload.refCnt()).isOne();
        assertThat(payload.readableBytes()).isEqualTo(octets.length);
        List<ByteBuf> buffers = written();
        assertThat(buffers).allSatisfy(buffer -> {
            assertThat(buffer.isDirect()).isTrue();
            assertThat(buffer.readableBytes()).isBetween(1, FrameEncoder.CHUNK + 64);
        });
        List<byte[]> payloads = new ArrayList<>();
        decode(buffers, new Names(new ArrayList<>()) {
            @Override
            public void onTransfer(int number, Transfer transfer, ByteBuf body) {
                payloads.add(ByteBufUtil.getBytes(body));
            }
        });
        assertThat(payloads).hasSize(frames);
        for (int i = 1; i < frames; i += 2) {
            assertThat(payloads.get(i)).isEqualTo(octets);
        }
    }

    @Test
    void pieceIsUsedAgainEvenIfAFrameIsLargerThanIt() {
        SparePieces spares = SparePieces.ofThisThread();
        ByteBuf piece = spares.take(channel.alloc());
        piece.release();
        ByteBuf payload = Unpooled.wrappedBuffer(new byte[FrameEncoder.CHUNK]);

        encoder.onTransfer(0, new Transfer(), payload);
        encoder.onOpen(0, Open.builder("c".repeat(SparePieces.SIZE)).build());
        encoder.flush();

        List<ByteBuf> buffers = written();
        assertThat(buffers.get(1))
                .as("what is left of the payload, and the frame")
                .isSameAs(piece);
        assertThat(piece.capacity()).isGreaterThan(SparePieces.SIZE);
        assertThat(decode(buffers)).containsExactly("0 Transfer " + FrameEncoder.CHUNK, "0 Open");
        assertThat(piece.refCnt()).isOne();
    }

    @Test
    void largePayloadOutsideOfTheHeapIsNotCopied() {
        ByteBuf payload = channel.alloc().directBuffer();
        payload.writeZero(FrameEncoder.SLICE_FROM);

        encoder.onTransfer(0, new Transfer(), payload);
        encoder.onEmptyFrame(0);
        encoder.flush();

        assertThat(payload.refCnt()).isEqualTo(2);
        List<ByteBuf> buffers = written();
        assertThat(buffers).hasSize(3);
        assertThat(decode(buffers)).containsExactly("0 Transfer " + FrameEncoder.SLICE_FROM, "0 empty");
        assertThat(payload.refCnt()).isOne();
        payload.release();
    }

    @Test
    void largePartsOutsideOfTheHeapAreNotCopied() {
        byte[] octets = new byte[200_000];
        new Random(8).nextBytes(octets);
        ByteBuf outside = channel.alloc().directBuffer(150_000).writeBytes(octets, 20, 150_000);
        CompositeByteBuf payload = Unpooled.compositeBuffer()
                .addComponent(true, Unpooled.wrappedBuffer(octets, 0, 20))
                .addComponent(true, outside)
                .addComponent(true, Unpooled.wrappedBuffer(octets, 150_020, 49_980));

        // Frames end before, in and behind each part.
        List<Integer> ends = List.of(10, 15, 30, 20_000, 100_000, 140_000, 150_005, 150_015, 155_000, 200_000);
        int from = 0;
        for (int to : ends) {
            encoder.onTransfer(0, new Transfer(), payload.setIndex(from, to));
            from = to;
        }
        encoder.flush();

        List<ByteBuf> buffers = written();
        assertThat(buffers).allSatisfy(buffer -> assertThat(buffer.isDirect()).isTrue());
        assertThat(buffers.stream()
                        .filter(buffer -> buffer.memoryAddress() >= outside.memoryAddress()
                                && buffer.memoryAddress() < outside.memoryAddress() + 150_000)
                        .mapToInt(ByteBuf::readableBytes))
                .as("octets that are given to the socket from where they are")
                .containsExactly(19_970, 80_000, 40_000, 10_005);
        ByteBuf arrived = Unpooled.buffer();
        decode(buffers, new Names(new ArrayList<>()) {
            @Override
            public void onTransfer(int number, Transfer transfer, ByteBuf body) {
                arrived.writeBytes(body);
            }
        });
        assertThat(arrived).isEqualTo(Unpooled.wrappedBuffer(octets));
        assertThat(payload.refCnt()).isOne();
        assertThat(outside.refCnt()).isOne();
        payload.release();
    }

    @Test
    void largePayloadInTheHeapIsNotCopiedForTls() throws Exception {
        ByteBuf payload = Unpooled.wrappedBuffer(new byte[FrameEncoder.SLICE_FROM]);
        EmbeddedChannel secure = new EmbeddedChannel();
        secure.pipeline().addLast(Amqp10Pipeline.TLS, new ChannelDuplexHandler());
        secure.pipeline().addLast(new ChannelInboundHandlerAdapter());
        FrameEncoder toTls = new FrameEncoder(secure.pipeline().lastContext());

        toTls.onTransfer(0, new Transfer(), payload);
        toTls.flush();

        assertThat(payload.refCnt()).isEqualTo(2);
        secure.finishAndReleaseAll();
        assertThat(payload.refCnt()).isOne();
    }

    @Test
    void fullBufferIsHandedOnSoThatTheWaterMarksSeeIt() {
        ByteBuf payload = Unpooled.wrappedBuffer(new byte[1024]);

        for (int i = 0; i < 1000; i++) {
            encoder.onTransfer(0, new Transfer(), payload);
        }
        long waiting = channel.unsafe().outboundBuffer().totalPendingWriteBytes();
        assertThat(waiting).isGreaterThan(900 * 1024);
        encoder.flush();

        List<ByteBuf> buffers = written();
        assertThat(buffers).hasSizeBetween(10, 17);
        assertThat(decode(buffers)).hasSize(1000);
    }

    @Test
    void performativeThatCannotBeWrittenLeavesTheOthers() {
        encoder.onEmptyFrame(1);
        Open bad = Open.builder("container")
                .properties(Map.of(Symbol.of("x"), new Object()))
                .build();

        assertThatThrownBy(() -> encoder.onOpen(0, bad)).isInstanceOf(IllegalArgumentException.class);
        encoder.onEmptyFrame(2);
        encoder.flush();

        assertThat(decode(written())).containsExactly("1 empty", "2 empty");
    }

    @Test
    void dispositionAndFlowThatCannotBeWrittenLeaveTheOthers() {
        Modified bad = new Modified(false, false, Map.of(Symbol.of("x"), new Object()));
        encoder.onEmptyFrame(1);

        assertThatThrownBy(() -> encoder.onDisposition(0, new Disposition().state(bad)))
                .isInstanceOf(IllegalArgumentException.class);
        encoder.onEmptyFrame(2);
        assertThatThrownBy(() -> encoder.onFlow(0, new Flow().linkCredit(UnsignedInteger.MAX + 1)))
                .isInstanceOf(IllegalArgumentException.class);
        encoder.onEmptyFrame(3);
        encoder.flush();

        assertThat(decode(written())).containsExactly("1 empty", "2 empty", "3 empty");
    }

    @Test
    void frameTooLargeForThePeerIsNotWritten() {
        encoder.maxFrameSize(() -> 600);
        encoder.onEmptyFrame(1);
        ErrorCondition error = ErrorCondition.of(AmqpError.INTERNAL_ERROR, "x".repeat(600));

        assertThatThrownBy(() -> encoder.onClose(0, new Close(error)))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessageContaining("larger than the 600");
        assertThatThrownBy(() -> encoder.onDisposition(0, new Disposition().state(new Rejected(error))))
                .isInstanceOf(FrameTooLargeException.class);
        encoder.onOpen(0, Open.builder("x".repeat(700)).build());
        encoder.onEmptyFrame(2);
        encoder.flush();

        assertThat(decode(written())).containsExactly("1 empty", "0 Open", "2 empty");
    }

    @Test
    void nothingWrittenIsNothingFlushed() {
        encoder.flush();

        assertThat(written()).isEmpty();
    }

    /** Notes the kind of each frame. */
    private static class Names implements PerformativeHandler<ByteBuf> {

        private final List<String> frames;

        Names(List<String> frames) {
            this.frames = frames;
        }

        @Override
        public void onOpen(int number, Open open) {
            frames.add(number + " Open");
        }

        @Override
        public void onBegin(int number, Begin begin) {
            frames.add(number + " Begin");
        }

        @Override
        public void onAttach(int number, Attach attach) {
            frames.add(number + " Attach " + (attach.role() == Role.SENDER));
        }

        @Override
        public void onFlow(int number, Flow flow) {
            frames.add(number + " Flow");
        }

        @Override
        public void onTransfer(int number, Transfer transfer, ByteBuf payload) {
            frames.add(number + " Transfer " + payload.readableBytes());
        }

        @Override
        public void onDisposition(int number, Disposition disposition) {
            frames.add(number + " Disposition");
        }

        @Override
        public void onDetach(int number, Detach detach) {
            frames.add(number + " Detach");
        }

        @Override
        public void onEnd(int number, End end) {
            frames.add(number + " End");
        }

        @Override
        public void onClose(int number, Close close) {
            frames.add(number + " Close");
        }

        @Override
        public void onEmptyFrame(int number) {
            frames.add(number + " empty");
        }
    }
}
