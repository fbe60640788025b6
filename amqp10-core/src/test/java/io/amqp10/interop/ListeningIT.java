package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LinkAcceptor;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.ScramCredentials;
import io.amqp10.ScramStore;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.TlsOptions;
import io.amqp10.Tracker;
import io.amqp10.testkit.ForeignProgram;
import io.amqp10.testkit.ProtonJ2;
import io.amqp10.testkit.ProtonPython;
import io.amqp10.testkit.Rhea;
import io.amqp10.testkit.TlsMaterial;
import io.amqp10.testkit.TlsMaterial.Identity;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.TerminusDurability;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of other engines with a container of ours that listens. */
final class ListeningIT {

    private final Container container = Container.create("listening");

    @AfterEach
    void close() {
        container.close();
    }

    /** Takes what is sent, and gives it to who receives from the same address. */
    private static final class Queues implements MessagingHandler {
        final List<Object> bodies = new CopyOnWriteArrayList<>();
        private final Map<String, ConcurrentLinkedQueue<Message>> queues = new ConcurrentHashMap<>();

        @Override
        public void onMessage(Delivery delivery) {
            Message message = delivery.message();
            bodies.add(String.valueOf(message.body()));
            queue(Objects.requireNonNull(delivery.receiver().address())).add(message);
        }

        @Override
        public void onSendable(Sender sender) {
            ConcurrentLinkedQueue<Message> queue = queue(Objects.requireNonNull(sender.address()));
            for (Message message = queue.peek(); message != null && sender.trySend(message) != null; ) {
                queue.remove();
                message = queue.peek();
            }
        }

        private ConcurrentLinkedQueue<Message> queue(String address) {
            return queues.computeIfAbsent(address, a -> new ConcurrentLinkedQueue<>());
        }
    }

