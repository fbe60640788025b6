package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.amqp10.codec.SpecTable.Composite;
import io.amqp10.codec.SpecTable.Field;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.LifetimePolicy;
import io.amqp10.types.sasl.SaslFrame;
import io.amqp10.types.transport.Performative;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the codecs to the table of the specification's composites. */
class SpecTableTest {

    // Names that say the unit, or that the specification does not give.
    private static final Map<String, String> RENAMED = Map.of(
            "open.idle-time-out", "idleTimeOutMillis",
            "source.timeout", "timeoutSeconds",
            "target.timeout", "timeoutSeconds",
            "header.ttl", "ttlMillis",
            "sasl-mechanisms.sasl-server-mechanisms", "mechanisms");

    // A value of each type that is not the default of any field.
    private static final Map<String, String> PRESENT = Map.ofEntries(
            Map.entry("string", "a10178"),
            Map.entry("symbol", "a30178"),
            Map.entry("symbol[]", "a30178"),
            Map.entry("uint", "5207"),
            Map.entry("ushort", "600007"),
            Map.entry("ubyte", "5001"),
            Map.entry("ulong", "5307"),
            Map.entry("boolean", "41"),
            Map.entry("binary", "a00107"),
            Map.entry("timestamp", "830000000000000007"),
            Map.entry("fields", "c10602a3016b5407"),
            Map.entry("map", "c10502a0010740"),
            Map.entry("error", "00531dc00401a30178"),
            Map.entry("source", "00532845"),
            Map.entry("target", "00532945"),
            Map.entry("delivery-state", "00532645"),
            Map.entry("message-id", "5307"),
            Map.entry("any", "a10178"));

    private final PerformativeDecoder performatives = new PerformativeDecoder();
    private final PerformativeEncoder performativeEncoder = new PerformativeEncoder();
    private final SaslCodec sasl = new SaslCodec();
    private final AmqpDecoder values = new AmqpDecoder();
    private final AmqpEncoder valueEncoder = new AmqpEncoder();

    static Stream<Composite> composites() {
        return SpecTable.TYPES.values().stream().filter(Composite::isComposite);
    }

    static Stream<Field> fields() {
        return composites().flatMap(type -> type.fields().stream());
    }

    static Stream<Field> mandatoryFields() {
        return fields().filter(Field::mandatory);
    }

    static Stream<Field> optionalFields() {
        return fields().filter(field -> !field.mandatory());
    }

    private static Composite typeOf(Field field) {
        return composites()
                .filter(type -> type.name().equals(field.type()))
                .findFirst()
                .orElseThrow();
    }

    private static String present(Field field) {
        return switch (field.toString()) {
            // Not the same as the first, which is the default.
            case "disposition.last" -> "5209";
            case "source.durable", "target.durable" -> "5201";
            case "source.expiry-policy", "target.expiry-policy" -> "a3056e65766572";
            default -> Objects.requireNonNull(PRESENT.get(field.amqpType()), field.amqpType());
        };
    }

    /** Encodes a composite with the mandatory fields, but without the one given, and with the optional one given. */
    private static ByteBuf encoded(Composite type, @Nullable Field without, @Nullable Field with) {
        List<String> items = type.fields().stream()
                .map(field -> field != without && (field.mandatory() || field == with) ? present(field) : "40")
                .toList();
        return encoded(type, items);
    }

    private static ByteBuf encoded(Composite type, List<String> items) {
        byte[] content = HexFormat.of().parseHex(String.join("", items));
        return Unpooled.buffer()
                .writeByte(0)
                .writeByte(0x53)
                .writeByte(type.code())
                .writeByte(0xd0)
                .writeInt(content.length + 4)
                .writeInt(items.size())
                .writeBytes(content);
    }

    private Object decode(Composite type, ByteBuf in) {
        if (type.code() <= 0x18) {
            PerformativeRecorder recorder = new PerformativeRecorder();
            performatives.decode(0, in, recorder);
            return recorder.performative();
        }
        if (type.code() >= 0x40 && type.code() < 0x50) {
            return sasl.read(in);
        }
        return Optional.ofNullable(values.read(in)).orElseThrow();
    }

    private byte[] encode(Object value) {
        ByteBuf out = Unpooled.buffer();
        if (value instanceof Performative performative) {
            performativeEncoder.write(out, performative);
        } else if (value instanceof SaslFrame frame) {
            sasl.write(out, frame);
        } else {
            valueEncoder.write(out, value);
        }
        return Vectors.bytes(out);
    }

    private static @Nullable Object component(Object value, Field field) throws ReflectiveOperationException {
        Method accessor = value.getClass().getMethod(RENAMED.getOrDefault(field.toString(), field.component()));
        return accessor.invoke(value);
    }

