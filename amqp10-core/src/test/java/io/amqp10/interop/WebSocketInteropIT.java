package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LinkAcceptor;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.TlsOptions;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.TlsMaterial;
import io.amqp10.testkit.TlsMaterial.Identity;
import io.amqp10.types.Role;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Client;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that is done with a broker, over a WebSocket; and another engine's client that comes to us over one. */
final class WebSocketInteropIT implements BrokerExchange {

    private static ArtemisBroker broker;
    private static Container container;
    private static Connection connection;

    @BeforeAll
    static void start() {
        broker = ArtemisBroker.started();
        container = Container.create("websocket-interop");
        connection = container
                .connect(ConnectionOptions.of("amqpws://127.0.0.1:" + broker.port())
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
    public ArtemisBroker broker() {
        return broker;
    }

    @Test
    void webSocketInsideTls() {
        Connection secure = container
                .connect(ConnectionOptions.of("amqpwss://127.0.0.1:" + broker.tlsPort())
                        .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(null)))
                        .user(ArtemisBroker.USER)
                        .password(ArtemisBroker.PASSWORD))
                .awaitOpen();
        String queue = newQueue();
        try (Sender sender = secure.openSender(queue);
                Receiver receiver = secure.openReceiver(queue)) {
            sender.send(Message.of("over wss")).await().orThrow();
            Delivery delivery = MessageExchange.next(receiver);
            delivery.accept();
            assertThat(delivery.message().body()).isEqualTo("over wss");
        }
        secure.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void clientOfAnotherEngineSendsToOurListenerAndReceivesFromIt(boolean tls) throws Exception {
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        LinkAcceptor acceptor = request -> {
            if (request.localRole() == Role.SENDER) {
                request.accept(SenderOptions.of("out").handler(new MessagingHandler() {
                    @Override
                    public void onSenderOpened(Sender sender) {
                        sender.send(Message.of("to you"));
                    }
                }));
            } else {
                request.accept();
            }
        };
        byte[] body = new byte[300_000];
        Arrays.fill(body, (byte) 7);
        try (Listener listener = container.listen(ListenOptions.of((tls ? "amqpwss" : "amqpws") + "://127.0.0.1:0/amqp")
                        .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(Identity.SERVER)))
                        .linkAcceptor(acceptor)
                        .handler(new MessagingHandler() {
                            @Override
                            public void onMessage(Delivery delivery) {
                                received.add(delivery.message());
                            }
                        }));
                Client client = Client.create()) {
            var options = new org.apache.qpid.protonj2.client.ConnectionOptions();
            options.transportOptions().useWebSockets(true).webSocketPath("/amqp");
            if (tls) {
                options.sslEnabled(true)
                        .sslOptions()
                        .trustStoreLocation(TlsMaterial.get().trustStore().toString())
                        .trustStorePassword(TlsMaterial.PASSWORD);
            }
            try (var proton = client.connect("127.0.0.1", listener.port(), options)) {
                proton.openSender("in")
                        .send(org.apache.qpid.protonj2.client.Message.create(body))
                        .awaitAccepted(60, TimeUnit.SECONDS);
                assertThat(Objects.requireNonNull(received.poll(60, TimeUnit.SECONDS))
                                .bodyAsBytes())
                        .isEqualTo(body);
                var delivery = proton.openReceiver("out").receive(60, TimeUnit.SECONDS);
                assertThat(delivery.message().body()).isEqualTo("to you");
            }
        }
    }
}
