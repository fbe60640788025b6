package io.amqp10.benchmarks.codec;

import io.amqp10.Message;
import io.amqp10.codec.AmqpDecoder;
import io.amqp10.codec.AmqpEncoder;
import io.amqp10.codec.PerformativeDecoder;
import io.amqp10.codec.PerformativeEncoder;
import io.amqp10.internal.MessageCodec;
import io.amqp10.types.Binary;
import io.amqp10.types.Role;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.PerformativeHandler;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Ours. Performatives are read from a direct buffer, as they come from the socket. */
@State(Scope.Thread)
public class Amqp10Codec extends InTurn {

    private final PerformativeDecoder performativeDecoder = new PerformativeDecoder();
    private final PerformativeEncoder performativeEncoder = new PerformativeEncoder();
    private final AmqpDecoder decoder = new AmqpDecoder();
    private final AmqpEncoder encoder = new AmqpEncoder();
    private final Last last = new Last();
    private final ByteBuf out = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(Samples.BUFFER_BYTES));

    private final Transfer transfer = new Transfer()
            .handle(1)
            .deliveryId(123_456)
            .deliveryTag(Binary.wrap(Samples.tag()))
            .messageFormat(0)
            .settled(false);
    private final Disposition disposition = new Disposition()
            .role(Role.RECEIVER)
            .first(123_456)
            .last(123_500)
            .settled(true)
            .state(Accepted.INSTANCE);
    private final Flow flow = new Flow()
            .nextIncomingId(123_456)
            .incomingWindow(2_048)
            .nextOutgoingId(654_321)
            .outgoingWindow(2_048)
            .handle(1)
            .deliveryCount(123_400)
            .linkCredit(1_000);
    private final byte[] body = Samples.body();
    private final Map<String, Object> applicationProperties = Samples.applicationProperties();
    private final Instant creationTime = Instant.ofEpochMilli(1_700_000_000_000L);
    private final Message message = message();
    private final Map<String, Object> map = Samples.map();
    private final List<Integer> list = Samples.list();
    private final int[] array = Samples.array();

    private final ByteBuf transferIn;
    private final ByteBuf dispositionIn;
    private final ByteBuf flowIn;
    private final byte[] messageIn;
    private final ByteBuf mapIn;
    private final ByteBuf listIn;
    private final ByteBuf arrayIn;

    /** Made by JMH. */
    public Amqp10Codec() {
        Protonj2Codec samples = new Protonj2Codec();
        transferIn = direct(samples.transferBytes());
        dispositionIn = direct(samples.dispositionBytes());
        flowIn = direct(samples.flowBytes());
        messageIn = samples.messageBytes();
        mapIn = Unpooled.wrappedBuffer(samples.mapBytes());
        listIn = Unpooled.wrappedBuffer(samples.listBytes());
        arrayIn = Unpooled.wrappedBuffer(samples.arrayBytes());
    }

    private static ByteBuf direct(byte[] bytes) {
        return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(bytes.length))
                .clear()
                .writeBytes(bytes);
    }

    private Message message() {
        return Message.builder()
                .durable(true)
                .priority(5)
                .timeToLive(Duration.ofMinutes(1))
                .messageId("m-0123456789")
                .to("orders")
                .subject("order")
                .replyTo("replies")
                .correlationId("c-0123456789")
                .contentType("application/octet-stream")
                .creationTime(creationTime)
                .applicationProperties(applicationProperties)
                .body(body)
                .build();
    }

    private @Nullable Performative decode(ByteBuf in) {
        in.readerIndex(0);
        performativeDecoder.decode(0, in, last);
        return last.performative;
    }

    private @Nullable Object decodeValue(ByteBuf in) {
        in.readerIndex(0);
        return decoder.read(in);
    }

    private ByteBuf encodeValue(Object value) {
        out.clear();
        encoder.write(out, value);
        return out;
    }

    @Benchmark
    public ByteBuf encodeTransfer() {
        out.clear();
        performativeEncoder.write(out, transfer);
        return out;
    }

    @Benchmark
    public @Nullable Object decodeTransfer() {
        return decode(transferIn);
    }

    @Benchmark
    public ByteBuf encodeDisposition() {
        out.clear();
        performativeEncoder.write(out, disposition);
        return out;
    }

    @Benchmark
    public @Nullable Object decodeDisposition() {
        return decode(dispositionIn);
    }

    @Benchmark
    public ByteBuf encodeFlow() {
        out.clear();
        performativeEncoder.write(out, flow);
        return out;
    }

    @Benchmark
    public @Nullable Object decodeFlow() {
        return decode(flowIn);
    }

    @Benchmark
    public ByteBuf encodeMessage() {
        out.clear();
        MessageCodec.encode(message, out);
        return out;
    }

    @Benchmark
    public byte @Nullable [] decodeMessageBody() {
        return MessageCodec.decode(messageIn, 0, messageIn.length).bodyAsBytes();
    }

    /**
     * Decodes all sections, as {@link #decodeMessageAll} does.
     *
     * @return the message, all of whose sections were read
     */
    public Message decodeMessage() {
        Message received = MessageCodec.decode(messageIn, 0, messageIn.length);
        if (received.header() == null || received.properties() == null) {
            throw new IllegalStateException("sections are missing");
        }
        if (received.applicationProperties().isEmpty() || received.bodyAsBytes().length == 0) {
            throw new IllegalStateException("sections are empty");
        }
        return received;
    }

    @Benchmark
    public void decodeMessageAll(Blackhole hole) {
        Message received = MessageCodec.decode(messageIn, 0, messageIn.length);
        hole.consume(received.header());
        hole.consume(received.properties());
        hole.consume(received.applicationProperties());
        hole.consume(received.bodyAsBytes());
    }

    @Benchmark
    public ByteBuf encodeMap() {
        return encodeValue(map);
    }

    @Benchmark
    public @Nullable Object decodeMap() {
        return decodeValue(mapIn);
    }

    @Benchmark
    public ByteBuf encodeList() {
        return encodeValue(list);
    }

    @Benchmark
    public @Nullable Object decodeList() {
        return decodeValue(listIn);
    }

    @Benchmark
    public ByteBuf encodeArray() {
        return encodeValue(array);
    }

    @Benchmark
    public @Nullable Object decodeArray() {
        return decodeValue(arrayIn);
    }

    /** Keeps what came last. */
    private static final class Last implements PerformativeHandler<ByteBuf> {

        @Nullable
        Performative performative;

        @Override
        public void onOpen(int channel, Open open) {
            performative = open;
        }

        @Override
        public void onBegin(int channel, Begin begin) {
            performative = begin;
        }

        @Override
        public void onAttach(int channel, Attach attach) {
            performative = attach;
        }

        @Override
        public void onFlow(int channel, Flow flow) {
            performative = flow;
        }

        @Override
        public void onTransfer(int channel, Transfer transfer, ByteBuf payload) {
            performative = transfer;
        }

        @Override
        public void onDisposition(int channel, Disposition disposition) {
            performative = disposition;
        }

        @Override
        public void onDetach(int channel, Detach detach) {
            performative = detach;
        }

        @Override
        public void onEnd(int channel, End end) {
            performative = end;
        }

        @Override
        public void onClose(int channel, Close close) {
            performative = close;
        }

        @Override
        public void onEmptyFrame(int channel) {
            performative = null;
        }
    }
}
