package io.amqp10.benchmarks.client;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.TlsOptions;
import org.jspecify.annotations.Nullable;

/** What our clients have in common: a container and a connection of it. */
abstract class OneConnection implements ClientUnderTest {

    private final Container container = Container.create();
    private @Nullable Connection connection;

    @Override
    public void connect(Target target) throws Exception {
        connection = container.connect(options(target)).awaitOpen();
    }

    /** Returns what every connection to a target has, TLS included. */
    static ConnectionOptions options(Target target) throws Exception {
        ConnectionOptions options =
                ConnectionOptions.of((target.tls() ? "amqps" : "amqp") + "://127.0.0.1:" + target.port());
        return target.tls() ? options.tls(TlsOptions.DEFAULT.sslContext(Tls.client(target.trustStore()))) : options;
    }

    Container container() {
        return container;
    }

    Connection connected() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    @Override
    public void close() {
        container.close();
    }
}
