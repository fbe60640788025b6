package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.management.Binding;
import io.amqp10.management.ExchangeDeclaration;
import io.amqp10.management.ManagementException;
import io.amqp10.management.ManagementRequest;
import io.amqp10.management.QueueDeclaration;
import io.amqp10.management.QueueInfo;
import io.amqp10.management.RabbitMqAddress;
import io.amqp10.management.RabbitMqManagement;
import io.amqp10.testkit.RabbitMq;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RabbitMQ 4 set up through our own client of its management node. */
@Timeout(600)
final class RabbitMqManagementIT {

    private static RabbitMq broker;
    private static Container container;
    private static Connection connection;
    private static RabbitMqManagement management;

    private final List<String> queues = new ArrayList<>();
    private final List<String> exchanges = new ArrayList<>();

    @BeforeAll
    static void start() {
        broker = RabbitMq.require();
        container = Container.create("rabbitmq-management");
        connection = container.connect(broker.uri()).awaitOpen();
        management = RabbitMqManagement.open(connection);
    }

    @AfterAll
    static void stop() {
        if (container != null) {
            management.close();
            container.close();
        }
    }

    @AfterEach
    void deleteAll() {
        queues.forEach(management::deleteQueue);
        exchanges.forEach(management::deleteExchange);
    }

    private String newName() {
        return "amqp10 ü/%:" + UUID.randomUUID();
    }

    private String declareQueue() {
        String name = newName();
        queues.add(name);
        management.declareQueue(QueueDeclaration.of(name).type(QueueDeclaration.Type.QUORUM));
        return name;
    }

    private String declareExchange(String type) {
        String name = newName();
        exchanges.add(name);
        management.declareExchange(ExchangeDeclaration.of(name, type));
        return name;
    }

    private static SendOutcome send(String address, String body) {
        try (Sender sender = connection.openSender(address)) {
            return sender.send(Message.of(body)).await();
        }
    }

    private static String receive(String queue) {
        try (Receiver receiver = connection.openReceiver(RabbitMqAddress.queue(queue))) {
            Delivery delivery = MessageExchange.next(receiver);
            delivery.accept();
            return String.valueOf(delivery.message().body());
        }
    }

    @Test
    void declaredQueueIsAsDeclaredAndCarriesMessages() {
        String name = newName();
        queues.add(name);

        QueueInfo declared = management.declareQueue(QueueDeclaration.of(name)
                .type(QueueDeclaration.Type.QUORUM)
                .argument("x-max-length", 1_000L)
                .argument("x-overflow", "reject-publish"));

        assertThat(declared.name()).isEqualTo(name);
        assertThat(declared.type()).isEqualTo("quorum");
        assertThat(declared.durable()).isTrue();
        assertThat(declared.exclusive()).isFalse();
        assertThat(declared.arguments()).containsEntry("x-overflow", "reject-publish");
        assertThat(declared.virtualHost()).isEqualTo("/");
        assertThat(declared.replicas()).hasSize(1);
        assertThat(declared.messageCount()).isZero();
        send(RabbitMqAddress.queue(name), "carried").orThrow();
        await().untilAsserted(() ->
                assertThat(management.queue(name).orElseThrow().messageCount()).isEqualTo(1));
        assertThat(receive(name)).isEqualTo("carried");
    }

    @Test
    void exclusiveQueueIsSoAndIsDeletedWithItsConnection() {
        String name = newName();
        Connection other = container.connect(broker.uri()).awaitOpen();
        try (RabbitMqManagement its = RabbitMqManagement.open(other)) {
            QueueInfo declared = its.declareQueue(
                    QueueDeclaration.of(name).durable(false).exclusive(true).type(QueueDeclaration.Type.CLASSIC));
            assertThat(declared.exclusive()).isTrue();
            assertThat(declared.durable()).isFalse();
        }
        other.close();
        await().untilAsserted(() -> assertThat(management.queue(name)).isEmpty());
    }

    @Test
    void boundQueueGetsWhatIsRoutedToItUntilItIsUnbound() {
        String queue = declareQueue();
        String exchange = declareExchange(ExchangeDeclaration.DIRECT);
        Binding binding = Binding.toQueue(exchange, queue, "a key/with=all;of&it");
        String address = RabbitMqAddress.exchange(exchange, binding.key());

        assertThat(send(address, "before").status()).isEqualTo(SendOutcome.Status.RELEASED);
        management.bind(binding);
        send(address, "bound").orThrow();
        assertThat(receive(queue)).isEqualTo("bound");
        management.unbind(binding);
        assertThat(send(address, "after").status()).isEqualTo(SendOutcome.Status.RELEASED);
    }

    @Test
    void bindingWithArgumentsIsToldFromOneWithout() {
        String queue = declareQueue();
        String exchange = declareExchange(ExchangeDeclaration.HEADERS);
        Binding plain = Binding.toQueue(exchange, queue, "");
        Binding matching = plain.arguments(Map.of("x-match", "all", "colour", "red"));
        management.bind(matching);
        String address = RabbitMqAddress.exchange(exchange);
        Message red = Message.builder().property("colour", "red").body("red").build();

        try (Sender sender = connection.openSender(address)) {
            sender.send(red).await().orThrow();
            management.unbind(matching.arguments(Map.of("x-match", "all", "colour", "blue")));
            sender.send(red).await().orThrow();
            management.unbind(matching);
            assertThat(sender.send(red).await().status()).isEqualTo(SendOutcome.Status.RELEASED);
        }
    }

