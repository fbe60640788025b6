package io.amqp10.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

/** The order service as its REST clients see it. */
final class OrderClient {

    /** More than Awaitility has: what comes, comes soon, and on a machine that is busy it is still no failure. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private final RestClient http;

    OrderClient(int port) {
        this.http = RestClient.builder()
                .baseUrl("http://127.0.0.1:" + port)
                // the caller looks at the status
                .defaultStatusHandler(HttpStatusCode::isError, (request, response) -> {})
                .build();
    }

    UUID place(String item, int quantity) {
        ResponseEntity<TrackedOrder> answer = http.post()
                .uri("/orders")
                .contentType(MediaType.APPLICATION_JSON)
                .body(new NewOrder(item, quantity))
                .retrieve()
                .toEntity(TrackedOrder.class);
        TrackedOrder placed = Objects.requireNonNull(answer.getBody());
        assertThat(answer.getStatusCode().value()).isEqualTo(201);
        assertThat(answer.getHeaders().getLocation()).hasToString("/orders/" + placed.id());
        return placed.id();
    }

    ResponseEntity<JsonNode> post(String json) {
        return http.post()
                .uri("/orders")
                .contentType(MediaType.APPLICATION_JSON)
                .body(json)
                .retrieve()
                .toEntity(JsonNode.class);
    }

    ResponseEntity<JsonNode> get(String path) {
        return http.get()
                .uri(path)
                .accept(MediaType.APPLICATION_JSON)
                .retrieve()
                .toEntity(JsonNode.class);
    }

    ResponseEntity<JsonNode> switchBroker(boolean running) {
        return http.put()
                .uri("/broker")
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("running", running))
                .retrieve()
                .toEntity(JsonNode.class);
    }

    /** Returns how often a meter of the address of orders counted an outcome. */
    long count(String meter, String outcome) {
        ResponseEntity<JsonNode> answer =
                get("/actuator/metrics/" + meter + "?tag=address:orders&tag=outcome:" + outcome);
        if (answer.getStatusCode().isError()) {
            return 0; // there is no such meter before the first
        }
        return Objects.requireNonNull(answer.getBody())
                .at("/measurements/0/value")
                .asLong();
    }

    List<TrackedOrder> orders(Collection<UUID> ids) {
        List<TrackedOrder> all = Objects.requireNonNull(
                http.get().uri("/orders").retrieve().body(new ParameterizedTypeReference<List<TrackedOrder>>() {}));
        return all.stream().filter(order -> ids.contains(order.id())).toList();
    }

    Map<OrderStatus, Long> counts(Collection<UUID> ids) {
        return orders(ids).stream().collect(Collectors.groupingBy(TrackedOrder::status, Collectors.counting()));
    }

    void awaitCounts(Collection<UUID> ids, Map<OrderStatus, Long> expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(counts(ids)).isEqualTo(expected));
    }

    /** Waits until no listener works with anything. */
    void awaitIdle() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode health = Objects.requireNonNull(get("/actuator/health").getBody());
            assertThat(health.at("/components/amqp10/details/listeners").valueStream())
                    .as("%s", health)
                    .hasSize(2)
                    .allMatch(listener -> listener.get("unfinished").asInt() == 0);
        });
    }

    void awaitHealth(String status) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode health = Objects.requireNonNull(get("/actuator/health").getBody());
            assertThat(health.at("/components/amqp10/status").asString())
                    .as("%s", health)
                    .isEqualTo(status);
            assertThat(health.at("/status").asString()).isEqualTo(status);
        });
    }
}
