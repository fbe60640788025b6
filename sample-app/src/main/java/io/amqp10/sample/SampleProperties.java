package io.amqp10.sample;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The sample's own settings.
 *
 * @param address address that orders are sent to
 * @param deadLetterAddress address where the broker puts rejected orders, empty if it has none
 * @param processingTime how long a worker takes for an order
 * @param broker the broker inside
 */
@ConfigurationProperties("sample")
record SampleProperties(
        @DefaultValue("orders") String address,
        @DefaultValue("") String deadLetterAddress,
        @DefaultValue("800ms") Duration processingTime,
        @DefaultValue Broker broker) {

    /**
     * The broker that runs inside this application.
     *
     * @param directory where it keeps its journal
     * @param port port that it listens on, on 127.0.0.1; 0 takes a free one
     */
    record Broker(
            @DefaultValue("target/artemis") Path directory,
            @DefaultValue("0") int port) {}
}
