package io.amqp10.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import io.amqp10.types.CodePoint;
import io.amqp10.types.Decimal128;
import io.amqp10.types.Decimal32;
import io.amqp10.types.Decimal64;
import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedByte;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.UnsignedShort;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON of every AMQP type, written out by hand, at the edges of each. */
class JsonValuesTest {

    private static Stream<Arguments> values() {
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        map.put("z", 1);
        map.put(Symbol.of("a"), null);
        map.put(null, "null is a key");
        map.put(List.of(1L), Map.of());
        map.put(1, "int");
        map.put(1L, "long");
        return Stream.of(
                arguments(null, "null"),
                arguments(true, "true"),
                arguments(false, "false"),
                arguments("", "\"\""),
                arguments(
                        "plain \"quoted\" \u00e4\u20ac\ud83d\ude00 \u0000\u009b",
                        "\"plain \\\"quoted\\\" \u00e4\u20ac\ud83d\ude00 \\u0000\\u009b\""),
                arguments(UnsignedByte.of(255), "{\"ubyte\":255}"),
                arguments(UnsignedShort.of(65535), "{\"ushort\":65535}"),
                arguments(UnsignedInteger.of(4294967295L), "{\"uint\":4294967295}"),
                arguments(new UnsignedLong(-1), "{\"ulong\":\"18446744073709551615\"}"),
                arguments(Byte.MIN_VALUE, "{\"byte\":-128}"),
                arguments(Short.MIN_VALUE, "{\"short\":-32768}"),
                arguments(Integer.MIN_VALUE, "{\"int\":-2147483648}"),
                arguments(Long.MIN_VALUE, "{\"long\":\"-9223372036854775808\"}"),
                arguments(1.5f, "{\"float\":1.5}"),
                arguments(-0.0f, "{\"float\":-0.0}"),
                arguments(Float.MIN_VALUE, "{\"float\":1.4E-45}"),
                arguments(Float.NEGATIVE_INFINITY, "{\"float\":\"-Infinity\"}"),
                arguments(Float.NaN, "{\"float\":\"NaN\"}"),
                arguments(Float.intBitsToFloat(0xffc00001), "{\"float\":\"0xffc00001\"}"),
                arguments(-0.0, "{\"double\":-0.0}"),
                arguments(Double.MAX_VALUE, "{\"double\":1.7976931348623157E308}"),
                arguments(Double.POSITIVE_INFINITY, "{\"double\":\"Infinity\"}"),
                arguments(Double.longBitsToDouble(0x7ff8000000000001L), "{\"double\":\"0x7ff8000000000001\"}"),
                arguments(Decimal32.of(new BigDecimal("1.50")), "{\"decimal32\":\"1.50\"}"),
                arguments(new Decimal32(0xb2800000), "{\"decimal32\":\"0xb2800000\"}"), // -0
                arguments(new Decimal32(0x78000000), "{\"decimal32\":\"Infinity\"}"),
                arguments(new Decimal32(0x78000001), "{\"decimal32\":\"0x78000001\"}"),
                arguments(
                        Decimal64.of(new BigDecimal("-9999999999999999E369")),
                        "{\"decimal64\":\"-9.999999999999999E+384\"}"),
                arguments(new Decimal64(0xf800000000000000L), "{\"decimal64\":\"-Infinity\"}"),
                arguments(new Decimal128(0x7c00000000000000L, 0), "{\"decimal128\":\"NaN\"}"),
                arguments(
                        new Decimal128(0x7c00000000000000L, 1),
                        "{\"decimal128\":\"0x7c000000000000000000000000000001\"}"),
                arguments(Decimal128.of(new BigDecimal("1E-6176")), "{\"decimal128\":\"1E-6176\"}"),
                arguments(CodePoint.of('"'), "{\"char\":\"\\\"\"}"),
                arguments(CodePoint.of(0x10ffff), "{\"char\":\"" + Character.toString(0x10ffff) + "\"}"),
                arguments(Instant.ofEpochMilli(1_234_567_890_123L), "{\"timestamp\":\"2009-02-13T23:31:30.123Z\"}"),
                arguments(Instant.ofEpochMilli(-1), "{\"timestamp\":\"1969-12-31T23:59:59.999Z\"}"),
                arguments(Instant.ofEpochMilli(Long.MAX_VALUE), "{\"timestamp\":\"9223372036854775807\"}"),
                arguments(Instant.ofEpochMilli(Long.MIN_VALUE), "{\"timestamp\":\"-9223372036854775808\"}"),
                arguments(
                        UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
                        "{\"uuid\":\"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"}"),
                arguments(Binary.wrap(new byte[] {0, -1, 127}), "{\"binary\":\"AP9/\"}"),
                arguments(Binary.wrap(new byte[0]), "{\"binary\":\"\"}"),
                arguments(Symbol.of("amqp:link"), "{\"symbol\":\"amqp:link\"}"),
                arguments(List.of(), "{\"list\":[]}"),
                arguments(Arrays.asList(1, null, List.of("x")), "{\"list\":[{\"int\":1},null,{\"list\":[\"x\"]}]}"),
                arguments(
                        map,
                        "{\"map\":[[\"z\",{\"int\":1}],[{\"symbol\":\"a\"},null],[null,\"null is a key\"],"
                                + "[{\"list\":[{\"long\":\"1\"}]},{\"map\":[]}],[{\"int\":1},\"int\"],[{\"long\":\"1\"},\"long\"]]}"),
                arguments(
                        AmqpArray.wrap(AmqpType.INT, new int[] {1, -2}),
                        "{\"array\":{\"type\":\"int\",\"values\":[1,-2]}}"),
                arguments(
                        AmqpArray.of(AmqpType.ULONG, List.of(new UnsignedLong(-1))),
                        "{\"array\":{\"type\":\"ulong\",\"values\":[\"18446744073709551615\"]}}"),
                arguments(AmqpArray.of(AmqpType.SYMBOL, List.of()), "{\"array\":{\"type\":\"symbol\",\"values\":[]}}"),
                arguments(AmqpArray.ofNulls(2), "{\"array\":{\"type\":\"null\",\"values\":[null,null]}}"),
                arguments(
                        AmqpArray.wrap(AmqpType.BOOLEAN, new boolean[] {true, false}),
                        "{\"array\":{\"type\":\"boolean\",\"values\":[true,false]}}"),
                arguments(
                        AmqpArray.of(AmqpType.LIST, List.of(List.of(1), List.of())),
                        "{\"array\":{\"type\":\"list\",\"values\":[[{\"int\":1}],[]]}}"),
                arguments(
                        AmqpArray.of(
                                AmqpType.ARRAY, List.of(AmqpArray.wrap(AmqpType.DOUBLE, new double[] {Double.NaN}))),
                        "{\"array\":{\"type\":\"array\",\"values\":[{\"type\":\"double\",\"values\":[\"NaN\"]}]}}"),
                arguments(
                        AmqpArray.of(AmqpType.STRING, List.of("a")).describedBy(Symbol.of("d")),
                        "{\"array\":{\"type\":\"described\",\"descriptor\":{\"symbol\":\"d\"},"
                                + "\"of\":{\"type\":\"string\",\"values\":[\"a\"]}}}"),
                arguments(
                        new Described(new UnsignedLong(0x0000_468C_0000_0004L), "a = 1"),
                        "{\"described\":{\"descriptor\":{\"ulong\":\"77567109365764\"},\"value\":\"a = 1\"}}"),
                arguments(
                        new Described(new Described("inner", 1), null),
                        "{\"described\":{\"descriptor\":{\"described\":{\"descriptor\":\"inner\",\"value\":{\"int\":1}}},"
                                + "\"value\":null}}"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void valueIsWrittenSoAndReadBack(@Nullable Object value, String json) {
        assertThat(JsonText.write(JsonValues.toJson(value))).isEqualTo(json);

        Object back = JsonValues.fromJson(JsonText.read(json));

        assertThat(back).isEqualTo(value);
        assertThat(AmqpType.of(back)).isEqualTo(AmqpType.of(value));
        // equal numbers may have other bits, and equal maps another order
        assertThat(JsonText.write(JsonValues.toJson(back))).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"string\":\"x\"} | \"x\"",
                "{\"null\":null} | null",
                "{\"boolean\":\"true\"} | true",
                "[1.5] | !number 1.5 needs",
                "[{\"int\":\"7\"}] | {\"list\":[{\"int\":7}]}",
                "{\"ulong\":7} | {\"ulong\":\"7\"}",
                "{\"timestamp\":0} | {\"timestamp\":\"1970-01-01T00:00:00Z\"}",
                "{\"decimal64\":1.50} | {\"decimal64\":\"1.50\"}",
                "{\"uuid\":\"F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6\"} | {\"uuid\":\"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"}",
            })
    void otherSpellingsMeanTheSame(String json, String canonical) {
        if (canonical.startsWith("!")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JsonValues.fromJson(JsonText.read(json)))
                    .withMessageContaining(canonical.substring(1));
        } else {
            assertThat(JsonText.write(JsonValues.toJson(JsonValues.fromJson(JsonText.read(json)))))
                    .isEqualTo(canonical);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "5 | the number 5 needs an AMQP type, such as {\"int\":5}",
                "{\"int\":2147483648} | '2147483648' is no int",
                "{\"int\":1.0} | '1.0' is no int",
                "{\"ubyte\":-1} | '-1' is no ubyte",
                "{\"float\":\"1f\"} | '1f' is no float",
                "{\"float\":\"0x7fc0\"} | its bits are 8 hexadecimal digits",
                "{\"decimal32\":\"1.2345678\"} | '1.2345678' is no decimal32",
                "{\"char\":\"ab\"} | it is a single character",
                "{\"char\":\"\\ud800\"} | no Unicode scalar value",
                "{\"symbol\":\"\u00e4\"} | 7-bit ASCII",
                "{\"symbol\":5} | 5 is no symbol",
                "{\"uuid\":\"1-1-1-1-1\"} | five groups",
                "{\"binary\":\"***\"} | is no binary",
                "{\"timestamp\":\"2009-02-13T23:31:30.1234Z\"} | whole milliseconds",
                "{\"timestamp\":\"yesterday\"} | milliseconds since 1970",
                "{\"integer\":5} | there is no AMQP type 'integer'",
                "{\"int\":5,\"long\":5} | with a type as its only name",
                "{} | with a type as its only name",
                "{\"map\":{\"a\":1}} | a map is written as an array of pairs",
                "{\"map\":[[\"a\"]]} | an entry of a map is written as [key,value]",
                "{\"map\":[[\"a\",null],[\"a\",true]]} | the key \"a\" twice",
                "{\"array\":{\"values\":[]}} | an array needs the type",
                "{\"array\":{\"type\":\"int\",\"values\":[\"x\"]}} | 'x' is no int",
                "{\"array\":{\"type\":\"int\",\"values\":[],\"size\":0}} | 'size' is no part of an array",
                "{\"described\":[1,2]} | a described is written as an object with descriptor and value",
                "{\"boolean\":1} | '1' is no boolean",
                "{\"a\":1,\"a\":2} | not JSON at column",
                "{\"int\":5} x | not JSON at column",
                "{\"int\":5} {} | something follows",
            })
    void whatIsNoValueIsRefusedWithWhatIsWrong(String json, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonValues.fromJson(JsonText.read(json)))
                .withMessageContaining(message);
    }

    @Test
    void emptyTextIsNoJson() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonText.read(" "))
                .withMessage("it is empty");
    }

    @Test
    void valuesNestedAsDeepAsTheyMayComeAreWrittenAndRead() {
        Object deep = "x";
        for (int i = 0; i < 100; i++) {
            deep = new Described(Symbol.of("d"), new ArrayList<@Nullable Object>(Arrays.asList(deep, i)));
        }

        Object back = JsonValues.fromJson(JsonText.read(JsonText.write(JsonValues.toJson(deep))));

        assertThat(back).isEqualTo(deep);
    }
}
