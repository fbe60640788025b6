package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.amqp10.testkit.TlsMaterial;
import io.amqp10.testkit.TlsMaterial.Identity;
import io.amqp10.transport.RawPeer;
import io.amqp10.types.Binary;
import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Users whom the application of a listening container knows. */
@Timeout(600)
final class CredentialsTest {

    private static final String PASSWORD = "alice-secret";
    private static final ListenOptions LISTEN = ListenOptions.of("amqp://127.0.0.1:0");

    /** Who an application says that somebody is. */
    private record Account(String getName, Set<String> roles) implements Principal {
        @Override
        public String getName() {
            return getName;
        }
    }

    private final BlockingQueue<Login> shown = new LinkedBlockingQueue<>();
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

    private Connection connect(Listener listener, String user, String password, String... mechanisms) {
        return client.connect(ConnectionOptions.of(listener.uri())
                .user(user)
                .password(password)
                .saslMechanisms(List.of(mechanisms))
                .reconnect(ReconnectOptions.OFF));
    }

    private Principal atServer() {
        await().until(() -> !server.connections().isEmpty());
        return Objects.requireNonNull(server.connections().get(0).remotePrincipal());
    }

    private @Nullable Principal directory(Login login) {
        shown.add(login);
        return login.user().equals("alice") && login.password().equals(PASSWORD)
                ? new Account("alice", Set.of("admin"))
                : null;
    }

    // --- passwords

    @Test
    void verifierDecidesAndItsPrincipalIsThePeers() throws Exception {
        Listener listener = server.listen(LISTEN.passwordVerifier(this::directory));

        Connection connection = client.connect(ConnectionOptions.of(listener.uri())
                        .virtualHost("orders.example")
                        .user("alice")
                        .password(PASSWORD))
                .awaitOpen();

        assertThat(atServer()).isEqualTo(new Account("alice", Set.of("admin")));
        assertThat(Objects.requireNonNull(connection.peer()).saslMechanism()).isEqualTo("PLAIN");
        Login login = Objects.requireNonNull(shown.poll(60, TimeUnit.SECONDS));
        assertThat(login.actAs()).isNull();
        assertThat(login.hostname()).isEqualTo("orders.example");
        assertThat(login.remoteAddress()).startsWith("127.0.0.1:");
        assertThat(login.tlsSession()).isNull();
        assertThat(login.toString()).contains("alice").doesNotContain(PASSWORD);
    }

    @Test
    void verifierSeesTheCertificateOfThePeer() throws Exception {
        TlsMaterial tls = TlsMaterial.get();
        Listener listener = server.listen(ListenOptions.of("amqps://127.0.0.1:0")
                .tls(TlsOptions.DEFAULT
                        .sslContext(tls.sslContext(Identity.SERVER))
                        .clientAuth(TlsOptions.ClientAuth.WANT))
                .passwordVerifier(this::directory));

        client.connect(ConnectionOptions.of("amqps://localhost:" + listener.port())
                        .tls(TlsOptions.DEFAULT.sslContext(tls.sslContext(Identity.CLIENT)))
                        .saslMechanisms(List.of("PLAIN"))
                        .user("alice")
                        .password(PASSWORD))
                .awaitOpen();

        Login login = Objects.requireNonNull(shown.poll(60, TimeUnit.SECONDS));
        assertThat(Objects.requireNonNull(login.tlsSession()).getPeerPrincipal().getName())
                .contains("CN=client");
    }

    @Test
    void peerThatTheVerifierDoesNotKnowIsRefused() {
        Listener listener = server.listen(LISTEN.passwordVerifier(this::directory));

        assertThatThrownBy(() -> connect(listener, "alice", "wrong").awaitOpen())
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(() -> client.connect(listener.uri()).awaitOpen())
                .as("an anonymous peer")
                .isInstanceOf(AuthenticationException.class);
        assertThat(shown).hasSize(1);
    }

    @Test
    void usersOfTheMapAndOfTheVerifierAreLetIn() {
        Listener listener =
                server.listen(LISTEN.users(Map.of("bob", "bob-secret")).passwordVerifier(this::directory));

        connect(listener, "bob", "bob-secret", "PLAIN").awaitOpen();
        connect(listener, "bob", "bob-secret", "SCRAM-SHA-256").awaitOpen();
        assertThat(shown).isEmpty();
        connect(listener, "alice", PASSWORD, "PLAIN").awaitOpen();
        assertThatThrownBy(
                        () -> connect(listener, "alice", "bob-secret", "PLAIN").awaitOpen())
                .isInstanceOf(AuthenticationException.class);
    }

    /** {@code sasl-init} of PLAIN. */
    private static String initPlain(String response) {
        String octets = RawPeer.ascii(response);
        int length = octets.length() / 2;
        return "%08x 02010000 005341 c0%02x 02 a305".formatted(8 + 3 + 3 + 7 + 2 + length, 1 + 7 + 2 + length)
                + RawPeer.ascii("PLAIN")
                + "a0%02x".formatted(length)
                + octets;
    }

