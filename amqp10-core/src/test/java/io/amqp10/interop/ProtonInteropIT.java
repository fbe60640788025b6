package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Message;
import io.amqp10.Sender;
import io.amqp10.TlsOptions;
import io.amqp10.testkit.ForeignProgram;
import io.amqp10.testkit.FreePorts;
import io.amqp10.testkit.ProtonPython;
import io.amqp10.testkit.TlsMaterial;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our client with a server on Qpid Proton. */
final class ProtonInteropIT implements ServerExchange {

    private static final int PORT = FreePorts.next();

    private static ForeignProgram server;
    private static Container container;
    private static Connection connection;

    @BeforeAll
    static void start() {
        server = ProtonPython.require().startServer(PORT);
        container = Container.create("proton-interop");
        connection = container.connect("127.0.0.1:" + PORT).awaitOpen();
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
    public List<Message> bodies() {
        return Bodies.typed();
    }

    @Test
    void receiverOfTheTutorialThatListensTakesWhatWeSend() {
        int port = FreePorts.next();
        try (ForeignProgram receiver = ProtonPython.require().start("direct_receive", String.valueOf(port), "2")) {
            receiver.awaitLine("LISTENING");
            try (Connection direct = container.connect("127.0.0.1:" + port);
                    Sender sender = direct.openSender("any")) {
                sender.send(Message.of("Hello World!")).await().orThrow();
                sender.send(Message.of("Bye")).await().orThrow();
            }
            assertThat(receiver.awaitSuccess()).endsWith("Hello World!", "Bye");
        }
    }

    @Test
    void tlsOfOpenSslIsSpoken() {
        TlsMaterial tls = TlsMaterial.get();
        int port = FreePorts.next();
        try (ForeignProgram secured = ProtonPython.require()
                        .startServer(
                                port,
                                "--cert",
                                tls.certificate(TlsMaterial.Identity.SERVER).toString(),
                                "--key",
                                tls.privateKey(TlsMaterial.Identity.SERVER).toString());
                Connection direct = container.connect(ConnectionOptions.of("amqps://localhost:" + port)
                        .tls(TlsOptions.DEFAULT.sslContext(tls.sslContext(null))));
                Sender sender = direct.openSender("any")) {
            sender.send(Message.of(new byte[1_000_000])).await().orThrow();
            assertThat(secured.lines()).hasSize(1);
        }
    }
}
