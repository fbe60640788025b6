package io.amqp10.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class DocumentsTest {

    private static final List<Result> RESULTS = List.of(
            new Result("sink", "receive", "amqp10", Map.of(Figures.CPU, new Figure(List.of(0.5, 0.6, 0.4)))),
            new Result("sink", "receive", "a < b & c", Map.of(Figures.CPU, new Figure(List.of(1.0, 9.0, 1.2)))));

    private static final Run RUN = run("17", RESULTS, "sink");

    @TempDir
    Path docs;

    private static Run run(String java, List<Result> results, String... parts) {
        Map<String, Integer> rounds = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        for (String part : parts) {
            rounds.put(part, 3);
            notes.add("FAILED: " + part + ": on " + java);
        }
        return new Run(List.of(new Session(Map.of("java", java), rounds, notes)), results);
    }

    private void makeDocument() throws IOException {
        Files.writeString(docs.resolve("performance.md"), """
                before
                <!-- last full run: begin -->
                old
                <!-- last full run: end -->
                after
                """);
    }

    @Test
    void figuresStandBetweenTheMarksAndPlotsBeside() throws Exception {
        makeDocument();

        new Documents(docs).write(RUN);
        new Documents(docs).write(RUN);

        assertThat(Files.readString(docs.resolve("performance.md")))
                .startsWith("before\n<!-- last full run: begin -->\n")
                .endsWith("<!-- last full run: end -->\nafter\n")
                .contains("![sink](performance/sink.svg)", "- java: 17", "| amqp10        |", "0.50 (0.40-0.60)")
                .doesNotContain("old");
        assertThat(docs.resolve("performance/figures.json")).content().contains("\"task\": \"receive\"");
    }

    @Test
    void partsThatWereNotMeasuredKeepTheirFigures() throws Exception {
        makeDocument();
        Map<String, Figure> figures = Map.of(Figures.CPU, new Figure(List.of(7.0, 8.0, 9.0)));
        List<Result> links = List.of(new Result("links", "receive", "8 links", figures));
        List<Result> ways = List.of(new Result("ways", "receive", "futures", figures));
        new Documents(docs)
                .write(run("17", Stream.of(RESULTS, links).flatMap(List::stream).toList(), "sink", "links"));
        new Documents(docs).write(run("21", ways, "ways"));

        new Documents(docs).write(run("25", List.of(new Result("links", "receive", "9 links", figures)), "links"));
        new Documents(docs).write(run("29", List.of()));

        Run kept = JsonReport.read(docs.resolve("performance/figures.json"));
        assertThat(kept.sessions())
                .containsExactly(
                        run("25", List.of(), "links").sessions().get(0),
                        run("21", List.of(), "ways").sessions().get(0),
                        run("17", List.of(), "sink").sessions().get(0));
        assertThat(kept.results())
                .extracting(Result::subject)
                .as("in the order of the parts")
                .containsExactly("amqp10", "a < b & c", "futures", "9 links");
        assertThat(kept.results().get(0)).isEqualTo(RESULTS.get(0));
        assertThat(docs.resolve("performance.md"))
                .content()
                .contains(
                        "Parts and their rounds: links 3\n\n- java: 25\n- FAILED: links: on 25\n",
                        "Parts and their rounds: ways 3\n\n- java: 21\n- FAILED: ways: on 21\n",
                        "Parts and their rounds: sink 3\n\n- java: 17\n- FAILED: sink: on 17\n");
    }

    @Test
    void figuresThatAreNoneAreNotReplaced() throws Exception {
        makeDocument();
        Path figures = Files.createDirectories(docs.resolve("performance")).resolve("figures.json");
        Files.writeString(figures, "{\"runs\": []}");

        assertThatThrownBy(() -> new Documents(docs))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("figures.json");
        assertThat(figures).hasContent("{\"runs\": []}");
    }

    @Test
    void aPlotIsWellFormedAndHasEachSubject() throws Exception {
        String plot = BarChart.of("sink", Figures.CPU, RESULTS);

        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(plot)))
                        .getDocumentElement()
                        .getTextContent())
                .contains("receive", "amqp10", "a < b & c", "0.50", "1.20");
    }

    @Test
    void rawSocketsAreNotPaintedAsOursWhereNothingElseStandsBesideOurs() {
        Map<String, Figure> figures = Map.of(Figures.CPU, new Figure(List.of(1.0)));
        String plot = BarChart.of(
                "growth",
                Figures.CPU,
                List.of(
                        new Result("growth", "send", "1 connection", figures),
                        new Result("growth", "send", "1 connection, raw socket", figures)));

        assertThat(plot).containsOnlyOnce("#1d6fb8").containsOnlyOnce("#b9c0c8");
    }

    @Test
    void aDocumentWithoutMarksIsLeftAlone() throws Exception {
        Path document = docs.resolve("performance.md");
        Files.writeString(document, "nothing");

        assertThatThrownBy(() -> new Documents(docs).write(RUN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("marks");
        assertThat(document).hasContent("nothing");
    }
}
