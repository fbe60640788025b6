package io.amqp10.cli;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Receiver;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Receives messages and prints them. */
@Command(
        name = "receive",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = "amqp10 receive [OPTIONS] ADDRESS",
        description = {
            "Receives messages and prints their bodies, or with --json all of them, one a line. A message is accepted "
                    + "after it was printed. Without -n and -e it goes on until Ctrl-C.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  amqp10 receive orders",
            "  amqp10 receive -n 1 --timeout 10s -v orders",
            "  amqp10 receive -e --json orders > orders.json",
            "  amqp10 receive --selector \"colour = 'red'\" orders",
            "  amqp10 receive --durable --container-id me --link-name news amqp://broker.example/news"
        })
final class ReceiveCommand implements Callable<Integer> {

    private final Environment environment;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ADDRESS",
            description = "Where from, as the peer spells it; or amqp://host:port/address.")
    private @Nullable String address;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Ends after N messages; no more than N leave the peer.")
    private @Nullable Long count;

    @Option(
            names = {"-e", "--until-empty"},
            description = "Ends when the peer has no more messages.")
    private boolean untilEmpty;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Ends after so long without a message; with exit code 124 if -n says that more should come.")
    private @Nullable Duration timeout;

    @Option(
            names = {"-j", "--json"},
            description = "Prints each message as a JSON object that send --json takes.")
    private boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Prints headers, properties and annotations before the body.")
    private boolean verbose;

    @Option(
            names = "--settle",
            paramLabel = "OUTCOME",
            defaultValue = "accept",
            description = "What becomes of the messages: accept, release, reject, or modify (a failed delivery). "
                    + "Default: ${DEFAULT-VALUE}.")
    private Settlement settlement = Settlement.ACCEPT;

    @Option(
            names = "--credit",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many messages the peer may send ahead. Default: ${DEFAULT-VALUE}.")
    private int credit = 100;

    @Option(names = "--rate", paramLabel = "N", description = "At most N messages a second.")
    private double rate;

    @Option(
            names = {"-q", "--quiet"},
            description = "Shows no progress.")
    private boolean quiet;

    @ArgGroup(validate = false, heading = "%nLink:%n")
    private SourceArguments link = new SourceArguments();

    @ArgGroup(validate = false, heading = "%nConnection:%n")
    private ConnectionArguments connection = new ConnectionArguments();

    ReceiveCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (address == null && !link.isDynamic()) {
            throw CliException.usage("an ADDRESS is missing, such as: amqp10 receive orders");
        }
        link.check(connection.hasContainerId());
        Target target = address == null ? null : Target.parse(address);
        ConnectionOptions options = connection.options(environment, target == null ? null : target.url());
        MessagePrinter printer = new MessagePrinter(environment, json, verbose);
        Reception reception = new Reception(
                environment,
                new Reception.Wish(count, untilEmpty, timeout, credit, rate, true, quiet || !piped()),
                connection.reconnects(),
                delivery -> {
                    printer.print(delivery.message(), Reception.about(delivery));
                    return settlement;
                });
        try (Container container = connection.container()) {
            Connection open = connection.connect(container, options.handler(reception));
            Receiver receiver = open.openReceiver(link.options(target == null ? null : target.address())
                            .handler(reception))
                    .awaitOpen(connection.timeout());
            if (link.isDynamic()) {
                environment.err().println("address: " + Texts.oneLine(String.valueOf(receiver.address())));
            }
            int code = reception.run(receiver);
            if (link.keepsSubscription()) {
                receiver.detachAsync().join();
            } else {
                receiver.close();
            }
            open.close();
            return code;
        }
    }

    /** Messages on the same terminal are progress enough. */
    private boolean piped() {
        return !environment.terminal().isOutput();
    }
}
