package io.amqp10.cli;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Message;
import io.amqp10.Sender;
import io.amqp10.TimedOutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends messages. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = "amqp10 send [OPTIONS] ADDRESS [BODY]",
        description = {
            "Sends messages, and waits until the peer has accepted them.",
            "Without BODY, --file and --size each line of standard input is a message.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  amqp10 send orders 'Hello World!'",
            "  amqp10 send -t int -p retries:int=3 --subject sum orders 42",
            "  amqp10 send -n 1000 --rate 100 -s 1k orders",
            "  amqp10 send -f order.xml --content-type text/xml --durable amqp://broker.example/orders",
            "  echo '{\"body\":{\"value\":{\"ulong\":\"18446744073709551615\"}}}' | amqp10 send --json orders"
        })
final class SendCommand implements Callable<Integer> {

    private final Environment environment;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ADDRESS",
            description = "Where to, as the peer spells it; or amqp://host:port/address.")
    private @Nullable String first;

    @Parameters(index = "1", arity = "0..1", paramLabel = "BODY", description = "The message's body.")
    private @Nullable String second;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Sends the message N times; of input, at most N messages.")
    private @Nullable Long count;

    @Option(names = "--rate", paramLabel = "N", description = "At most N messages a second.")
    private double rate;

    @Option(
            names = {"-j", "--json"},
            description = "Standard input, or the file, has a message as a JSON object on each line, as receive --json "
                    + "prints them; options for message fields override what it says.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Shows no progress.")
    private boolean quiet;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long to wait for credit, and for outcomes. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(30);

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many messages may be without outcome. Default: ${DEFAULT-VALUE}.")
    private int window = 1000;

    @ArgGroup(validate = false, heading = "%nBody:%n")
    private BodyArguments body = new BodyArguments();

    @ArgGroup(validate = false, heading = "%nMessage:%n")
    private MessageArguments message = new MessageArguments();

    @ArgGroup(validate = false, heading = "%nLink:%n")
    private TargetArguments link = new TargetArguments();

    @ArgGroup(validate = false, heading = "%nConnection:%n")
    private ConnectionArguments connection = new ConnectionArguments();

    SendCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        String addressText = link.isDynamic() ? null : first;
        String text = link.isDynamic() && second == null ? first : second;
        if (addressText == null && !link.isDynamic() && !link.isAnonymous()) {
            throw CliException.usage("an ADDRESS is missing, such as: amqp10 send orders 'Hello World!'");
        }
        if (window < 1 || (count != null && count < 0)) {
            throw CliException.usage("--window must be at least 1, and --count not negative");
        }
        Target target = addressText == null ? null : Target.parse(addressText);
        body.check();
        if (json && text != null) {
            throw CliException.usage("--json reads messages from standard input or --file; leave BODY out");
        }
        // Everything that can be wrong with the input is found before there is a connection, if possible.
        MessageSource source = MessageSource.of(environment, body, message, text, json, count);
        ConnectionOptions options = connection.options(environment, target == null ? null : target.url());
        try (Container container = connection.container()) {
            Connection open = connection.connect(container, options);
            Sender sender = open.openSender(link.options(target == null ? null : target.address()))
                    .awaitOpen(connection.timeout());
            if (link.isDynamic()) {
                environment.err().println("address: " + Texts.oneLine(String.valueOf(sender.address())));
            }
            send(sender, source, link.isAnonymous() && target != null ? target.address() : null);
            sender.close();
            open.close();
        }
        return environment.stop().isRequested() ? ExitCode.INTERRUPTED : ExitCode.OK;
    }

    private void send(Sender sender, MessageSource source, @Nullable String to) {
        Outcomes outcomes = new Outcomes(environment, window);
        Progress progress = new Progress(environment, "sent", quiet);
        Pace pace = new Pace(rate, environment.stop());
        CliException badInput = null;
        try {
            for (Message next = source.next(); next != null; next = source.next()) {
                pace.await();
                outcomes.awaitRoom();
                if (environment.stop().isRequested() || outcomes.isLost() || !send(sender, next, to, outcomes)) {
                    break;
                }
                progress.update(outcomes.sent());
            }
        } catch (CliException e) {
            // what was sent before the bad line still gets its outcome
            badInput = e;
        }
        outcomes.finish(environment.stop().isRequested() ? Stopping.PATIENCE : timeout);
        progress.finish(outcomes.sent());
        if (badInput != null) {
            throw outcomes.sent() == 0
                    ? badInput
                    : new CliException(
                            badInput.exitCode(),
                            badInput.getMessage() + " (" + outcomes.sent() + " messages before it were sent)",
                            badInput);
        }
    }

    /** Sends one; returns false if the command is to stop. */
    private boolean send(Sender sender, Message next, @Nullable String to, Outcomes outcomes) {
        Message addressed =
                to == null || next.to() != null ? next : next.toBuilder().to(to).build();
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                outcomes.follow(sender.send(addressed, Stopping.SLICE));
                return true;
            } catch (TimedOutException e) {
                if (environment.stop().isRequested()) {
                    return false;
                }
                if (System.nanoTime() - deadline >= 0) {
                    throw CliException.timeout("the peer gives no credit for '" + sender.address() + "': waited "
                            + Quantities.show(timeout));
                }
            }
        }
    }
}