    private static boolean isLetIn(Listener listener, String response) throws IOException {
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.SASL + initPlain(response)).expect(RawPeer.SASL);
            peer.readFrame();
            String outcome = peer.readFrame();
            assertThat(outcome).isIn(RawPeer.OUTCOME_OK.replace(" ", ""), RawPeer.OUTCOME_AUTH.replace(" ", ""));
            return outcome.equals(RawPeer.OUTCOME_OK.replace(" ", ""));
        }
    }

    @Test
    void verifierDecidesWhoActsForWhom() throws Exception {
        Listener listener = server.listen(LISTEN.passwordVerifier(login -> {
            shown.add(login);
            return new Account("carol".equals(login.actAs()) ? "carol" : login.user(), Set.of());
        }));

        assertThat(isLetIn(listener, "carol\0alice\0x")).isTrue();
        assertThat(isLetIn(listener, "dave\0alice\0x")).isFalse();
        assertThat(isLetIn(listener, "alice\0alice\0x")).isTrue();
        assertThat(isLetIn(listener, "\0alice\0x")).isTrue();
        assertThat(shown).extracting(Login::actAs).containsExactly("carol", "dave", "alice", null);
    }

    // --- certificates

    private Listener listenForCertificates(CertificateVerifier verifier) {
        return server.listen(ListenOptions.of("amqps://127.0.0.1:0")
                .tls(TlsOptions.DEFAULT
                        .sslContext(TlsMaterial.get().sslContext(Identity.SERVER))
                        .clientAuth(TlsOptions.ClientAuth.WANT))
                .certificateVerifier(verifier));
    }

    private Connection connectBy(Identity identity, Listener listener) {
        return client.connect(ConnectionOptions.of("amqps://localhost:" + listener.port())
                .virtualHost("orders.example")
                .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(identity)))
                .reconnect(ReconnectOptions.OFF));
    }

    @Test
    void certificateStandsForWhomTheApplicationSays() throws Exception {
        BlockingQueue<CertificateLogin> certificates = new LinkedBlockingQueue<>();
        Listener listener = listenForCertificates(login -> {
            certificates.add(login);
            return new Account("alice", Set.of("admin"));
        });

        Connection connection = connectBy(Identity.CLIENT, listener).awaitOpen();

        assertThat(Objects.requireNonNull(connection.peer()).saslMechanism()).isEqualTo("EXTERNAL");
        assertThat(atServer()).isEqualTo(new Account("alice", Set.of("admin")));
        CertificateLogin login = Objects.requireNonNull(certificates.poll(30, TimeUnit.SECONDS));
        assertThat(login.certificate().getSubjectX500Principal()).isEqualTo(login.owner());
        assertThat(login.owner().getName()).contains("CN=client");
        assertThat(login.actAs()).isNull();
        assertThat(login.hostname()).isEqualTo("orders.example");
        assertThat(login.remoteAddress()).startsWith("127.0.0.1:");
        assertThat(login.toString()).contains("CN=client").doesNotContain("Signature");
    }

    @Test
    void certificateThatTheApplicationDoesNotKnowIsRefusedAndSoIsWhoHasNone() {
        Listener listener = listenForCertificates(login -> null);

        assertThatThrownBy(() -> connectBy(Identity.CLIENT, listener).awaitOpen())
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(() -> connectBy(Identity.CLIENT, listenForCertificates(login -> {
                            throw new IOException("the directory is away");
                        }))
                        .awaitOpen())
                .as("may be tried again")
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageNotContaining("directory");
        TlsOptions withoutCertificate =
                TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(null));
        assertThatThrownBy(() -> client.connect(ConnectionOptions.of("amqps://localhost:" + listener.port())
                                .tls(withoutCertificate)
                                .reconnect(ReconnectOptions.OFF))
                        .awaitOpen())
                .as("an anonymous peer")
                .isInstanceOf(Amqp10Exception.class);
    }

    // --- what goes wrong

    @Test
    void verifierThatFailsRefusesAndItsWordsAreNotLogged() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger ours = (Logger) LoggerFactory.getLogger("io.amqp10");
        Level before = ours.getLevel();
        log.start();
        ours.setLevel(Level.DEBUG);
        ours.addAppender(log);
        try {
            Listener listener = server.listen(LISTEN.passwordVerifier(login -> {
                throw new IOException("cannot look up " + login.password());
            }));

            assertThatThrownBy(() -> connect(listener, "alice", PASSWORD).awaitOpen())
                    .as("may be tried again")
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageNotContaining(PASSWORD);

            await().untilAsserted(() -> assertThat(List.copyOf(log.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.contains("the credentials could not be checked: java.io.IOException at "
                            + CredentialsTest.class.getName())));
            assertThat(List.copyOf(log.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .noneMatch(line -> line.contains(PASSWORD));
            // others may log exceptions meanwhile, but none that has these words
            assertThat(List.copyOf(log.list))
                    .extracting(ILoggingEvent::getThrowableProxy)
                    .filteredOn(Objects::nonNull)
                    .extracting(ThrowableProxyUtil::asString)
                    .noneMatch(trace -> trace.contains(PASSWORD));
        } finally {
            ours.detachAppender(log);
            ours.setLevel(before);
        }
    }

    @Test
    void verifierThatHangsIsInterruptedInTimeAndKeepsNobodyOut() throws Exception {
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        CountDownLatch interrupted = new CountDownLatch(1);
        Listener listener =
                server.listen(LISTEN.handshakeTimeout(Duration.ofSeconds(8)).passwordVerifier(login -> {
                    threads.add(Thread.currentThread());
                    if (login.user().equals("slow")) {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                            throw e;
                        }
                    }
                    return new Account(login.user(), Set.of());
                }));

        Connection slow = connect(listener, "slow", "x");
        Thread thread = threads.poll(60, TimeUnit.SECONDS);
        assertThat(Objects.requireNonNull(thread).getName()).startsWith("amqp10-auth");
        connect(listener, "quick", "x").awaitOpen();

        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(slow::awaitOpen).isInstanceOf(Amqp10Exception.class);
        connect(listener, "quick", "x").awaitOpen();
    }

    // --- stored keys

    private static ScramStore keysOf(String user, String... mechanisms) {
        return new ScramStore() {
            @Override
            public @Nullable ScramCredentials find(String mechanism, String name) {
                assertThat(mechanism).isIn((Object[]) mechanisms);
                return name.equals(user) ? ScramCredentials.derive(mechanism, PASSWORD) : null;
            }

            @Override
            public Set<String> mechanisms() {
                return Set.of(mechanisms);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"})
    void storedKeysLetInWhoKnowsThePassword(String mechanism) {
        Listener listener =
                server.listen(LISTEN.scramStore(keysOf("alice", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512")));

        connect(listener, "alice", PASSWORD, mechanism).awaitOpen();

        assertThat(atServer().getName()).isEqualTo("alice");
        assertThatThrownBy(() -> connect(listener, "alice", "wrong", mechanism).awaitOpen())
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(
                        () -> connect(listener, "nobody", PASSWORD, mechanism).awaitOpen())
                .isInstanceOf(AuthenticationException.class);
    }

    @Test
    void onlyMechanismsThatAreStoredAreOffered() {
        Listener listener = server.listen(LISTEN.scramStore((mechanism, user) -> {
            assertThat(mechanism).isEqualTo("SCRAM-SHA-256");
            return ScramCredentials.derive(mechanism, PASSWORD);
        }));

        Connection connection = connect(listener, "alice", PASSWORD).awaitOpen();

        assertThat(Objects.requireNonNull(connection.peer()).saslMechanisms())
                .containsExactlyInAnyOrder("SCRAM-SHA-256", "PLAIN");
    }

    @Test
    void usersOfTheMapHaveTheirPasswordsBesideAStore() {
        Listener listener =
                server.listen(LISTEN.users(Map.of("bob", "bob-secret")).scramStore(keysOf("alice", "SCRAM-SHA-256")));

        connect(listener, "bob", "bob-secret", "SCRAM-SHA-256").awaitOpen();
        connect(listener, "bob", "bob-secret", "SCRAM-SHA-512").awaitOpen();
        connect(listener, "bob", "bob-secret", "PLAIN").awaitOpen();
        connect(listener, "alice", PASSWORD, "SCRAM-SHA-256").awaitOpen();
        connect(listener, "alice", PASSWORD, "PLAIN").awaitOpen();
    }

    @Test
    void storeThatFailsIsATemporaryError() {
        Listener listener = server.listen(LISTEN.scramStore((mechanism, user) -> {
            throw new IOException("down");
        }));

        for (String mechanism : List.of("SCRAM-SHA-256", "PLAIN")) {
            assertThatThrownBy(() ->
                            connect(listener, "alice", PASSWORD, mechanism).awaitOpen())
                    .isInstanceOf(ConnectionLostException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-MD5"})
    void storeOfOtherMechanismsIsRefused(String mechanism) {
        ListenOptions options = LISTEN.scramStore(keysOf("alice", mechanism));

        assertThatThrownBy(() -> server.listen(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(mechanism);
    }

    @Test
    void credentialsShowNoKeyAndHaveTheirRanges() {
        ScramCredentials derived = ScramCredentials.derive("scram-sha-256", "pencil");
        Binary key = Binary.copyOf((byte) 1);

        assertThat(derived.toString()).isEqualTo("ScramCredentials[iterations=10000]");
        assertThat(derived.salt())
                .isNotEqualTo(ScramCredentials.derive("SCRAM-SHA-256", "pencil").salt());
        assertThatThrownBy(() -> ScramCredentials.derive("PLAIN", "pencil"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ScramCredentials(key, 0, key, key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ScramCredentials(Binary.copyOf(), 1, key, key))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
