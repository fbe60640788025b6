package io.amqp10.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Message;
import io.amqp10.TimedOutException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replies at a peer without a relay, which ours always has. */
@Timeout(600)
class RepliesTest {

    private static final Duration PATIENT = Duration.ofMinutes(1);
    private static final Message REPLY = Message.of("hello");

    private QueueServer server;
    private Container container;
    private Connection connection;

    @BeforeEach
    void start() {
        server = new QueueServer();
        container = Container.create();
        connection = container.connect(ConnectionOptions.of(server.url())).awaitOpen(PATIENT);
    }

    @AfterEach
    void stop() {
        container.close();
        server.close();
    }

    private Replies replies(Duration timeout) {
        Connection relayless = (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("remoteOfferedCapabilities")) {
                        return List.of();
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw Objects.requireNonNull(e.getCause());
                    }
                });
        return new Replies(relayless, timeout);
    }

    @Test
    void addressThatGrantsNoCreditHoldsUpNoOther() {
        Replies replies = replies(Duration.ofSeconds(5));

        assertThatThrownBy(() -> replies.send("stuck", REPLY))
                .isInstanceOf(TimedOutException.class)
                .hasMessageContaining("no outcome");
        await().untilAsserted(() -> assertThat(server.hasReceivers()).isFalse());

        assertThat(replies.send("good", REPLY).isAccepted()).isTrue();
    }

    @Test
    void linkThatThePeerHasClosedIsMadeAnew() {
        Replies replies = replies(PATIENT);
        assertThat(replies.send("good", REPLY).isAccepted()).isTrue();

        server.closeReceivers();
        await().until(() -> !server.hasReceivers());

        // a reply may still meet the end of the link itself
        await().ignoreExceptionsInstanceOf(Amqp10Exception.class)
                .until(() -> replies.send("good", REPLY).isAccepted());
    }
}
