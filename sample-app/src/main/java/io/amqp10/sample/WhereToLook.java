package io.amqp10.sample;

import io.amqp10.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says, when all is started, where the page is and which broker is used. */
@Component
final class WhereToLook {

    private static final Logger log = LoggerFactory.getLogger(WhereToLook.class);

    private final ObjectProvider<EmbeddedBroker> broker;
    private final Connection connection;

    WhereToLook(ObjectProvider<EmbeddedBroker> broker, Connection connection) {
        this.broker = broker;
        this.connection = connection;
    }

    @EventListener
    void onReady(ApplicationReadyEvent ready) {
        EmbeddedBroker embedded = broker.getIfAvailable();
        log.info(
                "Orders go to {}",
                embedded == null
                        ? "the broker at " + connection.remoteAddress()
                        : "the embedded broker at " + embedded.url() + ", journal in " + embedded.directory());
        log.info(
                "Place some at http://localhost:{}/",
                ready.getApplicationContext().getEnvironment().getProperty("local.server.port"));
    }
}