    private ForeignProgram start(String engine, String program, String... arguments) {
        return engine.equals("Proton")
                ? ProtonPython.require().start(program, arguments)
                : Rhea.require().start(program, arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proton", "rhea"})
    void foreignSenderAndReceiverFindEachOther(String engine) {
        Queues queues = new Queues();
        try (Listener listener =
                container.listen(ListenOptions.of("127.0.0.1:0").handler(queues))) {
            String url = "amqp://127.0.0.1:" + listener.port();
            assertThat(start(engine, "send", url, "q", "5000").awaitSuccess()).containsExactly("confirmed 5000");
            assertThat(queues.bodies).hasSize(5000);
            assertThat(start(engine, "receive", url, "q", "5000", "--quiet").awaitSuccess())
                    .containsExactly("different 5000", "received 5000");
        }
    }

    @Test
    void passwordOfProtonIsChecked() {
        ProtonPython proton = ProtonPython.require();
        ListenOptions options = ListenOptions.of("127.0.0.1:0")
                .users(Map.of("alice", "alice-secret"))
                .saslMechanisms(List.of("PLAIN"))
                .handler(new Queues());
        try (Listener listener = container.listen(options)) {
            String at = "@127.0.0.1:" + listener.port();
            assertThat(proton.start("send", "amqp://alice:alice-secret" + at, "q", "1", "--mechs", "PLAIN")
                            .awaitSuccess())
                    .containsExactly("confirmed 1");
            assertThat(proton.start("send", "amqp://alice:wrong" + at, "q", "1", "--mechs", "PLAIN")
                            .awaitEnd())
                    .first()
                    .asString()
                    .startsWith("error");
        }
    }

    @Test
    void passwordsOfOurUsersAreChecked() {
        Rhea rhea = Rhea.require();
        ListenOptions options = ListenOptions.of("127.0.0.1:0")
                .users(Map.of("alice", "alice-secret"))
                .handler(new Queues());
        try (Listener listener = container.listen(options)) {
            String at = "@127.0.0.1:" + listener.port();
            assertThat(rhea.start("send", "amqp://alice:alice-secret" + at, "q", "1")
                            .awaitSuccess())
                    .containsExactly("confirmed 1");
            assertThat(rhea.start("send", "amqp://alice:wrong" + at, "q", "1").awaitEnd())
                    .first()
                    .asString()
                    .startsWith("error");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"})
    void secretsOfProtonJ2AreCheckedWithoutBeingSent(String mechanism) throws Exception {
        ListenOptions options = ListenOptions.of("127.0.0.1:0")
                .users(Map.of("alice", "alice-secret"))
                .saslMechanisms(List.of(mechanism))
                .handler(new Queues());
        try (Listener listener = container.listen(options)) {
            assertThat(ProtonJ2.send(listener.port(), "alice", "alice-secret", mechanism, "q"))
                    .isTrue();
            assertThatThrownBy(() -> ProtonJ2.send(listener.port(), "alice", "wrong", mechanism, "q"))
                    .hasMessageContaining("SASL");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256", "SCRAM-SHA-512"})
    void storedKeysProveThePasswordOfProtonJ2(String mechanism) throws Exception {
        ScramCredentials keys = ScramCredentials.derive(mechanism, "alice-secret");
        ListenOptions options = ListenOptions.of("127.0.0.1:0")
                .scramStore(new ScramStore() {
                    @Override
                    public @Nullable ScramCredentials find(String of, String user) {
                        return user.equals("alice") ? keys : null;
                    }

                    @Override
                    public Set<String> mechanisms() {
                        return Set.of(mechanism);
                    }
                })
                .handler(new Queues());
        try (Listener listener = container.listen(options)) {
            for (String used : List.of(mechanism, "PLAIN")) {
                assertThat(ProtonJ2.send(listener.port(), "alice", "alice-secret", used, "q"))
                        .isTrue();
                assertThatThrownBy(() -> ProtonJ2.send(listener.port(), "alice", "wrong", used, "q"))
                        .hasMessageContaining("SASL");
                assertThatThrownBy(() -> ProtonJ2.send(listener.port(), "nobody", "alice-secret", used, "q"))
                        .hasMessageContaining("SASL");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proton", "rhea"})
    void passwordOfAForeignClientIsCheckedByTheApplication(String engine) {
        ListenOptions options = ListenOptions.of("127.0.0.1:0")
                .passwordVerifier(login -> login.password().equals("alice-secret") ? login::user : null)
                .handler(new Queues());
        try (Listener listener = container.listen(options)) {
            String at = "@127.0.0.1:" + listener.port();
            assertThat(start(engine, "send", "amqp://alice:alice-secret" + at, "q", "1")
                            .awaitSuccess())
                    .containsExactly("confirmed 1");
            assertThat(start(engine, "send", "amqp://alice:wrong" + at, "q", "1")
                            .awaitEnd())
                    .first()
                    .asString()
                    .startsWith("error");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proton", "rhea"})
    void foreignClientComesByTls(String engine) {
        TlsMaterial tls = TlsMaterial.get();
        ListenOptions options = ListenOptions.of("amqps://127.0.0.1:0")
                .tls(TlsOptions.DEFAULT.sslContext(tls.sslContext(Identity.SERVER)))
                .handler(new Queues());
        try (Listener listener = container.listen(options)) {
            String url = "amqps://localhost:" + listener.port();
            assertThat(start(
                                    engine,
                                    "send",
                                    url,
                                    "q",
                                    "1",
                                    "--ca",
                                    tls.authority().toString())
                            .awaitSuccess())
                    .containsExactly("confirmed 1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"amqpws://127.0.0.1", "amqpwss://localhost"})
    void clientOfRheaComesByWebSocket(String scheme) {
        Rhea rhea = Rhea.requireWebSockets();
        TlsMaterial tls = TlsMaterial.get();
        Queues queues = new Queues();
        ListenOptions options = ListenOptions.of(scheme + ":0/amqp")
                .tls(TlsOptions.DEFAULT.sslContext(tls.sslContext(Identity.SERVER)))
                .users(Map.of("alice", "alice-secret"))
                .handler(queues);
        try (Listener listener = container.listen(options)) {
            String url = scheme.replace("//", "//alice:alice-secret@") + ":" + listener.port() + "/amqp";
            String[] ca = {"--ca", tls.authority().toString()};

            assertThat(rhea.start("send", url, "q", "5000", ca[0], ca[1]).awaitSuccess())
                    .containsExactly("confirmed 5000");
            assertThat(queues.bodies).hasSize(5000);
            assertThat(rhea.start("receive", url, "q", "5000", "--quiet", ca[0], ca[1])
                            .awaitSuccess())
                    .containsExactly("different 5000", "received 5000");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proton", "rhea"})
    void foreignClientIsKnownByItsCertificate(String engine) {
        TlsMaterial tls = TlsMaterial.get();
        List<String> users = new CopyOnWriteArrayList<>();
        ListenOptions options = ListenOptions.of("amqps://127.0.0.1:0")
                .tls(TlsOptions.DEFAULT
                        .sslContext(tls.sslContext(Identity.SERVER))
                        .clientAuth(TlsOptions.ClientAuth.NEED))
                .certificateVerifier(login -> {
                    String owner = login.owner().getName();
                    return owner.contains("CN=client") && login.actAs() == null ? () -> "alice" : null;
                })
                .connectionAcceptor(connection -> {
                    users.add(
                            Objects.requireNonNull(connection.remotePrincipal()).getName());
                    return null;
                })
                .handler(new Queues());
        try (Listener listener = container.listen(options)) {
            String url = "amqps://localhost:" + listener.port();
            assertThat(start(
                                    engine,
                                    "send",
                                    url,
                                    "q",
                                    "1",
                                    "--ca",
                                    tls.authority().toString(),
                                    "--cert",
                                    tls.certificate(Identity.CLIENT).toString(),
                                    "--key",
                                    tls.privateKey(Identity.CLIENT).toString())
                            .awaitSuccess())
                    .containsExactly("confirmed 1");
            assertThat(users).containsExactly("alice");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proton", "rhea"})
    void foreignRequestsAreAnsweredWithoutABroker(String engine) {
        Map<String, Sender> replies = new ConcurrentHashMap<>();
        MessagingHandler upper = new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                replies.put(Objects.requireNonNull(sender.address()), sender);
            }

            @Override
            public void onMessage(Delivery delivery) {
                Message request = delivery.message();
                Sender reply = replies.get(Objects.requireNonNull(request.replyTo()));
                Objects.requireNonNull(reply)
                        .send(Message.builder()
                                .correlationId(request.correlationId())
                                .body(request.bodyAsString().toUpperCase(java.util.Locale.ROOT))
                                .build());
            }
        };
        try (Listener listener =
                container.listen(ListenOptions.of("127.0.0.1:0").handler(upper))) {
            String url = "amqp://127.0.0.1:" + listener.port();
            assertThat(start(engine, "request_client", url, "upper", "3").awaitSuccess())
                    .containsExactly("line 1 => LINE 1", "line 2 => LINE 2", "line 3 => LINE 3");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proton", "rhea"})
    void linksOfAForeignClientGoToTheHandlerOfTheirAddress(String engine) {
        Queues red = new Queues();
        Queues blue = new Queues();
        ListenOptions options = ListenOptions.of("127.0.0.1:0")
                .linkAcceptor(LinkAcceptor.byAddress(Map.of("red", red, "blue", blue), LinkAcceptor.NONE));
        try (Listener listener = container.listen(options)) {
            String url = "amqp://127.0.0.1:" + listener.port();
            assertThat(start(engine, "send", url, "red", "3").awaitSuccess()).containsExactly("confirmed 3");
            assertThat(start(engine, "send", url, "blue", "2").awaitSuccess()).containsExactly("confirmed 2");
            assertThat(start(engine, "receive", url, "red", "3", "--quiet").awaitSuccess())
                    .containsExactly("different 3", "received 3");
            assertThat(start(engine, "send", url, "green", "1").awaitEnd())
                    .first()
                    .asString()
                    .startsWith("error")
                    .contains("amqp:not-allowed");
        }
        assertThat(red.bodies).hasSize(3);
        assertThat(blue.bodies).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proton", "rhea"})
    void refusedLinkIsReportedByTheForeignClient(String engine) {
        ListenOptions options = ListenOptions.of("127.0.0.1:0").linkAcceptor(LinkAcceptor.NONE);
        try (Listener listener = container.listen(options)) {
            assertThat(start(engine, "send", "amqp://127.0.0.1:" + listener.port(), "q", "1")
                            .awaitEnd())
                    .first()
                    .asString()
                    .startsWith("error")
                    .contains("amqp:");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusedConnectionOrSessionIsReportedByRhea(boolean connection) {
        Rhea rhea = Rhea.require();
        ErrorCondition refused = ErrorCondition.of(AmqpError.UNAUTHORIZED_ACCESS, "not for you");
        ListenOptions options = ListenOptions.of("127.0.0.1:0");
        options =
                connection ? options.connectionAcceptor(peer -> refused) : options.sessionAcceptor(session -> refused);
        try (Listener listener = container.listen(options)) {
            assertThat(rhea.start("send", "amqp://127.0.0.1:" + listener.port(), "q", "1")
                            .awaitEnd())
                    .first()
                    .asString()
                    .isEqualTo("error " + (connection ? "connection" : "session") + "_error amqp:unauthorized-access");
        }
    }

    @Test
    void receiverOfRheaIsGrantedWhatTheApplicationHasAndItsDefaultOutcomeCounts() {
        Rhea rhea = Rhea.require();
        BlockingQueue<SendOutcome> outcomes = new LinkedBlockingQueue<>();
        ListenOptions options = ListenOptions.of("127.0.0.1:0")
                .linkAcceptor(request -> request.accept(
                        SenderOptions.anonymous().properties(Map.of(Symbol.of("queue-depth"), 2)),
                        request.defaultSource().toBuilder()
                                .durable(TerminusDurability.CONFIGURATION)
                                .capabilities(List.of(Symbol.of("queue")))
                                .build()))
                .handler(new MessagingHandler() {
                    @Override
                    public void onSenderOpened(Sender sender) {
                        sender.send(Message.of("settled"));
                        sender.send(Message.of("left"));
                    }

                    @Override
                    public void onSettled(Tracker tracker) {
                        outcomes.add(Objects.requireNonNull(tracker.outcome()));
                    }
                });
        try (Listener listener = container.listen(options)) {
            assertThat(rhea.start("terminus", "amqp://127.0.0.1:" + listener.port(), "q")
                            .awaitSuccess())
                    .containsExactly("{\"address\":\"q\",\"durable\":1,\"expires\":\"link-detach\",\"timeout\":0,"
                            + "\"mode\":null,\"filter\":null,\"capabilities\":\"queue\",\"outcome\":39,"
                            + "\"properties\":{\"queue-depth\":2}}");
            SendOutcome failed = SendOutcome.of(new Modified(true, false, Map.of()));
            await().untilAsserted(() -> assertThat(outcomes).containsExactly(failed, failed));
        }
    }
}
