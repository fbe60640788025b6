package io.amqp10.benchmarks.client;

import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.Tracker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Ours in one of the ways that it can be used. */
final class WayClient extends OneConnection {

    private static final long END_SECONDS = 60;
    private static final Duration POLL = Duration.ofMillis(200);

    /** How messages are sent and received. */
    enum Way {
        /** A future for each message. */
        FUTURES,
        /** Events alone. */
        HANDLERS,
        /** Calls that wait, on platform threads. */
        PLATFORM_THREADS,
        /** Calls that wait, on virtual threads. */
        VIRTUAL_THREADS
    }

    private final byte[] body;
    private final Way way;
    private final int threads;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    /**
     * Makes a client.
     *
     * @param threads how many wait at a time
     */
    WayClient(Load load, Way way, int threads) {
        this.body = Bodies.ofSize(load.bodyBytes());
        this.way = way;
        this.threads = threads;
    }

    @Override
    public void send(String address, boolean settled, Meter meter) throws Exception {
        switch (way) {
            case FUTURES -> sendWithFutures(address, meter);
            case HANDLERS -> sendWithHandlers(address, meter);
            default -> sendBlocking(address, meter);
        }
        failure.getNow(null);
    }

    private void sendWithFutures(String address, Meter meter) throws InterruptedException {
        Sender sender = connected().openSender(address).awaitOpen();
        Semaphore room = new Semaphore(SenderOptions.DEFAULT_MAX_QUEUED);
        while (!meter.isStopped()) {
            room.acquire();
            sender.sendAsync(Message.of(body)).whenComplete((outcome, error) -> {
                if (error != null) {
                    failure.completeExceptionally(error);
                } else if (!outcome.isAccepted()) {
                    failure.completeExceptionally(new IllegalStateException("not accepted: " + outcome));
                }
                room.release();
                meter.completed(1);
            });
            meter.sent(1);
        }
        if (!room.tryAcquire(SenderOptions.DEFAULT_MAX_QUEUED, END_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("outcomes are missing");
        }
    }

    private void sendWithHandlers(String address, Meter meter) throws InterruptedException {
        AtomicLong sent = new AtomicLong();
        AtomicLong settled = new AtomicLong();
        AtomicLong accepted = new AtomicLong();
        MessagingHandler handler = new MessagingHandler() {
            @Override
            public void onSendable(Sender sender) {
                while (!meter.isStopped() && sender.trySend(Message.of(body)) != null) {
                    sent.lazySet(sent.getPlain() + 1);
                    meter.sent(1);
                }
            }

            @Override
            public void onAccepted(Tracker tracker) {
                accepted.lazySet(accepted.getPlain() + 1);
            }

            @Override
            public void onSettled(Tracker tracker) {
                settled.lazySet(settled.getPlain() + 1);
                meter.completed(1);
            }
        };
        connected().openSender(address, handler).awaitOpen();
        sleepUntilStopped(meter);
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        while (settled.get() < sent.get()) {
            if (System.nanoTime() > giveUpAt) {
                throw new IllegalStateException("outcomes are missing");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        if (accepted.get() < settled.get()) {
            throw new IllegalStateException("not accepted: " + (settled.get() - accepted.get()));
        }
    }

    private void sendBlocking(String address, Meter meter) throws InterruptedException {
        Sender sender = connected().openSender(address).awaitOpen();
        onThreads(meter, part -> {
            Tracker tracker = sender.send(Message.of(body));
            part.sent(1);
            tracker.await().orThrow();
            part.completed(1);
        });
    }

    @Override
    public void receive(String address, Meter meter) throws Exception {
        ReceiverOptions options = ReceiverOptions.of(address).creditWindow(CREDIT_WINDOW);
        if (way == Way.HANDLERS) {
            MessagingHandler handler = new MessagingHandler() {
                @Override
                public void onMessage(Delivery delivery) {
                    check(delivery);
                    meter.completed(1);
                }
            };
            Receiver receiver =
                    connected().openReceiver(options.handler(handler)).awaitOpen();
            sleepUntilStopped(meter);
            receiver.close();
        } else {
            Receiver receiver = connected().openReceiver(options).awaitOpen();
            if (way == Way.FUTURES) {
                CompletableFuture<Void> end = new CompletableFuture<>();
                receiveNext(receiver, meter, end);
                end.get();
            } else {
                receiveBlocking(receiver, meter);
            }
            receiver.close();
        }
        failure.getNow(null);
    }

    /** Takes what is there; where nothing is, goes on when something comes. */
    private void receiveNext(Receiver receiver, Meter meter, CompletableFuture<Void> end) {
        while (!meter.isStopped()) {
            CompletableFuture<Delivery> next = receiver.receiveAsync();
            if (!next.isDone()) {
                next.whenComplete((delivery, error) -> {
                    if (error != null) {
                        end.completeExceptionally(error);
                    } else {
                        accept(delivery, meter);
                        receiveNext(receiver, meter, end);
                    }
                });
                return;
            }
            accept(next.join(), meter);
        }
        end.complete(null);
    }

    private void accept(Delivery delivery, Meter meter) {
        check(delivery);
        delivery.accept();
        meter.completed(1);
    }

    private void receiveBlocking(Receiver receiver, Meter meter) throws InterruptedException {
        onThreads(meter, part -> {
            Delivery delivery = receiver.receive(POLL);
            if (delivery != null) {
                check(delivery);
                delivery.accept();
                part.completed(1);
            }
        });
    }

    /** Does the same again and again on all threads until the meter is stopped. */
    private void onThreads(Meter meter, Step step) throws InterruptedException {
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Meter.Part part = meter.part();
            Runnable work = () -> {
                try {
                    while (!meter.isStopped()) {
                        step.run(part);
                    }
                } catch (RuntimeException e) {
                    failure.completeExceptionally(e);
                }
            };
            started.add(way == Way.VIRTUAL_THREADS ? VirtualThreads.start(work) : platformThread(work));
        }
        for (Thread thread : started) {
            thread.join();
        }
    }

    private static Thread platformThread(Runnable work) {
        Thread thread = new Thread(work, "application");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** What a thread does with one message. */
    private interface Step {

        void run(Meter.Part part);
    }

    private void check(Delivery delivery) {
        if (delivery.message().bodyAsBytes().length != body.length) {
            failure.completeExceptionally(new IllegalStateException("not the body that was sent"));
        }
    }

    private static void sleepUntilStopped(Meter meter) throws InterruptedException {
        while (!meter.isStopped()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
