package io.amqp10.benchmarks.codec;

import java.util.List;
import java.util.Map;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.codec.CodecFactory;
import org.apache.qpid.protonj2.codec.Decoder;
import org.apache.qpid.protonj2.codec.DecoderState;
import org.apache.qpid.protonj2.codec.Encoder;
import org.apache.qpid.protonj2.codec.EncoderState;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.ApplicationProperties;
import org.apache.qpid.protonj2.types.messaging.Data;
import org.apache.qpid.protonj2.types.messaging.Header;
import org.apache.qpid.protonj2.types.messaging.Properties;
import org.apache.qpid.protonj2.types.transport.Disposition;
import org.apache.qpid.protonj2.types.transport.Flow;
import org.apache.qpid.protonj2.types.transport.Role;
import org.apache.qpid.protonj2.types.transport.Transfer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** ProtonJ2. It also makes the octets that the others decode. */
@State(Scope.Thread)
public class Protonj2Codec extends InTurn {

    private final Encoder encoder = CodecFactory.getEncoder();
    private final Decoder decoder = CodecFactory.getDecoder();
    private final EncoderState encoderState = encoder.newEncoderState();
    private final DecoderState decoderState = decoder.newDecoderState();
    private final ProtonBuffer out = ProtonBufferAllocator.defaultAllocator().allocateHeapBuffer(Samples.BUFFER_BYTES);

    private final Transfer transfer = new Transfer()
            .setHandle(1)
            .setDeliveryId(123_456)
            .setDeliveryTag(Samples.tag())
            .setMessageFormat(0)
            .setSettled(false);
    private final Disposition disposition = new Disposition()
            .setRole(Role.RECEIVER)
            .setFirst(123_456)
            .setLast(123_500)
            .setSettled(true)
            .setState(Accepted.getInstance());
    private final Flow flow = new Flow()
            .setNextIncomingId(123_456)
            .setIncomingWindow(2_048)
            .setNextOutgoingId(654_321)
            .setOutgoingWindow(2_048)
            .setHandle(1)
            .setDeliveryCount(123_400)
            .setLinkCredit(1_000);
    private final Header header =
            new Header().setDurable(true).setPriority((byte) 5).setTimeToLive(60_000);
    private final Properties properties = new Properties()
            .setMessageId("m-0123456789")
            .setTo("orders")
            .setSubject("order")
            .setReplyTo("replies")
            .setCorrelationId("c-0123456789")
            .setContentType("application/octet-stream")
            .setCreationTime(1_700_000_000_000L);
    private final ApplicationProperties applicationProperties =
            new ApplicationProperties(Samples.applicationProperties());
    private final byte[] body = Samples.body();
    private final Map<String, Object> map = Samples.map();
    private final List<Integer> list = Samples.list();
    private final int[] array = Samples.array();

    private final ProtonBuffer transferIn = wrap(transferBytes());
    private final ProtonBuffer dispositionIn = wrap(dispositionBytes());
    private final ProtonBuffer flowIn = wrap(flowBytes());
    private final ProtonBuffer messageIn = wrap(messageBytes());
    private final ProtonBuffer mapIn = wrap(mapBytes());
    private final ProtonBuffer listIn = wrap(listBytes());
    private final ProtonBuffer arrayIn = wrap(arrayBytes());

    /** Made by JMH. */
    public Protonj2Codec() {}

    private static ProtonBuffer wrap(byte[] bytes) {
        return ProtonBufferAllocator.defaultAllocator().copy(bytes);
    }

    private static byte[] bytes(ProtonBuffer buffer) {
        byte[] bytes = new byte[buffer.getReadableBytes()];
        buffer.copyInto(buffer.getReadOffset(), bytes, 0, bytes.length);
        return bytes;
    }

    final byte[] transferBytes() {
        return bytes(encodeTransfer());
    }

    final byte[] dispositionBytes() {
        return bytes(encodeDisposition());
    }

    final byte[] flowBytes() {
        return bytes(encodeFlow());
    }

    final byte[] messageBytes() {
        return bytes(encodeMessage());
    }

    final byte[] mapBytes() {
        return bytes(encodeMap());
    }

    final byte[] listBytes() {
        return bytes(encodeList());
    }

    final byte[] arrayBytes() {
        return bytes(encodeArray());
    }

    private ProtonBuffer encode(Object value) {
        out.clear();
        encoder.writeObject(out, encoderState, value);
        return out;
    }

    private Object decode(ProtonBuffer in) {
        in.setReadOffset(0);
        return decoder.readObject(in, decoderState);
    }

    @Benchmark
    public final ProtonBuffer encodeTransfer() {
        return encode(transfer);
    }

    @Benchmark
    public Object decodeTransfer() {
        return decode(transferIn);
    }

    @Benchmark
    public final ProtonBuffer encodeDisposition() {
        return encode(disposition);
    }

    @Benchmark
    public Object decodeDisposition() {
        return decode(dispositionIn);
    }

    @Benchmark
    public final ProtonBuffer encodeFlow() {
        return encode(flow);
    }

    @Benchmark
    public Object decodeFlow() {
        return decode(flowIn);
    }

    @Benchmark
    public final ProtonBuffer encodeMessage() {
        out.clear();
        encoder.writeObject(out, encoderState, header);
        encoder.writeObject(out, encoderState, properties);
        encoder.writeObject(out, encoderState, applicationProperties);
        encoder.writeObject(out, encoderState, new Data(body));
        return out;
    }

    @Benchmark
    public Object decodeMessageBody() {
        messageIn.setReadOffset(0);
        Object last = messageIn;
        while (messageIn.isReadable()) {
            last = decoder.readObject(messageIn, decoderState);
        }
        return ((Data) last).getValue();
    }

    @Benchmark
    public void decodeMessageAll(Blackhole hole) {
        messageIn.setReadOffset(0);
        while (messageIn.isReadable()) {
            Object section = decoder.readObject(messageIn, decoderState);
            hole.consume(section instanceof Data data ? data.getValue() : section);
        }
    }

    @Benchmark
    public final ProtonBuffer encodeMap() {
        out.clear();
        encoder.writeMap(out, encoderState, map);
        return out;
    }

    @Benchmark
    public Object decodeMap() {
        mapIn.setReadOffset(0);
        return decoder.readMap(mapIn, decoderState);
    }

    @Benchmark
    public final ProtonBuffer encodeList() {
        out.clear();
        encoder.writeList(out, encoderState, list);
        return out;
    }

    @Benchmark
    public Object decodeList() {
        listIn.setReadOffset(0);
        return decoder.readList(listIn, decoderState);
    }

    @Benchmark
    public final ProtonBuffer encodeArray() {
        out.clear();
        encoder.writeArray(out, encoderState, array);
        return out;
    }

    @Benchmark
    public Object decodeArray() {
        return decode(arrayIn);
    }
}
