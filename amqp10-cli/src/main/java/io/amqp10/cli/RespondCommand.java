package io.amqp10.cli;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.SendOutcome;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Answers requests. */
@Command(
        name = "respond",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = "amqp10 respond [OPTIONS] ADDRESS [BODY]",
        description = {
            "Receives requests, prints them, and sends a reply to the reply-to of each: BODY, or what came. The reply's "
                    + "correlation-id is the request's, else its message-id. Goes on until Ctrl-C.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {"  amqp10 respond echo", "  amqp10 respond -n 1 -p status:int=200 time '12 o clock'"})
final class RespondCommand implements Callable<Integer> {

    private final Environment environment;

    @Parameters(
            index = "0",
            paramLabel = "ADDRESS",
            description = "Where requests are, as the peer spells it; or amqp://host:port/address.")
    private String address = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "BODY", description = "The body of replies.")
    private @Nullable String text;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Ends after N requests.")
    private @Nullable Long count;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Ends after so long without a request; with exit code 124 if -n says that more should come.")
    private @Nullable Duration timeout;

    @Option(
            names = {"-j", "--json"},
            description = "Prints each request as a JSON object that send --json takes.")
    private boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Prints headers, properties and annotations before the body.")
    private boolean verbose;

    @Option(
            names = "--credit",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many requests the peer may send ahead. Default: ${DEFAULT-VALUE}.")
    private int credit = 10;

    @ArgGroup(validate = false, heading = "%nReply's body:%n")
    private BodyArguments body = new BodyArguments();

    @ArgGroup(validate = false, heading = "%nReply:%n")
    private MessageArguments message = new MessageArguments();

    @ArgGroup(validate = false, heading = "%nConnection:%n")
    private ConnectionArguments connection = new ConnectionArguments();

    private long failed;

    RespondCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        body.check();
        // Wrong arguments are found before the first request.
        reply(Message.of(null));
        Target target = Target.parse(address);
        ConnectionOptions options = connection.options(environment, target.url());
        MessagePrinter printer = new MessagePrinter(environment, json, verbose);
        try (Container container = connection.container()) {
            Connection[] open = new Connection[1];
            Replies[] replies = new Replies[1];
            Reception reception = new Reception(
                    environment,
                    new Reception.Wish(count, false, timeout, credit, 0, true, true),
                    connection.reconnects(),
                    delivery -> {
                        printer.print(delivery.message(), Reception.about(delivery));
                        environment.checkOutput();
                        return answer(replies[0], delivery);
                    });
            open[0] = connection.connect(container, options.handler(reception));
            replies[0] = new Replies(open[0], connection.timeout());
            Receiver receiver = open[0].openReceiver(ReceiverOptions.of(target.address())
                            .creditWindow(0)
                            .autoAccept(false)
                            .handler(reception))
                    .awaitOpen(connection.timeout());
            int code = reception.run(receiver);
            receiver.close();
            open[0].close();
            return code == ExitCode.OK && failed > 0 ? ExitCode.REFUSED : code;
        }
    }

    private Settlement answer(Replies replies, Delivery delivery) {
        Message request = delivery.message();
        String to = request.replyTo();
        if (to == null) {
            environment.err().println("amqp10: a request without reply-to is accepted and not answered");
            return Settlement.ACCEPT;
        }
        Message reply = reply(request);
        try {
            SendOutcome outcome = replies.send(to, reply);
            if (outcome.isAccepted()) {
                return Settlement.ACCEPT;
            }
            return failed(to, outcome.toString());
        } catch (Amqp10Exception e) {
            if (delivery.connection().state() == LifecycleState.OPEN) {
                // one requester that takes no reply must not end the service for the others
                return failed(to, String.valueOf(e.getMessage()));
            }
            // the request shall come again when there is a connection
            delivery.release();
            throw e;
        }
    }

    private Settlement failed(String to, String why) {
        failed++;
        environment
                .err()
                .println("amqp10: the reply to " + Texts.oneLine(to) + " was not accepted: " + Texts.oneLine(why));
        return Settlement.MODIFY;
    }

    private Message reply(Message request) {
        Message.Builder builder = Message.builder();
        if (text != null || body.isGiven()) {
            body.apply(builder, text);
        } else if (!request.bodySections().isEmpty()) {
            builder.bodySections(request.bodySections());
        }
        Object id = request.correlationId() != null ? request.correlationId() : request.messageId();
        builder.correlationId(id);
        message.apply(builder);
        return builder.build();
    }
}
