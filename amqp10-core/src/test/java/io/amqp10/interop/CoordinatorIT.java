package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.Tracker;
import io.amqp10.TransactionCoordinator;
import io.amqp10.testkit.ProtonPython;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Controllers of other engines with a container of ours that coordinates their transactions. */
final class CoordinatorIT {

    private static final int PATIENCE_SECONDS = 60;

    private final Container container = Container.create("coordinator");
    private final List<Object> taken = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Tracker> given = new LinkedBlockingQueue<>();
    private final BlockingQueue<Sender> gone = new LinkedBlockingQueue<>();
    private Listener listener;

    @BeforeEach
    void listen() {
        listener = container.listen(ListenOptions.of("127.0.0.1:0")
                .transactions(TransactionCoordinator.inMemory())
                .handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        taken.add(Objects.requireNonNull(delivery.message().body()));
                    }

                    @Override
                    public void onSenderOpened(Sender sender) {
                        given.add(sender.send(Message.of("work")));
                    }

                    @Override
                    public void onLinkClosed(io.amqp10.Link link) {
                        if (link instanceof Sender sender) {
                            gone.add(sender);
                        }
                    }
                }));
    }

    @AfterEach
    void close() {
        container.close();
    }

    private Tracker given() throws InterruptedException {
        return Objects.requireNonNull(given.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "nobody came to receive");
    }

    private List<String> move(String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "amqp://127.0.0.1:" + listener.port();
        arguments[1] = "in";
        arguments[2] = "out";
        System.arraycopy(more, 0, arguments, 3, more.length);
        return ProtonPython.require().start("transact", arguments).awaitSuccess();
    }

    @Test
    void whatProtonCommitsIsDone() throws Exception {
        assertThat(move("commit")).containsExactly("declared", "foreseen", "committed");

        assertThat(given().await()).isEqualTo(SendOutcome.ACCEPTED);
        await().untilAsserted(() -> assertThat(taken).containsExactly("work"));
    }

    @Test
    void whatProtonCommitsIsDoneThoughItsLinkWasClosedBefore() throws Exception {
        assertThat(move("commit", "--leave")).containsExactly("declared", "foreseen", "left", "committed");

        assertThat(given().await()).isEqualTo(SendOutcome.ACCEPTED);
        await().untilAsserted(() -> assertThat(taken).containsExactly("work"));
    }

    @Test
    void whatProtonAbortsHasNotHappened() throws Exception {
        assertThat(move("abort")).containsExactly("declared", "foreseen", "aborted");

        assertThat(given().await()).as("what Proton says of it afterwards").isEqualTo(SendOutcome.RELEASED);
        assertThat(taken).isEmpty();
    }

    @Test
    void whatProtonAbortsHasNoOutcomeIfItsLinkWasClosedBefore() throws Exception {
        assertThat(move("abort", "--leave")).containsExactly("declared", "foreseen", "left", "aborted");

        assertThat(given().settlement()).failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(taken).isEmpty();
    }

    /** Runs two transactions of a session, of which each takes a message and sends one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void transactionsOfProtonJ2AreTakenAtTheirWord(boolean commits) throws Exception {
        ConnectionOptions options = new ConnectionOptions();
        options.reconnectEnabled(false).saslOptions().addAllowedMechanism("ANONYMOUS");
        try (Client client = Client.create();
                Connection connection = client.connect("127.0.0.1", listener.port(), options)) {
            Session session = connection.openSession();
            for (String name : List.of("a", "b")) {
                Receiver receiver = session.openReceiver("in");
                org.apache.qpid.protonj2.client.Sender sender = session.openSender("out");
                session.beginTransaction();
                org.apache.qpid.protonj2.client.Delivery delivery =
                        Objects.requireNonNull(receiver.receive(PATIENCE_SECONDS, TimeUnit.SECONDS));
                delivery.accept();
                sender.send(org.apache.qpid.protonj2.client.Message.create(name));
                if (commits) {
                    session.commitTransaction();
                    assertThat(given().await()).isEqualTo(SendOutcome.ACCEPTED);
                } else {
                    session.rollbackTransaction();
                    assertThat(given().await().isAccepted()).isFalse();
                }
                receiver.close();
                sender.close();
            }
        }
        await().untilAsserted(() -> assertThat(gone).hasSize(2));
        if (commits) {
            await().untilAsserted(() -> assertThat(taken).containsExactly("a", "b"));
        } else {
            assertThat(taken).isEmpty();
        }
    }
}
