package io.amqp10.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;

@OrderServiceTest
final class BrokerOutageIT {

    @LocalServerPort
    private int port;

    @Test
    void noOrderIsLostWhenTheBrokerIsAway() {
        OrderClient client = new OrderClient(port);
        client.awaitHealth("UP");
        List<UUID> orders = new ArrayList<>();

        place(client, orders);
        assertThat(brokerIsRunning(client, false)).isFalse();
        client.awaitHealth("DOWN");
        assertThat(client.get("/actuator/health").getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        place(client, orders);
        assertThat(client.counts(orders.subList(50, 100))).isEqualTo(Map.of(OrderStatus.PLACED, 50L));
        assertThat(brokerIsRunning(client, true)).isTrue();

        client.awaitHealth("UP");
        client.awaitCounts(orders, Map.of(OrderStatus.DONE, 90L, OrderStatus.DEAD_LETTERED, 10L));
    }

    private static void place(OrderClient client, List<UUID> orders) {
        for (int i = 0; i < 50; i++) {
            orders.add(client.place(i % 10 == 0 ? "Poison" : "Coffee", 1));
        }
    }

    private static boolean brokerIsRunning(OrderClient client, boolean wish) {
        return Objects.requireNonNull(client.switchBroker(wish).getBody())
                .get("running")
                .asBoolean();
    }
}
