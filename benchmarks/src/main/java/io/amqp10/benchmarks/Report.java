package io.amqp10.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Prints results as tables: one for the codec, and one for each end-to-end case. */
final class Report {

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void print(Run run) {
        run.sessions().forEach(session -> {
            session.facts().forEach((name, value) -> out.printf("%-12s %s%n", name, value));
            out.printf("%-12s %s%n", "rounds", session.parts());
        });
        printTables(run.results());
        printGoals(run.results());
        if (run.sessions().stream().anyMatch(session -> !session.notes().isEmpty())) {
            out.println();
            run.sessions().forEach(session -> session.notes().forEach(note -> out.println("- " + note)));
        }
    }

    /** Prints where and how it was measured and what failed or is missing, as a list for each session. */
    void printSessions(Run run) {
        for (Session session : run.sessions()) {
            out.printf("%nParts and their rounds: %s%n%n", session.parts());
            session.facts().forEach((name, value) -> out.printf("- %s: %s%n", name, value));
            session.notes().forEach(note -> out.println("- " + note));
        }
    }

    /** Prints all figures. */
    void printTables(List<Result> results) {
        List<Result> codec =
                results.stream().filter(result -> result.area().equals("codec")).toList();
        if (!codec.isEmpty()) {
            codecTable(codec);
        }
        Map<String, List<Result>> cases = new LinkedHashMap<>();
        for (Result result : results) {
            if (codec.contains(result)) {
                continue;
            }
            cases.computeIfAbsent(result.area() + ": " + result.task(), key -> new ArrayList<>())
                    .add(result);
        }
        cases.forEach(this::table);
    }

    /** Prints the goals beside what was measured of them. */
    void printGoals(List<Result> results) {
        List<Goal.Outcome> outcomes = Goals.outcomes(results);
        if (!outcomes.isEmpty()) {
            goals(outcomes);
        }
    }

    private void goals(List<Goal.Outcome> outcomes) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("goal", "figure", "amqp10", "yardstick", "of", "compared", "limit", "met"));
        for (Goal.Outcome outcome : outcomes) {
            Goal goal = outcome.goal();
            rows.add(List.of(
                    goal.ours().area() + ": " + goal.title(),
                    goal.ours().figure(),
                    outcome.ours().text(),
                    outcome.yardstick() == null ? "-" : outcome.yardstick().text(),
                    goal.yardstick() == null ? "-" : goal.yardstick().subject(),
                    (goal.subtracts() ? "+" : goal.yardstick() == null ? "" : "x")
                            + outcome.value().text(),
                    Figure.number(goal.limit()),
                    outcome.isMet() ? "yes" : "NO"));
        }
        print(rows);
    }

    private void table(String title, List<Result> results) {
        Set<String> columns = new LinkedHashSet<>();
        results.forEach(result -> columns.addAll(result.figures().keySet()));
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(title, columns));
        for (Result result : results) {
            List<String> cells = new ArrayList<>();
            for (String column : columns) {
                Figure figure = result.figures().get(column);
                cells.add(figure == null ? "-" : figure.text());
            }
            rows.add(row(result.subject(), cells));
        }
        print(rows);
    }

    /** Prints one table for all: a row for each task, columns for each subject. */
    private void codecTable(List<Result> results) {
        Map<String, Map<String, String>> byTask = new LinkedHashMap<>();
        Set<String> columns = new LinkedHashSet<>();
        for (Result result : results) {
            Map<String, String> cells = byTask.computeIfAbsent(result.task(), key -> new LinkedHashMap<>());
            result.figures().forEach((name, figure) -> {
                columns.add(result.subject() + " " + name);
                cells.put(result.subject() + " " + name, figure.text());
            });
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("codec", columns));
        byTask.forEach((task, cells) -> rows.add(row(
                task,
                columns.stream().map(column -> cells.getOrDefault(column, "-")).toList())));
        print(rows);
    }

    private static List<String> row(String first, Collection<String> others) {
        List<String> row = new ArrayList<>();
        row.add(first);
        row.addAll(others);
        return row;
    }

    private void print(List<List<String>> rows) {
        out.println();
        for (int i = 0; i < rows.size(); i++) {
            StringBuilder line = new StringBuilder("|");
            for (int column = 0; column < rows.get(0).size(); column++) {
                line.append(' ').append(pad(rows, i, column)).append(" |");
            }
            out.println(line);
            if (i == 0) {
                out.println(line.toString().replaceAll("[^|]", "-"));
            }
        }
    }

    private static String pad(List<List<String>> rows, int row, int column) {
        int width = rows.stream()
                .mapToInt(cells -> cells.get(column).length())
                .max()
                .orElse(0);
        String text = rows.get(row).get(column);
        String blanks = " ".repeat(width - text.length());
        return column == 0 ? text + blanks : blanks + text;
    }
}
