package io.amqp10.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.amqp10.BodyType;
import io.amqp10.Message;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.AmqpSequence;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.LifetimePolicy;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Received;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transaction.Declare;
import io.amqp10.types.transaction.Discharge;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages as JSON lines: written so, read back, and the same to the bit on the wire. */
class JsonMessagesTest {

    private static final HexFormat HEX = HexFormat.of();

    private static String json(Message message) {
        return JsonText.write(JsonMessages.toJson(message));
    }

    /** What a peer gets of what another sent. */
    private static Message transferred(Message message) {
        return Message.decode(message.encode());
    }

    private static Message full() {
        return Message.builder()
                .durable(true)
                .priority(9)
                .timeToLive(Duration.ofMillis(4294967295L))
                .firstAcquirer(true)
                .deliveryCount(2)
                .deliveryAnnotation("d", Symbol.of("x"))
                .annotation("x-opt-key", 5L)
                .messageId(UnsignedLong.of(7))
                .userId(Binary.wrap(new byte[] {1, 2}))
                .to("to")
                .subject("subject")
                .replyTo("reply")
                .correlationId(UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"))
                .contentType("text/plain")
                .contentEncoding("gzip")
                .absoluteExpiryTime(Instant.ofEpochMilli(1))
                .creationTime(Instant.ofEpochMilli(0))
                .groupId("group")
                .groupSequence(4294967295L)
                .replyToGroupId("replies")
                .property("a", 1)
                .property("b", "two")
                .property("", null)
                .dataBody(new byte[] {104, 105})
                .footer("hash", true)
                .build();
    }

    private static final String FULL = "{\"header\":{\"durable\":true,\"priority\":9,\"ttl\":4294967295,"
            + "\"first-acquirer\":true,\"delivery-count\":2},"
            + "\"delivery-annotations\":{\"d\":{\"symbol\":\"x\"}},"
            + "\"message-annotations\":{\"x-opt-key\":{\"long\":\"5\"}},"
            + "\"properties\":{\"message-id\":{\"ulong\":\"7\"},\"user-id\":\"AQI=\",\"to\":\"to\",\"subject\":\"subject\","
            + "\"reply-to\":\"reply\",\"correlation-id\":{\"uuid\":\"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"},"
            + "\"content-type\":\"text/plain\",\"content-encoding\":\"gzip\","
            + "\"absolute-expiry-time\":\"1970-01-01T00:00:00.001Z\",\"creation-time\":\"1970-01-01T00:00:00Z\","
            + "\"group-id\":\"group\",\"group-sequence\":4294967295,\"reply-to-group-id\":\"replies\"},"
            + "\"application-properties\":{\"a\":{\"int\":1},\"b\":\"two\",\"\":null},"
            + "\"body\":{\"data\":\"aGk=\"},\"footer\":{\"hash\":true}}";

    @Test
    void everySectionAndFieldIsWritten() {
        assertThat(json(transferred(full()))).isEqualTo(FULL);
        assertThat(json(full())).isEqualTo(FULL);
    }

    @Test
    void everySectionAndFieldIsRead() {
        Message read = JsonMessages.fromJson(FULL);

        assertThat(HEX.formatHex(read.encode())).isEqualTo(HEX.formatHex(full().encode()));
    }

