package io.amqp10.benchmarks.client;

import io.amqp10.Delivery;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Ours: sends from an application thread with a future for each outcome, receives with a handler, requests blockingly. */
final class Amqp10Client extends OneConnection {

    private static final long END_SECONDS = 60;

    /** What the bodies are that it sends. */
    enum Payload {
        /** An array. */
        OCTETS,
        /** A string. */
        TEXT,
        /** A buffer outside of the heap, such as the raw socket has. */
        DIRECT
    }

    private final byte[] body;
    private final Payload payload;
    private final String text;
    private final ByteBuffer direct;
    private final int links;
    private final Load load;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final List<Object> unsettled = new ArrayList<>();
    private @Nullable Crowd crowd;

    /**
     * Makes a client.
     *
     * @param load how much it does
     * @param payload what it sends
     */
    Amqp10Client(Load load, Payload payload) {
        body = Bodies.ofSize(load.bodyBytes());
        this.payload = payload;
        text = payload == Payload.TEXT ? Bodies.text(body) : "";
        direct = payload == Payload.DIRECT
                ? ByteBuffer.allocateDirect(body.length).put(body).flip()
                : ByteBuffer.allocate(0);
        links = load.links();
        this.load = load;
    }

    @Override
    public void connect(Target target) throws Exception {
        super.connect(target);
        if (load.connections() > 0) {
            crowd = Crowd.connect(container(), options(target), load);
        }
    }

    @Override
    public void send(String address, boolean settled, Meter meter) throws Exception {
        if (crowd != null) {
            crowd.send(address, body, meter);
            return;
        }
        leaveUnsettled(true);
        SenderOptions options = SenderOptions.of(address)
                .guarantee(settled ? DeliveryGuarantee.AT_MOST_ONCE : DeliveryGuarantee.AT_LEAST_ONCE);
        List<Sender> senders = new ArrayList<>();
        for (int link = 0; link < links; link++) {
            senders.add(connected().openSender(options).awaitOpen());
        }
        if (settled) {
            for (int link = 0; !meter.isStopped(); link = next(link)) {
                senders.get(link).send(message());
                meter.sent(1);
                meter.completed(1);
            }
        } else {
            sendUnsettled(senders, meter);
        }
        senders.forEach(Sender::close);
    }

    private int next(int link) {
        return link + 1 == links ? 0 : link + 1;
    }

    private Message message() {
        return switch (payload) {
            case OCTETS -> Message.of(body);
            case TEXT -> Message.of(text);
            case DIRECT -> Message.builder().dataBody(direct).build();
        };
    }

    /** Sends messages that have no outcome, or receives some that are not settled, as many as the load says. */
    private void leaveUnsettled(boolean sending) throws InterruptedException {
        if (load.unsettled() == 0) {
            return;
        }
        if (sending) {
            Sender sender = connected().openSender("hold").awaitOpen();
            for (int i = 0; i < load.unsettled(); i++) {
                unsettled.add(sender.send(Message.of(body)));
            }
            while (sender.queued() > 0) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            // The server insists on delivery-ids in order, and counts none of these among those that it settles.
            TimeUnit.MILLISECONDS.sleep(100);
        } else {
            Receiver receiver = connected()
                    .openReceiver(ReceiverOptions.of("source/" + body.length).creditWindow(0))
                    .awaitOpen();
            receiver.addCredit(load.unsettled());
            for (int i = 0; i < load.unsettled(); i++) {
                unsettled.add(receiver.receive());
            }
        }
    }

    /** Returns what bounds the messages under way, or null if only the peer's credit does. */
    private @Nullable Semaphore room() {
        if (payload == Payload.TEXT) {
            // As many as in the client through Spring, with which this is compared.
            return new Semaphore(SenderOptions.DEFAULT_MAX_QUEUED);
        }
        if (load.underWay() > 0) {
            return new Semaphore(load.underWay());
        }
        boolean large = (long) body.length * MAX_IN_FLIGHT > MAX_BYTES_IN_FLIGHT;
        return large ? new Semaphore(ClientUnderTest.maxInFlight(body.length)) : null;
    }

