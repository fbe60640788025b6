package io.amqp10.cli;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.ContainerOptions;
import io.amqp10.ReconnectOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where to connect to, and as whom. */
final class ConnectionArguments extends CredentialArguments {

    static final String URL_VARIABLE = "AMQP10_URL";
    private static final String DEFAULT_URL = "amqp://localhost:5672";
    private static final int MIN_FRAME_SIZE = 512;

    @Option(
            names = {"-u", "--url"},
            paramLabel = "URL",
            split = ",",
            description =
                    "amqp://host:port or amqps://host:port, or amqpws://host:port/path or amqpwss://host:port/path "
                            + "for AMQP over WebSocket; several, separated by commas, are tried in turn. Default: $"
                            + URL_VARIABLE + ", else " + DEFAULT_URL + ".")
    private List<String> urls = List.of();

    @Option(
            names = "--sasl",
            paramLabel = "MECHANISM",
            split = ",",
            description = "The only SASL mechanisms to use, such as SCRAM-SHA-256, PLAIN, EXTERNAL, ANONYMOUS. "
                    + "Default: the strongest that both ends have.")
    private List<String> mechanisms = List.of();

    @Option(
            names = "--allow-plain",
            description = "Sends the password or token in the clear even to another machine without TLS.")
    private boolean allowPlain;

    @Option(names = "--container-id", paramLabel = "ID", description = "Our container-id. Default: a random one.")
    private @Nullable String containerId;

    @Option(names = "--vhost", paramLabel = "NAME", description = "The virtual host at the peer.")
    private @Nullable String virtualHost;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            description = "How long to try to connect and to open links, such as 500ms or 10s. "
                    + "Default: ${DEFAULT-VALUE}.",
            defaultValue = "10s")
    private Duration timeout = Duration.ofSeconds(10);

    @Option(
            names = "--max-frame-size",
            paramLabel = "SIZE",
            description = "The largest frames that the peer may send, from 512, such as 64k. Default: 128k.")
    private @Nullable ByteSize maxFrameSize;

    @Option(
            names = "--reconnect",
            description = "Tries again when there is no connection, and when it breaks or is closed without an error.")
    private boolean reconnect;

    @Option(names = "--trace", description = "Prints each frame to standard error; never a password.")
    private boolean trace;

    @Option(
            names = "--proxy",
            paramLabel = "URL",
            description = "Connects through socks5://host:port or http://host:port; with a user as in "
                    + "socks5://alice@host:port, whose password is $" + ProxyUrl.PASSWORD_VARIABLE + ".")
    private @Nullable String proxy;

    @ArgGroup(validate = false, heading = "%nTLS:%n")
    private TlsArguments tls = new TlsArguments();

    static String randomId() {
        return "amqp10-cli-" + Long.toString(System.nanoTime() & Long.MAX_VALUE, Character.MAX_RADIX);
    }

    /** Starts our container. */
    Container container() {
        String id = containerId != null ? containerId : randomId();
        if (trace) {
            Logging.traceFrames();
        }
        return Container.create(ContainerOptions.of(id));
    }

    /** Connects, and waits until the connection is open. */
    Connection connect(Container container, ConnectionOptions options) {
        return container.connect(options).awaitOpen(timeout);
    }

    Duration timeout() {
        return timeout;
    }

    boolean reconnects() {
        return reconnect;
    }

    boolean hasContainerId() {
        return containerId != null;
    }

    /** Returns where to connect to; the address of a target that is a URL comes first. */
    ConnectionOptions options(Environment environment, @Nullable String urlOfAddress) {
        List<String> to = new ArrayList<>(urls);
        if (urlOfAddress != null) {
            to = List.of(urlOfAddress);
        } else if (to.isEmpty()) {
            String fromVariable = environment.variables().get(URL_VARIABLE);
            to = List.of((fromVariable == null ? DEFAULT_URL : fromVariable).split(",", -1));
        }
        ConnectionOptions options = ConnectionOptions.of(to.toArray(new String[0]))
                .reconnect(reconnect ? ReconnectOptions.DEFAULT.afterCleanClose(true) : ReconnectOptions.OFF)
                .connectTimeout(timeout)
                .openTimeout(timeout)
                .allowPlainWithoutTls(allowPlain)
                .saslMechanisms(mechanisms)
                .tls(tls.options())
                .traceFrames(trace);
        if (virtualHost != null) {
            options = options.virtualHost(virtualHost);
        }
        if (proxy != null) {
            options = options.proxy(ProxyUrl.parse(proxy, environment.variables()));
        }
        if (maxFrameSize != null) {
            if (maxFrameSize.octets() < MIN_FRAME_SIZE) {
                throw CliException.usage("--max-frame-size must be at least " + MIN_FRAME_SIZE);
            }
            options = options.maxFrameSize(maxFrameSize.octets());
        }
        return withCredentials(environment, options);
    }

    private ConnectionOptions withCredentials(Environment environment, ConnectionOptions options) {
        String name = user(environment, options.user());
        ConnectionOptions result = name == null ? options : options.user(name);
        Supplier<String> token = token(environment);
        if (token != null) {
            return result.tokenSupplier(token);
        }
        String password = password(environment, result.user());
        return password == null ? result : result.password(password);
    }
}
