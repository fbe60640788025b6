package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.amqp10.types.Symbol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What code of the application may do on the threads that call it, and what its faults may not do to others. */
@Timeout(600)
class HandlerThreadTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private Container server;
    private Container client;

    @BeforeEach
    void create() {
        server = Container.create("server");
        client = Container.create("client");
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static MessagingHandler accepting() {
        return new MessagingHandler() {};
    }

    @Test
    void handlerMayWaitForFuturesOfTheSameConnection() {
        CompletableFuture<List<Object>> done = new CompletableFuture<>();
        Listener listener = server.listen("amqp://127.0.0.1:0", accepting());
        client.connect(ConnectionOptions.of(listener.uri()).handler(new MessagingHandler() {
            @Override
            public void onConnectionOpened(Connection connection) {
                try {
                    List<Object> seen = new ArrayList<>();
                    Sender sender = connection.openSender("a");
                    seen.add(sender.opened().get(60, TimeUnit.SECONDS).address());
                    seen.add(sender.sendAsync(Message.of("1")).join().status());
                    seen.add(sender.send(Message.of("2"))
                            .settlement()
                            .thenApply(SendOutcome::status)
                            .thenCompose(CompletableFuture::completedFuture)
                            .get());
                    done.complete(seen);
                } catch (Exception e) {
                    done.completeExceptionally(e);
                }
            }
        }));

        assertThat(done)
                .succeedsWithin(SOON)
                .isEqualTo(List.of("a", SendOutcome.Status.ACCEPTED, SendOutcome.Status.ACCEPTED));
    }

    @Test
    void handlerThatWaitsForADeliveryThatComesAfterItIsToldSo() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0", accepting());
        Connection connection = client.connect(listener.uri()).awaitOpen(SOON);
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        // a handler, and not what hangs on a future, which may be done already when it is hung there
        connection.openReceiver(ReceiverOptions.of("a").handler(new MessagingHandler() {
            @Override
            public void onReceiverOpened(Receiver opened) {
                try {
                    told.completeExceptionally(new AssertionError(
                            "it came: " + opened.receiveAsync().get(60, TimeUnit.SECONDS)));
                } catch (Exception e) {
                    told.complete(e);
                }
            }
        }));

        assertThat(told.get(60, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void handlerMayWaitForWhatItDerivesOfSeveralFutures() {
        CompletableFuture<List<Object>> done = new CompletableFuture<>();
        ExecutorService other = Executors.newSingleThreadExecutor();
        Listener listener = server.listen("amqp://127.0.0.1:0", accepting());
        client.connect(ConnectionOptions.of(listener.uri()).handler(new MessagingHandler() {
            @Override
            public void onConnectionOpened(Connection connection) {
                try {
                    Sender a = connection.openSender("a");
                    Sender b = connection.openSender(SenderOptions.of("b").executor(other));
                    List<Object> seen = new ArrayList<>();
                    seen.add(a.sendAsync(Message.of("1"))
                            .thenCompose(outcome -> b.sendAsync(Message.of("2")))
                            .thenCompose(outcome -> a.sendAsync(Message.of("3")))
                            .join()
                            .status());
                    seen.add(b.sendAsync(Message.of("4"))
                            .thenCompose(outcome -> a.sendAsync(Message.of("5")))
                            .get(60, TimeUnit.SECONDS)
                            .status());
                    seen.add(a.sendAsync(Message.of("6"))
                            .thenCombine(a.sendAsync(Message.of("7")), (first, second) -> second)
                            .get()
                            .status());
                    seen.add(a.sendAsync(Message.of("8"))
                            .thenApplyAsync(SendOutcome::status)
                            .join());
                    done.complete(seen);
                } catch (Throwable e) {
                    done.completeExceptionally(e);
                }
            }
        }));
        try {
            assertThat(done).succeedsWithin(SOON).isEqualTo(Collections.nCopies(4, SendOutcome.Status.ACCEPTED));
        } finally {
            other.shutdown();
        }
    }

    @Test
    void handlerThatWaitsForClosingThatBeginsAfterItIsToldSo() {
        List<Throwable> told = new CopyOnWriteArrayList<>();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .linkAcceptor(request -> request.accept(ReceiverOptions.of("").handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        Receiver receiver = delivery.receiver();
                        told.add(catchThrowable(() -> receiver.detachAsync().join()));
                        told.add(catchThrowable(() -> receiver.closeAsync().get(10, TimeUnit.SECONDS)));
                        told.add(catchThrowable(
                                () -> receiver.session().closeAsync().get()));
                        told.add(catchThrowable(() -> receiver.connection()
                                .closeAsync()
                                .thenApply(nothing -> 1)
                                .join()));
                    }
                }))));
        Connection connection =
                client.connect(ConnectionOptions.of(listener.uri()).reconnect(ReconnectOptions.OFF));
        Sender sender = connection.openSender("a");

        assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);

        await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);
        assertThat(told).hasSize(4).allSatisfy(error -> assertThat(error)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("when the handler has returned"));
    }

    @Test
    void linksWaitForTheirGateEvenIfTheExecutorIsFullForAMomentOrRunsTasksAtOnce() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0", accepting());
        ExecutorService threads = Executors.newCachedThreadPool();
        AtomicInteger tasks = new AtomicInteger();
        Executor fullAtFirst = task -> {
            if (tasks.incrementAndGet() < 3) {
                throw new RejectedExecutionException("no thread is free");
            }
            threads.execute(task);
        };
        try {
            for (Executor executor : List.of(fullAtFirst, (Executor) Runnable::run)) {
                CompletableFuture<String> gateThread = new CompletableFuture<>();
                try (Container strained =
                        Container.create(ContainerOptions.of("strained").executor(executor))) {
                    Sender sender = strained.connect(
                                    ConnectionOptions.of(listener.uri()).linkGate(connection -> {
                                        gateThread.complete(
                                                Thread.currentThread().getName());
                                        return CompletableFuture.completedFuture(null);
                                    }))
                            .openSender("a");

                    sender.awaitOpen(SOON);
                    assertThat(gateThread.get(60, TimeUnit.SECONDS)).doesNotContain("amqp10-io");
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void tasksThatAreDueDoNotWaitForEachOther() {
        CompletableFuture<String> second = new CompletableFuture<>();
        CompletableFuture<String> first = new CompletableFuture<>();

        client.schedule(
                Duration.ZERO,
                () -> first.complete(second.orTimeout(60, TimeUnit.SECONDS).join()));
        client.schedule(Duration.ofMillis(1), () -> second.complete("done"));

        assertThat(first).succeedsWithin(SOON).isEqualTo("done");
    }

    @Test
    void taskThatIsDueRunsOnNoEventLoopAndOutlivesAFullExecutor() throws Exception {
        AtomicInteger tasks = new AtomicInteger();
        CompletableFuture<String> thread = new CompletableFuture<>();
        try (Container strained =
                Container.create(ContainerOptions.of("strained").executor(task -> {
                    if (tasks.incrementAndGet() < 3) {
                        throw new RejectedExecutionException("no thread is free");
                    }
                    task.run();
                }))) {
            strained.schedule(
                    Duration.ZERO, () -> thread.complete(Thread.currentThread().getName()));

            assertThat(thread.get(60, TimeUnit.SECONDS)).doesNotContain("amqp10-io");
        }
        assertThat(tasks).hasValue(3);
    }

    @Test
    void executorThatIsFullForAMomentStopsNobodyForEver() throws Exception {
        AtomicInteger refusals = new AtomicInteger();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Container strained =
                Container.create(ContainerOptions.of("strained").executor(task -> {
                    if (refusals.incrementAndGet() % 3 != 0) {
                        throw new RejectedExecutionException("no thread is free");
                    }
                    threads.execute(task);
                }))) {
            Listener listener = strained.listen("amqp://127.0.0.1:0", accepting());
            Sender sender = client.connect(listener.uri()).openSender("a");

            for (int i = 0; i < 5; i++) {
                assertThat(sender.send(Message.of(i)).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void collectorOfMetersThatThrowsBreaksNothing() {
        MetricsCollector faulty = new MetricsCollector() {
            @Override
            public void connectionState(Connection connection, LifecycleState from, LifecycleState to) {
                throw new IllegalStateException("a fault of the collector");
            }

            @Override
            public void linkState(Link link, LifecycleState from, LifecycleState to) {
                throw new IllegalStateException("a fault of the collector");
            }

            @Override
            public void received(Receiver receiver, long bytes) {
                throw new IllegalStateException("a fault of the collector");
            }

            @Override
            public void handled(Receiver receiver, SendOutcome.Status outcome, long nanos) {
                throw new IllegalStateException("a fault of the collector");
            }

            @Override
            public void sent(Sender sender, long bytes) {
                throw new IllegalStateException("a fault of the collector");
            }

            @Override
            public void settled(Sender sender, SendOutcome.Status outcome, long nanos) {
                throw new IllegalStateException("a fault of the collector");
            }
        };
        try (Container receiving =
                        Container.create(ContainerOptions.of("receiving").metrics(faulty));
                Container sending =
                        Container.create(ContainerOptions.of("sending").metrics(faulty))) {
            Listener listener = receiving.listen("amqp://127.0.0.1:0", accepting());
            Sender sender = sending.connect(listener.uri()).openSender("a");

            assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        }
    }

    @Test
    void acceptorThatFailsRefusesTheLink() {
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0").linkAcceptor(request -> {
            throw new AssertionError("a fault of the acceptor");
        }));

        Sender sender = client.connect(ConnectionOptions.of(listener.uri()).reconnect(ReconnectOptions.OFF))
                .openSender("a");

        assertThatThrownBy(() -> sender.awaitOpen(SOON))
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("amqp:internal-error");
    }

    @Test
    void valuesWithoutAnAmqpTypeAreRefusedWhereTheyAreGiven() throws Exception {
        Map<Symbol, Object> wrong = Map.of(Symbol.of("x-opt-wrong"), List.of(new StringBuilder()));
        BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .linkAcceptor(request ->
                        request.accept(ReceiverOptions.of("").autoAccept(false).handler(new MessagingHandler() {
                            @Override
                            public void onMessage(Delivery delivery) {
                                deliveries.add(delivery);
                            }
                        }))));
        Connection connection =
                client.connect(ConnectionOptions.of(listener.uri()).reconnect(ReconnectOptions.OFF));
        Tracker tracker = connection.openSender("a").send(Message.of("x"));
        Delivery delivery = deliveries.poll(60, TimeUnit.SECONDS);
        assertThat(delivery).isNotNull();

        assertThatThrownBy(() -> delivery.modify(true, false, wrong)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> connection.openSender(SenderOptions.of("a").properties(wrong)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> connection.openReceiver(ReceiverOptions.of("a").properties(wrong)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        client.connect(ConnectionOptions.of(listener.uri()).properties(wrong)))
                .isInstanceOf(IllegalArgumentException.class);

        delivery.accept();
        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
    }

    @Test
    void roomInTheQueueIsNeverMissedByAThreadThatWaits() {
        Listener listener = server.listen("amqp://127.0.0.1:0", accepting());
        Sender sender = client.connect(listener.uri())
                .openSender(SenderOptions.of("a").maxQueued(1).sendTimeout(SOON));
        sender.awaitOpen(SOON);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 5_000; i++) {
                sender.send(Message.of(i));
            }
        });
        while (!waiting.isDone()) {
            CompletableFuture<SendOutcome> ignored = sender.sendAsync(Message.of("in between"));
            assertThat(ignored).isNotNull();
            Thread.yield(); // else this thread could take each room that the other one was woken for
        }

        assertThat(waiting).isCompleted();
    }
}
