package io.amqp10.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.Receiver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

final class EmbeddedBrokerTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private EmbeddedBroker broker;

    @BeforeEach
    void start() {
        broker = new EmbeddedBroker(directory, 0);
        broker.start();
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

    @Test
    void messageOutlivesTheBroker() throws IOException {
        send("orders", "kept");
        broker.close();
        broker = new EmbeddedBroker(directory, 0);
        broker.start();

        assertThat(receive("orders")).isEqualTo("kept");
    }

    @Test
    void brokerComesBackOnTheSamePort() {
        String url = broker.url();
        broker.stop();
        broker.stop();
        assertThat(broker.isRunning()).isFalse();
        broker.start();
        broker.start();

        assertThat(broker.isRunning()).isTrue();
        assertThat(broker.url()).isEqualTo(url);
        send("orders", "still here");
        assertThat(receive("orders")).isEqualTo("still here");
    }

    @Test
    void rejectedMessageGoesToTheDeadLetters() {
        send("orders", "bad");
        try (Container container = Container.create();
                Connection connection = container.connect(broker.url())) {
            Delivery delivery =
                    Objects.requireNonNull(connection.openReceiver("orders").receive(Duration.ofSeconds(60)));
            delivery.reject(null);
        }

        assertThat(receive(EmbeddedBroker.DEAD_LETTERS)).isEqualTo("bad");
    }

    @Test
    void deadLetterThatIsRejectedIsNotPutBack() {
        send(EmbeddedBroker.DEAD_LETTERS, "bad");
        try (Container container = Container.create();
                Connection connection = container.connect(broker.url())) {
            Receiver receiver = connection.openReceiver(EmbeddedBroker.DEAD_LETTERS);
            Objects.requireNonNull(receiver.receive(Duration.ofSeconds(60))).reject(null);
            // what comes after shows that the rejected one would have come by now
            send(EmbeddedBroker.DEAD_LETTERS, "next");
            Delivery next = Objects.requireNonNull(receiver.receive(Duration.ofSeconds(60)));
            assertThat(next.message().bodyAsString()).isEqualTo("next");
            next.accept();
        }
    }

    @Test
    void secondBrokerInTheSameDirectoryIsRefusedAtOnce() {
        assertThatThrownBy(() -> new EmbeddedBroker(directory, 0))
                .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, refused -> {
                    assertThat(refused.getName()).isEqualTo("sample.broker.directory");
                    assertThat(refused.getReason()).startsWith("Another application uses it.");
                });
    }

    private void send(String address, String text) {
        try (Container container = Container.create();
                Connection connection = container.connect(ConnectionOptions.of(broker.url()))) {
            Message message = Message.builder().durable(true).body(text).build();
            connection.openSender(address).send(message).await().orThrow();
        }
    }

    private String receive(String address) {
        try (Container container = Container.create();
                Connection connection = container.connect(broker.url())) {
            Delivery delivery =
                    Objects.requireNonNull(connection.openReceiver(address).receive(Duration.ofSeconds(60)));
            delivery.accept();
            return delivery.message().bodyAsString();
        }
    }
}
