package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.amqp10.BodyType;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.codec.SectionReader;
import io.amqp10.engine.OutgoingDelivery;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Section;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {

    private static final String HEADER = "005370 c0 02 01 41";
    private static final String DELIVERY_ANNOTATIONS = "005371 c1 06 02 a30164 5401";
    private static final String MESSAGE_ANNOTATIONS = "005372 c1 06 02 a3016d 5402";
    private static final String PROPERTIES = "005373 c0 04 01 a10169";
    private static final String APPLICATION_PROPERTIES = "005374 c1 06 02 a10161 5403";
    private static final String DATA = "005375 a0 01 07";
    private static final String SEQUENCE = "005376 c0 03 01 5401";
    private static final String VALUE = "005377 5401";
    private static final String FOOTER = "005378 c1 06 02 a30166 5404";

    /** Decodes octets from one array and, if their body is fit for that, from two. */
    private static Message decode(String... hex) {
        byte[] bytes = bytes(String.join("", hex));
        int head = SectionReader.beforeData(Unpooled.wrappedBuffer(bytes));
        if (head == bytes.length) {
            return MessageCodec.decode(bytes, 0, bytes.length);
        }
        byte[] data = Arrays.copyOfRange(bytes, head, bytes.length);
        Message split;
        try {
            split = MessageCodec.decode(Arrays.copyOf(bytes, head), data, DecodeLimits.DEFAULT);
        } catch (MessageFormatException e) {
            assertThatExceptionOfType(MessageFormatException.class)
                    .isThrownBy(() -> MessageCodec.decode(bytes, 0, bytes.length))
                    .withMessage(e.getMessage());
            throw e;
        }
        assertThat(encode(split)).isEqualTo(encode(MessageCodec.decode(bytes, 0, bytes.length)));
        assertThat(split.body()).isSameAs(data);
        return split;
    }

    @ParameterizedTest
    @CsvSource({
        // how many octets of the message are before those of the data
        "005375 a0 03 | 010203, 5",
        "005375 b0 00000003 | 010203, 8",
        "005370 45 005373 c0 04 01 a10169 005375 a0 01 | 07, 18",
        "005370 d0 00000005 00000001 41 005375 b0 00000001 | 07, 21",
        "005370 c0 02 01 41 005372 d1 00000009 00000002 a3016d 5402 005375 a0 01 | 07, 29",
    })
    void octetsOfTheOnlyDataSectionAtTheEndAreFound(String hex, int before) {
        ByteBuf message = Unpooled.buffer().writeZero(3).skipBytes(3).writeBytes(bytes(hex));

        assertThat(SectionReader.beforeData(message)).isEqualTo(before);
        assertThat(message.readerIndex()).isEqualTo(3);
        assertThat(decode(hex).bodyAsBytes()).hasSize(message.readableBytes() - before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "005375 a0",
                "005375 a0 00",
                "005375 a0 02 01",
                "005375 b0 000000",
                "005375 b0 ffffffff 01",
                "005375 b0 7fffffff 01",
                "005375 a0 01 07 005375 a0 01 07",
                "005375 a0 01 07 005378 c1 06 02 a30166 5404",
                "005375 c0 01 00",
                "005377 a0 01 07",
                "005370 c0 ff 00 005375 a0 01 07",
                "00800000000000000075 a0 01 07",
                "00a310616d71703a646174613a62696e617279 a0 01 07",
                "005370 005375 a0 01 07",
                "005370",
            })
    void octetsOfOtherBodiesAreLeftWhereTheyAre(String hex) {
        byte[] message = bytes(hex);

        assertThat(SectionReader.beforeData(Unpooled.wrappedBuffer(message))).isEqualTo(message.length);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("[ |]", ""));
    }

    private static String encode(Message message) {
        ByteBuf heap = Unpooled.buffer(0);
        ByteBuf direct = Unpooled.directBuffer(1);
        MessageCodec.encode(message, heap);
        MessageCodec.encode(message, direct);
        String hex = hex(heap);
        assertThat(hex(direct)).isEqualTo(hex);
        assertThat(hex(payloadOf(message))).isEqualTo(hex);
        return hex;
    }

    private static ByteBuf payloadOf(Message message) {
        OutgoingDelivery delivery = new OutgoingDelivery() {};
        MessageCodec.encode(message, delivery);
        ByteBuf payload = delivery.payload();
        assertThat(delivery.payloadSize()).isEqualTo(payload.readableBytes());
        return payload;
    }

    private static String hex(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes).release();
        return HexFormat.of().formatHex(bytes);
    }

    private static String plain(String... hex) {
        return String.join("", hex).replace(" ", "");
    }

    @Test
    void sectionsAreWrittenInTheirOrderAndSmall() {
        Message message = Message.builder()
                .footer("f", 4)
                .dataBody(new byte[] {7})
                .property("a", 3)
                .messageId("i")
                .annotation("m", 2)
                .deliveryAnnotation("d", 1)
                .durable(true)
                .build();

        assertThat(encode(message))
                .isEqualTo(plain(
                        HEADER,
                        DELIVERY_ANNOTATIONS,
                        MESSAGE_ANNOTATIONS,
                        PROPERTIES,
                        APPLICATION_PROPERTIES,
                        DATA,
                        FOOTER));
    }

    @Test
    void sectionsThatSayNothingAreLeftOut() {
        assertThat(encode(Message.builder().durable(false).priority(4).build())).isEqualTo("00537740");
    }

    @Test
    void aReceivedMessageIsRelayedAsItCame() {
        // Nothing here is encoded as we would: wide lists and maps, names instead of numbers, defaults spelled out.
        String hex = plain(
                "00 a3 10 616d71703a6865616465723a6c697374 d0 00000005 00000001 42",
                "00 80 0000000000000073 d0 0000000a 00000001 b1 00000001 69",
                "005375 b0 00000001 07",
                "005375 a0 00");
        Message message = decode(hex);

        assertThat(encode(message)).isEqualTo(hex);
        assertThat(message.messageId()).isEqualTo("i");
        assertThat(message.durable()).isFalse();
        assertThat(message.body()).isEqualTo(new byte[] {7});
        assertThat(message.bodyAsString()).isEqualTo("\u0007");
        assertThat(encode(message)).isEqualTo(hex);
        assertThat(encode(message.toBuilder().build())).isEqualTo(hex);
    }

    @Test
    void whatAnIntermediaryMayNotChangeStaysAsItCameWhenTheRestIsChanged() {
        String properties = "005373 d0 0000000a 00000001 b1 00000001 69";
        String applicationProperties = "005374 d1 0000000c 00000002 a10161 71 00000003";
        String body = "005377 00 a30178 d0 00000005 00000001 40";
        Message message = decode(HEADER, properties, applicationProperties, body, FOOTER).toBuilder()
                .deliveryCount(1)
                .annotation("m", 2)
                .build();

        assertThat(encode(message))
                .isEqualTo(plain(
                        "005370 c0 07 05 41 40 40 40 5201",
                        MESSAGE_ANNOTATIONS,
                        properties,
                        applicationProperties,
                        body,
                        FOOTER));
        assertThat(message.messageId()).isEqualTo("i");
        assertThat(message.property("a")).isEqualTo(3);
        assertThat(encode(message.toBuilder().subject("s").build()))
                .startsWith(plain("005370 c0 07 05 41 40 40 40 5201", MESSAGE_ANNOTATIONS, "005373 c0"))
                .endsWith(plain(applicationProperties, body, FOOTER));
    }

    @Test
    void aMessageWithoutBodyStaysWithoutWhenItIsSentOn() {
        Message message = decode(PROPERTIES);

        assertThat(message.bodyType()).isEqualTo(BodyType.NONE);
        assertThat(message.body()).isNull();
        assertThat(message.bodyAsString()).isEmpty();
        assertThat(message.bodyAsBytes()).isEmpty();
        assertThat(message.bodySections()).isEmpty();
        assertThat(encode(message)).isEqualTo(plain(PROPERTIES));
        assertThat(encode(message.toBuilder().durable(true).build())).isEqualTo(plain(HEADER, PROPERTIES));
    }

    @ParameterizedTest
    @ValueSource(strings = {DATA, DATA + DATA, SEQUENCE, SEQUENCE + SEQUENCE, VALUE})
    void everyKindOfBodyMayStandBetweenPropertiesAndFooter(String body) {
        assertThatNoException().isThrownBy(() -> decode(APPLICATION_PROPERTIES, body, FOOTER));
        assertThatNoException().isThrownBy(() -> decode(body));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                  | a message has no section
                    005377                              | a section amqp-value goes beyond the end
                    005370 45 005370 45                 | a message has a section header twice or out of order
                    005371 c10100 005370 45             | a message has a section header twice or out of order
                    005373 45 005372 c10100             | a message has a section message-annotations twice or out of order
                    005374 c10100 005374 c10100         | a message has a section application-properties twice or out of order
                    005375 a000 005373 45               | a message has a section properties behind data
                    005375 a000 005377 40               | a message has a section amqp-value behind data
                    005377 40 005375 a000               | a message has a section data behind amqp-value
                    005377 40 005377 40                 | a message has a section amqp-value twice
                    005376 45 005375 a000               | a message has a section data behind amqp-sequence
                    005377 40 005378 c10100 005378 c10100 | a message has a section footer twice
                    005378 c10100 005377 40             | a message has a section amqp-value behind footer
                    005375 a000 005378 c10100 005375 a000 | a message has a section data behind footer
                    005376 45 005378 c10100 005376 45   | a message has a section amqp-sequence behind footer
                    005379 40                           | a message has a section of an unknown type
                    005324 45                           | a message has a section of an unknown type
                    00a30161 40                         | a message has a section of an unknown type
                    40                                  | a section must be a described value, not null (format code 0x40)
                    005370 40                           | a section header cannot be null (format code 0x40)
                    005373 c10100                       | a section properties cannot be map (format code 0xc1)
                    005374 45                           | a section application-properties cannot be list (format code 0x45)
                    005375 40                           | a section data cannot be null (format code 0x40)
                    005375 a10178                       | a section data cannot be string (format code 0xa1)
                    005376 c10100                       | a section amqp-sequence cannot be map (format code 0xc1)
                    005375 a003 0102                    | a section data goes beyond the end
                    005375 b0ffffffff 01                | a section data goes beyond the end
                    005375 b0 0000                      | a section data goes beyond the end
                    005377 00                           | a section amqp-value goes beyond the end
                    005377 00 40                        | a section amqp-value goes beyond the end
                    005377 0000000000                   | a section amqp-value goes beyond the end
                    005377 98 00                        | a section amqp-value goes beyond the end
                    005377 10                           | unknown format code 0x10
                    005374 c103 02                      | a section application-properties goes beyond the end
                    00                                  | octets end: 1 wanted, 0 left
                    0053                                | octets end: 1 wanted, 0 left
                    """)
    void sectionsThatAreNoMessageAreRefusedWhenTheyCome(String hex, String error) {
        assertThatExceptionOfType(MessageFormatException.class)
                .isThrownBy(() -> decode(hex))
                .withMessage("malformed message: " + error)
                .satisfies(e -> assertThat(Objects.requireNonNull(e.condition()).condition())
                        .isEqualTo(AmqpError.DECODE_ERROR));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    header                | 005370 c0 03 02 41 41             | header.priority must be ubyte, not boolean (format code 0x41)
                    header                | 005370 c0 07 06 40 40 40 40 40 40 | header has 5 fields, not 6
                    messageAnnotations    | 005372 c1 05 02 a10161 40         | message-annotations key must be symbol or ulong, not string (format code 0xa1)
                    messageAnnotations    | 005372 c1 04 02 5400 40           | message-annotations key must be symbol or ulong, not int (format code 0x54)
                    deliveryAnnotations   | 005371 c1 04 03 40 40 40          | delivery-annotations has an odd number of items: 3
                    footer                | 005378 c1 09 04 a30161 40 a30161 40 | footer has a key twice: 'a'
                    properties            | 005373 c0 03 01 5401              | properties.message-id must be ulong, uuid, binary or string, not int (format code 0x54)
                    properties            | 005373 c0 06 03 40 40 a30161      | properties.to must be string, not symbol (format code 0xa3)
                    applicationProperties | 005374 c1 05 02 a30161 40         | application-properties key must be string, not symbol (format code 0xa3)
                    applicationProperties | 005374 c1 03 02 40 40             | application-properties key must be string, not null (format code 0x40)
                    applicationProperties | 005374 c1 05 02 a10161 45         | application-properties value of 'a' must be of a simple type, no list, map or array
                    applicationProperties | 005374 c1 07 02 a10161 c10100     | application-properties value of 'a' must be of a simple type, no list, map or array
                    applicationProperties | 005374 c1 08 02 a10161 e0020040   | application-properties value of 'a' must be of a simple type, no list, map or array
                    applicationProperties | 005374 c1 09 04 a10161 40 a10161 40 | application-properties has a key twice: 'a'
                    body                  | 005377 c0 03 02 5401              | octets end: 1 wanted, 0 left
                    body                  | 005376 c0 03 01 40 40             | list has 1 octets more than its items
                    body                  | 005377 a1 01 ff                   | a string is not UTF-8
                    body                  | 005377 5f                         | unknown format code 0x5f
                    """)
    void malformedContentsAreFoundWhenTheyAreRead(String section, String hex, String error) {
        // 0x5f has an octet of its own, as every code from 0x50 to 0x5f.
        Message message = decode(hex, hex.endsWith("5f") ? "00" : "");
        Map<String, Function<Message, ?>> readers = Map.of(
                "header", Message::priority,
                "messageAnnotations", m -> m.annotation("a"),
                "deliveryAnnotations", Message::deliveryAnnotations,
                "footer", Message::footer,
                "properties", Message::subject,
                "applicationProperties", m -> m.property("a"),
                "body", Message::body);

        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(MessageFormatException.class)
                    .isThrownBy(
                            () -> Objects.requireNonNull(readers.get(section)).apply(message))
                    .withMessage("malformed message: " + error);
        }
        assertThat(message.toString()).startsWith("Message[");
    }

    @Test
    void moreThanTenThousandSectionsAreRefused() {
        String data = "005375a000";
        assertThatNoException().isThrownBy(() -> decode(data.repeat(10_000)));
        assertThatExceptionOfType(MessageFormatException.class)
                .isThrownBy(() -> decode(data.repeat(10_001)))
                .withMessage(
                        "malformed message: a message has more body sections than maxBodySections allows, which is 10000");
    }

    @Test
    void aDeepDescriptorCostsNoStack() {
        assertThatExceptionOfType(MessageFormatException.class)
                .isThrownBy(() -> decode("005377", "00".repeat(1_000_000)))
                .withMessage("malformed message: a section amqp-value goes beyond the end");
        Message message = decode("005377", "00".repeat(1_000_000), "40".repeat(1_000_001));
        assertThatExceptionOfType(MessageFormatException.class)
                .isThrownBy(message::body)
                .withMessage("malformed message: values are nested deeper than maxDepth allows, which is 32");
    }

    @Test
    void aSectionIsFoundBehindAllOthersByNumberAndByName() {
        String footer = "00 a3 0f 616d71703a666f6f7465723a6d6170 c1 06 02 a30166 5404";
        Message message = decode(
                HEADER, DELIVERY_ANNOTATIONS, MESSAGE_ANNOTATIONS, PROPERTIES, APPLICATION_PROPERTIES, VALUE, footer);

        assertThat(message.footer()).hasSize(1);
        assertThat(message.property("a")).isEqualTo(3);
        assertThat(message.messageId()).isEqualTo("i");
        assertThat(message.messageAnnotations()).hasSize(1);
        assertThat(message.deliveryAnnotations()).hasSize(1);
        assertThat(message.durable()).isTrue();
        assertThat(message.body()).isEqualTo(1);
        assertThat(message.bodySections()).extracting(Section::toString).isEqualTo(List.of("AmqpValue[value=1]"));
    }

    @Test
    void onlyTheGivenOctetsAreRead() {
        byte[] bytes = bytes("ff" + plain(VALUE) + "ff");

        assertThat(MessageCodec.decode(bytes, 1, bytes.length - 2).body()).isEqualTo(1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MessageCodec.decode(bytes, 1, bytes.length));
    }

    @Test
    void aLargeBodyIsWrittenWithoutCorruptionToAnyBuffer() {
        byte[] large = new byte[1_000_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31);
        }
        Message message =
                Message.builder().subject("s").body(large).footer("f", 1).build();
        String hex = encode(message);

        assertThat(decode(hex).body()).isEqualTo(large);
        assertThat(decode(hex).footer()).hasSize(1);
        assertThat(encode(decode(hex))).isEqualTo(hex);
        assertThat(encode(decode(hex).toBuilder().durable(true).build())).endsWith(hex);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 255, 256, 1_020, 1_030, 4_000, 4_200, 70_000})
    void octetsInABufferAreWrittenAsThoseInAnArray(int size) {
        byte[] octets = new byte[size];
        new Random(size).nextBytes(octets);
        byte[] framed = new byte[size + 3];
        System.arraycopy(octets, 0, framed, 2, size);
        String expected = encode(
                Message.builder().subject("s").dataBody(octets).footer("f", 1).build());

        for (ByteBuffer buffer : List.of(
                ByteBuffer.wrap(framed, 2, size),
                ByteBuffer.wrap(framed, 2, size).asReadOnlyBuffer(),
                ByteBuffer.allocateDirect(size + 3).put(framed).position(2).limit(2 + size),
                ByteBuffer.allocateDirect(size)
                        .put(octets)
                        .flip()
                        .asReadOnlyBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN))) {
            Message message = Message.builder()
                    .subject("s")
                    .dataBody(buffer)
                    .footer("f", 1)
                    .build();
            buffer.clear();

            assertThat(encode(message)).isEqualTo(expected);
            assertThat(hex(payloadOf(message))).isEqualTo(expected);
            assertThat(hex(payloadOf(message))).as("once more").isEqualTo(expected);
            assertThat(encode(message.toBuilder().build())).isEqualTo(expected);
            assertThat(message.bodyType()).isEqualTo(BodyType.DATA);
            assertThat(message.body()).isEqualTo(octets);
            assertThat(message.bodyAsBytes()).isEqualTo(octets);
            assertThat(message.bodyAsBuffer()).isEqualTo(ByteBuffer.wrap(octets));
            assertThat(message.bodyAsBuffer().isReadOnly()).isTrue();
            assertThat(message.bodySections()).containsExactly(new Data(Binary.wrap(octets)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 1_000, 1_020, 1_030, 4_000, 4_200, 70_000})
    void aBodyOfAnySizeIsWrittenToABufferOfItsSize(int size) {
        byte[] octets = new byte[size];
        String text = "x".repeat(size);
        payloadOf(Message.of(new byte[1_000_000])).release();

        for (Message message : List.of(Message.of(octets), Message.of(text), decode(encode(Message.of(octets))))) {
            ByteBuf buffer = payloadOf(message);
            try {
                assertThat(buffer.capacity()).isBetween(size, size + 100);
                assertThat(buffer.refCnt()).isEqualTo(1);
            } finally {
                buffer.release();
            }
        }
        assertThat(decode(encode(Message.of(octets))).body()).isEqualTo(octets);
        assertThat(decode(encode(Message.of(text))).body()).isEqualTo(text);
    }

    @Test
    void aMessageOfSomebodyElseIsRefused() {
        Message foreign = (Message) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Message.class}, (proxy, method, arguments) -> null);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageCodec.encode(foreign, Unpooled.buffer()))
                .withMessageStartingWith("messages are made by Message.of and Message.builder, not by ");
    }
}
