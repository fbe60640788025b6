package io.amqp10.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.security.auth.Subject;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.Queue;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.VirtualHostNode;
import org.apache.qpid.server.security.SubjectExecutionContext;
import org.apache.qpid.server.virtualhost.QueueManagingVirtualHost;
import org.jspecify.annotations.Nullable;

/**
 * A Qpid Broker-J in this JVM, on 127.0.0.1: one port plain and one with TLS (both PLAIN, SCRAM-SHA-1, SCRAM-SHA-256
 * and CRAM-MD5), one that demands a client certificate and offers EXTERNAL, and one that offers ANONYMOUS. Ports stay
 * the same over {@link #stop()} and {@link #start()}; durable messages do so after {@link #startedDurable()}.
 *
 * <p>Users are {@link ArtemisBroker#USER}, who may do everything, and {@link ArtemisBroker#CONSUMER}, who may only
 * consume; the passwords are the same as there. Queues are created on demand, except those whose name begins with
 * {@code nocreate.}. Three failed deliveries bring a message to {@code DLQ}; the queue {@code small} takes 10
 * messages, and then refuses.
 */
public final class BrokerJ implements LocalBroker {

    private static final String VIRTUAL_HOST = "default";

    private final boolean durable;
    private final boolean webSockets;
    private final Path data;
    private final int port = FreePorts.next();
    private final int tlsPort = FreePorts.next();
    private final int mutualTlsPort = FreePorts.next();
    private final int anonymousPort = FreePorts.next();
    private final int webSocketPort = FreePorts.next();
    private @Nullable SystemLauncher launcher;
    private volatile @Nullable SystemConfig<?> system;

