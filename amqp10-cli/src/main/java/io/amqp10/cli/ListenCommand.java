package io.amqp10.cli;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.ContainerOptions;
import io.amqp10.Delivery;
import io.amqp10.Link;
import io.amqp10.LinkAcceptor;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.types.Role;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Is a peer: accepts any link and prints what comes. */
@Command(
        name = "listen",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = "amqp10 listen [OPTIONS] [URL]",
        description = {
            "Accepts connections and any link, and prints the messages that come, until Ctrl-C. To who wants to receive it "
                    + "sends the messages of --serve.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  amqp10 listen --json",
            "  amqp10 listen -n 1 --timeout 1m amqp://0.0.0.0:5672",
            "  amqp10 listen --serve messages.json",
            "  amqp10 listen --limit maxConnections=100 --limit maxSessions=10 amqpws://0.0.0.0:8080",
            "  AMQP10_PASSWORD=secret amqp10 listen --user alice --cert server.pem --key server.key amqps://0.0.0.0"
        })
final class ListenCommand implements Callable<Integer> {

    private final Environment environment;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "URL",
            defaultValue = "amqp://localhost:5672",
            description =
                    "Where to listen, amqpws://host:port/path for AMQP over WebSocket; port 0 takes a free one, which is printed to standard error. "
                            + "Default: ${DEFAULT-VALUE}.")
    private String url = "amqp://localhost:5672";

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Ends after N messages.")
    private @Nullable Long count;

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
            description =
                    "Tells where each message is from, prints all its sections, and tells of connections and links "
                            + "on standard error.")
    private boolean verbose;

    @Option(
            names = "--settle",
            paramLabel = "OUTCOME",
            defaultValue = "accept",
            description =
                    "What becomes of the messages: accept, release, reject, or modify. Default: ${DEFAULT-VALUE}.")
    private Settlement settlement = Settlement.ACCEPT;

    @Option(
            names = "--credit",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many messages each link may send ahead. Default: ${DEFAULT-VALUE}.")
    private int credit = 100;

    @Option(
            names = "--serve",
            paramLabel = "FILE",
            description = "Messages as JSON, one a line: each link that receives from us gets them all, once.")
    private @Nullable Path serve;

    @Option(names = "--container-id", paramLabel = "ID", description = "Our container-id. Default: a random one.")
    private @Nullable String containerId;

    @Option(names = "--trace", description = "Prints each frame to standard error; never a password.")
    private boolean trace;

    @ArgGroup(validate = false, heading = "%nLimits:%n")
    private LimitArguments limits = new LimitArguments();

    @ArgGroup(validate = false, heading = "%nWho may come (default: anybody):%n")
    private CredentialArguments credentials = new CredentialArguments();

    @ArgGroup(validate = false, heading = "%nTLS (for amqps and amqpwss; --ca demands certificates of clients):%n")
    private TlsArguments tls = new TlsArguments();

    ListenCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (url.startsWith("amqps") && !tls.hasCertificate()) {
            throw CliException.usage("to listen with TLS takes --cert and --key");
        }
        ListenOptions options = withCredentials(limits.apply(ListenOptions.of(url)
                .handler(new Watcher())
                .tls(tls.serverOptions())
                .traceFrames(trace)));
        List<Message> served = served();
        MessagePrinter printer = new MessagePrinter(environment, json, verbose);
        Reception reception = new Reception(
                environment,
                new Reception.Wish(
                        count,
                        false,
                        timeout,
                        credit,
                        0,
                        true,
                        environment.terminal().isOutput()),
                true,
                delivery -> {
                    printer.print(delivery.message(), about(delivery));
                    return settlement;
                });
        if (trace) {
            Logging.traceFrames();
        }
        LinkAcceptor acceptor = request -> {
            if (request.localRole() == Role.SENDER) {
                request.accept(SenderOptions.of("").handler(new Server(served)));
            } else {
                request.accept(ReceiverOptions.of("")
                        .creditWindow(credit)
                        .autoAccept(false)
                        .handler(new Inlet(reception)));
            }
        };
        ContainerOptions own = ContainerOptions.of(containerId == null ? ConnectionArguments.randomId() : containerId);
        try (Container container = Container.create(own);
                Listener listener = container.listen(options.linkAcceptor(acceptor))) {
            environment.err().println("listening on " + listener.uri());
            return reception.run(null);
        }
    }

    private ListenOptions withCredentials(ListenOptions options) {
        String user = credentials.user(environment, null);
        Supplier<String> token = credentials.token(environment);
        if (token != null) {
            return options.tokenVerifier(shown -> isToken(token.get(), shown) ? user == null ? "token" : user : null);
        }
        String password = credentials.password(environment, user);
        if (user == null) {
            if (password != null) {
                // whoever sets one does not mean to let everybody in
                throw CredentialArguments.passwordWithoutUser();
            }
            return options;
        }
        if (password == null) {
            throw CliException.usage("--user needs a password, by $" + CredentialArguments.PASSWORD_VARIABLE
                    + ", --password-file or --ask-password");
        }
        return options.users(Map.of(user, password)).allowAnonymous(false);
    }

    private static boolean isToken(String expected, String shown) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    private List<Message> served() {
        List<Message> messages = new ArrayList<>();
        if (serve != null) {
            MessageSource source = MessageSource.lines(
                    new Lines(MessageSource.open(environment, serve), environment.stop()),
                    new MessageSource.JsonParser(builder -> {}));
            for (Message next = source.next(); next != null; next = source.next()) {
                messages.add(next);
            }
        }
        return messages;
    }

    private static Map<String, @Nullable Object> about(Delivery delivery) {
        Map<String, @Nullable Object> about = new LinkedHashMap<>();
        about.put("container", delivery.connection().remoteContainerId());
        about.putAll(Reception.about(delivery));
        return about;
    }

    /** Takes messages of one link; what happens to it is no reason to end. */
    private record Inlet(Reception reception) implements MessagingHandler {

        @Override
        public void onMessage(Delivery delivery) {
            reception.onMessage(delivery);
        }
    }

    /** Gives the messages to one link, as it grants credit. */
    private static final class Server implements MessagingHandler {

        private final List<Message> messages;
        private int next;

        Server(List<Message> messages) {
            this.messages = messages;
        }

        @Override
        public void onSendable(Sender sender) {
            while (next < messages.size() && sender.trySend(messages.get(next)) != null) {
                next++;
            }
        }

        @Override
        public void onDrain(Sender sender) {
            onSendable(sender);
            sender.drained();
        }
    }

    /** Tells of connections and links. */
    private final class Watcher implements MessagingHandler {

        @Override
        public void onConnectionOpened(Connection connection) {
            tell("connection from " + connection.remoteAddress() + ", container " + connection.remoteContainerId()
                    + (connection.remotePrincipal() == null
                            ? ""
                            : ", user " + connection.remotePrincipal().getName()));
        }

        @Override
        public void onConnectionClosed(Connection connection) {
            tell("connection from " + connection.remoteAddress() + " closed"
                    + (connection.error() == null
                            ? ""
                            : ": " + connection.error().getMessage()));
        }

        @Override
        public void onLinkClosed(Link link) {
            tell("link '" + link.name() + "' closed");
        }

        private void tell(String text) {
            if (verbose) {
                environment.err().println(Texts.oneLine(text));
            }
        }
    }
}
