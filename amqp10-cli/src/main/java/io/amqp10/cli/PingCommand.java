package io.amqp10.cli;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.PeerInfo;
import io.amqp10.types.Symbol;
import io.amqp10.types.transport.Open;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Connects and tells what the peer says about itself. */
@Command(
        name = "ping",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = "amqp10 ping [OPTIONS] [URL]",
        description = {
            "Connects, and prints what the peer offers: container, product, SASL mechanisms, capabilities, limits.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  amqp10 ping",
            "  amqp10 ping --json amqps://broker.example",
            "  amqp10 ping -n 10 --user alice --ask-password"
        })
final class PingCommand implements Callable<Integer> {

    private static final long UINT_MAX = 0xffff_ffffL;

    private final Environment environment;

    @Parameters(index = "0", arity = "0..1", paramLabel = "URL", description = "The peer; the same as --url.")
    private @Nullable String url;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            defaultValue = "1",
            description = "Connects so many times, a second apart, and prints how long each took.")
    private int count = 1;

    @Option(
            names = {"-j", "--json"},
            description = "Prints JSON.")
    private boolean json;

    @ArgGroup(validate = false, heading = "%nConnection:%n")
    private ConnectionArguments connection = new ConnectionArguments();

    PingCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (count < 1) {
            throw CliException.usage("--count must be at least 1");
        }
        ConnectionOptions options = connection.options(environment, url);
        try (Container container = connection.container()) {
            for (int i = 0; i < count && !environment.stop().isRequested(); i++) {
                if (i > 0 && environment.stop().await(Duration.ofSeconds(1).toNanos())) {
                    break;
                }
                long start = System.nanoTime();
                Connection open = connection.connect(container, options);
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                if (i == 0) {
                    print(facts(open, took));
                } else if (json) {
                    environment.out().println(JsonText.write(Map.of("open-ms", took.toNanos() / 1e6)));
                } else {
                    environment.out().println("open-ms                " + Quantities.show(took));
                }
                open.close();
                environment.checkOutput();
            }
        }
        return environment.stop().isRequested() ? ExitCode.INTERRUPTED : ExitCode.OK;
    }

    private static Map<String, @Nullable Object> facts(Connection connection, Duration took) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("address", connection.remoteAddress());
        facts.put("container", connection.remoteContainerId());
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        connection
                .remoteProperties()
                .forEach((name, value) -> properties.put(name.toString(), JsonValues.toJson(value)));
        facts.put("properties", properties);
        PeerInfo peer = connection.peer();
        if (peer != null) {
            SSLSession tls = peer.tlsSession();
            Open open = peer.open();
            facts.put("sasl-mechanisms", peer.saslMechanisms());
            facts.put("sasl-mechanism", peer.saslMechanism());
            facts.put("tls", tls == null ? null : tls.getProtocol() + " " + tls.getCipherSuite());
            facts.put("offered-capabilities", names(open.offeredCapabilities()));
            facts.put("desired-capabilities", names(open.desiredCapabilities()));
            facts.put("max-frame-size", open.maxFrameSize());
            facts.put("channel-max", open.channelMax());
            facts.put("idle-time-out-ms", open.idleTimeOutMillis());
        }
        facts.put("open-ms", took.toNanos() / 1e6);
        return facts;
    }

    private void print(Map<String, @Nullable Object> facts) {
        if (json) {
            environment.out().println(JsonText.write(facts));
            return;
        }
        facts.forEach((name, value) -> {
            if (value instanceof Map<?, ?> properties) {
                properties.forEach((key, content) -> line(String.valueOf(key), content));
            } else {
                line(name, value);
            }
        });
    }

    private void line(String name, @Nullable Object value) {
        String text =
                switch (name) {
                    case "max-frame-size" ->
                        String.valueOf(value).equals(String.valueOf(UINT_MAX)) ? "no limit" : value + " octets";
                    case "idle-time-out-ms" -> String.valueOf(value).equals("0") ? "none" : value + " ms";
                    case "open-ms" ->
                        Quantities.show(Duration.ofNanos((long) (((Number) known(value)).doubleValue() * 1e6)));
                    default -> shown(value);
                };
        environment
                .out()
                .println(String.format("%-22s %s", Texts.oneLine(name), Texts.oneLine(text))
                        .stripTrailing());
    }

    private static Object known(@Nullable Object value) {
        return value == null ? 0 : value;
    }

    private static String shown(@Nullable Object value) {
        if (value == null) {
            return "none";
        }
        if (value instanceof List<?> names) {
            return names.isEmpty()
                    ? "none"
                    : String.join(", ", names.stream().map(String::valueOf).toList());
        }
        return value instanceof String || value instanceof Number ? value.toString() : JsonText.write(value);
    }

    private static List<@Nullable Object> names(List<Symbol> symbols) {
        List<@Nullable Object> names = new ArrayList<>();
        symbols.forEach(symbol -> names.add(symbol.toString()));
        return names;
    }
}
