package io.amqp10.benchmarks.codec;

import java.nio.ByteBuffer;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Header;
import org.apache.qpid.proton.amqp.messaging.Properties;
import org.apache.qpid.proton.amqp.transport.Disposition;
import org.apache.qpid.proton.amqp.transport.Flow;
import org.apache.qpid.proton.amqp.transport.Role;
import org.apache.qpid.proton.amqp.transport.Transfer;
import org.apache.qpid.proton.codec.AMQPDefinedTypes;
import org.apache.qpid.proton.codec.DecoderImpl;
import org.apache.qpid.proton.codec.EncoderImpl;
import org.apache.qpid.proton.message.Message;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Proton-J, the codec of Qpid JMS and Vert.x. */
@State(Scope.Thread)
public class ProtonjCodec extends InTurn {

    private final DecoderImpl decoder = new DecoderImpl();
    private final EncoderImpl encoder = new EncoderImpl(decoder);
    private final ByteBuffer out = ByteBuffer.allocate(Samples.BUFFER_BYTES);
    private final byte[] messageOut = new byte[Samples.BUFFER_BYTES];

    private final Transfer transfer = new Transfer();
    private final Disposition disposition = new Disposition();
    private final Flow flow = new Flow();
    private final Message message = Proton.message();
    private final byte[] body = Samples.body();
    private final Map<String, Object> map = Samples.map();
    private final List<Integer> list = Samples.list();
    private final int[] array = Samples.array();

    private final ByteBuffer transferIn;
    private final ByteBuffer dispositionIn;
    private final ByteBuffer flowIn;
    private final byte[] messageIn;
    private final ByteBuffer mapIn;
    private final ByteBuffer listIn;
    private final ByteBuffer arrayIn;

    /** Made by JMH. */
    public ProtonjCodec() {
        AMQPDefinedTypes.registerAllTypes(decoder, encoder);
        transfer.setHandle(UnsignedInteger.valueOf(1));
        transfer.setDeliveryId(UnsignedInteger.valueOf(123_456));
        transfer.setDeliveryTag(new Binary(Samples.tag()));
        transfer.setMessageFormat(UnsignedInteger.ZERO);
        transfer.setSettled(false);
        disposition.setRole(Role.RECEIVER);
        disposition.setFirst(UnsignedInteger.valueOf(123_456));
        disposition.setLast(UnsignedInteger.valueOf(123_500));
        disposition.setSettled(true);
        disposition.setState(Accepted.getInstance());
        flow.setNextIncomingId(UnsignedInteger.valueOf(123_456));
        flow.setIncomingWindow(UnsignedInteger.valueOf(2_048));
        flow.setNextOutgoingId(UnsignedInteger.valueOf(654_321));
        flow.setOutgoingWindow(UnsignedInteger.valueOf(2_048));
        flow.setHandle(UnsignedInteger.valueOf(1));
        flow.setDeliveryCount(UnsignedInteger.valueOf(123_400));
        flow.setLinkCredit(UnsignedInteger.valueOf(1_000));
        Header header = new Header();
        header.setDurable(true);
        header.setPriority(UnsignedByte.valueOf((byte) 5));
        header.setTtl(UnsignedInteger.valueOf(60_000));
        Properties properties = new Properties();
        properties.setMessageId("m-0123456789");
        properties.setTo("orders");
        properties.setSubject("order");
        properties.setReplyTo("replies");
        properties.setCorrelationId("c-0123456789");
        properties.setContentType(Symbol.valueOf("application/octet-stream"));
        properties.setCreationTime(new Date(1_700_000_000_000L));
        message.setHeader(header);
        message.setProperties(properties);
        message.setApplicationProperties(new ApplicationProperties(Samples.applicationProperties()));
        Protonj2Codec samples = new Protonj2Codec();
        transferIn = ByteBuffer.wrap(samples.transferBytes());
        dispositionIn = ByteBuffer.wrap(samples.dispositionBytes());
        flowIn = ByteBuffer.wrap(samples.flowBytes());
        messageIn = samples.messageBytes();
        mapIn = ByteBuffer.wrap(samples.mapBytes());
        listIn = ByteBuffer.wrap(samples.listBytes());
        arrayIn = ByteBuffer.wrap(samples.arrayBytes());
    }

    private ByteBuffer encode(Object value) {
        out.clear();
        encoder.setByteBuffer(out);
        encoder.writeObject(value);
        return out;
    }

    private Object decode(ByteBuffer in) {
        in.rewind();
        decoder.setByteBuffer(in);
        return decoder.readObject();
    }

    @Benchmark
    public ByteBuffer encodeTransfer() {
        return encode(transfer);
    }

    @Benchmark
    public Object decodeTransfer() {
        return decode(transferIn);
    }

    @Benchmark
    public ByteBuffer encodeDisposition() {
        return encode(disposition);
    }

    @Benchmark
    public Object decodeDisposition() {
        return decode(dispositionIn);
    }

    @Benchmark
    public ByteBuffer encodeFlow() {
        return encode(flow);
    }

    @Benchmark
    public Object decodeFlow() {
        return decode(flowIn);
    }

    @Benchmark
    public int encodeMessage() {
        message.setBody(new Data(new Binary(body)));
        return message.encode(messageOut, 0, messageOut.length);
    }

    @Benchmark
    public Object decodeMessageBody() {
        Message received = Proton.message();
        received.decode(messageIn, 0, messageIn.length);
        return ((Data) received.getBody()).getValue().getArray();
    }

    @Benchmark
    public void decodeMessageAll(Blackhole hole) {
        Message received = Proton.message();
        received.decode(messageIn, 0, messageIn.length);
        hole.consume(received.getHeader());
        hole.consume(received.getProperties());
        hole.consume(received.getApplicationProperties());
        hole.consume(((Data) received.getBody()).getValue().getArray());
    }

    @Benchmark
    public ByteBuffer encodeMap() {
        return encode(map);
    }

    @Benchmark
    public Object decodeMap() {
        return decode(mapIn);
    }

    @Benchmark
    public ByteBuffer encodeList() {
        return encode(list);
    }

    @Benchmark
    public Object decodeList() {
        return decode(listIn);
    }

    @Benchmark
    public ByteBuffer encodeArray() {
        return encode(array);
    }

    @Benchmark
    public Object decodeArray() {
        return decode(arrayIn);
    }
}
