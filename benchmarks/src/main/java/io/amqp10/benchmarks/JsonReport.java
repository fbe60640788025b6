package io.amqp10.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes results as JSON and reads them again. */
final class JsonReport {

    private JsonReport() {}

    static void write(Path file, Run run) throws IOException {
        Files.writeString(file, text(run), StandardCharsets.UTF_8);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @return it, with nothing in it if there is no such file
     * @throws IOException if it cannot be read or is something else
     */
    static Run read(Path file) throws IOException {
        if (Files.notExists(file)) {
            return Run.NONE;
        }
        try {
            JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
            List<Session> sessions = new ArrayList<>();
            for (JsonNode session : json.required("runs")) {
                Map<String, String> facts = new LinkedHashMap<>();
                session.required("facts").forEachEntry((name, value) -> facts.put(name, value.stringValue()));
                Map<String, Integer> rounds = new LinkedHashMap<>();
                session.required("rounds").forEachEntry((part, number) -> rounds.put(part, number.intValue()));
                List<String> notes = new ArrayList<>();
                session.required("notes").forEach(note -> notes.add(note.stringValue()));
                sessions.add(new Session(facts, rounds, notes));
            }
            List<Result> results = new ArrayList<>();
            for (JsonNode result : json.required("results")) {
                Map<String, Figure> figures = new LinkedHashMap<>();
                result.required("figures").forEachEntry((name, figure) -> figures.put(name, figure(figure)));
                results.add(new Result(
                        result.required("area").stringValue(),
                        result.required("task").stringValue(),
                        result.required("subject").stringValue(),
                        figures));
            }
            return new Run(sessions, results);
        } catch (JacksonException e) {
            throw new IOException(file + " is not what a run has written", e);
        }
    }

    private static Figure figure(JsonNode json) {
        List<Double> rounds = new ArrayList<>();
        json.required("rounds").forEach(value -> rounds.add(value.doubleValue()));
        return new Figure(rounds);
    }

    static String text(Run run) {
        StringJoiner sessions = new StringJoiner(",\n    ", "[\n    ", "\n  ]");
        run.sessions().forEach(session -> sessions.add(object(session)));
        StringJoiner resultLines = new StringJoiner(",\n    ", "[\n    ", "\n  ]");
        run.results().forEach(result -> resultLines.add(object(result)));
        StringJoiner goalLines = new StringJoiner(",\n    ", "[\n    ", "\n  ]");
        Goals.outcomes(run.results()).forEach(outcome -> goalLines.add(object(outcome)));
        return "{\n  \"runs\": " + sessions + ",\n  \"goals\": " + goalLines + ",\n  \"results\": " + resultLines
                + "\n}\n";
    }

    private static String object(Session session) {
        StringJoiner facts = new StringJoiner(",\n      ", "{\n      ", "\n    }");
        session.facts().forEach((name, value) -> facts.add(quoted(name) + ": " + quoted(value)));
        StringJoiner rounds = new StringJoiner(", ", "{", "}");
        session.rounds().forEach((part, number) -> rounds.add(quoted(part) + ": " + number));
        StringJoiner notes = new StringJoiner(",\n      ", "[\n      ", "\n    ]").setEmptyValue("[]");
        session.notes().forEach(note -> notes.add(quoted(note)));
        return "{\"facts\": " + facts + ", \"rounds\": " + rounds + ", \"notes\": " + notes + "}";
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
