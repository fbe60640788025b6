package io.amqp10.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.Message;
import io.amqp10.testkit.ArtemisBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The documentation's examples do what it says: those marked "runs" against Artemis, the others are understood at least. */
@Timeout(480)
class DocumentationIT {

    private static final Path DOCUMENT = Path.of("..", "docs", "cli.md");
    private static final Pattern EXAMPLE = Pattern.compile(
            "<!-- (?<mode>runs|compiles)(?:: (?<beside>[^&]*) &)? -->\n```sh\n(?<lines>.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
    private static final Pattern JSON = Pattern.compile("`(\\{\"[^`…]*\\})`");

    @TempDir
    private Path folder;

    private static String document() throws IOException {
        return Files.readString(DOCUMENT);
    }

    private static List<String> words(String line, String url) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line.replace("$AMQP10_URL", url));
        while (matcher.find()) {
            MatchResult word = matcher.toMatchResult();
            words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
        }
        return words;
    }

    @Test
    void examplesRun() throws IOException {
        int ran = 0;
        try (ArtemisBroker broker = ArtemisBroker.started()) {
            Matcher examples = EXAMPLE.matcher(document());
            while (examples.find()) {
                String beside = examples.group("beside");
                Shell.Running background = beside == null
                        ? null
                        : shell(broker.uri()).start(words(beside, broker.uri()).toArray(new String[0]));
                for (String line : examples.group("lines").lines().toList()) {
                    if (examples.group("mode").equals("runs")) {
                        run(line, broker.uri());
                    } else {
                        understand(line);
                    }
                    ran++;
                }
                if (background != null) {
                    background.await().succeeded();
                }
            }
        }
        assertThat(ran).isGreaterThan(15);
    }

    private static Shell shell(String url) {
        return new Shell().set("AMQP10_URL", url);
    }

    /** Plays the shell: pipes, and files to and from which output and input go. */
    private void run(String line, String url) throws IOException {
        String piped = "";
        for (String part : line.split(" \\| ", -1)) {
            List<String> words = words(part, url);
            assertThat(words.remove(0)).isEqualTo("amqp10");
            String to = target(words, ">");
            String from = target(words, "<");
            Shell shell = shell(url).in(from == null ? piped : Files.readString(folder.resolve(from)));
            piped = shell.run(words.toArray(new String[0])).succeeded().out();
            if (to != null) {
                Files.writeString(folder.resolve(to), piped);
            }
        }
    }

    private static @Nullable String target(List<String> words, String operator) {
        int at = words.indexOf(operator);
        if (at < 0) {
            return null;
        }
        words.remove(at);
        return words.remove(at);
    }

    private static void understand(String line) {
        List<String> words = words(line, "amqp://localhost");
        words.remove(0);
        Environment environment = new Environment(
                java.io.InputStream.nullInputStream(),
                System.out,
                System.err,
                java.util.Map.of(),
                new Shell.FixedTerminal(false, null),
                new StopSignal());
        CommandLine.ParseResult result = CommandLines.create(environment).parseArgs(words.toArray(new String[0]));
        assertThat(result.hasSubcommand()).isTrue();
    }

    @Test
    void jsonOfTheDocumentIsRead() throws IOException {
        int read = 0;
        Matcher values = JSON.matcher(document());
        while (values.find()) {
            String json = values.group(1);
            if (json.startsWith("{\"data\"") || json.startsWith("{\"sequence\"")) {
                JsonMessages.fromJson("{\"body\":" + json + "}");
            } else {
                JsonValues.fromJson(JsonText.read(json));
            }
            read++;
        }
        assertThat(read).isGreaterThan(12);
        Matcher message = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(document());
        assertThat(message.find()).isTrue();
        Message whole = JsonMessages.fromJson(message.group(1).replace("\n", ""));
        assertThat(whole.to()).isEqualTo("orders");
        assertThat(whole.footer()).hasSize(1);
    }

    @Test
    void everyCommandAndExitCodeIsDocumented() throws IOException {
        String document = document();
        Environment environment = new Environment(
                java.io.InputStream.nullInputStream(),
                System.out,
                System.err,
                java.util.Map.of(),
                new Shell.FixedTerminal(false, null),
                new StopSignal());
        for (String command : CommandLines.create(environment).getSubcommands().keySet()) {
            if (!command.equals("help")) {
                assertThat(document).contains("| `" + command + "` |");
            }
        }
        for (int code : new int[] {
            ExitCode.OK,
            ExitCode.REFUSED,
            ExitCode.USAGE,
            ExitCode.CONNECTION,
            ExitCode.TIMEOUT,
            ExitCode.INTERRUPTED,
            ExitCode.BROKEN_PIPE
        }) {
            assertThat(document).contains("| " + code + " |");
        }
    }
}
