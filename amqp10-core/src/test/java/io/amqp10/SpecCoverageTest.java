package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** The documents that say which test shows what are complete, and name tests that exist. */
class SpecCoverageTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern NAMED_TEST = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern REASON =
            Pattern.compile("(definition|choice|by construction|not ours|not yet): \\S.{10,}", Pattern.DOTALL);

    /** Clauses, and whether they say what must be. */
    private static Map<String, Boolean> clauses() throws IOException {
        Map<String, Boolean> clauses = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("src", "test", "resources", "spec-clauses.txt"))) {
            if (!line.startsWith("#")) {
                clauses.put(line.replace(" !", ""), line.endsWith("!"));
            }
        }
        return clauses;
    }

    /** The rows of a document's tables by their first cell. */
    private static Map<String, String> rows(String document) throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(DOCS.resolve(document))) {
            String[] cells = line.split("\\|", 3);
            if (cells.length == 3
                    && !cells[1].isBlank()
                    && Character.isDigit(cells[1].strip().charAt(0))) {
                String before = rows.put(cells[1].strip(), cells[2]);
                assertThat(before).as("a second row of " + cells[1]).isNull();
            }
        }
        return rows;
    }

    @Test
    void everyClauseHasARow() throws IOException {
        assertThat(rows("spec-coverage.md").keySet())
                .containsExactlyElementsOf(clauses().keySet());
    }

    @Test
    void everyHostileInputHasARow() throws IOException {
        assertThat(rows("hostile-inputs.md").keySet())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 84).mapToObj(String::valueOf).toList());
    }

    @Test
    void everyRowNamesATestOrAReason() throws IOException {
        List<String> without = new ArrayList<>();
        for (String document : List.of("spec-coverage.md", "hostile-inputs.md")) {
            rows(document).forEach((row, text) -> {
                if (!NAMED_TEST.matcher(text).find()
                        && !REASON.matcher(lastCell(text)).find()) {
                    without.add(row + " of " + document);
                }
            });
        }
        assertThat(without).isEmpty();
    }

    @Test
    void whatMustBeIsNoChoice() throws IOException {
        Map<String, String> rows = rows("spec-coverage.md");
        List<String> chosen = clauses().entrySet().stream()
                .filter(clause -> clause.getValue()
                        && String.valueOf(rows.get(clause.getKey())).strip().startsWith("choice"))
                .map(Map.Entry::getKey)
                .toList();
        assertThat(chosen).isEmpty();
    }

    @Test
    void onlyResumptionIsMissing() throws IOException {
        List<String> missing = rows("spec-coverage.md").entrySet().stream()
                .filter(row -> row.getValue().contains("not yet"))
                .filter(row -> !row.getValue().contains("not yet: resumption")
                        && !row.getValue().contains("resuming ourselves: not yet")
                        && !row.getValue().contains("not yet (resumption)"))
                .map(Map.Entry::getKey)
                .toList();
        assertThat(missing).isEmpty();
    }

    @Test
    void everyNamedTestExists() throws IOException {
        Set<String> named = new LinkedHashSet<>();
        for (String document : List.of("spec-coverage.md", "hostile-inputs.md")) {
            Matcher matcher = NAMED_TEST.matcher(Files.readString(DOCS.resolve(document)));
            while (matcher.find()) {
                named.add(matcher.group(1) + "#" + matcher.group(2));
            }
        }
        Map<String, List<Class<?>>> classes = testClasses();
        assertThat(named).hasSizeGreaterThan(100);
        assertThat(named.stream().filter(test -> !exists(test, classes))).isEmpty();
    }

    private static boolean exists(String test, Map<String, List<Class<?>>> classes) {
        String[] parts = test.split("#", 2);
        return classes.getOrDefault(parts[0], List.of()).stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .anyMatch(method -> method.getName().equals(parts[1]) && isTest(method));
    }

    private static boolean isTest(AnnotatedElement method) {
        return AnnotationSupport.isAnnotated(method, Testable.class);
    }

    /** The classes of tests by their simple names. */
    private static Map<String, List<Class<?>>> testClasses() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.map(file -> TESTS.relativize(file).toString())
                    .filter(file -> file.endsWith("Test.java") || file.endsWith("IT.java"))
                    .map(SpecCoverageTest::load)
                    .collect(Collectors.groupingBy(Class::getSimpleName));
        }
    }

    private static Class<?> load(String file) {
        String name = file.substring(0, file.length() - ".java".length())
                .replace('/', '.')
                .replace('\\', '.');
        try {
            return Class.forName(name, false, SpecCoverageTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError("no class of " + file, e);
        }
    }

    private static String lastCell(String text) {
        List<String> cells = Arrays.stream(text.split("\\|", -1))
                .filter(cell -> !cell.isBlank())
                .toList();
        return cells.get(cells.size() - 1);
    }
}
