package io.amqp10.cli;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures how many messages a peer passes on, and how fast. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = "amqp10 bench [OPTIONS] ADDRESS",
        description = {
            "Sends and receives as fast as it goes, or at a rate, and prints messages a second and latencies. It empties "
                    + "the address that it measures, so give it one of its own.",
            "Latency is the time from send to receipt in both mode, and from send to outcome in send mode. It is of use "
                    + "only at a --rate that the peer bears: else it is the length of its queue.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  amqp10 bench bench-queue",
            "  amqp10 bench --duration 30s --rate 1000 -s 1k bench-queue",
            "  amqp10 bench --mode send -n 100000 -g at-most-once --links 4 bench-queue"
        })
final class BenchCommand implements Callable<Integer> {

    /** What is measured. */
    enum Mode {
        SEND,
        RECEIVE,
        BOTH
    }

    private final Environment environment;

    @Parameters(
            index = "0",
            paramLabel = "ADDRESS",
            description = "Where to and from, as the peer spells it; or amqp://host:port/address.")
    private String address = "";

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "both",
            description = "send, receive or both. Default: ${DEFAULT-VALUE}.")
    private Mode mode = Mode.BOTH;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Ends after N messages.")
    private @Nullable Long count;

    @Option(
            names = {"-d", "--duration"},
            paramLabel = "TIME",
            description = "Ends after that time. Default: 10s, unless there is a count.")
    private @Nullable Duration duration;

    @Option(
            names = {"-s", "--size"},
            paramLabel = "SIZE",
            defaultValue = "100",
            description = "Octets of each body, at least 8. Default: ${DEFAULT-VALUE}.")
    private ByteSize size = new ByteSize(100);

    @Option(names = "--rate", paramLabel = "N", description = "At most N messages a second over all links.")
    private double rate;

    @Option(
            names = "--links",
            paramLabel = "N",
            defaultValue = "1",
            description = "So many senders, and as many receivers, each on a connection of its own. "
                    + "Default: ${DEFAULT-VALUE}.")
    private int links = 1;

    @Option(
            names = {"-g", "--guarantee"},
            paramLabel = "GUARANTEE",
            converter = GuaranteeName.class,
            description = "at-least-once or at-most-once. Default: at-least-once.")
    private DeliveryGuarantee guarantee = DeliveryGuarantee.AT_LEAST_ONCE;

    @Option(names = "--durable", description = "Messages that must survive a restart of the broker.")
    private boolean durable;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Messages without outcome for each sender, and credit for each receiver. "
                    + "Default: ${DEFAULT-VALUE}.")
    private int window = 1000;

    @Option(
            names = {"-j", "--json"},
            description = "Prints the figures as JSON.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Shows no progress.")
    private boolean quiet;

    @ArgGroup(validate = false, heading = "%nConnection:%n")
    private ConnectionArguments connection = new ConnectionArguments();

    BenchCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (links < 1 || window < 1 || size.octets() < Measurement.STAMP || (count != null && count < 1)) {
            throw CliException.usage(
                    "--links, --window and --count must be at least 1, and --size at least " + Measurement.STAMP);
        }
        Target target = Target.parse(address);
        ConnectionOptions options = connection.options(environment, target.url());
        Duration limit = duration != null ? duration : count == null ? Duration.ofSeconds(10) : Duration.ofDays(365);
        Measurement measurement = new Measurement(
                environment,
                new Measurement.Plan(
                        mode != Mode.RECEIVE,
                        mode != Mode.SEND,
                        count == null ? Long.MAX_VALUE : count,
                        limit,
                        size.octets(),
                        rate,
                        durable,
                        window));
        try (Container container = connection.container()) {
            List<Sender> senders = new ArrayList<>();
            List<Connection> connections = new ArrayList<>();
            for (int i = 0; i < links; i++) {
                if (mode != Mode.SEND) {
                    Connection open = connection.connect(container, options.handler(measurement));
                    connections.add(open);
                    open.openReceiver(ReceiverOptions.of(target.address())
                                    .guarantee(guarantee)
                                    .creditWindow(window)
                                    .handler(measurement))
                            .awaitOpen(connection.timeout());
                }
                if (mode != Mode.RECEIVE) {
                    Connection open = connection.connect(container, options.handler(measurement));
                    connections.add(open);
                    senders.add(
                            open.openSender(SenderOptions.of(target.address()).guarantee(guarantee))
                                    .awaitOpen(connection.timeout()));
                }
            }
            Map<String, @Nullable Object> figures =
                    measurement.run(senders, new Progress(environment, "so far", quiet));
            connections.forEach(Connection::close);
            print(figures);
        }
        return environment.stop().isRequested() ? ExitCode.INTERRUPTED : ExitCode.OK;
    }

    private void print(Map<String, @Nullable Object> figures) {
        if (json) {
            environment.out().println(JsonText.write(figures));
        } else {
            figures.forEach(
                    (name, value) -> environment.out().println(String.format("%-24s %14s", name, shown(value))));
        }
        environment.checkOutput();
    }

    private static String shown(@Nullable Object figure) {
        if (figure instanceof Double fraction) {
            return String.format(Locale.ROOT, fraction < 100 ? "%,.3f" : "%,.0f", fraction);
        }
        return figure instanceof Long number ? String.format(Locale.ROOT, "%,d", number) : String.valueOf(figure);
    }
}
