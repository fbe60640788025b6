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

/** Each Java snippet of the README stands in a file that is compiled and run by a test; a comment before it names the file. */
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
