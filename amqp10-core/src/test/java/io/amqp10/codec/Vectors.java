package io.amqp10.codec;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import io.amqp10.types.Described;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads files of golden vectors. A vector is a line {@code name = value}, or {@code name ! text of the error}, and lines of
 * octets in hexadecimal: {@code >} begins the encoding that we write, {@code <} one that we read as well, further lines go on
 * with it. A {@code #} begins a comment; {@code xx*n} repeats an octet.
 */
final class Vectors {

    /**
     * A vector.
     *
     * @param name what it shows
     * @param expected the value in the notation of {@link #show}, or the error
     * @param canonical the encoding that we write, null if there is none
     * @param others encodings that are read as well
     */
    record Vector(String name, String expected, byte @Nullable [] canonical, List<byte[]> others) {

        Stream<byte[]> encodings() {
            return canonical == null ? others.stream() : Stream.concat(Stream.of(canonical), others.stream());
        }

        byte[] canonicalBytes() {
            return Objects.requireNonNull(canonical, () -> name + " has no canonical encoding");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Vectors() {}

    static List<Vector> read(String file) {
        List<Vector> vectors = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file), file);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String name = null;
            String expected = "";
            StringBuilder canonical = new StringBuilder();
            List<StringBuilder> others = new ArrayList<>();
            StringBuilder current = canonical;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String text = line.strip();
                if (text.isEmpty() || text.startsWith("#")) {
                    continue;
                }
                if (Character.isWhitespace(line.charAt(0))) {
                    current.append(hex(text));
                } else if (text.startsWith(">")) {
                    current = canonical;
                    current.append(hex(text.substring(1)));
                } else if (text.startsWith("<")) {
                    current = new StringBuilder(hex(text.substring(1)));
                    others.add(current);
                } else {
                    if (name != null) {
                        vectors.add(vector(name, expected, canonical, others));
                    }
                    String[] parts = text.split(" [=!] ", 2);
                    name = parts[0];
                    expected = parts[1];
                    canonical = new StringBuilder();
                    others = new ArrayList<>();
                }
            }
            vectors.add(vector(Objects.requireNonNull(name), expected, canonical, others));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return vectors;
    }

    private static Vector vector(String name, String expected, StringBuilder canonical, List<StringBuilder> others) {
        return new Vector(
                name,
                expected,
                canonical.length() == 0 ? null : HexFormat.of().parseHex(canonical),
                others.stream().map(HexFormat.of()::parseHex).toList());
    }

    private static String hex(String line) {
        StringBuilder hex = new StringBuilder();
        for (String token : line.replaceAll("#.*", "").strip().split("\\s+", -1)) {
            int star = token.indexOf('*');
            hex.append(star < 0 ? token : token.substring(0, star).repeat(Integer.parseInt(token.substring(star + 1))));
        }
        return hex.toString();
    }

    static ByteBuf buffer(byte[] bytes) {
        return Unpooled.wrappedBuffer(bytes);
    }

    static ByteBuf directBuffer(byte[] bytes) {
        return Unpooled.directBuffer(Math.max(1, bytes.length)).writeBytes(bytes);
    }

    /** Returns a composite by its number, as it is given, by the number in eight octets, and by its name in both widths. */
    static List<byte[]> descriptions(byte[] bytes) {
        if (bytes.length < 3 || bytes[0] != 0 || bytes[1] != 0x53) {
            return List.of(bytes);
        }
        byte[] name = Objects.requireNonNull(SpecTable.TYPES.get((int) bytes[2]))
                .symbol()
                .getBytes(StandardCharsets.US_ASCII);
        return List.of(
                bytes,
                redescribed(bytes, Unpooled.buffer().writeShort(0x0080).writeLong(bytes[2])),
                redescribed(
                        bytes,
                        Unpooled.buffer()
                                .writeShort(0x00a3)
                                .writeByte(name.length)
                                .writeBytes(name)),
                redescribed(
                        bytes,
                        Unpooled.buffer()
                                .writeShort(0x00b3)
                                .writeInt(name.length)
                                .writeBytes(name)));
    }

    private static byte[] redescribed(byte[] bytes, ByteBuf descriptor) {
        return bytes(descriptor.writeBytes(bytes, 3, bytes.length - 3));
    }

    static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        return bytes;
    }

    static String toHex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** Shows a value with its type, so that values of different types look different. */
    static String show(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Vectors::show).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> show(entry.getKey()) + "=" + show(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof AmqpArray array) {
            return "array<" + showType(array) + ">" + show(array.asList());
        }
        if (value instanceof Described described) {
            return "@" + show(described.descriptor()) + " " + show(described.value());
        }
        AmqpType type = AmqpType.of(value);
        if (value == null || value instanceof Boolean || type == null) {
            return String.valueOf(value);
        }
        String text = value instanceof Binary binary ? toHex(binary.toByteArray()) : value.toString();
        if (value instanceof Float number && number.isNaN()) {
            text = "NaN/" + Integer.toHexString(Float.floatToRawIntBits(number));
        }
        if (value instanceof Double number && number.isNaN()) {
            text = "NaN/" + Long.toHexString(Double.doubleToRawLongBits(number));
        }
        if (text.length() > 40) {
            text = text.substring(0, 8) + "...(" + text.length() + ")";
        }
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c < ' ' || c > '~') {
                escaped.append("<").append(Integer.toHexString(c)).append(">");
            } else {
                escaped.appendCodePoint(c);
            }
        });
        return type + ":" + escaped;
    }

    private static String showType(AmqpArray array) {
        return array.type() == AmqpType.DESCRIBED
                ? "@" + show(array.descriptor()) + " " + showType((AmqpArray) array.storage())
                : array.type().toString();
    }
}
