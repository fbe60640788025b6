package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blocking calls hold no carrier of virtual threads: many more of them can wait than there are processors. */
@Timeout(900)
class VirtualThreadsTest {

    private static final Duration SOON = Duration.ofSeconds(120);
    private static final int MANY = 2_000;

    private final Container server = Container.create("server");
    private final Container client = Container.create("client");
    private final BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
    private Method startVirtualThread;
    private Connection connection;

    @BeforeEach
    void connect() {
        Optional<Method> start = Arrays.stream(Thread.class.getMethods())
                .filter(method -> method.getName().equals("startVirtualThread"))
                .findAny();
        assumeTrue(start.isPresent(), "this JDK, " + Runtime.version() + ", has no virtual threads; 21 and newer have");
        startVirtualThread = start.orElseThrow();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .linkAcceptor(request -> {
                    if ("full".equals(request.address())) {
                        request.accept(ReceiverOptions.of("full").creditWindow(0));
                    } else {
                        request.accept();
                    }
                })
                .handler(new MessagingHandler() {
                    @Override
                    public void onSenderOpened(Sender sender) {
                        senders.add(sender);
                    }

                    @Override
                    public void onReceiverOpened(Receiver receiver) {
                        receivers.add(receiver);
                    }
                }));
        connection = client.connect(listener.uri()).awaitOpen(SOON);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private CompletableFuture<Void> onVirtualThread(Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Runnable reporting = () -> {
            try {
                work.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        };
        try {
            startVirtualThread.invoke(null, reporting);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        return done;
    }

    /** Has many wait at once, shows that others still run, and lets those go that wait. */
    private void waitTogether(Runnable waiting, Runnable release) throws Exception {
        AtomicInteger begun = new AtomicInteger();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            all.add(onVirtualThread(() -> {
                begun.incrementAndGet();
                waiting.run();
            }));
        }
        await().atMost(SOON).until(() -> begun.get() == MANY);
        assertThat(all.stream().filter(CompletableFuture::isDone).count()).isLessThan(MANY / 2);

        onVirtualThread(() -> connection
                        .openSender("free")
                        .send(Message.of("the others wait"))
                        .await(SOON)
                        .orThrow())
                .get(120, TimeUnit.SECONDS);
        onVirtualThread(release).get(120, TimeUnit.SECONDS);
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(120, TimeUnit.SECONDS);
    }

    @Test
    void manyWaitForMessages() throws Exception {
        Receiver receiver = connection.openReceiver("a").awaitOpen(SOON);
        Sender sender = Objects.requireNonNull(senders.poll(60, TimeUnit.SECONDS));

        waitTogether(() -> Objects.requireNonNull(receiver.receive(SOON)).accept(), () -> {
            List<Tracker> sent = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                sent.add(sender.send(Message.of(i), SOON));
            }
            sent.forEach(tracker -> tracker.await(SOON).orThrow());
        });
    }

    @Test
    void manyWaitForRoomAndForOutcomes() throws Exception {
        Sender sender =
                connection.openSender(SenderOptions.of("full").maxQueued(1)).awaitOpen(SOON);
        Receiver receiver = Objects.requireNonNull(receivers.poll(60, TimeUnit.SECONDS));

        waitTogether(() -> sender.send(Message.of("m"), SOON).await(SOON).orThrow(), () -> receiver.addCredit(MANY));
    }
}