    @ParameterizedTest
    @MethodSource("composites")
    void componentsAreTheFieldsInTheirOrder(Composite type) {
        Object value = decode(type, encoded(type, null, null));
        List<String> names = type.fields().stream()
                .map(field -> RENAMED.getOrDefault(field.toString(), field.component()))
                .toList();

        if (value.getClass().isRecord()) {
            assertThat(value.getClass().getSimpleName())
                    .isEqualToIgnoringCase(
                            type.name().equals("error")
                                    ? "errorcondition"
                                    : type.name().replace("-", ""));
            assertThat(Arrays.stream(value.getClass().getRecordComponents()).map(RecordComponent::getName))
                    .containsExactlyElementsOf(names);
        } else if (!(value instanceof LifetimePolicy)) {
            assertThat(Arrays.stream(value.getClass().getMethods()).map(Method::getName))
                    .containsAll(names);
        }
    }

    @ParameterizedTest
    @MethodSource("mandatoryFields")
    void aMissingMandatoryFieldIsADecodeErrorThatNamesIt(Field field) {
        Composite type = typeOf(field);

        assertThatExceptionOfType(DecodeException.class)
                .isThrownBy(() -> decode(type, encoded(type, field, null)))
                .withMessage(field + " is mandatory");
    }

    @ParameterizedTest
    @MethodSource("mandatoryFields")
    void aListThatEndsBeforeAMandatoryFieldIsADecodeError(Field field) {
        Composite type = typeOf(field);
        List<String> items = type.fields().subList(0, field.index()).stream()
                .map(earlier -> earlier.mandatory() ? present(earlier) : "40")
                .toList();

        assertThatExceptionOfType(DecodeException.class)
                .isThrownBy(() -> decode(type, encoded(type, items)))
                .withMessage(field + " is mandatory");
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aFieldOfAnotherTypeIsADecodeErrorThatNamesIt(Field field) {
        if (field.amqpType().equals("any")) {
            return;
        }
        Composite type = typeOf(field);
        List<String> items = type.fields().subList(0, field.index() + 1).stream()
                .map(earlier -> earlier == field ? "7200000000" : earlier.mandatory() ? present(earlier) : "40")
                .toList();

        // A list that ends here may lack mandatory fields, but the wrong type comes first.
        assertThatExceptionOfType(DecodeException.class)
                .isThrownBy(() -> decode(type, encoded(type, withMandatory(type, items))))
                .withMessageStartingWith(field.toString())
                .withMessageContaining("float (format code 0x72)");
    }

    private static List<String> withMandatory(Composite type, List<String> items) {
        return Stream.concat(
                        items.stream(),
                        type.fields().subList(items.size(), type.fields().size()).stream()
                                .map(field -> field.mandatory() ? present(field) : "40"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("optionalFields")
    void anAbsentFieldHasItsDefault(Field field) throws ReflectiveOperationException {
        Object value = component(decode(typeOf(field), encoded(typeOf(field), null, null)), field);

        String expected = field.defaultValue();
        if (!expected.isEmpty()) {
            assertThat(String.valueOf(value)).isEqualTo(expected);
        } else if (field.toString().equals("disposition.last")) {
            assertThat(value).isEqualTo(7L);
        } else if (field.toString().equals("open.idle-time-out")
                || field.toString().equals("attach.max-message-size")) {
            assertThat(value).isEqualTo(0L);
        } else if (value instanceof Number absent) {
            assertThat(absent.longValue()).isEqualTo(-1);
        } else {
            assertThat(value).isIn(null, List.of(), Map.of());
        }
    }

    @ParameterizedTest
    @MethodSource("optionalFields")
    void aPresentFieldIsReadAndWrittenWithoutNullsBehindIt(Field field) throws ReflectiveOperationException {
        Composite type = typeOf(field);
        Object with = decode(type, encoded(type, null, field));
        byte[] written = encode(with);
        String withText = with.toString();

        assertThat(written[3]).isEqualTo((byte) 0xc0);
        int lastMandatory = type.fields().stream()
                .filter(Field::mandatory)
                .mapToInt(Field::index)
                .max()
                .orElse(-1);
        assertThat(written[5] & 0xff).isEqualTo(Math.max(lastMandatory, field.index()) + 1);
        assertThat(decode(type, Vectors.buffer(written))).hasToString(withText);
        if (!type.name().startsWith("sasl")) {
            assertThat(withText)
                    .isNotEqualTo(decode(type, encoded(type, null, null)).toString());
        }
    }

    @ParameterizedTest
    @MethodSource("composites")
    void oneFieldTooManyIsADecodeError(Composite type) {
        List<String> items = Stream.concat(
                        type.fields().stream().map(field -> field.mandatory() ? present(field) : "40"), Stream.of("40"))
                .toList();

        assertThatExceptionOfType(DecodeException.class)
                .isThrownBy(() -> decode(type, encoded(type, items)))
                .withMessage(type + " has " + type.fields().size() + " fields, not " + items.size());
    }

    @ParameterizedTest
    @MethodSource("composites")
    void theDescriptorIsKnownByNumberAndByName(Composite type) {
        assertThat(Descriptor.codeOf(Symbol.of(type.symbol()))).isEqualTo(type.code());
        assertThat(Descriptor.codeOf((long) type.code())).isEqualTo(type.code());
        assertThat(Descriptor.name(type.code())).isEqualTo(type.name());
    }
}
