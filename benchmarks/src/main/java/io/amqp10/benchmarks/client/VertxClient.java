package io.amqp10.benchmarks.client;

import io.vertx.amqp.AmqpClient;
import io.vertx.amqp.AmqpClientOptions;
import io.vertx.amqp.AmqpConnection;
import io.vertx.amqp.AmqpMessage;
import io.vertx.amqp.AmqpReceiver;
import io.vertx.amqp.AmqpReceiverOptions;
import io.vertx.amqp.AmqpSender;
import io.vertx.amqp.AmqpSenderOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.TrustOptions;
import io.vertx.proton.ProtonQoS;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The application's code runs on the connection's event loop, where this client is at its best, or on a thread of its own. */
final class VertxClient implements ClientUnderTest {

    private final byte[] body;
    private final int maxInFlight;
    private final boolean onLoop;
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private @Nullable AmqpClient client;
    private @Nullable AmqpConnection connection;

    VertxClient(Load load, boolean onLoop) {
        body = Bodies.ofSize(load.bodyBytes());
        maxInFlight = ClientUnderTest.maxInFlight(load.bodyBytes());
        this.onLoop = onLoop;
    }

    @Override
    public void connect(Target target) throws Exception {
        AmqpClientOptions options = new AmqpClientOptions().setHost("127.0.0.1").setPort(target.port());
        if (target.tls()) {
            options.setSsl(true).setTrustOptions(TrustOptions.wrap(Tls.trust(target.trustStore())));
        }
        AmqpClient created = AmqpClient.create(vertx, options);
        client = created;
        connection = onLoop(created::connect);
    }