    private BrokerJ(boolean durable, boolean webSockets) {
        this.durable = durable;
        this.webSockets = webSockets;
        try {
            this.data = Files.createTempDirectory("amqp10-broker-j-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a broker that keeps messages in memory, forgets them when it stops, and therefore rejects durable ones
     * (amqp:precondition-failed).
     *
     * @return the broker, ready
     */
    public static BrokerJ started() {
        BrokerJ made = new BrokerJ(false, false);
        made.start();
        return made;
    }

    /**
     * Starts a broker that still has its durable messages and its queues after a stop and a start. It keeps them in a
     * database in this JVM's memory: what is tested is clients, not a disk.
     *
     * @return the broker, ready
     */
    public static BrokerJ startedDurable() {
        BrokerJ made = new BrokerJ(true, false);
        made.start();
        return made;
    }

    /**
     * Starts a broker that keeps messages in memory and has a port for WebSockets, for which the broker's plugin for them has
     * to be on the class path.
     *
     * @return the broker, ready
     */
    public static BrokerJ startedWithWebSockets() {
        BrokerJ made = new BrokerJ(false, true);
        made.start();
        return made;
    }

    /**
     * Returns the port for WebSockets without TLS, which only {@link #startedWithWebSockets()} has.
     *
     * @return the port, the same for the broker's whole life
     */
    public int webSocketPort() {
        return webSocketPort;
    }

    /**
     * Returns the port without TLS.
     *
     * @return the port, the same for the broker's whole life
     */
    public int port() {
        return port;
    }

    /**
     * Returns the port with TLS.
     *
     * @return the port, the same for the broker's whole life
     */
    public int tlsPort() {
        return tlsPort;
    }

    /**
     * Returns the port with TLS that demands a client certificate; its only mechanism is EXTERNAL.
     *
     * @return the port, the same for the broker's whole life
     */
    public int mutualTlsPort() {
        return mutualTlsPort;
    }

    /**
     * Returns the port without TLS whose only mechanism is ANONYMOUS.
     *
     * @return the port, the same for the broker's whole life
     */
    public int anonymousPort() {
        return anonymousPort;
    }

    /**
     * Returns where to connect to as {@link ArtemisBroker#USER}, without TLS.
     *
     * @return the URI, with credentials
     */
    public String uri() {
        return "amqp://" + ArtemisBroker.USER + ":" + ArtemisBroker.PASSWORD + "@127.0.0.1:" + port;
    }

    /**
     * Returns where to connect to as {@link ArtemisBroker#USER}, with TLS.
     *
     * @return the URI, with credentials
     */
    public String tlsUri() {
        return "amqps://" + ArtemisBroker.USER + ":" + ArtemisBroker.PASSWORD + "@localhost:" + tlsPort;
    }

    /** Starts the broker again on the same ports; returns when it takes connections. */
    public synchronized void start() {
        if (launcher != null) {
            throw new IllegalStateException("the broker runs already");
        }
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        SystemLauncher starting = new SystemLauncher(new SystemLauncherListener.DefaultSystemLauncherListener() {
            @Override
            public void onContainerResolve(SystemConfig<?> resolved) {
                system = resolved;
            }

            @Override
            public void errorOnStartup(RuntimeException e) {
                failure.set(e);
            }
        });
        try {
            Map<String, Object> attributes = new HashMap<>();
            attributes.put(SystemConfig.TYPE, "Memory");
            attributes.put(
                    SystemConfig.INITIAL_CONFIGURATION_LOCATION,
                    writeConfiguration().toString());
            attributes.put(SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT, false);
            attributes.put(SystemConfig.CONTEXT, Map.of(SystemConfig.QPID_WORK_DIR, data.toString()));
            starting.startup(attributes);
        } catch (Exception e) {
            throw new IllegalStateException("Broker-J did not start", e);
        }
        if (failure.get() != null) {
            throw new IllegalStateException("Broker-J did not start", failure.get());
        }
        launcher = starting;
        virtualHost();
    }

    /** Stops the broker: connections are closed by its end. */
    public synchronized void stop() {
        SystemLauncher stopping = launcher;
        launcher = null;
        system = null;
        if (stopping != null) {
            stopping.shutdown();
        }
    }

    /**
     * Creates a durable queue.
     *
     * @param queue its name
     */
    public void createQueue(String queue) {
        manage(host -> host.createChild(Queue.class, Map.of(Queue.NAME, queue, Queue.DURABLE, true)));
    }

    @Override
    public void deleteQueue(String queue) {
        manage(host -> {
            Queue<?> existing = host.getAttainedQueue(queue);
            if (existing == null) {
                throw new IllegalArgumentException("there is no queue " + queue);
            }
            existing.delete();
        });
    }

    @Override
    public long messageCount(String queue) {
        Queue<?> existing = virtualHost().getAttainedQueue(queue);
        return existing == null ? 0 : existing.getQueueDepthMessages();
    }

    /**
     * Counts the messages that were put into a queue since the broker was started.
     *
     * @param queue its name
     * @return the count; 0 if there is no such queue
     */
    public long messagesAdded(String queue) {
        Queue<?> existing = virtualHost().getAttainedQueue(queue);
        return existing == null ? 0 : existing.getTotalEnqueuedMessages();
    }

    /**
     * Counts a queue's consumers.
     *
     * @param queue its name
     * @return the count; 0 if there is no such queue
     */
    public int consumerCount(String queue) {
        Queue<?> existing = virtualHost().getAttainedQueue(queue);
        return existing == null ? 0 : existing.getConsumerCount();
    }

    /**
     * Counts the connections that are open, from all clients.
     *
     * @return the count
     */
    public int connectionCount() {
        return (int) virtualHost().getConnectionCount();
    }

    /** Stops the broker and deletes its data. */
    @Override
    public void close() {
        stop();
        if (durable) {
            try (Connection database = DriverManager.getConnection(databaseUrl(), "sa", "");
                    Statement statement = database.createStatement()) {
                statement.execute("SHUTDOWN");
            } catch (SQLException e) {
                throw new IllegalStateException("cannot end " + databaseUrl(), e);
            }
        }
        Directories.delete(data);
    }

    /** Does something as the broker itself, which nobody's rights limit. */
    private synchronized void manage(Consumer<QueueManagingVirtualHost<?>> action) {
        SystemLauncher running = launcher;
        if (running == null) {
            throw new IllegalStateException("the broker is stopped");
        }
        Subject operator = new Subject();
        operator.getPrincipals().add(running.getSystemPrincipal());
        QueueManagingVirtualHost<?> host = virtualHost();
        SubjectExecutionContext.withSubject(operator, () -> action.accept(host));
    }

    private QueueManagingVirtualHost<?> virtualHost() {
        SystemConfig<?> running = system;
        if (running == null) {
            throw new IllegalStateException("the broker is stopped");
        }
        Broker<?> broker = (Broker<?>) running.getContainer();
        for (VirtualHostNode<?> node : broker.getVirtualHostNodes()) {
            if (node.getVirtualHost() instanceof QueueManagingVirtualHost<?> host) {
                return host;
            }
        }
        throw new IllegalStateException("the virtual host is not there");
    }

    private String databaseUrl() {
        return "jdbc:h2:mem:broker-j-" + port;
    }

    private Path writeConfiguration() throws IOException {
        Path rights = data.resolve("rights.txt");
        Files.writeString(rights, """
            ACL ALLOW %s ALL ALL
            ACL ALLOW client ALL ALL
            ACL ALLOW ANONYMOUS ALL ALL
            ACL ALLOW %s ACCESS VIRTUALHOST
            ACL ALLOW %s CONSUME QUEUE
            ACL DENY ALL ALL
            """.formatted(ArtemisBroker.USER, ArtemisBroker.CONSUMER, ArtemisBroker.CONSUMER));
        TlsMaterial tls = TlsMaterial.get();
        String keyStore = """
            {"name": "server", "type": "FileKeyStore", "keyStoreType": "pkcs12", "storeUrl": "%s", "password": "%s"}
            """.formatted(tls.keyStore(TlsMaterial.Identity.SERVER), TlsMaterial.PASSWORD);
        String trustStore = """
            {"name": "trusted", "type": "FileTrustStore", "trustStoreType": "pkcs12", "storeUrl": "%s", "password": "%s"}
            """.formatted(tls.trustStore(), TlsMaterial.PASSWORD);
        String users = Stream.of(
                        List.of(ArtemisBroker.USER, ArtemisBroker.PASSWORD),
                        List.of(ArtemisBroker.CONSUMER, ArtemisBroker.CONSUMER_PASSWORD))
                .map(user -> """
                    {"name": "%s", "type": "managed", "password": "%s"}\
                    """.formatted(user.get(0), user.get(1)))
                .reduce((one, other) -> one + "," + other)
                .orElseThrow();
        String secured = "\"transports\": [\"SSL\"], \"keyStore\": \"server\", \"trustStores\": [\"trusted\"]";
        String ports = String.join(
                ",",
                amqpPort("plain", port, "passwords", "\"transports\": [\"TCP\"]"),
                amqpPort("tls", tlsPort, "passwords", secured),
                amqpPort("mutual", mutualTlsPort, "certificates", secured + ", \"needClientAuth\": true"),
                amqpPort("anonymous", anonymousPort, "anonymous", "\"transports\": [\"TCP\"]"));
        if (webSockets) {
            ports += "," + amqpPort("websocket", webSocketPort, "passwords", "\"transports\": [\"WS\"]");
        }
        Path file = data.resolve("initial.json");
        Files.writeString(file, """
            {"name": "broker-j", "modelVersion": "9.0",
             "keystores": [%s],
             "truststores": [%s],
             "accesscontrolproviders": [{"name": "rights", "type": "AclFile", "path": "%s"}],
             "authenticationproviders": [
               {"name": "passwords", "type": "Plain", "secureOnlyMechanisms": [], "users": [%s]},
               {"name": "certificates", "type": "External"},
               {"name": "anonymous", "type": "Anonymous"}],
             "ports": [%s],
             "virtualhostnodes": [{"name": "%s", "type": "JSON", "storePath": "%s", "defaultVirtualHostNode": true,
               "virtualHostInitialConfiguration": %s}]}
            """.formatted(
                        keyStore,
                        trustStore,
                        rights,
                        users,
                        ports,
                        VIRTUAL_HOST,
                        data.resolve("virtual-host.json"),
                        quoted(virtualHostConfiguration())));
        return file;
    }

    private static String amqpPort(String name, int number, String users, String more) {
        return """
            {"name": "%s", "type": "AMQP", "port": %d, "bindingAddress": "127.0.0.1", "protocols": ["AMQP_1_0"],
             "authenticationProvider": "%s", %s, "virtualhostaliases": [
               {"name": "names", "type": "nameAlias"}, {"name": "default", "type": "defaultAlias"},
               {"name": "hosts", "type": "hostnameAlias"}]}
            """.formatted(name, number, users, more);
    }

    private String virtualHostConfiguration() {
        String store = durable ? """
            "type": "JDBC", "connectionUrl": "%s;DB_CLOSE_DELAY=-1", "username": "sa", "password": "",
            "context": {"qpid.jdbcstore.bigIntType": "bigint", "qpid.jdbcstore.varBinaryType": "varbinary(%%d)",
              "qpid.jdbcstore.blobType": "blob", "qpid.jdbcstore.timestampType": "timestamp"}\
            """.formatted(databaseUrl()) : "\"type\":" + " \"Memory\"";
        return """
            {"name": "%s", %s,
             "nodeAutoCreationPolicies": [{"nodeType": "queue", "pattern": "(?!nocreate[.])[^/]*",
               "createdOnPublish": "true", "createdOnConsume": "true", "attributes": {
                 "durable": true, "maximumDeliveryAttempts": 3, "alternateBinding": {"destination": "DLQ"}}}],
             "exchanges": [{"name": "ex.topic", "type": "topic", "durable": true}],
             "queues": [{"name": "DLQ", "durable": true},
               {"name": "small", "durable": true, "maximumQueueDepthMessages": 10, "overflowPolicy": "REJECT"}]}
            """.formatted(VIRTUAL_HOST, store);
    }

    private static String quoted(String json) {
        return '"' + json.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ") + '"';
    }
}
