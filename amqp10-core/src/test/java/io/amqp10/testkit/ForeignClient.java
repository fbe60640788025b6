package io.amqp10.testkit;

import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Delivery;
import org.apache.qpid.protonj2.client.DeliveryState;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.SenderOptions;
import org.apache.qpid.protonj2.client.exceptions.ClientException;

/**
 * ProtonJ2's client, with which the kit tests itself and which fills and empties queues where our own client must not
 * have had a hand in it.
 */
final class ForeignClient implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;

    private final Client client = Client.create();
    private final Connection connection;

    private ForeignClient(int port, ConnectionOptions options) throws ClientException {
        options.reconnectEnabled(false).openTimeout(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        connection = client.connect(options.sslEnabled() ? "localhost" : "127.0.0.1", port, options);
        try {
            connection.openFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (Exception e) {
            client.close();
            throw new IllegalStateException("cannot connect to " + port + ": " + e.getMessage(), e);
        }
    }

    static ForeignClient connect(int port) throws ClientException {
        return connect(port, passwords(ArtemisBroker.USER, ArtemisBroker.PASSWORD));
    }

    static ForeignClient connect(int port, ConnectionOptions options) throws ClientException {
        return new ForeignClient(port, options);
    }

    static ConnectionOptions passwords(String user, String password, String... mechanisms) {
        ConnectionOptions options = new ConnectionOptions().user(user).password(password);
        for (String mechanism : mechanisms) {
            options.saslOptions().addAllowedMechanism(mechanism);
        }
        return options;
    }

    static ConnectionOptions anonymous() {
        ConnectionOptions options = new ConnectionOptions();
        options.saslOptions().addAllowedMechanism("ANONYMOUS");
        return options;
    }

    static ConnectionOptions trusting(ConnectionOptions options) {
        TlsMaterial tls = TlsMaterial.get();
        options.sslOptions()
                .sslEnabled(true)
                .trustStoreLocation(tls.trustStore().toString())
                .trustStorePassword(TlsMaterial.PASSWORD)
                .trustStoreType("PKCS12");
        return options;
    }

    static ConnectionOptions certified(TlsMaterial.Identity identity) {
        ConnectionOptions options = trusting(new ConnectionOptions());
        options.saslOptions().addAllowedMechanism("EXTERNAL");
        options.sslOptions()
                .keyStoreLocation(TlsMaterial.get().keyStore(identity).toString())
                .keyStorePassword(TlsMaterial.PASSWORD)
                .keyStoreType("PKCS12");
        return options;
    }

    /** Sends durable text messages, each awaited; returns how many were accepted. */
    int send(String address, String... bodies) throws ClientException {
        return send(address, true, new SenderOptions(), bodies);
    }

    int send(String address, boolean durable, SenderOptions options, String... bodies) throws ClientException {
        int accepted = 0;
        try (Sender sender = connection.openSender(address, options)) {
            for (String body : bodies) {
                DeliveryState state = sender.send(Message.create(body).durable(durable))
                        .awaitSettlement(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .remoteState();
                if (state != null && state.isAccepted()) {
                    accepted++;
                }
            }
        }
        return accepted;
    }

    /** Receives and accepts one text message; fails if none comes. */
    String receive(String address) throws ClientException {
        try (Receiver receiver = connection.openReceiver(address)) {
            Delivery delivery = receiver.receive(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (delivery == null) {
                throw new AssertionError("nothing came from " + address);
            }
            delivery.accept();
            return String.valueOf(delivery.<Object>message().body());
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
