package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.transport.RawPeer;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One connection for a container, asked for by our client, seen to by our listener; brokers that do are in the interop tests. */
@Timeout(600)
final class SoleConnectionTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Container server = Container.create("server");
    private final Container client = Container.create("client");

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private Listener listen() {
        return server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .soleConnections(true)
                .users(Map.of("ann", "secret", "bob", "secret"))
                .allowAnonymous(true));
    }

    private Connection connect(Listener listener, @Nullable SoleConnection policy) {
        return connect(listener, policy, null);
    }

    private Connection connect(Listener listener, @Nullable SoleConnection policy, @Nullable String user) {
        return client.connect(ConnectionOptions.of(listener.uri())
                .user(user)
                .password(user == null ? null : "secret")
                .soleConnection(policy)
                .closeTimeout(Duration.ofSeconds(1)));
    }

    @Test
    void peerThatDoesNotOfferItIsNotUsed() {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        Connection connection = connect(listener, SoleConnection.REFUSE_NEW);

        assertThatThrownBy(connection::awaitOpen)
                .isInstanceOf(GuaranteeNotSupportedException.class)
                .hasMessageContaining("one connection only");
        assertThat(connection.state()).isEqualTo(LifecycleState.CLOSED);
        await().atMost(SOON).until(() -> server.connections().isEmpty());
    }

    @Test
    void secondConnectionThatAsksIsRefusedAndThePlaceIsFreeAfterTheFirst() {
        Listener listener = listen();
        Connection first = connect(listener, SoleConnection.REFUSE_NEW).awaitOpen(SOON);

        Connection second = connect(listener, SoleConnection.REFUSE_NEW);

        assertThatThrownBy(() -> second.awaitOpen(SOON))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("amqp:invalid-field");
        assertThat(Objects.requireNonNull(Objects.requireNonNull(second.error()).condition())
                        .info())
                .containsEntry(Symbol.of("invalid-field"), Symbol.of("container-id"));
        assertThat(second.state()).isEqualTo(LifecycleState.CLOSED);
        assertThat(first.state()).isEqualTo(LifecycleState.OPEN);
        first.close();
        await().atMost(SOON).until(() -> server.connections().isEmpty());
        connect(listener, SoleConnection.REFUSE_NEW).awaitOpen(SOON);
    }

    @Test
    void connectionThatDoesNotAskIsRefusedBesideOneThatDid() {
        Listener listener = listen();
        connect(listener, SoleConnection.CLOSE_EXISTING).awaitOpen(SOON);

        Connection second = connect(listener, null);

        assertThatThrownBy(() -> second.awaitOpen(SOON)).hasMessageContaining("amqp:invalid-field");
    }

    @Test
    void firstConnectionGivesWayAtOnceAndDoesNotComeBack() {
        Listener listener = listen();
        Connection first = connect(listener, null).awaitOpen(SOON);
        Connection other = connect(listener, null).awaitOpen(SOON);
        Sender busy = first.openSender("a").awaitOpen(SOON);
        busy.send(Message.of("never answered"));

        Connection second = connect(listener, SoleConnection.CLOSE_EXISTING).awaitOpen(SOON);

        for (Connection old : List.of(first, other)) {
            await().atMost(SOON).until(() -> old.state() == LifecycleState.CLOSED);
            assertThat(Objects.requireNonNull(old.error()))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("amqp:resource-locked");
            assertThat(Objects.requireNonNull(
                                    Objects.requireNonNull(old.error()).condition())
                            .info())
                    .containsEntry(Symbol.of("sole-connection-enforcement"), true);
        }
        assertThat(second.state()).isEqualTo(LifecycleState.OPEN);
        await().atMost(SOON).until(() -> server.connections().size() == 1);
    }

    @Test
    void usersDoNotCloseOrRefuseEachOthersConnections() {
        Listener listener = listen();
        Connection ann = connect(listener, SoleConnection.REFUSE_NEW, "ann").awaitOpen(SOON);

        Connection bob = connect(listener, SoleConnection.CLOSE_EXISTING, "bob").awaitOpen(SOON);
        Connection nobody = connect(listener, SoleConnection.CLOSE_EXISTING).awaitOpen(SOON);

        assertThat(connect(listener, null, "ann").opened())
                .failsWithin(SOON)
                .withThrowableThat()
                .withMessageContaining("amqp:invalid-field");
        assertThat(List.of(ann, bob, nobody)).allMatch(each -> each.state() == LifecycleState.OPEN);
    }

    @Test
    void otherContainersAndListenersWithoutTheOptionAreLeftAlone() {
        Listener listener = listen();
        connect(listener, SoleConnection.REFUSE_NEW).awaitOpen(SOON);

        try (Container another = Container.create("another")) {
            another.connect(ConnectionOptions.of(listener.uri()).soleConnection(SoleConnection.REFUSE_NEW))
                    .awaitOpen(SOON);
        }
        connect(server.listen("amqp://127.0.0.1:0"), null).awaitOpen(SOON);
    }

    @Test
    void detectionIsOfferedAsStrong() {
        Connection connection = connect(listen(), null).awaitOpen(SOON);

        assertThat(connection.remoteOfferedCapabilities()).contains(Symbol.of("sole-connection-for-container"));
        assertThat(connection.remoteProperties())
                .containsEntry(Symbol.of("sole-connection-detection-policy"), UnsignedInteger.of(0));
    }

    /** An open with container-id, desired capability, and a policy as given. */
    private static String open(String policy) {
        String name = "a322" + RawPeer.ascii("sole-connection-enforcement-policy");
        String map = policy.isEmpty() ? "" : "c1" + octets(1 + (name + policy).length() / 2) + "02" + name + policy;
        String fields = "a103" + RawPeer.ascii("raw") + "40".repeat(7) + "a31d"
                + RawPeer.ascii("sole-connection-for-container") + map;
        String list = "c0" + octets(1 + fields.length() / 2) + (policy.isEmpty() ? "09" : "0a") + fields;
        return "000000" + octets(8 + 3 + list.length() / 2) + "02000000" + "005310" + list;
    }

    private static String octets(int number) {
        return String.format("%02x", number);
    }

    private static RawPeer connect(int port, String open) throws IOException {
        RawPeer peer = RawPeer.connect(port);
        peer.send(RawPeer.AMQP).expect(RawPeer.AMQP).send(open);
        return peer;
    }

    @Test
    void peerThatIsRefusedReadsSoInTheOpenAndWhyInTheClose() throws Exception {
        Listener listener = listen();
        try (RawPeer first = connect(listener.port(), open(""))) {
            assertThat(first.readFrame()).doesNotContain(RawPeer.ascii("amqp:connection-establishment-failed"));
            // no policy, refuse, one that does not exist, one of a wrong type
            for (String policy : List.of("", "5200", "5207", "a101" + RawPeer.ascii("1"))) {
                try (RawPeer second = connect(listener.port(), open(policy))) {
                    assertThat(second.readFrame())
                            .matches("[0-9a-f]{16}005310.*")
                            .contains(RawPeer.ascii("amqp:connection-establishment-failed") + "41");
                    assertThat(second.readFrame())
                            .matches("[0-9a-f]{16}005318.*")
                            .contains(RawPeer.ascii("amqp:invalid-field"))
                            .contains(RawPeer.ascii("container-id"));
                    second.send(RawPeer.CLOSE);
                    assertThat(second.readToEnd()).isEmpty();
                }
            }
            try (RawPeer second = connect(listener.port(), open("5201"))) {
                assertThat(second.readFrame()).doesNotContain(RawPeer.ascii("amqp:connection-establishment-failed"));
                assertThat(first.readFrame())
                        .contains(RawPeer.ascii("amqp:resource-locked"))
                        .contains(RawPeer.ascii("sole-connection-enforcement") + "41");
            }
        }
    }
}
