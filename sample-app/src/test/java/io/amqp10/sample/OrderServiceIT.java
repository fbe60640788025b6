package io.amqp10.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.Sender;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@OrderServiceTest
final class OrderServiceIT {

    @LocalServerPort
    private int port;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private EmbeddedBroker broker;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private JsonMapper json;

    @SuppressWarnings("NullAway.Init")
    private OrderClient client;

    @BeforeEach
    void connect() {
        client = new OrderClient(port);
    }

    @Test
    void everyOrderIsProcessedOnceAndEveryPoisonedOneRejected() {
        client.awaitHealth("UP");
        client.awaitIdle();
        long sentBefore = client.count("amqp10.send", "accepted");
        long acceptedBefore = client.count("amqp10.receive", "accepted");
        long rejectedBefore = client.count("amqp10.receive", "rejected");
        List<UUID> orders = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            orders.add(client.place(i % 10 == 0 ? "Poison" : "Coffee", 1 + i % 5));
        }

        client.awaitCounts(orders, Map.of(OrderStatus.DONE, 180L, OrderStatus.DEAD_LETTERED, 20L));
        // an order is done a moment before its delivery is accepted, and the broker's answer may come even later
        await().atMost(OrderClient.PATIENCE).untilAsserted(() -> {
            assertThat(client.orders(orders)).allSatisfy(order -> {
                assertThat(order.sendOutcome()).isEqualTo("accepted");
                assertThat(order.deliveries()).isEqualTo(1);
                assertThat(order.reason())
                        .isEqualTo(order.status() == OrderStatus.DONE ? null : "Poison is not sold here.");
            });
            // what the last order of another test brought about may be counted now too
            assertThat(client.count("amqp10.send", "accepted") - sentBefore).isGreaterThanOrEqualTo(200);
            assertThat(client.count("amqp10.receive", "accepted") - acceptedBefore)
                    .isGreaterThanOrEqualTo(180);
            assertThat(client.count("amqp10.receive", "rejected") - rejectedBefore)
                    .isGreaterThanOrEqualTo(20);
        });
        try (Container container = Container.create();
                Connection connection = container.connect(broker.url())) {
            for (String queue : List.of("orders", EmbeddedBroker.DEAD_LETTERS)) {
                Receiver receiver = connection.openReceiver(queue).awaitOpen();
                receiver.drain().join();
                assertThat(receiver.queued()).as("left in %s", queue).isZero();
                receiver.close();
            }
        }
    }

    @Test
    void orderThatIsSentTwiceIsProcessedOnce() {
        Order order = new Order(UUID.randomUUID(), "Tea", 1, Instant.now());
        Message message = Message.builder()
                .durable(true)
                .contentType("application/json")
                .body(json.writeValueAsBytes(order))
                .build();
        try (Container container = Container.create();
                Connection connection = container.connect(broker.url());
                Sender sender = connection.openSender("orders")) {
            sender.send(message).await().orThrow();
            client.awaitCounts(List.of(order.id()), Map.of(OrderStatus.DONE, 1L));
            sender.send(message).await().orThrow();
        }

        await().atMost(OrderClient.PATIENCE).untilAsserted(() -> assertThat(client.orders(List.of(order.id())))
                .singleElement()
                .satisfies(tracked -> {
                    assertThat(tracked.deliveries()).isEqualTo(2);
                    assertThat(tracked.status()).isEqualTo(OrderStatus.DONE);
                }));
    }

    @Test
    void invalidOrderIsRefusedWithAMessageForEachField() {
        ResponseEntity<JsonNode> answer = client.post("{\"item\": \" \", \"quantity\": 0}");

        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
        JsonNode errors = Objects.requireNonNull(answer.getBody()).get("errors");
        assertThat(errors.get("item").asString()).isEqualTo("Say what you would like.");
        assertThat(errors.get("quantity").asString()).isEqualTo("At least 1.");
    }

    @Test
    void unreadableOrderIsRefused() {
        ResponseEntity<JsonNode> answer = client.post("{\"item\": \"Tea\", \"quantity\": \"many\"}");

        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
        assertThat(Objects.requireNonNull(answer.getBody()).get("detail").asString())
                .isNotBlank();
    }

    @Test
    void healthShowsConnectionListenersAndLinks() {
        client.awaitHealth("UP");
        client.awaitCounts(List.of(client.place("Tea", 1)), Map.of(OrderStatus.DONE, 1L));

        await().atMost(OrderClient.PATIENCE).untilAsserted(this::assertThatHealthShowsAll);
    }

    private void assertThatHealthShowsAll() {
        JsonNode details =
                Objects.requireNonNull(client.get("/actuator/health").getBody()).at("/components/amqp10/details");
        assertThat(details.at("/connection/state").asString()).isEqualTo("OPEN");
        assertThat(details.get("listeners").valueStream().map(listener -> listener.get("id")
                        .asString()))
                .containsExactlyInAnyOrder("workers", "dead-letters");
        assertThat(details.get("links")
                        .valueStream()
                        .map(link -> link.get("address").asString()
                                + ' '
                                + link.get("role").asString()
                                + ' '
                                + link.get("state").asString()))
                .containsExactlyInAnyOrder("orders sender OPEN", "orders receiver OPEN", "DLQ receiver OPEN");
    }

    @Test
    void oneOrderCanBeLookedUp() {
        UUID id = client.place("Tea", 3);

        assertThat(Objects.requireNonNull(client.get("/orders/" + id).getBody())
                        .get("item")
                        .asString())
                .isEqualTo("Tea");
        assertThat(client.get("/orders/" + UUID.randomUUID()).getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
    }
}
