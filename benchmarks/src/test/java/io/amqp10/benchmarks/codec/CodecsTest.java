package io.amqp10.benchmarks.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.Message;
import io.amqp10.internal.MessageCodec;
import io.amqp10.types.AmqpArray;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class CodecsTest {

    private final Amqp10Codec ours = new Amqp10Codec();
    private final Protonj2Codec protonj2 = new Protonj2Codec();
    private final ProtonjCodec protonj = new ProtonjCodec();

    @Test
    void allDecodeTheSameValues() {
        assertThat(ours.decodeMap()).isEqualTo(Samples.map());
        assertThat(protonj2.decodeMap()).isEqualTo(Samples.map());
        assertThat(protonj.decodeMap()).isEqualTo(Samples.map());
        assertThat(ours.decodeList()).isEqualTo(Samples.list());
        assertThat(protonj2.decodeList()).isEqualTo(Samples.list());
        assertThat(protonj.decodeList()).isEqualTo(Samples.list());
        assertThat(ours.decodeArray()).isEqualTo(AmqpArray.from(Samples.array()));
        assertThat(protonj2.decodeArray()).isEqualTo(Samples.array());
        assertThat(protonj.decodeArray()).isEqualTo(Samples.array());
        assertThat(ours.decodeMessageBody()).isEqualTo(Samples.body());
        assertThat(protonj2.decodeMessageBody()).isEqualTo(Samples.body());
        assertThat(protonj.decodeMessageBody()).isEqualTo(Samples.body());
    }

    @Test
    void allDecodeTheSamePerformatives() {
        assertThat(ours.decodeTransfer()).asString().contains("123456");
        assertThat(protonj2.decodeTransfer()).asString().contains("123456");
        assertThat(protonj.decodeTransfer()).asString().contains("123456");
        assertThat(ours.decodeDisposition()).asString().contains("123500");
        assertThat(protonj2.decodeDisposition()).asString().contains("123500");
        assertThat(protonj.decodeDisposition()).asString().contains("123500");
        assertThat(ours.decodeFlow()).asString().contains("654321");
        assertThat(protonj2.decodeFlow()).asString().contains("654321");
        assertThat(protonj.decodeFlow()).asString().contains("654321");
    }

    @Test
    void allEncodeTheSameMessage() {
        byte[] encoded = ByteBufUtil.getBytes(ours.encodeMessage());
        Message message = MessageCodec.decode(encoded, 0, encoded.length);
        byte[] reference = protonj2.messageBytes();
        Message expected = MessageCodec.decode(reference, 0, reference.length);

        assertThat(message.header()).isEqualTo(expected.header());
        assertThat(message.properties()).isEqualTo(expected.properties());
        assertThat(message.applicationProperties()).isEqualTo(expected.applicationProperties());
        assertThat(message.bodyAsBytes()).isEqualTo(expected.bodyAsBytes());
        assertThat(protonj.encodeMessage()).isPositive();
    }

    @Test
    void noneEncodesMuchLessThanTheOthers() {
        assertSameSize(ours.encodeTransfer(), protonj2.transferBytes(), protonj.encodeTransfer());
        assertSameSize(ours.encodeDisposition(), protonj2.dispositionBytes(), protonj.encodeDisposition());
        assertSameSize(ours.encodeFlow(), protonj2.flowBytes(), protonj.encodeFlow());
        assertSameSize(ours.encodeMap(), protonj2.mapBytes(), protonj.encodeMap());
        assertSameSize(ours.encodeList(), protonj2.listBytes(), protonj.encodeList());
        assertSameSize(ours.encodeArray(), protonj2.arrayBytes(), protonj.encodeArray());
    }

    private static void assertSameSize(ByteBuf ours, byte[] protonj2, ByteBuffer protonj) {
        assertThat(ours.readableBytes()).isBetween(protonj2.length * 4 / 5, protonj2.length + 8);
        assertThat(protonj.position()).isBetween(protonj2.length * 4 / 5, protonj2.length * 5 / 4);
    }
}
