package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import io.amqp10.codec.DecodeLimits;
import io.amqp10.codec.SectionReader;
import io.amqp10.internal.MessageCodec;
import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.AmqpSequence;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.transaction.Declare;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageTest {

    /** Sends a message to ourselves. */
    private static Message transfer(Message message) {
        ByteBuf out = Unpooled.buffer();
        MessageCodec.encode(message, out);
        int length = out.readableBytes();
        int head = SectionReader.beforeData(out);
        if (head < length) {
            byte[] before = new byte[head];
            byte[] data = new byte[length - head];
            out.readBytes(before).readBytes(data).release();
            return MessageCodec.decode(before, data, DecodeLimits.DEFAULT);
        }
        byte[] bytes = new byte[length + 2];
        out.readBytes(bytes, 1, length).release();
        return MessageCodec.decode(bytes, 1, length);
    }

    private static Message full() {
        return Message.builder()
                .durable(true)
                .priority(9)
                .timeToLive(Duration.ofSeconds(30))
                .firstAcquirer(true)
                .deliveryCount(2)
                .deliveryAnnotation("d", 1)
                .annotation("x-opt-a", "b")
                .messageId("id-1")
                .userId("guest")
                .to("queue")
                .subject("subject")
                .replyTo("reply")
                .correlationId(UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"))
                .contentType("text/plain")
                .contentEncoding("gzip")
                .absoluteExpiryTime(Instant.ofEpochMilli(1))
                .creationTime(Instant.ofEpochMilli(-1))
                .groupId("g")
                .groupSequence(4_294_967_295L)
                .replyToGroupId("q")
                .property("k", "v")
                .property("n", null)
                .body("text".getBytes(StandardCharsets.UTF_8))
                .footer("f", true)
                .build();
    }

    private static void assertFull(Message message) {
        assertThat(message.header()).isEqualTo(new Header(true, 9, 30_000, true, 2));
        assertThat(message.durable()).isTrue();
        assertThat(message.priority()).isEqualTo(9);
        assertThat(message.timeToLive()).isEqualTo(Duration.ofSeconds(30));
        assertThat(message.firstAcquirer()).isTrue();
        assertThat(message.deliveryCount()).isEqualTo(2);
        assertThat(message.deliveryAnnotations()).containsExactly(entry(Symbol.of("d"), 1));
        assertThat(message.messageAnnotations()).containsExactly(entry(Symbol.of("x-opt-a"), "b"));
        assertThat(message.annotation("x-opt-a")).isEqualTo("b");
        assertThat(message.messageId()).isEqualTo("id-1");
        assertThat(message.userId()).isEqualTo(Binary.wrap("guest".getBytes(StandardCharsets.UTF_8)));
        assertThat(message.to()).isEqualTo("queue");
        assertThat(message.subject()).isEqualTo("subject");
        assertThat(message.replyTo()).isEqualTo("reply");
        assertThat(message.correlationId()).isEqualTo(UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
        assertThat(message.contentType()).isEqualTo("text/plain");
        assertThat(message.contentEncoding()).isEqualTo("gzip");
        assertThat(message.absoluteExpiryTime()).isEqualTo(Instant.ofEpochMilli(1));
        assertThat(message.creationTime()).isEqualTo(Instant.ofEpochMilli(-1));
        assertThat(message.groupId()).isEqualTo("g");
        assertThat(message.groupSequence()).isEqualTo(4_294_967_295L);
        assertThat(message.replyToGroupId()).isEqualTo("q");
        assertThat(message.applicationProperties()).containsExactly(entry("k", "v"), entry("n", null));
        assertThat(message.property("k")).isEqualTo("v");
        assertThat(message.property("absent")).isNull();
        assertThat(message.bodyType()).isEqualTo(BodyType.DATA);
        assertThat(message.body()).isEqualTo("text".getBytes(StandardCharsets.UTF_8));
        assertThat(message.bodyAsString()).isEqualTo("text");
        assertThat(message.bodySections())
                .containsExactly(new Data(Binary.wrap("text".getBytes(StandardCharsets.UTF_8))));
        assertThat(message.footer()).containsExactly(entry(Symbol.of("f"), true));
    }

    @Test
    void everyPartSurvivesBuildingAndTransfer() {
        assertFull(full());
        assertFull(transfer(full()));
        assertFull(full().toBuilder().build());
        assertFull(transfer(full()).toBuilder().build());
        assertFull(transfer(transfer(full()).toBuilder().build()));
    }

    @Test
    void absentPartsHaveTheirDefaults() {
        for (Message message : List.of(Message.of("x"), transfer(Message.of("x")))) {
            assertThat(message.header()).isNull();
            assertThat(message.durable()).isFalse();
            assertThat(message.priority()).isEqualTo(4);
            assertThat(message.timeToLive()).isNull();
            assertThat(message.firstAcquirer()).isFalse();
            assertThat(message.deliveryCount()).isZero();
            assertThat(message.deliveryAnnotations()).isEmpty();
            assertThat(message.messageAnnotations()).isEmpty();
            assertThat(message.annotation("a")).isNull();
            assertThat(message.properties()).isNull();
            assertThat(message.messageId()).isNull();
            assertThat(message.userId()).isNull();
            assertThat(message.to()).isNull();
            assertThat(message.contentType()).isNull();
            assertThat(message.contentEncoding()).isNull();
            assertThat(message.creationTime()).isNull();
            assertThat(message.groupSequence()).isEqualTo(UnsignedInteger.ABSENT);
            assertThat(message.applicationProperties()).isEmpty();
            assertThat(message.footer()).isEmpty();
        }
    }

    @Test
    void octetsBecomeDataAndAllElseAValue() {
        byte[] octets = {1, 2, 3};
        for (Object body : new Object[] {octets, Binary.wrap(octets), ByteBuffer.wrap(octets)}) {
            Message message = transfer(Message.of(body));
            assertThat(message.bodyType()).isEqualTo(BodyType.DATA);
            assertThat(message.body()).isEqualTo(octets);
            assertThat(message.bodyAsBytes()).isEqualTo(octets);
            assertThat(message.bodyAs(byte[].class)).isEqualTo(octets);
            assertThat(message.bodyAs(Binary.class)).isEqualTo(Binary.wrap(octets));
            assertThat(message.properties())
                    .as("no content-type, no content-encoding")
                    .isNull();
        }
        Message message = transfer(Message.of("text"));
        assertThat(message.properties())
                .as("no content-type, no content-encoding")
                .isNull();
        assertThat(message.bodyType()).isEqualTo(BodyType.VALUE);
        assertThat(message.body()).isEqualTo("text");
        assertThat(message.bodyAs(String.class)).isEqualTo("text");
    }

    static List<@Nullable Object> valuesOfBodies() {
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        map.put("b", null);
        map.put(Symbol.of("a"), List.of(1, 2L));
        return Arrays.asList(
                null,
                true,
                42,
                42L,
                1.5,
                UnsignedLong.parse("18446744073709551615"),
                "text",
                Symbol.of("symbol"),
                new UUID(1, 2),
                Instant.ofEpochMilli(5),
                List.of("a", 1),
                map,
                AmqpArray.wrap(AmqpType.INT, new int[] {1, 2}),
                new Described(Symbol.of("com.example:x"), "y"),
                new Declare(null));
    }

    @ParameterizedTest
    @MethodSource("valuesOfBodies")
    void aValueKeepsItsType(@Nullable Object value) {
        Message received = transfer(Message.of(value));

        assertThat(received.bodyType()).isEqualTo(BodyType.VALUE);
        assertThat(received.body()).isEqualTo(value).isSameAs(received.body());
        assertThat(received.bodySections()).containsExactly(new AmqpValue(value));
        assertThat(Message.of(value).body()).isEqualTo(value);
    }

    @Test
    void octetsCanBeAValueToo() {
        Message message = transfer(Message.builder().valueBody(new byte[] {7}).build());

        assertThat(message.bodyType()).isEqualTo(BodyType.VALUE);
        assertThat(message.body()).isEqualTo(Binary.copyOf((byte) 7));
        assertThat(message.bodyAsBytes()).containsExactly(7);
    }

    private static byte[] contentOf(ByteBuffer buffer) {
        assertThat(buffer.isReadOnly()).isTrue();
        assertThat(buffer.position()).isZero();
        byte[] content = new byte[buffer.remaining()];
        buffer.get(content);
        assertThat(buffer.limit()).isEqualTo(buffer.capacity());
        return content;
    }

    @Test
    void octetsCanBeReadWithoutACopy() {
        byte[] octets = new byte[300];
        Arrays.fill(octets, (byte) 7);
        for (byte[] body : new byte[][] {{1, 2, 3}, {}, octets}) {
            Message built =
                    Message.builder().subject("s").footer("f", 1).body(body).build();
            for (Message message :
                    List.of(built, transfer(built), transfer(built).toBuilder().build())) {
                ByteBuffer first = message.bodyAsBuffer();
                assertThat(contentOf(first)).isEqualTo(body);
                assertThat(contentOf(message.bodyAsBuffer())).as("a second one").isEqualTo(body);
                first.rewind();
                assertThat(contentOf(first)).as("again").isEqualTo(body);
            }
        }
    }

    @Test
    void octetsOfABodyAreNotCopied() {
        byte[] octets = {1, 2, 3};
        Message built = Message.builder().subject("s").body(octets).build();
        assertThat(built.bodyAsBytes()).isSameAs(octets);
        Message received = transfer(built);
        assertThat(received.bodyAsBytes()).isEqualTo(octets).isSameAs(received.body());
        Message changed = received.toBuilder().subject("t").build();
        assertThat(changed.bodyAsBytes()).isSameAs(received.body());
        assertThat(transfer(changed).bodyAsBytes()).isEqualTo(octets);
        assertThat(transfer(changed).subject()).isEqualTo("t");
    }

    @Test
    void aBufferHasAllOctetsOfABodyOfAnyShape() {
        Message several = Message.builder()
                .bodySections(List.of(new Data(Binary.copyOf((byte) 1)), new Data(Binary.copyOf((byte) 2, (byte) 3))))
                .build();
        Message value = Message.builder().valueBody(new byte[] {7}).build();
        Message none = Message.builder().subject("s").build();
        for (boolean received : new boolean[] {false, true}) {
            assertThat(contentOf((received ? transfer(several) : several).bodyAsBuffer()))
                    .containsExactly(1, 2, 3);
            assertThat(contentOf((received ? transfer(value) : value).bodyAsBuffer()))
                    .containsExactly(7);
            assertThat(contentOf((received ? transfer(none) : none).bodyAsBuffer()))
                    .isEmpty();
        }
    }

    @Test
    void withoutABodyTheValueIsNull() {
        Message message = transfer(Message.builder().subject("s").build());

        assertThat(message.bodyType()).isEqualTo(BodyType.VALUE);
        assertThat(message.body()).isNull();
        assertThat(message.bodyAsString()).isEmpty();
        assertThat(message.bodyAsBytes()).isEmpty();
        assertThat(message.bodyAs(String.class)).isNull();
        assertThat(message.bodyAs(byte[].class)).isNull();
        assertThat((Object) message.bodyAs(Map.class)).isNull();
    }

    @Test
    void aSequenceIsAList() {
        Message message = transfer(
                Message.builder().sequenceBody(Arrays.asList(1, null, "x")).build());

        assertThat(message.bodyType()).isEqualTo(BodyType.SEQUENCE);
        assertThat(message.body()).isEqualTo(Arrays.asList(1, null, "x"));
    }

    @Test
    void severalSectionsOfABodyAreOne() {
        List<Data> data = List.of(
                new Data(Binary.copyOf((byte) 1, (byte) 2)), new Data(Binary.copyOf()), new Data(Binary.copyOf((byte)
                        3)));
        List<AmqpSequence> sequences = List.of(new AmqpSequence(List.of(1, 2)), new AmqpSequence(List.of("x")));

        for (Message message : List.of(
                Message.builder().bodySections(data).build(),
                transfer(Message.builder().bodySections(data).build()))) {
            assertThat(message.body()).isEqualTo(new byte[] {1, 2, 3});
            assertThat(message.bodySections()).isEqualTo(data);
        }
        for (Message message : List.of(
                Message.builder().bodySections(sequences).build(),
                transfer(Message.builder().bodySections(sequences).build()))) {
            assertThat(message.body()).isEqualTo(List.of(1, 2, "x"));
            assertThat(message.bodySections()).isEqualTo(sequences);
        }
    }

    @Test
    void textOverSeveralSectionsMayBeCutInsideACharacter() {
        Message message = transfer(Message.builder()
                .bodySections(
                        List.of(new Data(Binary.copyOf((byte) 0xc3)), new Data(Binary.copyOf((byte) 0xa9, (byte) 'x'))))
                .build());

        assertThat(message.bodyAsString()).isEqualTo("\u00e9x");
    }

    @Test
    void sectionsOfABodyMustBelongTogether() {
        Data data = new Data(Binary.copyOf());
        AmqpValue value = new AmqpValue(1);

        for (var sections : List.of(List.of(), List.of(data, value), List.of(value, value), List.of(Header.DEFAULT))) {
            @SuppressWarnings("unchecked")
            var typed = (List<? extends io.amqp10.types.messaging.Section>) sections;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Message.builder().bodySections(typed))
                    .withMessage("a body is one or more Data, one or more AmqpSequence, or one AmqpValue");
        }
    }

    @Test
    void aBodyOfAnotherTypeIsSaidSo() {
        for (Message message : List.of(Message.of(Map.of("a", 1)), transfer(Message.of(Map.of("a", 1))))) {
            assertThatExceptionOfType(MessageFormatException.class)
                    .isThrownBy(message::bodyAsString)
                    .withMessage("the body is of type map, not text");
            assertThatExceptionOfType(MessageFormatException.class)
                    .isThrownBy(message::bodyAsBytes)
                    .withMessage("the body is of type map, not octets");
            assertThatExceptionOfType(MessageFormatException.class)
                    .isThrownBy(message::bodyAsBuffer)
                    .withMessage("the body is of type map, not octets");
            assertThatExceptionOfType(MessageFormatException.class)
                    .isThrownBy(() -> message.bodyAs(List.class))
                    .withMessage("the body is of type map, not a java.util.List");
            assertThat((Object) message.bodyAs(Map.class)).isEqualTo(Map.of("a", 1));
        }
        assertThatExceptionOfType(MessageFormatException.class)
                .isThrownBy(() -> transfer(Message.of(new byte[] {(byte) 0xff})).bodyAsString())
                .withMessage("malformed message: a string is not UTF-8");
        assertThatExceptionOfType(MessageFormatException.class)
                .isThrownBy(() -> Message.of(new byte[] {(byte) 0xff}).bodyAsString());
    }

    @Test
    void oneReaderCannotChangeTheCollectionsOfAnother() {
        Message list = transfer(Message.of(new ArrayList<>(List.of(1))));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(
                        () -> Objects.requireNonNull(list.bodyAs(List.class)).clear());
        Message map = transfer(Message.of(Map.of(1, 2)));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> Objects.requireNonNull(map.bodyAs(Map.class)).clear());
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> transfer(full()).applicationProperties().clear());
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> full().messageAnnotations().clear());
    }

    @Test
    void aChangedBuilderDoesNotChangeWhatItBuilt() {
        Message.Builder builder = Message.builder().property("a", 1).annotation("b", 2);
        Message first = builder.build();
        Message second =
                builder.property("c", 3).annotation("d", 4).subject("s").build();

        assertThat(first.applicationProperties()).containsExactly(entry("a", 1));
        assertThat(first.messageAnnotations()).hasSize(1);
        assertThat(first.subject()).isNull();
        assertThat(second.applicationProperties()).containsExactly(entry("a", 1), entry("c", 3));
        assertThat(second.messageAnnotations()).hasSize(2);
        assertThat(first.toBuilder().property("z", 0).build().applicationProperties())
                .hasSize(2);
        assertThat(first.applicationProperties()).hasSize(1);
    }

    @Test
    void wholeSectionsCanBeSetAndRemoved() {
        Message message = transfer(full()).toBuilder()
                .header(null)
                .properties(Properties.builder().subject("only").build())
                .applicationProperties(Map.of("p", 1))
                .messageAnnotations(Map.of("x-opt-z", 1, UnsignedLong.of(3), 2))
                .deliveryAnnotations(Map.of())
                .footer(Map.of())
                .build();

        for (Message each : List.of(message, transfer(message))) {
            assertThat(each.header()).isNull();
            assertThat(each.properties())
                    .isEqualTo(Properties.builder().subject("only").build());
            assertThat(each.applicationProperties()).isEqualTo(Map.of("p", 1));
            assertThat(each.messageAnnotations()).isEqualTo(Map.of(Symbol.of("x-opt-z"), 1, UnsignedLong.of(3), 2));
            assertThat(each.deliveryAnnotations()).isEmpty();
            assertThat(each.footer()).isEmpty();
            assertThat(each.bodyAsString()).isEqualTo("text");
        }
        assertThat(message.toBuilder().properties(null).build().properties()).isNull();
    }

    @Test
    void idsAreOfTheFourTypes() {
        Object[] ids = {"id", UUID.randomUUID(), UnsignedLong.of(1), Binary.copyOf((byte) 1)};
        for (Object id : ids) {
            Message message =
                    transfer(Message.builder().messageId(id).correlationId(id).build());
            assertThat(message.messageId()).isEqualTo(id);
            assertThat(message.correlationId()).isEqualTo(id);
        }
        assertThat(Message.builder().messageId(5).build().messageId()).isEqualTo(UnsignedLong.of(5));
        assertThat(Message.builder().correlationId((Object) null).build().correlationId())
                .isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Message.builder().messageId((Object) 5))
                .withMessage("a message-id is a String, UUID, UnsignedLong or Binary, not a java.lang.Integer");
        assertThatIllegalArgumentException().isThrownBy(() -> Message.builder().correlationId(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Message.builder()
                .properties(Properties.builder().messageId(1.5).build()));
    }

    @Test
    void whatHasNoTypeIsRefusedWhereItIsSet() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Message.of(new Object()))
                .withMessage("java.lang.Object has no AMQP type");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Message.of(BigDecimal.ONE))
                .withMessage("java.math.BigDecimal has no AMQP type");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Message.builder().annotation("a", Thread.currentThread()));
        assertThatIllegalArgumentException().isThrownBy(() -> Message.builder().annotation("\u00e4", 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Message.builder().messageAnnotations(Map.of(1, 1)))
                .withMessage("an annotation's key is a String, Symbol or UnsignedLong, not 1");
        for (Object compound : new Object[] {
            List.of(), Map.of(), new int[0], AmqpArray.wrap(AmqpType.INT, new int[0]), new String[0], new Object()
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Message.builder().property("p", compound))
                    .withMessageStartingWith("the property p must be of a simple type, not ");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Message.builder().applicationProperties(Map.of("p", compound)));
        }
    }

    @Test
    void whatHasNoTypeInsideACollectionIsRefusedWhenItIsWritten() {
        Message message = Message.of(List.of(new Object()));
        ByteBuf out = Unpooled.buffer().writeByte(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageCodec.encode(message, out))
                .withMessage("java.lang.Object has no AMQP type");
        assertThat(out.readableBytes()).isEqualTo(1);
    }

    @Test
    void numbersBeyondTheirRangeAreRefused() {
        Message.Builder builder = Message.builder();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.priority(256))
                .withMessage("priority must be from 0 to 255, not 256");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.priority(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.deliveryCount(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.groupSequence(4_294_967_296L));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeToLive(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeToLive(Duration.ofMillis(4_294_967_296L)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeToLive(Duration.ofSeconds(Long.MAX_VALUE)));
        assertThat(builder.timeToLive(Duration.ofMillis(4_294_967_295L)).build().timeToLive())
                .isEqualTo(Duration.ofMillis(4_294_967_295L));
        assertThat(builder.timeToLive(null).build().timeToLive()).isNull();
    }

    @Test
    void aLogLineTellsMessagesApartAndHidesTheBody() {
        assertThat(full())
                .hasToString("Message[messageId=id-1, to=queue, subject=subject, "
                        + "correlationId=f81d4fae-7dec-11d0-a765-00a0c91e6bf6, body=DATA]");
        assertThat(transfer(Message.of("secret"))).hasToString("Message[body=VALUE, octets=11]");
    }

    @Test
    void encodedMessageIsReadBackAndKeepsItsOctets() {
        byte[] octets = full().encode();

        Message read = Message.decode(octets);

        assertThat(read.subject()).isEqualTo("subject");
        assertThat(read.encode()).isEqualTo(octets).isNotSameAs(octets);
    }

    @Test
    void octetsThatAreDecodedCanBeChangedAfterwards() {
        byte[] octets = Message.of("text").encode();
        Message read = Message.decode(octets);

        Arrays.fill(octets, (byte) 0);

        assertThat(read.body()).isEqualTo("text");
    }

    @Test
    void sectionsThatWereNotChangedAreEncodedAsTheyCame() {
        // amqp-value of a str32, which we would write as a str8
        byte[] octets = {0, 0x53, 0x77, (byte) 0xb1, 0, 0, 0, 1, 'x'};

        assertThat(Message.decode(octets).toBuilder().header(null).build().encode())
                .isEqualTo(octets);
        assertThat(Message.decode(octets).toBuilder().body("x").build().encode())
                .containsExactly(0, 0x53, 0x77, 0xa1, 1, 'x');
    }

    @Test
    void octetsThatAreNoMessageAreRefused() {
        assertThatExceptionOfType(MessageFormatException.class)
                .isThrownBy(() -> Message.decode(new byte[] {0, 0x53, 0x10, 0x45}))
                .withMessageStartingWith("malformed message: ");
    }
}
