package io.amqp10.cli;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends requests and prints the replies. */
@Command(
        name = "request",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = "amqp10 request [OPTIONS] ADDRESS [BODY]",
        description = {
            "Sends a request, waits for its reply and prints that. Replies come to a node that the peer makes up, or to "
                    + "--reply-to, where only those with the request's id as correlation-id are taken; others are held "
                    + "back until the end, and stay.",
            "Without BODY, --file and --size each line of standard input is a request.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  amqp10 request echo hello",
            "  amqp10 request --timeout 2s --reply-to replies -v service '{\"id\":5}'",
            "  amqp10 request --json -p operation=QUERY -p type=org.example.thing '$management' ''"
        })
final class RequestCommand implements Callable<Integer> {

    private static final int AHEAD = 10;
    private static final int MAX_HELD = 1_000;

    private final Environment environment;

    /** Replies to others. One that is given back comes again at once, so they are kept until nothing more is to come. */
    private final List<Delivery> held = new ArrayList<>();

    @Parameters(
            index = "0",
            paramLabel = "ADDRESS",
            description = "Where to, as the peer spells it; or amqp://host:port/address.")
    private String address = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "BODY", description = "The request's body.")
    private @Nullable String text;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Sends the request N times, each after the reply to the one before; of input, at most N.")
    private @Nullable Long count;

    @Option(names = "--rate", paramLabel = "N", description = "At most N requests a second.")
    private double rate;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long to wait for each reply; exit code 124 if none comes. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(10);

    @Option(
            names = {"-j", "--json"},
            description = "Prints replies as JSON objects; standard input, or the file, has requests as such.")
    private boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Prints headers, properties and annotations before the body.")
    private boolean verbose;

    @ArgGroup(validate = false, heading = "%nBody:%n")
    private BodyArguments body = new BodyArguments();

    @ArgGroup(validate = false, heading = "%nRequest:%n")
    private MessageArguments message = new MessageArguments();

    @ArgGroup(validate = false, heading = "%nConnection:%n")
    private ConnectionArguments connection = new ConnectionArguments();

    RequestCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Target target = Target.parse(address);
        body.check();
        MessageSource source = MessageSource.of(environment, body, message, text, json, count);
        String replyTo = message.replyTo();
        ConnectionOptions options = connection.options(environment, target.url());
        try (Container container = connection.container()) {
            Connection open = connection.connect(container, options);
            Receiver replies = replies(open, replyTo);
            Sender sender = open.openSender(SenderOptions.of(target.address()).sendTimeout(timeout))
                    .awaitOpen(connection.timeout());
            boolean done;
            try {
                done = converse(source, sender, replies, replyTo != null);
            } finally {
                giveBackHeld(replies);
            }
            sender.close();
            replies.close();
            open.close();
            return done ? ExitCode.OK : ExitCode.INTERRUPTED;
        }
    }

    private Receiver replies(Connection open, @Nullable String replyTo) {
        ReceiverOptions from = replyTo == null ? ReceiverOptions.dynamicNode() : ReceiverOptions.of(replyTo);
        try {
            // credit by hand: a window would be used up by what is held
            Receiver replies =
                    open.openReceiver(from.autoAccept(false).creditWindow(0)).awaitOpen(connection.timeout());
            replies.addCredit(AHEAD);
            return replies;
        } catch (LinkRefusedException e) {
            if (replyTo == null) {
                throw new CliException(
                        ExitCode.REFUSED,
                        "the peer makes up no node for replies; name one by --reply-to. It said: " + e.getMessage(),
                        e);
            }
            throw e;
        }
    }

    /** Asks one after another; returns false if the command is to stop. */
    private boolean converse(MessageSource source, Sender sender, Receiver replies, boolean shared) {
        MessagePrinter printer = new MessagePrinter(environment, json, verbose);
        Pace pace = new Pace(rate, environment.stop());
        for (Message next = source.next(); next != null; next = source.next()) {
            pace.await();
            if (environment.stop().isRequested()) {
                return false;
            }
            Object id = next.messageId() == null ? UUID.randomUUID().toString() : next.messageId();
            Message request =
                    next.toBuilder().messageId(id).replyTo(replies.address()).build();
            sender.send(request, timeout).await(timeout).orThrow();
            Object expected = request.correlationId() == null ? id : request.correlationId();
            Delivery reply = await(replies, shared, id, expected);
            if (reply == null) {
                return false;
            }
            printer.print(reply.message(), Reception.about(reply));
            environment.checkOutput();
            reply.accept();
        }
        return !environment.stop().isRequested();
    }

    private @Nullable Delivery await(Receiver replies, boolean shared, Object id, Object expected) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Delivery delivery = replies.receive(Stopping.SLICE);
            if (environment.stop().isRequested()) {
                if (delivery != null) {
                    delivery.release();
                }
                return null;
            }
            if (delivery != null) {
                replies.addCredit(1);
                Object correlation = delivery.message().correlationId();
                if (Objects.equals(correlation, id)
                        || Objects.equals(correlation, expected)
                        || (!shared && correlation == null)) {
                    return delivery;
                }
                // on a node of our own it is a late reply; on a shared one it is somebody else's
                if (shared) {
                    hold(delivery);
                } else {
                    delivery.accept();
                }
            }
        }
        throw CliException.timeout("no reply within " + Quantities.show(timeout));
    }

    private void hold(Delivery delivery) {
        held.add(delivery);
        if (held.size() >= MAX_HELD) {
            throw new CliException(
                    ExitCode.REFUSED,
                    "'" + delivery.receiver().address() + "' has " + MAX_HELD
                            + " messages that are no reply to this request; name another node by --reply-to");
        }
    }

    /** The credit goes first, or the peer would send them once more. */
    private void giveBackHeld(Receiver replies) {
        if (held.isEmpty()) {
            return;
        }
        replies.drain()
                .handle((nothing, error) -> error == null)
                .completeOnTimeout(false, Stopping.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        held.forEach(Delivery::release);
    }
}
