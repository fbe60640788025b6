package io.amqp10.benchmarks;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.management.QueueDeclaration;
import io.amqp10.management.RabbitMqAddress;
import io.amqp10.management.RabbitMqManagement;
import io.amqp10.types.Symbol;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RabbitMQ 4, which somebody else started on the loopback interface. Queues are made and deleted as the user that its URL
 * names; clients connect without credentials, which it has to allow.
 *
 * @param container who manages
 * @param management the means to
 * @param port where it listens
 * @param version what it says that it is
 */
record RabbitMq(Container container, RabbitMqManagement management, int port, String version)
        implements ClientRuns.Broker, AutoCloseable {

    /** The environment variable that names it. */
    static final String VARIABLE = "AMQP10_RABBITMQ_URL";

    /** Returns the URL with user and password, if there is one. */
    static Optional<String> url() {
        return Optional.ofNullable(System.getenv(VARIABLE)).filter(url -> !url.isBlank());
    }

    static RabbitMq connect() {
        URI url = URI.create(url().orElseThrow());
        Container container = Container.create();
        Connection connection = container.connect(url.toString()).awaitOpen();
        Map<Symbol, @Nullable Object> properties =
                Objects.requireNonNull(connection.peer()).open().properties();
        String version = properties.get(Symbol.of("product")) + " " + properties.get(Symbol.of("version"));
        return new RabbitMq(container, RabbitMqManagement.open(connection), url.getPort(), version);
    }

    @Override
    public long queueMessages() {
        return 100_000;
    }

    @Override
    public String declare(String queue) {
        management.declareQueue(QueueDeclaration.of(queue).type(QueueDeclaration.Type.CLASSIC));
        return RabbitMqAddress.queue(queue);
    }

    @Override
    public long delete(String queue) {
        return management.deleteQueue(queue);
    }

    @Override
    public void close() {
        container.close();
    }
}
