package io.amqp10.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The document that tells how a run went. */
final class InteropTable {

    private static final String INTRODUCTION = """
            # Interoperability

            Written by `InteropIT`, each time it runs; what is wrong here is wrong in the notes or in the code. Each message \
            goes from one program to the other and is compared with what was sent, as [JSON that keeps AMQP's types](cli.md#messages-as-json). \
            Our side is the command line: `send --json`, `receive --json`, and for *direct* `listen --json`. The brokers are \
            Artemis %s, Qpid Broker-J %s and RabbitMQ %s.

            ✓ all messages came as they were sent; *3 of 4* so many did; n/a: the client's API has no way to say it; a number \
            is a note below. Not counted is what intermediaries may do, and how the same values are encoded.
            """;

    /** The version of the only peer that no build file names, and how it is spelled where none was there. */
    private static final Pattern RABBITMQ = Pattern.compile("(?<=and RabbitMQ )\\d[^ \n]*(?=\\.\n)");

    private static final String SOME_RABBITMQ = "4";

    private final List<InteropCase> cases;
    private final List<InteropNote> notes;

    InteropTable(List<InteropCase> cases, List<InteropNote> notes) {
        this.cases = cases;
        this.notes = notes;
    }

    /** Returns the differences that no note explains, and the notes that explain nothing here. */
    List<String> unexplained(String column, Map<String, List<String>> differences) {
        List<String> wrong = new ArrayList<>();
        Set<InteropNote> unused = notes.stream()
                .filter(note -> note.isAbout(column) && note.kind() != InteropNote.Kind.ALLOWED)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        differences.forEach((id, each) -> each.forEach(difference -> {
            List<InteropNote> found = notes(column, id, difference);
            if (found.isEmpty()) {
                wrong.add(column + " " + id + ": " + difference);
            }
            unused.removeAll(found);
        }));
        unused.forEach(note -> wrong.add(column + " has no more of: " + note));
        return wrong;
    }

    private List<InteropNote> notes(String column, String id, String difference) {
        return notes.stream()
                .filter(note -> note.explains(column, id, difference))
                .toList();
    }

    private String cell(String column, String group, Map<String, List<String>> differences) {
        List<InteropCase> members =
                cases.stream().filter(each -> each.group().equals(group)).toList();
        Set<Integer> references = new TreeSet<>();
        int same = 0;
        int impossible = 0;
        for (InteropCase each : members) {
            List<InteropNote> found = differences.getOrDefault(each.id(), List.of()).stream()
                    .flatMap(difference -> notes(column, each.id(), difference).stream())
                    .filter(note -> note.kind() != InteropNote.Kind.ALLOWED)
                    .toList();
            found.forEach(note -> references.add(notes.indexOf(note) + 1));
            if (found.isEmpty()) {
                same++;
            } else if (found.stream().anyMatch(note -> note.kind() == InteropNote.Kind.IMPOSSIBLE)) {
                impossible++;
            }
        }
        String links = references.stream()
                .map(number -> " [" + number + "](#note-" + number + ")")
                .collect(Collectors.joining());
        if (same == members.size()) {
            return "✓";
        }
        return (impossible == members.size() ? "n/a" : same + " of " + members.size()) + links;
    }

    /**
     * Writes the document.
     *
     * @param columns all columns
     * @param results the differences by column and case
     * @param rabbitMq the version of RabbitMQ, null if there was none
     * @param before the document so far, from which the cells of columns without results are taken
     */
    String document(
            List<InteropColumn> columns,
            Map<InteropColumn, Map<String, List<String>>> results,
            @Nullable String rabbitMq,
            String before) {
        Matcher former = RABBITMQ.matcher(before);
        StringBuilder text = new StringBuilder(INTRODUCTION.formatted(
                version("org.apache.activemq.artemis.core.server.ActiveMQServer"),
                version("org.apache.qpid.server.model.Broker"),
                rabbitMq != null ? rabbitMq : former.find() ? former.group() : SOME_RABBITMQ));
        Map<String, List<InteropColumn>> byClient = columns.stream()
                .collect(Collectors.groupingBy(InteropColumn::client, LinkedHashMap::new, Collectors.toList()));
        byClient.forEach((client, own) -> {
            text.append("\n## ").append(client).append("\n\n| |");
            own.forEach(column -> text.append(' ').append(column.title()).append(" |"));
            text.append("\n| --- |").append(" --- |".repeat(own.size())).append('\n');
            Map<String, List<String>> formerRows = rows(before, client);
            for (String group : groups()) {
                text.append("| ").append(group).append(" |");
                List<String> cells = formerRows.getOrDefault(group, List.of());
                IntStream.range(0, own.size()).forEach(i -> {
                    InteropColumn column = own.get(i);
                    String cell = results.containsKey(column)
                            ? cell(column.id(), group, results.getOrDefault(column, Map.of()))
                            : i < cells.size() ? cells.get(i) : "not run";
                    text.append(' ').append(cell).append(" |");
                });
                text.append('\n');
            }
        });
        appendNotes(
                text,
                "\n## Notes\n",
                notes.stream()
                        .filter(note -> note.kind() != InteropNote.Kind.ALLOWED)
                        .toList());
        appendNotes(
                text,
                "\n## Not counted\n",
                notes.stream()
                        .filter(note -> note.kind() == InteropNote.Kind.ALLOWED)
                        .toList());
        return text.toString();
    }

    /** Returns a document that does not depend on which RabbitMQ was there, as that may be a newer one any day. */
    static String withoutVersion(String document) {
        return RABBITMQ.matcher(document).replaceFirst(SOME_RABBITMQ);
    }

    private Collection<String> groups() {
        return cases.stream().map(InteropCase::group).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private void appendNotes(StringBuilder text, String title, List<InteropNote> chosen) {
        text.append(title);
        for (InteropNote note : chosen) {
            int number = notes.indexOf(note) + 1;
            text.append("\n<a id=\"note-")
                    .append(number)
                    .append("\"></a>\n**")
                    .append(number)
                    .append(".** ");
            text.append(note.why()).append("  \n");
            text.append(code(note.columns()))
                    .append("; ")
                    .append(code(note.cases()))
                    .append(": ");
            text.append(code(note.differs())).append('\n');
        }
    }

    private static String code(List<String> patterns) {
        return patterns.stream().map(pattern -> "`" + pattern + "`").collect(Collectors.joining(", "));
    }

    /** Returns a client's rows of a document, without their first cells. */
    private static Map<String, List<String>> rows(String document, String client) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        boolean here = false;
        for (String line : document.lines().toList()) {
            if (line.startsWith("## ")) {
                here = line.equals("## " + client);
            } else if (here && line.startsWith("| ")) {
                List<String> cells = List.of(line.substring(2).split(" \\| | \\|", -1));
                rows.put(cells.get(0), cells.subList(1, cells.size()));
            }
        }
        return rows;
    }

    /** Returns the version of the jar that a class is from, by the jar's name. */
    private static String version(String className) {
        try {
            String jar = Class.forName(className)
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath();
            return jar.replaceFirst(".*-(\\d[\\d.]*)\\.jar", "$1");
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
