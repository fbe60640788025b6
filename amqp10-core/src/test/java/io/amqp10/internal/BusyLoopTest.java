package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.LifecycleState;
import io.amqp10.Listener;
import io.amqp10.Sender;
import io.amqp10.Session;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is not to fail because a machine has no time for an event loop, which is not the peer's fault. */
@Timeout(600)
class BusyLoopTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    @Test
    void closingIsWaitedForThoughItTakesLongerThanAPeerMay() {
        try (Container server = Container.create("server");
                Container client = Container.create("client")) {
            Listener listener = server.listen("amqp://127.0.0.1:0");
            LiveConnection connection = (LiveConnection)
                    client.connect(ConnectionOptions.of(listener.uri()).closeTimeout(Duration.ofMillis(1)));
            Sender sender = connection.awaitOpen(SOON).openSender("a").awaitOpen(SOON);
            Session session = sender.session();

            connection.loop().execute(BusyLoopTest::work);
            sender.close();
            connection.loop().execute(BusyLoopTest::work);
            session.close();
            connection.loop().execute(BusyLoopTest::work);
            connection.close();

            assertThat(sender.state()).isEqualTo(LifecycleState.CLOSED);
            assertThat(session.state()).isEqualTo(LifecycleState.CLOSED);
            assertThat(connection.state()).isEqualTo(LifecycleState.CLOSED);
        }
    }

    private static void work() {
        LockSupport.parkNanos(BUSY_NANOS);
    }
}
