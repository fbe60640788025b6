package io.amqp10.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Each Java snippet of the README stands in a file that is compiled and run by a test; a comment before it names the file. Each
 * command is of modules, programs and files that are there; {@code .ci/readme} runs it.
 */
class ReadmeTest {

    private static final Path TOP = Path.of("..");
    private static final Pattern SNIPPET =
            Pattern.compile("(?:<!-- (?<file>[^ ]+) -->\n)?```java\n(?<code>.*?)```", Pattern.DOTALL);

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }

    /** Indentation and line ends are a matter of where code stands. */
    private static String bare(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }

    @Test
    void snippetsStandInTheFilesThatTheyAreFrom() throws IOException {
        Matcher snippets = SNIPPET.matcher(read(TOP.resolve("README.md")));
        int count = 0;
        while (snippets.find()) {
            count++;
            String code = bare(snippets.group("code"));
            String file = snippets.group("file");
            assertThat(file).as("a comment before the snippet%n%s", code).isNotNull();
            assertThat(bare(read(TOP.resolve(file)))).as(file).contains(code);
        }
        assertThat(count).isGreaterThanOrEqualTo(2);
    }

    @Test
    void ciRunsTheTestCommandOfTheReadme() throws IOException {
        assertThat(read(TOP.resolve("README.md")).lines()).anyMatch(line -> line.startsWith("mvn -B verify "));
        assertThat(read(TOP.resolve(".ci/run")).lines()).contains("mvn -B verify");
    }

    /** Lines of the shell blocks without their comments. */
    private static List<String> commands() throws IOException {
        return Pattern.compile("```sh\n(?<lines>.*?)```", Pattern.DOTALL)
                .matcher(read(TOP.resolve("README.md")))
                .results()
                .flatMap(block -> block.group(1).lines())
                .map(line -> line.replaceFirst(" +#.*", ""))
                .toList();
    }

    private static List<String> all(String command, String pattern) {
        return Pattern.compile(pattern)
                .matcher(command)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void commandsAreOfModulesProgramsAndFilesThatAreThere() throws IOException {
        String modules = read(TOP.resolve("pom.xml"));
        assertThat(commands()).hasSizeGreaterThanOrEqualTo(5).allSatisfy(command -> {
            assertThat(command).matches("(mvn|java) .*");
            for (String module : all(command, "-pl ([^ ]+)")) {
                assertThat(modules).contains("<module>" + module + "</module>");
            }
            for (String program : all(command, "-Dexec.mainClass=io\\.amqp10\\.examples\\.(\\w+)")) {
                assertThat(TOP.resolve("examples/src/main/java/io/amqp10/examples/" + program + ".java"))
                        .exists();
            }
            for (String jar : all(command, "-jar ([^ /]+)/target/")) {
                assertThat(modules).contains("<module>" + jar + "</module>");
            }
        });
    }

    @Test
    void ciRunsTheCommandsOfTheReadme() throws IOException {
        assertThat(read(TOP.resolve(".ci/run")).lines()).contains(".ci/readme");
    }

    @Test
    void linksLeadToFiles() throws IOException {
        Matcher links = Pattern.compile("\\]\\((?<to>[^)#:]+)\\)").matcher(read(TOP.resolve("README.md")));
        List<String> broken = links.results()
                .map(link -> link.group(1))
                .filter(to -> !Files.exists(TOP.resolve(to)))
                .toList();
        assertThat(broken).isEmpty();
    }
}
