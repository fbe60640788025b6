package io.amqp10.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class DocumentsTest {

    private static final List<Result> RESULTS = List.of(
            new Result("sink", "receive", "amqp10", Map.of(Figures.CPU, new Figure(List.of(0.5, 0.6, 0.4)))),
            new Result("sink", "receive", "a < b & c", Map.of(Figures.CPU, new Figure(List.of(1.0, 9.0, 1.2)))));

    @TempDir
    Path docs;

    @Test
    void figuresStandBetweenTheMarksAndPlotsBeside() throws Exception {
        Path document = docs.resolve("performance.md");
        Files.writeString(document, """
                before
                <!-- last full run: begin -->
                old
                <!-- last full run: end -->
                after
                """);

        new Documents(docs).write(new Run(Map.of("java", "17"), RESULTS, List.of()));
        new Documents(docs).write(new Run(Map.of("java", "17"), RESULTS, List.of()));

        assertThat(Files.readString(document))
                .startsWith("before\n<!-- last full run: begin -->\n")
                .endsWith("<!-- last full run: end -->\nafter\n")
                .contains("![sink](performance/sink.svg)", "- java: 17", "| amqp10        |", "0.50 (0.40-0.60)")
                .doesNotContain("old");
        assertThat(docs.resolve("performance/figures.json")).content().contains("\"task\": \"receive\"");
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

        assertThatThrownBy(() -> new Documents(docs).write(new Run(Map.of(), RESULTS, List.of())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("marks");
        assertThat(document).hasContent("nothing");
    }
}
