package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolHeaderTest {

    @Test
    void headersAreThoseOfTheStandard() {
        assertThat(ByteBufUtil.hexDump(ProtocolHeader.AMQP.toBuffer())).isEqualTo("414d515000010000");
        assertThat(ByteBufUtil.hexDump(ProtocolHeader.TLS.toBuffer())).isEqualTo("414d515002010000");
        assertThat(ByteBufUtil.hexDump(ProtocolHeader.SASL.toBuffer())).isEqualTo("414d515003010000");
    }

    @Test
    void aBeginningIsKnownFromTheFirstOctet() {
        assertThat(ProtocolHeader.SASL.beginsWith(hex(""))).isTrue();
        assertThat(ProtocolHeader.SASL.beginsWith(hex("41"))).isTrue();
        assertThat(ProtocolHeader.SASL.beginsWith(hex("42"))).isFalse();
        assertThat(ProtocolHeader.SASL.beginsWith(hex("414d515000"))).isFalse();
        assertThat(ProtocolHeader.SASL.beginsWith(hex("414d515003010000ff"))).isTrue();
        assertThat(ProtocolHeader.SASL.beginsWith(hex("414d515003010001"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "414d515000010000, the protocol header of AMQP 1.0.0",
        "414d515003010000, the protocol header of SASL 1.0.0",
        "414d515000000901, the protocol header of AMQP with protocol id 0 and version 0.9.1",
        "414d515009010000, the protocol header of AMQP with protocol id 9 and version 1.0.0",
        "1503030002, a TLS record",
        "160301, a TLS record",
        "485454502f312e31, '\"HTTP/1.1\"'",
        "0d0a41, '\"\\u000d\\u000aA\"'",
    })
    void whatAPeerSentIsSaidForPeople(String octets, String words) {
        assertThat(ProtocolHeader.describe(hex(octets))).isEqualTo(words);
    }

    private static ByteBuf hex(String octets) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(octets));
    }
}