    /** Calls on the event loop and waits for the result. */
    private <T> T onLoop(Callable<Future<T>> call) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.runOnContext(nothing -> {
            try {
                call.call().onComplete(done -> {
                    if (done.succeeded()) {
                        result.complete(done.result());
                    } else {
                        result.completeExceptionally(done.cause());
                    }
                });
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(30, TimeUnit.SECONDS);
    }

    private AmqpConnection connected() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    private AmqpSender sender(String address, boolean settled) throws Exception {
        AmqpSenderOptions options = new AmqpSenderOptions().addCapability("queue");
        AmqpSender sender = onLoop(() -> connected().createSender(address, options));
        if (settled) {
            sender.unwrap().setQoS(ProtonQoS.AT_MOST_ONCE);
        }
        return sender;
    }

    private AmqpReceiver receiver(String address) throws Exception {
        AmqpReceiverOptions options =
                new AmqpReceiverOptions().addCapability("queue").setMaxBufferedMessages(CREDIT_WINDOW);
        return onLoop(() -> connected().createReceiver(address, options));
    }

    private AmqpMessage message() {
        return message(body);
    }

    private static AmqpMessage message(byte[] body) {
        return AmqpMessage.create().withBufferAsBody(Buffer.buffer(body)).build();
    }

    @Override
    public void send(String address, boolean settled, Meter meter) throws Exception {
        AmqpSender sender = sender(address, settled);
        // From other threads this client's queue has no limit that settled messages would be held up by.
        if (onLoop || settled) {
            Pump pump = new Pump(sender, settled, meter);
            loop.runOnContext(nothing -> pump.pump());
            pump.done.get();
        } else {
            sendFromHere(sender, meter);
        }
        onLoop(sender::close);
    }

    private void sendFromHere(AmqpSender sender, Meter meter) throws Exception {
        Semaphore room = new Semaphore(maxInFlight);
        CompletableFuture<Void> failure = new CompletableFuture<>();
        while (!meter.isStopped()) {
            room.acquire();
            sender.sendWithAck(message()).onComplete(done -> {
                if (done.failed()) {
                    failure.completeExceptionally(done.cause());
                }
                meter.completed(1);
                room.release();
            });
            meter.sent(1);
        }
        if (!room.tryAcquire(maxInFlight, 60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("outcomes are missing");
        }
        failure.getNow(null);
    }

    /** Sends on the event loop while there is room, and again when half of what was sent has its outcome. */
    private final class Pump {

        final CompletableFuture<Void> done = new CompletableFuture<>();
        private final AmqpSender sender;
        private final boolean settled;
        private final Meter meter;
        private int inFlight;

        Pump(AmqpSender sender, boolean settled, Meter meter) {
            this.sender = sender;
            this.settled = settled;
            this.meter = meter;
        }

        void pump() {
            while (inFlight < maxInFlight && !sender.writeQueueFull() && !meter.isStopped()) {
                meter.sent(1);
                if (settled) {
                    sender.send(message());
                    meter.completed(1);
                } else {
                    inFlight++;
                    sender.sendWithAck(message()).onComplete(outcome -> {
                        inFlight--;
                        if (outcome.failed()) {
                            done.completeExceptionally(outcome.cause());
                        }
                        meter.completed(1);
                        if (inFlight == maxInFlight / 2 || inFlight == 0) {
                            pump();
                        }
                    });
                }
            }
            if (meter.isStopped()) {
                if (inFlight == 0) {
                    done.complete(null);
                }
            } else if (sender.writeQueueFull()) {
                sender.drainHandler(nothing -> pump());
            }
        }
    }

    @Override
    public void receive(String address, Meter meter) throws Exception {
        AmqpReceiver receiver = receiver(address);
        CompletableFuture<Void> failure = new CompletableFuture<>();
        loop.runOnContext(nothing -> receiver.handler(message -> {
            try {
                Bodies.checkSize(message.bodyAsBinary().length(), body);
                meter.completed(1);
            } catch (RuntimeException e) {
                failure.completeExceptionally(e);
            }
        }));
        while (!meter.isStopped()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        failure.getNow(null);
        onLoop(receiver::close);
    }

    @Override
    public void sendAndReceive(String address, String replyAddress, Meter meter) throws Exception {
        AmqpReceiver receiver = receiver(replyAddress);
        AmqpSender sender = sender(address, false);
        CompletableFuture<Void> done = new CompletableFuture<>();
        int[] inFlight = new int[1];
        loop.runOnContext(nothing -> {
            receiver.handler(message -> {
                Bodies.checkSize(message.bodyAsBinary().length(), body);
                meter.completed(1);
                if (!meter.isStopped()) {
                    sender.send(message());
                    meter.sent(1);
                } else if (--inFlight[0] == 0) {
                    done.complete(null);
                }
            });
            while (inFlight[0] < TO_AND_FRO) {
                inFlight[0]++;
                sender.send(message());
                meter.sent(1);
            }
        });
        done.get();
        onLoop(sender::close);
        onLoop(receiver::close);
    }

    @Override
    public void paced(String address, String replyAddress, Pace pace, Meter meter) throws Exception {
        AmqpReceiver receiver = receiver(replyAddress);
        AmqpSender sender = sender(address, false);
        loop.runOnContext(nothing -> receiver.handler(
                message -> meter.latency(Pace.nanosSince(message.bodyAsBinary().getBytes()))));
        while (!meter.isStopped()) {
            long due = pace.next();
            meter.sent(1);
            sender.send(message(Pace.stamped(body, due)));
        }
        meter.awaitCompleted();
        onLoop(sender::close);
        onLoop(receiver::close);
    }

    @Override
    public void request(String address, String replyAddress, Meter meter) throws Exception {
        AmqpReceiver receiver = receiver(replyAddress);
        AmqpSender sender = sender(address, false);
        CompletableFuture<Void> done = new CompletableFuture<>();
        long[] start = new long[1];
        loop.runOnContext(nothing -> {
            receiver.handler(reply -> {
                try {
                    Bodies.checkSize(reply.bodyAsBinary().length(), body);
                } catch (RuntimeException e) {
                    done.completeExceptionally(e);
                }
                long now = System.nanoTime();
                meter.latency(now - start[0]);
                if (meter.isStopped()) {
                    done.complete(null);
                } else {
                    start[0] = now;
                    sendRequest(sender, replyAddress, meter);
                }
            });
            start[0] = System.nanoTime();
            sendRequest(sender, replyAddress, meter);
        });
        done.get();
        onLoop(sender::close);
        onLoop(receiver::close);
    }

    private void sendRequest(AmqpSender sender, String replyAddress, Meter meter) {
        sender.send(AmqpMessage.create()
                .withBufferAsBody(Buffer.buffer(body))
                .replyTo(replyAddress)
                .build());
        meter.sent(1);
    }

    @Override
    public void close() {
        Future<Void> closed = client == null ? Future.succeededFuture() : client.close();
        closed.eventually(vertx::close)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