    private static Stream<Message> messages() {
        Message.Builder some = Message.builder();
        return Stream.of(
                full(),
                Message.of(null),
                Message.of(""),
                Message.of(new byte[0]),
                Message.builder()
                        .bodySections(List.of(
                                new Data(Binary.wrap(new byte[] {1})),
                                new Data(Binary.wrap(new byte[0])),
                                new Data(Binary.wrap(new byte[] {2}))))
                        .build(),
                Message.builder().sequenceBody(List.of()).build(),
                Message.builder()
                        .bodySections(List.of(new AmqpSequence(List.of(1, "x")), new AmqpSequence(List.of())))
                        .build(),
                Message.builder().header(Header.DEFAULT).messageId("id").build(),
                Message.builder()
                        .messageAnnotations(Map.of(UnsignedLong.of(3), "by number"))
                        .build(),
                Message.builder().messageId(Binary.wrap(new byte[] {9})).build(),
                some.valueBody(Accepted.INSTANCE).build(),
                some.valueBody(Released.INSTANCE).build(),
                some.valueBody(new Rejected(ErrorCondition.of(Symbol.of("a:b"), null)))
                        .build(),
                some.valueBody(new Rejected(null)).build(),
                some.valueBody(new Modified(true, true, Map.of(Symbol.of("k"), 1)))
                        .build(),
                some.valueBody(new Modified(false, false)).build(),
                some.valueBody(new Received(1, 2)).build(),
                some.valueBody(new Declare(null)).build(),
                some.valueBody(new Discharge(Binary.wrap(new byte[] {1}), true)).build(),
                some.valueBody(new Declared(Binary.wrap(new byte[] {1}))).build(),
                some.valueBody(new TransactionalState(Binary.wrap(new byte[] {1}), Accepted.INSTANCE))
                        .build(),
                some.valueBody(new Coordinator(List.of(Symbol.of("amqp:local-transactions"))))
                        .build(),
                some.valueBody(LifetimePolicy.DELETE_ON_NO_MESSAGES).build(),
                some.valueBody(Source.builder().address("a").build()).build(),
                some.valueBody(Target.builder().address("a").dynamic(true).build())
                        .build(),
                some.valueBody(new AmqpValue("nested")).build(),
                some.valueBody(List.of(full().properties(), full().header())).build());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messageStaysTheSameToTheBit(Message message) {
        Message back = JsonMessages.fromJson(json(transferred(message)));

        assertThat(HEX.formatHex(back.encode())).isEqualTo(HEX.formatHex(message.encode()));
    }

    /** What others write where we would write something shorter. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // properties as list32 with nulls at the end
                "005373 d0 00000014 0000000d a1026964 404040404040404040404040 005377 40",
                // the descriptor as a wide ulong
                "00800000000000000077 a1026869",
                // the descriptor as a symbol
                "00a311616d71703a616d71702d76616c75653a2a a1026869",
                // an empty map of application-properties
                "005374 c10100 005377 40",
                // a boolean with an octet of its own, an empty list with a size, wide numbers
                "005377 5601",
                "005377 c00100",
                "005377 810000000000000001",
                "005377 f0 0000000d 00000002 70 00000001 00000002"
            })
    void octetsThatWeWouldWriteInAnotherWayComeAlong(String hex) {
        String digits = hex.replace(" ", "");
        Message message;
        try {
            message = Message.decode(HEX.parseHex(digits));
            message.properties();
            message.body();
        } catch (RuntimeException e) {
            throw new AssertionError("the test's octets are wrong: " + hex, e);
        }

        String line = json(message);

        assertThat(line).contains("\"octets\":\"");
        assertThat(HEX.formatHex(JsonMessages.fromJson(line).encode())).isEqualTo(digits);
    }

    @Test
    void octetsAreForgottenWhenTheValuesWereEdited() {
        String line = json(Message.decode(HEX.parseHex("005377b1000000026869")));
        assertThat(line).startsWith("{\"body\":{\"value\":\"hi\"},\"octets\":");

        Message edited = JsonMessages.fromJson(line.replace("\"hi\"", "\"ho\""));

        assertThat(edited.body()).isEqualTo("ho");
        assertThat(HEX.formatHex(edited.encode())).isEqualTo("005377a102686f");
    }

    @Test
    void octetsLeaveHeaderAndAnnotationsToTheirFields() {
        String line = json(Message.decode(HEX.parseHex("005377b1000000026869")))
                .replace("{\"body\"", "{\"header\":{\"durable\":true},\"footer\":{\"f\":true},\"body\"");

        Message read = JsonMessages.fromJson(line);

        assertThat(read.durable()).isTrue();
        assertThat(read.footer()).containsEntry(Symbol.of("f"), true);
        assertThat(HEX.formatHex(read.encode())).contains("005377b1000000026869");
    }

    @Test
    void messageWithoutBodyHasNone() {
        Message message = Message.decode(HEX.parseHex("005373c00501a1026964"));

        assertThat(message.bodyType()).isEqualTo(BodyType.NONE);
        assertThat(json(message)).doesNotContain("\"body\"");
    }

    @Test
    void handWrittenMessageNeedsOnlyWhatItIsAbout() {
        Message read =
                JsonMessages.fromJson("{\"properties\":{\"creation-time\":1000,\"user-id\":{\"binary\":\"AQ==\"}},"
                        + "\"header\":{\"ttl\":{\"uint\":5}},\"body\":{\"value\":[true,{\"int\":1}]}}");

        assertThat(read.creationTime()).isEqualTo(Instant.ofEpochSecond(1));
        assertThat(read.userId()).isEqualTo(Binary.wrap(new byte[] {1}));
        assertThat(read.timeToLive()).isEqualTo(Duration.ofMillis(5));
        assertThat(read.durable()).isFalse();
        assertThat(read.priority()).isEqualTo(4);
        assertThat(read.body()).isEqualTo(List.of(true, 1));
        assertThat(AmqpType.of(read.body())).isEqualTo(AmqpType.LIST);
    }

    @Test
    void whereAMessageCameFromIsNotPartOfIt() {
        assertThat(JsonMessages.fromJson("{\"delivery\":{\"address\":\"q\"},\"body\":{\"value\":\"x\"}}")
                        .body())
                .isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[] -> a message must be a JSON object, not []",
                "{\"bdy\":{}} -> 'bdy' is no part of a message",
                "{\"header\":{\"duration\":1}} -> 'duration' is no part of the header",
                "{\"header\":{\"priority\":256}} -> priority: '256' is no ubyte",
                "{\"properties\":{\"to\":5}} -> to: 5 is no string",
                "{\"properties\":{\"to\":{\"symbol\":\"a\"}}} -> to: it is of type string",
                "{\"properties\":{\"message-id\":{\"int\":5}}} -> a message-id is a String, UUID",
                "{\"application-properties\":{\"a\":[]}} -> the property a must be of a simple type",
                "{\"body\":{\"data\":5}} -> not base64",
                "{\"body\":{}} -> a body is one of data, sequence and value",
                "{\"body\":{\"text\":\"x\"}} -> 'text' is no part of a body",
                "{\"body\":{\"sequence\":[{\"int\":1}]}} -> a sequence is an array of arrays",
                "{\"octets\":5} -> octets are written in base64",
            })
    void whatIsNoMessageIsRefusedWithWhatIsWrong(String example) {
        String[] parts = example.split(" -> ", 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonMessages.fromJson(parts[0]))
                .withMessageContaining(parts[1]);
    }
}
