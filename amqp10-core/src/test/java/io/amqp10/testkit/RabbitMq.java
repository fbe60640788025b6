package io.amqp10.testkit;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Delivery;
import org.apache.qpid.protonj2.client.DeliveryMode;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.SenderOptions;
import org.apache.qpid.protonj2.client.exceptions.ClientException;
import org.apache.qpid.protonj2.types.messaging.AmqpValue;
import org.jspecify.annotations.Nullable;

/**
 * RabbitMQ 4 or later, which runs outside this JVM. A test that calls {@link #require()} is skipped where the environment
 * variable {@code AMQP10_RABBITMQ_URL} is not set, and fails where {@code AMQP10_CI} is {@code true}.
 *
 * <p>Attaching creates no queues there, so tests declare theirs; {@link #address} says how their addresses are spelled.
 */
public final class RabbitMq {

    private static final String VARIABLE = "AMQP10_RABBITMQ_URL";
    private static final String HOW_TO_GET_IT = "start RabbitMQ 4 and name it in " + VARIABLE
            + ", such as amqp://alice:alice-secret@127.0.0.1:5672, as a user who may declare queues";
    private static final int PATIENCE_SECONDS = 60;

    private final URI uri;

    private RabbitMq(URI uri) {
        this.uri = uri;
    }

    /**
     * Finds the broker.
     *
     * @return the broker, running
     */
    public static RabbitMq require() {
        Optional<RabbitMq> found = Optional.ofNullable(System.getenv(VARIABLE))
                .filter(text -> !text.isBlank())
                .map(text -> new RabbitMq(URI.create(text)));
        return ForeignTools.require(found, "RabbitMQ", HOW_TO_GET_IT);
    }

    /**
     * Asks the broker for its version.
     *
     * @return the version, such as 4.2.1
     */
    public String version() {
        try (Client client = Client.create();
                Connection connection = client.connect(host(), port(), credentials())) {
            Map<String, Object> properties = connection
                    .openFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .properties();
            return String.valueOf(properties == null ? null : properties.get("version"));
        } catch (ClientException e) {
            throw new IllegalStateException("RabbitMQ does not tell its version", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("RabbitMQ does not tell its version", e);
        }
    }

    /**
     * Skips the running test if the broker is older than this, or fails it where {@code AMQP10_CI} is {@code true}.
     *
     * @param minor the version is to be 4 and this, or later
     * @param what what it is needed for
     */
    public void requireMinor(int minor, String what) {
        String version = version();
        Optional<String> recent = Optional.of(version).filter(text -> {
            String[] parts = text.split("\\.", -1);
            int major = Integer.parseInt(parts[0]);
            return major > 4 || (major == 4 && Integer.parseInt(parts[1]) >= minor);
        });
        ForeignTools.require(
                recent,
                "RabbitMQ 4." + minor + " or later, for " + what + ",",
                VARIABLE + " names one of version " + version);
    }

    private ConnectionOptions credentials() {
        return new ConnectionOptions().user(user()).password(password());
    }

    /**
     * Returns where to connect to.
     *
     * @return the URI, with credentials
     */
    public String uri() {
        return uri.toString();
    }

    /**
     * Returns where to connect to.
     *
     * @return the host
     */
    public String host() {
        return uri.getHost();
    }

    /**
     * Returns where to connect to.
     *
     * @return the port
     */
    public int port() {
        return uri.getPort();
    }

    /**
     * Returns the credentials.
     *
     * @return the user
     */
    public String user() {
        return uri.getUserInfo().substring(0, uri.getUserInfo().indexOf(':'));
    }

    /**
     * Returns the credentials.
     *
     * @return the password
     */
    public String password() {
        return uri.getUserInfo().substring(uri.getUserInfo().indexOf(':') + 1);
    }

    /**
     * Returns a queue's address in the broker's own spelling.
     *
     * @param queue the queue's name, unreserved characters only
     * @return the address
     */
    public static String address(String queue) {
        return "/queues/" + queue;
    }

    /**
     * Declares a durable quorum queue with a name of its own.
     *
     * @return its name
     */
    public String declareQueue() {
        String queue = "amqp10-" + UUID.randomUUID();
        manage("PUT", address(queue), Map.of("durable", true, "arguments", Map.of("x-queue-type", "quorum")));
        return queue;
    }

    /**
     * Binds a queue to an exchange.
     *
     * @param queue the queue's name
     * @param exchange the exchange's name
     * @param key the routing key
     */
    public void bind(String queue, String exchange, String key) {
        Map<String, Object> binding =
                Map.of("source", exchange, "destination_queue", queue, "binding_key", key, "arguments", Map.of());
        manage("POST", "/bindings", binding);
    }

    /**
     * Deletes a queue and its messages.
     *
     * @param queue its name
     */
    public void deleteQueue(String queue) {
        manage("DELETE", address(queue), null);
    }

    /**
     * Counts the messages in a queue, as the broker says it.
     *
     * @param queue its name
     * @return the count
     */
    public long messageCount(String queue) {
        Object answer = manage("GET", address(queue), null);
        if (answer instanceof Map<?, ?> map && map.get("message_count") instanceof Number count) {
            return count.longValue();
        }
        throw new IllegalStateException("RabbitMQ tells no message count of " + queue + ": " + answer);
    }

    /** Management is two links of one name, in opposite directions, on one session. */
    private @Nullable Object manage(String method, String resource, @Nullable Map<String, Object> body) {
        Map<String, Object> paired = Map.of("paired", true);
        String name = "management-" + UUID.randomUUID();
        String node = "/management";
        try (Client client = Client.create();
                Connection connection = client.connect(host(), port(), credentials())) {
            Sender sender = connection.openSender(
                    node,
                    new SenderOptions().linkName(name).properties(paired).deliveryMode(DeliveryMode.AT_MOST_ONCE));
            Receiver receiver = connection.openReceiver(
                    node,
                    new ReceiverOptions().linkName(name).properties(paired).deliveryMode(DeliveryMode.AT_MOST_ONCE));
            receiver.openFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Message<Object> request = Message.<Object>create()
                    .messageId(UUID.randomUUID())
                    .to(resource)
                    .subject(method)
                    .replyTo("$me");
            // a request without any body ends the session with an internal error: null has to be said
            sender.send(request.toAdvancedMessage().addBodySection(new AmqpValue<>(body)));
            Delivery delivery = receiver.receive(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (delivery == null) {
                throw new IllegalStateException("RabbitMQ does not answer " + method + " " + resource);
            }
            Message<Object> answer = delivery.message();
            if (!answer.subject().startsWith("2")) {
                throw new IllegalStateException(
                        method + " " + resource + ": " + answer.subject() + " " + answer.body());
            }
            return answer.body();
        } catch (ClientException e) {
            throw new IllegalStateException("cannot " + method + " " + resource, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("RabbitMQ does not let us manage it", e);
        }
    }
}
