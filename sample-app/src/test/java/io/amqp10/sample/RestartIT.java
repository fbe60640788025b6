package io.amqp10.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

final class RestartIT {

    @Test
    void acceptedOrdersAreProcessedAfterARestart() {
        Path directory = OrderServiceTest.EmptyBroker.directory();
        List<UUID> orders = new ArrayList<>();
        try (ConfigurableApplicationContext first = start(directory, "--amqp10.listener.auto-startup=false")) {
            OrderClient client = client(first);
            for (int i = 0; i < 20; i++) {
                orders.add(client.place("Coffee", 1));
            }
            await().atMost(OrderClient.PATIENCE).untilAsserted(() -> assertThat(client.orders(orders))
                    .allSatisfy(order -> assertThat(order.sendOutcome()).isEqualTo("accepted")));
        }

        try (ConfigurableApplicationContext second = start(directory)) {
            client(second).awaitCounts(orders, Map.of(OrderStatus.DONE, 20L));
        }
    }

    @Test
    void otherBrokerIsUsedIfItsUrlIsGiven() throws Exception {
        try (EmbeddedBroker other = new EmbeddedBroker(OrderServiceTest.EmptyBroker.directory(), 0)) {
            other.start();
            Path unused = OrderServiceTest.EmptyBroker.directory();
            try (ConfigurableApplicationContext application =
                    start(unused, "--amqp10.url=" + other.url(), "--sample.address=drinks")) {
                OrderClient client = client(application);
                UUID coffee = client.place("Coffee", 1);
                UUID poison = client.place("Poison", 1);

                client.awaitCounts(
                        List.of(coffee, poison), Map.of(OrderStatus.DONE, 1L, OrderStatus.DEAD_LETTERED, 1L));
                assertThat(application.getBeansOfType(EmbeddedBroker.class)).isEmpty();
                assertThat(unused).isEmptyDirectory();
                JsonNode broker = Objects.requireNonNull(client.get("/broker").getBody());
                assertThat(broker.get("embedded").asBoolean()).isFalse();
                assertThat(broker.get("address").asString()).isEqualTo("drinks");
                assertThat(client.switchBroker(false).getStatusCode().value()).isEqualTo(409);
            }
        }
    }

    private static ConfigurableApplicationContext start(Path directory, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("--server.port=0", "--sample.broker.directory=" + directory, "--sample.processing-time=5ms"));
        arguments.addAll(List.of(more));
        return new SpringApplicationBuilder(SampleApplication.class).run(arguments.toArray(String[]::new));
    }

    private static OrderClient client(ConfigurableApplicationContext application) {
        return new OrderClient(
                Objects.requireNonNull(application.getEnvironment().getProperty("local.server.port", Integer.class)));
    }
}
