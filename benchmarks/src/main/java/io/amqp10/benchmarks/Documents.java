package io.amqp10.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a run into the documents: all figures as JSON, the tables between two marks, the plots. Parts that the run does not have keep
 * what an earlier one wrote.
 */
final class Documents {

    private static final String BEGIN = "<!-- last full run: begin -->";
    private static final String END = "<!-- last full run: end -->";

    private final Path directory;
    private final Path plots;
    private final Path figures;
    private final Run older;

    /**
     * Reads what is there.
     *
     * @throws IOException if that is no run
     */
    Documents(Path directory) throws IOException {
        this.directory = directory;
        plots = directory.resolve("performance");
        figures = plots.resolve("figures.json");
        older = JsonReport.read(figures);
    }

    /** Writes what was measured by now, if anything was. */
    void write(Run measured) throws IOException {
        if (measured.results().isEmpty()) {
            return;
        }
        Run run = measured.orElse(older);
        Files.createDirectories(plots);
        JsonReport.write(figures, run);
        StringBuilder text = new StringBuilder(BEGIN).append("\n\n");
        for (Options.Area area : Options.Area.values()) {
            List<Result> ofArea = run.results().stream()
                    .filter(result -> result.area().equals(area.title()))
                    .toList();
            String figure = plotted(area);
            if (ofArea.stream().anyMatch(result -> result.figures().containsKey(figure))) {
                String name = area.title() + ".svg";
                Files.writeString(plots.resolve(name), BarChart.of(area.title(), figure, ofArea));
                text.append("![")
                        .append(area.title())
                        .append("](performance/")
                        .append(name)
                        .append(")\n\n");
            }
        }
        text.append(tables(run)).append('\n').append(END);
        replace(directory.resolve("performance.md"), text.toString());
    }

    private static String plotted(Options.Area area) {
        return switch (area) {
            case CODEC -> Figures.NANOS;
            case LATENCY -> Figures.P99;
            case IDLE -> Figures.CONNECTION_BYTES;
            default -> Figures.CPU;
        };
    }

    private static String tables(Run run) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Report report = new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        report.printGoals(run.results());
        report.printSessions(run);
        report.printTables(run.results());
        return bytes.toString(StandardCharsets.UTF_8).strip() + "\n";
    }

    private static void replace(Path document, String text) throws IOException {
        String old = Files.readString(document);
        int begin = old.indexOf(BEGIN);
        int end = old.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException("the marks of the last full run are missing in " + document);
        }
        Files.writeString(document, old.substring(0, begin) + text + old.substring(end + END.length()));
    }
}
