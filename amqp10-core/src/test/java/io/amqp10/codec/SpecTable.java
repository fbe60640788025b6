package io.amqp10.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The described types of the specification, as {@code amqp-types.csv} lists them. */
final class SpecTable {

    /**
     * A field.
     *
     * @param type the composite that has it
     * @param index its place
     * @param name its name
     * @param amqpType its type, {@code symbol[]} if there may be several
     * @param mandatory whether it must not be null
     * @param defaultValue its value if it is null, empty if there is none
     */
    record Field(String type, int index, String name, String amqpType, boolean mandatory, String defaultValue) {

        /** The name of the component that stands for it. */
        String component() {
            String camel = name;
            for (int i = camel.indexOf('-'); i >= 0; i = camel.indexOf('-')) {
                camel = camel.substring(0, i) + Character.toUpperCase(camel.charAt(i + 1)) + camel.substring(i + 2);
            }
            return camel;
        }

        @Override
        public String toString() {
            return type + "." + name;
        }
    }

    /**
     * A described type.
     *
     * @param name its name
     * @param symbol its symbolic descriptor
     * @param code its numeric descriptor
     * @param fields its fields in order
     */
    record Composite(String name, String symbol, int code, List<Field> fields) {

        boolean isComposite() {
            return symbol.endsWith(":list") && !name.equals("amqp-sequence");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static final Map<Integer, Composite> TYPES = read();

    private SpecTable() {}

    private static Map<Integer, Composite> read() {
        Map<Integer, Composite> types = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(SpecTable.class.getResourceAsStream("/amqp-types.csv"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.startsWith("#"))
                    .toList()) {
                String[] cells = line.split(",", -1);
                int code = Integer.decode(cells[2]);
                Composite type =
                        types.computeIfAbsent(code, c -> new Composite(cells[0], cells[1], code, new ArrayList<>()));
                if (!cells[3].isEmpty()) {
                    int index = Integer.parseInt(cells[3]);
                    if (index != type.fields().size()) {
                        throw new IllegalStateException("fields out of order: " + line);
                    }
                    type.fields()
                            .add(new Field(
                                    cells[0], index, cells[4], cells[5], Boolean.parseBoolean(cells[6]), cells[7]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return types;
    }
}
