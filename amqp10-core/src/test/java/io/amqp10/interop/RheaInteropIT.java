package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.testkit.ForeignProgram;
import io.amqp10.testkit.FreePorts;
import io.amqp10.testkit.Rhea;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.Source;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our client with a server on rhea. */
final class RheaInteropIT implements RheaExchange {

    private static final int PORT = FreePorts.next();

    private static ForeignProgram server;
    private static Container container;
    private static Connection connection;

    @BeforeAll
    static void start() {
        server = Rhea.require().startServer(PORT);
        container = Container.create("rhea-interop");
        connection =
                container.connect("amqp://alice:alice-secret@127.0.0.1:" + PORT).awaitOpen();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            container.close();
            server.close();
            assertThat(server.lines()).hasSize(1);
        }
    }

    /** Its server answers with the source that it has understood. */
    @Test
    void outcomesThatTheSourceIsAskedForAreUnderstood() {
        List<Symbol> asked = List.of(Symbol.of("amqp:accepted:list"), Symbol.of("amqp:rejected:list"));
        Rejected rejected = new Rejected(ErrorCondition.of(AmqpError.NOT_FOUND, "nobody took it"));
        try (Receiver receiver = connection
                .openReceiver(ReceiverOptions.of("outcomes").outcomes(asked).defaultOutcome(Released.INSTANCE))
                .awaitOpen()) {
            Source source = Objects.requireNonNull(receiver.remoteSource());
            assertThat(source.outcomes()).isEqualTo(asked);
            assertThat(source.defaultOutcome()).isEqualTo(Released.INSTANCE);
        }
        try (Receiver receiver = connection
                .openReceiver(ReceiverOptions.of("outcomes").outcomes(List.of()).defaultOutcome(rejected))
                .awaitOpen()) {
            Source source = Objects.requireNonNull(receiver.remoteSource());
            assertThat(source.outcomes()).isEmpty();
            assertThat(source.defaultOutcome()).isEqualTo(rejected);
        }
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public String uri() {
        return "amqp://127.0.0.1:" + PORT;
    }
}
