package io.amqp10.sample;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Lets the page switch the embedded broker off and on, to show that nothing gets lost. */
@RestController
@RequestMapping("/broker")
final class BrokerController {

    private final @Nullable EmbeddedBroker broker;
    private final String address;

    BrokerController(ObjectProvider<EmbeddedBroker> broker, SampleProperties properties) {
        this.broker = broker.getIfAvailable();
        this.address = properties.address();
    }

    /**
     * Where the broker stands.
     *
     * @param embedded whether it is the one inside this application
     * @param running whether it runs; true of others, as nobody knows
     * @param url where to connect to, null of others
     * @param address where orders go there
     */
    record BrokerState(
            boolean embedded, boolean running, @Nullable String url, String address) {}

    /**
     * What is wished for.
     *
     * @param running whether it shall run
     */
    record Wish(boolean running) {}

    @GetMapping
    BrokerState state() {
        return broker == null
                ? new BrokerState(false, true, null, address)
                : new BrokerState(true, broker.isRunning(), broker.url(), address);
    }

    @PutMapping
    BrokerState change(@RequestBody Wish wish) {
        if (broker == null) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "The broker is not part of this application.");
        }
        if (wish.running()) {
            broker.start();
        } else {
            broker.stop();
        }
        return state();
    }
}
