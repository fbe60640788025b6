package io.amqp10.cli;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Source;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at messages and leaves them where they are. */
@Command(
        name = "browse",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = "amqp10 browse [OPTIONS] ADDRESS",
        description = {
            "Prints the messages that are in a queue, and leaves them there. Ends after the last one.",
            "A peer that would hand the messages out for good is not asked for any: exit code 1.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  amqp10 browse orders",
            "  amqp10 browse -n 10 --json DLQ",
            "  amqp10 browse --selector \"colour = 'red'\" -v orders"
        })
final class BrowseCommand implements Callable<Integer> {

    private static final Symbol COPY = Symbol.of("copy");
    private static final int CREDIT = 100;

    private final Environment environment;

    @Parameters(
            index = "0",
            paramLabel = "ADDRESS",
            description = "The queue, as the peer spells it; or amqp://host:port/address.")
    private String address = "";

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Ends after N messages.")
    private @Nullable Long count;

    @Option(names = "--follow", description = "Goes on with messages that come later, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long to wait for a peer that does not say whether there are more. "
                    + "Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(10);

    @Option(
            names = {"-j", "--json"},
            description = "Prints each message as a JSON object that send --json takes.")
    private boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Prints headers, properties and annotations before the body.")
    private boolean verbose;

    @Option(
            names = {"-q", "--quiet"},
            description = "Shows no progress.")
    private boolean quiet;

    @ArgGroup(validate = false, heading = "%nLink:%n")
    private FilterArguments filters = new FilterArguments();

    @ArgGroup(validate = false, heading = "%nConnection:%n")
    private ConnectionArguments connection = new ConnectionArguments();

    BrowseCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Target target = Target.parse(address);
        ConnectionOptions options = connection.options(environment, target.url());
        MessagePrinter printer = new MessagePrinter(environment, json, verbose);
        long limit = count == null ? Long.MAX_VALUE : count;
        // Fewer than -n are no error here: who browses wants to see what there is.
        Reception.Wish wish = new Reception.Wish(
                count,
                !follow,
                follow ? null : timeout,
                (int) Math.max(1, Math.min(CREDIT, limit)),
                0,
                false,
                quiet || environment.terminal().isOutput());
        // Nothing is settled before the end: a peer that takes a copy for the message itself must not lose it.
        Reception reception = new Reception(environment, wish, connection.reconnects(), delivery -> {
            printer.print(delivery.message(), Reception.about(delivery));
            return null;
        });
        try (Container container = connection.container()) {
            Connection open = connection.connect(container, options.handler(reception));
            Receiver receiver = open.openReceiver(ReceiverOptions.of(target.address())
                            .distributionMode(COPY)
                            .filters(filters.filterSet())
                            .creditWindow(0)
                            .autoAccept(false)
                            .handler(reception))
                    .awaitOpen(connection.timeout());
            checkCopies(receiver);
            int code = reception.run(receiver);
            receiver.close();
            open.close();
            return code;
        }
    }

    private static void checkCopies(Receiver receiver) {
        Source source = receiver.remoteSource();
        Symbol granted = source == null ? null : source.distributionMode();
        if (granted == null || !granted.equals(COPY)) {
            throw new CliException(
                    ExitCode.REFUSED,
                    "the peer does not let '" + receiver.address()
                            + "' be browsed: it would hand the messages out for good (receive --settle release gives "
                            + "them back)");
        }
    }
}