    @Test
    void exchangeIsBoundToAnExchange() {
        String queue = declareQueue();
        String first = declareExchange(ExchangeDeclaration.TOPIC);
        String second = declareExchange(ExchangeDeclaration.FANOUT);
        management.bind(Binding.toExchange(first, second, "orders.#"));
        management.bind(Binding.toQueue(second, queue, ""));

        send(RabbitMqAddress.exchange(first, "orders.new"), "twice routed").orThrow();

        assertThat(receive(queue)).isEqualTo("twice routed");
        management.unbind(Binding.toExchange(first, second, "orders.#"));
        assertThat(send(RabbitMqAddress.exchange(first, "orders.new"), "lost").status())
                .isEqualTo(SendOutcome.Status.RELEASED);
    }

    @Test
    void snippetOfTheReadmeRoutesAnOrder() {
        queues.add("orders");
        try (RabbitMqManagement rabbit = RabbitMqManagement.open(connection)) {
            rabbit.declareQueue(QueueDeclaration.of("orders").type(QueueDeclaration.Type.QUORUM));
            rabbit.bind(Binding.toQueue("amq.topic", "orders", "orders.#"));
        }
        Sender sender = connection.openSender(RabbitMqAddress.exchange("amq.topic", "orders.new"));
        sender.send(Message.of("order")).await().orThrow();
        sender.close();
        assertThat(receive("orders")).isEqualTo("order");
    }

    @Test
    void purgedQueueIsEmptyAndStays() {
        String queue = declareQueue();
        send(RabbitMqAddress.queue(queue), "one").orThrow();
        send(RabbitMqAddress.queue(queue), "two").orThrow();

        assertThat(management.purgeQueue(queue)).isEqualTo(2);
        await().untilAsserted(() ->
                assertThat(management.queue(queue).orElseThrow().messageCount()).isZero());
    }

    @Test
    void deletedQueueIsGone() {
        String queue = declareQueue();
        send(RabbitMqAddress.queue(queue), "one").orThrow();

        assertThat(management.deleteQueue(queue)).isEqualTo(1);
        assertThat(management.queue(queue)).isEmpty();
        assertThat(management.deleteQueue(queue)).isZero();
    }

    @Test
    void deletedExchangeIsGone() {
        String exchange = declareExchange(ExchangeDeclaration.DIRECT);
        management.deleteExchange(exchange);
        assertThatThrownBy(() -> connection
                        .openSender(RabbitMqAddress.exchange(exchange, "k"))
                        .awaitOpen())
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("amqp:not-found");
    }

    @Test
    void declaringAQueueWithOtherPropertiesIsAConflictInTheBrokersWords() {
        String queue = declareQueue();
        assertThatExceptionOfType(ManagementException.class)
                .isThrownBy(
                        () -> management.declareQueue(QueueDeclaration.of(queue).type(QueueDeclaration.Type.CLASSIC)))
                .withMessageContainingAll("PUT /queues/", "409", "x-queue-type")
                .satisfies(e -> assertThat(e.status()).isEqualTo(ManagementException.CONFLICT));
    }

    @Test
    void purgingWhatDoesNotExistIsNotFound() {
        assertThatExceptionOfType(ManagementException.class)
                .isThrownBy(() -> management.purgeQueue("missing"))
                .withMessageContainingAll("404", "missing")
                .satisfies(e -> assertThat(e.status()).isEqualTo(ManagementException.NOT_FOUND));
    }

    @Test
    void bindingToWhatDoesNotExistFails() {
        String exchange = declareExchange(ExchangeDeclaration.DIRECT);
        assertThatExceptionOfType(ManagementException.class)
                .isThrownBy(() -> management.bind(Binding.toQueue(exchange, "missing", "k")))
                .withMessageContainingAll("no queue", "missing");
    }

    @Test
    void requestWithoutPermissionFailsWithTheBrokersWordsAndTheNextOneWorks() {
        Connection bobs = container
                .connect(ConnectionOptions.of(broker.host() + ":" + broker.port())
                        .user("bob")
                        .password("bob-secret"))
                .awaitOpen();
        try (RabbitMqManagement its = RabbitMqManagement.open(bobs, Duration.ofSeconds(60))) {
            assertThatThrownBy(() -> its.declareQueue(QueueDeclaration.of("not-for-bob")))
                    .isInstanceOf(LinkRefusedException.class)
                    .hasMessageContainingAll("PUT /queues/not-for-bob", "amqp:unauthorized-access", "bob");
            assertThat(its.queue("q1")).isPresent();
        }
        bobs.close();
    }

    @Test
    void manyRequestsAtOnceGetTheirOwnAnswers() throws Exception {
        List<CompletableFuture<QueueInfo>> declared = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String name = newName();
            queues.add(name);
            declared.add(management.declareQueueAsync(QueueDeclaration.of(name).type(QueueDeclaration.Type.CLASSIC)));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(declared.get(i).get(60, TimeUnit.SECONDS).name()).isEqualTo(queues.get(i));
        }
    }

    @Test
    void requestThatTheNodeDoesNotKnowFails() {
        assertThatThrownBy(() -> management.client().request(ManagementRequest.http("GET", "/nothing-like-this")))
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("amqp:internal-error");
        assertThat(management.queue("missing")).isEmpty();
    }
}
