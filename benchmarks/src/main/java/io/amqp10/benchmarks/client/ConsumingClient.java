package io.amqp10.benchmarks.client;

import io.amqp10.BodyConsumer;
import io.amqp10.Delivery;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Ours with a consumer of bodies, which counts their octets and forgets them, as the raw socket does. */
final class ConsumingClient extends OneConnection {

    private final byte[] body;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    ConsumingClient(Load load) {
        body = Bodies.ofSize(load.bodyBytes());
    }

    @Override
    public void receive(String address, Meter meter) throws Exception {
        Meter.Part handled = meter.part();
        Receiver receiver = connected()
                .openReceiver(ReceiverOptions.of(address)
                        .creditWindow(CREDIT_WINDOW)
                        .bodyConsumer(delivery -> new Counting())
                        .handler(new MessagingHandler() {
                            @Override
                            public void onMessage(Delivery delivery) {
                                if (!(delivery.bodyConsumer() instanceof Counting counted)
                                        || counted.octets != body.length) {
                                    failure.completeExceptionally(
                                            new IllegalStateException("not the body that was sent"));
                                }
                                handled.completed(1);
                            }
                        }))
                .awaitOpen();
        while (!meter.isStopped()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        failure.getNow(null);
        receiver.close();
    }

    @Override
    public void send(String address, boolean settled, Meter meter) {
        throw new UnsupportedOperationException("this client only receives");
    }

    private static final class Counting implements BodyConsumer {

        private int octets;

        @Override
        public void onOctets(ByteBuffer part) {
            octets += part.remaining();
        }
    }
}