    private void sendUnsettled(List<Sender> senders, Meter meter) throws Exception {
        AtomicLong done = new AtomicLong();
        long sent = 0;
        Semaphore room = room();
        for (int link = 0; !meter.isStopped(); link = next(link)) {
            if (room != null) {
                room.acquire();
            }
            senders.get(link).send(message()).settlement().whenComplete((outcome, error) -> {
                if (error != null) {
                    failure.completeExceptionally(error);
                } else if (!outcome.isAccepted()) {
                    failure.completeExceptionally(new IllegalStateException("not accepted: " + outcome));
                }
                done.lazySet(done.getPlain() + 1);
                if (room != null) {
                    room.release();
                }
                meter.completed(1);
            });
            meter.sent(1);
            sent++;
        }
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        while (done.get() < sent) {
            if (System.nanoTime() > giveUpAt) {
                throw new IllegalStateException("outcomes are missing: " + (sent - done.get()));
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        failure.getNow(null);
    }

    @Override
    public void receive(String address, Meter meter) throws Exception {
        if (crowd != null) {
            crowd.receive(address, body, meter);
            return;
        }
        leaveUnsettled(false);
        List<Receiver> receivers = new ArrayList<>();
        for (int link = 0; link < links; link++) {
            Meter.Part part = meter.part();
            receivers.add(receiver(address, delivery -> {
                check(delivery);
                part.completed(1);
            }));
        }
        sleepUntilStopped(meter);
        receivers.forEach(Receiver::close);
    }

    private Receiver receiver(String address, Consumer<Delivery> onMessage) {
        MessagingHandler handler = new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                onMessage.accept(delivery);
            }
        };
        return connected()
                .openReceiver(
                        ReceiverOptions.of(address).creditWindow(CREDIT_WINDOW).handler(handler))
                .awaitOpen();
    }

    private void check(Delivery delivery) {
        int length = payload == Payload.TEXT
                ? delivery.message().bodyAsString().length()
                : delivery.message().bodyAsBytes().length;
        if (length != body.length) {
            failure.completeExceptionally(new IllegalStateException("not the body that was sent"));
        }
    }

    private void sleepUntilStopped(Meter meter) throws InterruptedException {
        while (!meter.isStopped()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        failure.getNow(null);
    }

    @Override
    public void sendAndReceive(String address, String replyAddress, Meter meter) throws Exception {
        Meter.Part handled = meter.part();
        CompletableFuture<Void> end = new CompletableFuture<>();
        long[] back = new long[1];
        AtomicLong sent = new AtomicLong(TO_AND_FRO);
        CompletableFuture<Sender> opened = new CompletableFuture<>();
        Receiver receiver = receiver(replyAddress, delivery -> {
            check(delivery);
            handled.completed(1);
            back[0]++;
            if (!meter.isStopped()) {
                opened.join().send(message());
                sent.lazySet(sent.getPlain() + 1);
                handled.sent(1);
            } else if (back[0] == sent.getPlain()) {
                end.complete(null);
            }
        });
        // After the receiver, so that there is credit for what comes back.
        Sender sender = connected().openSender(address).awaitOpen();
        opened.complete(sender);
        for (int i = 0; i < TO_AND_FRO; i++) {
            meter.sent(1);
            sender.send(message());
        }
        end.get();
        failure.getNow(null);
        sender.close();
        receiver.close();
    }

    @Override
    public void paced(String address, String replyAddress, Pace pace, Meter meter) throws Exception {
        Receiver receiver = receiver(
                replyAddress,
                delivery -> meter.latency(Pace.nanosSince(delivery.message().bodyAsBytes())));
        Sender sender = connected().openSender(address).awaitOpen();
        while (!meter.isStopped()) {
            long due = pace.next();
            meter.sent(1);
            sender.send(Message.of(Pace.stamped(body, due)));
        }
        meter.awaitCompleted();
        sender.close();
        receiver.close();
    }

    @Override
    public void request(String address, String replyAddress, Meter meter) {
        Receiver receiver = connected()
                .openReceiver(ReceiverOptions.of(replyAddress).creditWindow(CREDIT_WINDOW))
                .awaitOpen();
        Sender sender = connected().openSender(address).awaitOpen();
        while (!meter.isStopped()) {
            long start = System.nanoTime();
            sender.send(Message.builder().replyTo(replyAddress).body(body).build());
            meter.sent(1);
            Delivery reply = receiver.receive(Duration.ofSeconds(10));
            if (reply == null) {
                throw new IllegalStateException("no reply");
            }
            byte[] received = reply.message().bodyAsBytes();
            Bodies.checkSize(received.length, body);
            reply.accept();
            meter.latency(System.nanoTime() - start);
        }
        sender.close();
        receiver.close();
    }
}
