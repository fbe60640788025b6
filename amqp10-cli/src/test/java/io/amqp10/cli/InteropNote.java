package io.amqp10.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why messages do not come as they were sent. Names are patterns, in which a star stands for anything.
 *
 * @param kind what the difference is
 * @param columns where, as {@code client/way/route}
 * @param cases in which cases
 * @param differs what is another than was sent
 * @param why the reason, for readers
 */
record InteropNote(Kind kind, List<String> columns, List<String> cases, List<String> differs, String why) {

    private static final String FILE = "/interop/notes.txt";

    /** Whose the difference is. */
    enum Kind {
        /** The standard lets the peer do so, or something that is no part of the message is told another way. */
        ALLOWED,
        /** The client's API has no way to say it. */
        IMPOSSIBLE,
        /** Somebody loses or changes what he must not. */
        FAULT
    }

    /** Reads the notes of the file, in its order. */
    static List<InteropNote> all() {
        return Stream.of(InteropCase.read(FILE).split("\n\n", -1))
                .filter(block -> !block.isBlank() && !block.startsWith("#"))
                .map(InteropNote::parse)
                .toList();
    }

    private static InteropNote parse(String block) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String line : block.strip().lines().toList()) {
            int colon = line.indexOf(": ");
            fields.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                    .add(line.substring(colon + 2));
        }
        if (!fields.keySet().equals(java.util.Set.of("kind", "columns", "cases", "differs", "why"))) {
            throw new IllegalArgumentException("a note has kind, columns, cases, differs and why, not:\n" + block);
        }
        return new InteropNote(
                Kind.valueOf(field(fields, "kind").get(0).toUpperCase(Locale.ROOT)),
                field(fields, "columns"),
                field(fields, "cases"),
                field(fields, "differs"),
                String.join(" ", field(fields, "why")));
    }

    private static List<String> field(Map<String, List<String>> fields, String name) {
        return fields.getOrDefault(name, List.of());
    }

    boolean isAbout(String column) {
        return matches(columns, column);
    }

    boolean explains(String column, String id, String difference) {
        return isAbout(column) && matches(cases, id) && matches(differs, difference);
    }

    private static boolean matches(List<String> patterns, String text) {
        return patterns.stream().anyMatch(pattern -> Pattern.compile(
                        Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                        Pattern.DOTALL)
                .matcher(text)
                .matches());
    }
}
