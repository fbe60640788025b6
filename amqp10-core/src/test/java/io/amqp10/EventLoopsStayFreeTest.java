package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Looks all the time at what the I/O threads do: none may wait in code of ours, but for a lock that is free in a moment. */
@Timeout(600)
class EventLoopsStayFreeTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 20;
    private static final int LOOKS = 25;

    /** Where a thread waits, and in how many looks in a row it did. */
    private record Seen(String place, int looks) {}

    /** Finds an I/O thread that was seen waiting at the same place of ours in each of so many looks in a row. */
    private static final class Watch extends Thread {

        final AtomicReference<String> found = new AtomicReference<>();
        final CountDownLatch looked = new CountDownLatch(1);
        private final Map<Thread, Seen> waiting = new HashMap<>();
        private final CountDownLatch stop = new CountDownLatch(1);

        @Override
        public void run() {
            try {
                while (!stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    Thread.getAllStackTraces().forEach(this::look);
                    looked.countDown();
                }
            } catch (InterruptedException e) {
                found.set("the watch was interrupted");
            }
        }

        private void look(Thread thread, StackTraceElement[] stack) {
            boolean waits = thread.getName().startsWith("amqp10-io")
                    && thread.getState() != Thread.State.RUNNABLE
                    && Arrays.stream(stack)
                            .anyMatch(frame -> frame.getClassName().startsWith("io.amqp10."))
                    // which another thread runs meanwhile
                    && Arrays.stream(stack).noneMatch(frame -> "lendTo".equals(frame.getMethodName()));
            if (!waits) {
                waiting.remove(thread);
                return;
            }
            String place = Arrays.toString(stack);
            Seen before = waiting.get(thread);
            Seen now = new Seen(place, before != null && before.place().equals(place) ? before.looks() + 1 : 1);
            waiting.put(thread, now);
            if (now.looks() >= LOOKS) {
                found.compareAndSet(null, thread.getName() + " waits in " + place);
            }
        }
    }

    @Test
    void noIoThreadWaitsWhileHandlersAndCallersDo() throws Exception {
        Watch watch = new Watch();
        watch.start();
        CountDownLatch hold = new CountDownLatch(1);
        try (Container server = Container.create("server");
                Container client = Container.create("client")) {
            Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
                @Override
                public void onMessage(Delivery delivery) {
                    try {
                        hold.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }

                @Override
                public void onSendable(Sender sender) {
                    sender.trySend(Message.of("for the receiver"));
                }
            });
            Connection connection = client.connect(listener.uri()).awaitOpen(SOON);
            Receiver receiver = connection.openReceiver("b");
            assertThat(receiver.receive(SOON)).isNotNull();
            Sender sender = connection.openSender(SenderOptions.of("a").maxQueued(1));
            Thread blocked = new Thread(() -> {
                for (int i = 0; i < 200; i++) {
                    sender.send(Message.of(i), SOON);
                }
            });
            blocked.start();
            watch.looked.await();
            assertThat(receiver.receive(Duration.ofMillis(LOOK_MILLIS * LOOKS * 2)))
                    .isNotEqualTo(this);

            hold.countDown();
            blocked.join();
            receiver.close();
            sender.close();
            connection.close();
        } finally {
            hold.countDown();
            watch.stop.countDown();
            watch.join();
        }

        assertThat(watch.found.get()).isNull();
    }
}
