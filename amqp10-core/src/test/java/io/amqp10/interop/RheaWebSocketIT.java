package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.testkit.ForeignProgram;
import io.amqp10.testkit.FreePorts;
import io.amqp10.testkit.Rhea;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Our client with a server on rhea, over a WebSocket. */
final class RheaWebSocketIT implements RheaExchange {

    private static final int PORT = FreePorts.next();

    private static ForeignProgram server;
    private static Container container;
    private static Connection connection;

    @BeforeAll
    static void start() {
        server = Rhea.requireWebSockets().startServer(PORT, "--websocket");
        container = Container.create("rhea-websocket");
        connection = container
                .connect("amqpws://alice:alice-secret@127.0.0.1:" + PORT)
                .awaitOpen();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            container.close();
            server.close();
            assertThat(server.lines()).hasSize(1);
        }
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public String uri() {
        return "amqpws://127.0.0.1:" + PORT;
    }
}
