package io.amqp10.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.StringJoiner;

/** Writes results as JSON. */
final class JsonReport {

    private JsonReport() {}

    static void write(Path file, Run run) throws IOException {
        Files.writeString(file, text(run), StandardCharsets.UTF_8);
    }

    static String text(Run run) {
        StringJoiner factLines = new StringJoiner(",\n    ", "{\n    ", "\n  }");
        run.facts().forEach((name, value) -> factLines.add(quoted(name) + ": " + quoted(value)));
        StringJoiner resultLines = new StringJoiner(",\n    ", "[\n    ", "\n  ]");
        run.results().forEach(result -> resultLines.add(object(result)));
        StringJoiner goalLines = new StringJoiner(",\n    ", "[\n    ", "\n  ]");
        Goals.outcomes(run.results()).forEach(outcome -> goalLines.add(object(outcome)));
        StringJoiner noteLines = new StringJoiner(",\n    ", "[\n    ", "\n  ]").setEmptyValue("[]");
        run.notes().forEach(note -> noteLines.add(quoted(note)));
        return "{\n  \"run\": " + factLines + ",\n  \"goals\": " + goalLines + ",\n  \"notes\": " + noteLines
                + ",\n  \"results\": " + resultLines + "\n}\n";
    }

    private static String object(Goal.Outcome outcome) {
        Goal goal = outcome.goal();
        return "{\"goal\": " + quoted(goal.title()) + ", \"area\": "
                + quoted(goal.ours().area()) + ", \"figure\": "
                + quoted(goal.ours().figure())
                + ", \"ours\": " + object(outcome.ours()) + ", \"yardstick\": "
                + (outcome.yardstick() == null || goal.yardstick() == null
                        ? "null"
                        : "{\"subject\": " + quoted(goal.yardstick().subject()) + ", \"figure\": "
                                + object(outcome.yardstick()) + "}")
                + ", \"value\": " + object(outcome.value()) + ", \"limit\": " + number(goal.limit()) + ", \"met\": "
                + outcome.isMet() + "}";
    }

    private static String object(Result result) {
        StringJoiner figures = new StringJoiner(", ", "{", "}");
        result.figures().forEach((name, figure) -> figures.add(quoted(name) + ": " + object(figure)));
        return "{\"area\": " + quoted(result.area()) + ", \"task\": " + quoted(result.task()) + ", \"subject\": "
                + quoted(result.subject()) + ", \"figures\": " + figures + "}";
    }

    private static String object(Figure figure) {
        StringJoiner rounds = new StringJoiner(", ", "[", "]");
        figure.rounds().forEach(value -> rounds.add(number(value)));
        return "{\"median\": " + number(figure.median()) + ", \"min\": " + number(figure.min()) + ", \"max\": "
                + number(figure.max()) + ", \"rounds\": " + rounds + "}";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}+", " ") + '"';
    }
}
