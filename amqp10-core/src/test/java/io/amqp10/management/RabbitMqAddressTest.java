package io.amqp10.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class RabbitMqAddressTest {

    @Test
    void namesOfUnreservedCharactersStayAsTheyAre() {
        assertThat(RabbitMqAddress.queue("Orders-1_a.b~c")).isEqualTo("/queues/Orders-1_a.b~c");
        assertThat(RabbitMqAddress.exchange("amq.direct", "key")).isEqualTo("/exchanges/amq.direct/key");
    }

    @Test
    void allOtherOctetsArePercentEncoded() {
        assertThat(RabbitMqAddress.queue("a/b c%+;=&")).isEqualTo("/queues/a%2Fb%20c%25%2B%3B%3D%26");
        assertThat(RabbitMqAddress.exchange("ü", "€\uD83D\uDE00")).isEqualTo("/exchanges/%C3%BC/%E2%82%AC%F0%9F%98%80");
    }

    @Test
    void keyMayBeEmptyNamesMayNot() {
        assertThat(RabbitMqAddress.exchange("e")).isEqualTo("/exchanges/e");
        assertThat(RabbitMqAddress.exchange("e", "")).isEqualTo("/exchanges/e/");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RabbitMqAddress.queue(""))
                .withMessageContaining("queue");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RabbitMqAddress.exchange(""))
                .withMessageContaining("exchange");
    }

    @Test
    void bindingIsNamedByItsEncodedParts() {
        assertThat(Binding.toQueue("e;1", "q/1", "k=1").path())
                .isEqualTo("/bindings/src=e%3B1;dstq=q%2F1;key=k%3D1;args=");
        assertThat(Binding.toExchange("e", "f", "").arguments(Map.of("a", 1)).query())
                .isEqualTo("/bindings?src=e&dste=f&key=");
    }
}
