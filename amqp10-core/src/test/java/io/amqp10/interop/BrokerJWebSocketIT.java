package io.amqp10.interop;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.BrokerJ;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** All that is done with a broker, over a WebSocket of Jetty's. */
final class BrokerJWebSocketIT implements BrokerExchange {

    private static BrokerJ broker;
    private static Container container;
    private static Connection connection;

    @BeforeAll
    static void start() {
        broker = BrokerJ.startedWithWebSockets();
        container = Container.create("broker-j-websocket");
        connection = container
                .connect(ConnectionOptions.of("amqpws://127.0.0.1:" + broker.webSocketPort())
                        .user(ArtemisBroker.USER)
                        .password(ArtemisBroker.PASSWORD))
                .awaitOpen();
    }

    @AfterAll
    static void stop() {
        container.close();
        broker.close();
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public BrokerJ broker() {
        return broker;
    }
}
