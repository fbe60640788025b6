package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.sasl.CredentialsVerifier;
import io.amqp10.engine.sasl.SaslClientSettings;
import io.amqp10.engine.sasl.SaslFailure;
import io.amqp10.engine.sasl.SaslMechanism;
import io.amqp10.engine.sasl.SaslServerSettings;
import io.amqp10.testkit.TlsMaterial;
import io.amqp10.testkit.TlsMaterial.Identity;
import io.amqp10.transport.TlsSettings.ClientAuth;
import io.amqp10.types.sasl.SaslCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mechanism between our two ends, over TCP and TLS. */
class SaslOverTcpTest {

    /** For many clients at once, whose passwords take their time to be proved. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static EventLoops loops = EventLoops.create(1);

    private final Engines clients = new Engines("client");
    private final Engines servers = new Engines("server");
    private final BlockingQueue<TransportException> failures = new LinkedBlockingQueue<>();

    @BeforeAll
    static void startLoops() {
        loops = EventLoops.create(2);
    }

    @AfterAll
    static void stopLoops() {
        loops.close();
    }

    static Stream<Arguments> matrix() {
        return Stream.of(SaslMechanism.values())
                .filter(mechanism -> !mechanism.isBearer()) // OAuthTest
                .flatMap(mechanism -> Stream.of(true, false).map(tls -> Arguments.of(mechanism, tls)))
                .filter(row -> row.get()[0] != SaslMechanism.EXTERNAL || row.get()[1].equals(true));
    }

    private static @Nullable TlsSettings tls(boolean on, Identity identity) {
        if (!on) {
            return null;
        }
        SSLContext context = TlsMaterial.get().sslContext(identity);
        return TlsSettings.builder()
                .context(() -> context)
                .clientAuth(ClientAuth.WANT)
                .build();
    }

    private TransportListener listen(SaslMechanism mechanism, boolean tls) {
        return Engines.await(Amqp10Transport.listen(
                loops,
                ServerTransportOptions.builder("127.0.0.1", 0)
                        .tls(tls(tls, Identity.SERVER))
                        .handshakeTimeout(PATIENCE)
                        .sasl(new SaslServerSettings(
                                CredentialsVerifier.ofPasswords(Map.of("alice", "alice-secret")),
                                List.of(mechanism),
                                true,
                                false))
                        .build(),
                servers,
                failures::add));
    }

    private CompletableFuture<Transport> connect(int port, boolean tls, SaslClientSettings sasl) {
        return Amqp10Transport.connect(
                loops,
                loops.next(),
                ClientTransportOptions.builder("localhost", port)
                        .tls(tls(tls, Identity.CLIENT))
                        .connectTimeout(PATIENCE)
                        .sasl(sasl)
                        .build(),
                clients);
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void letsTheRightOneIn(SaslMechanism mechanism, boolean tls) throws Exception {
        boolean named = mechanism.isScram() || mechanism == SaslMechanism.PLAIN;
        SaslClientSettings sasl = named
                ? SaslClientSettings.builder()
                        .credentials("alice", "alice-secret")
                        .build()
                : SaslClientSettings.ANONYMOUS;
        TransportListener listener = listen(mechanism, tls);

        Transport transport = Engines.await(connect(listener.port(), tls, sasl));

        Engines.Peer server = servers.next();
        assertThat(server.transport.info().identity()).isNotNull().satisfies(identity -> {
            assertThat(identity.mechanism()).isEqualTo(mechanism);
            assertThat(identity.name())
                    .isEqualTo(named ? "alice" : mechanism == SaslMechanism.EXTERNAL ? "CN=client,O=amqp10" : null);
        });
        assertThat(Engines.await(server.opened).containerId()).isEqualTo("client");
        transport.close();
        Engines.await(transport.closed());
        Engines.await(listener.close());
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void keepsTheWrongOneOut(SaslMechanism mechanism, boolean tls) throws Exception {
        TransportListener listener = listen(mechanism, tls);

        TransportException failure = Engines.failure(connect(
                listener.port(),
                tls,
                SaslClientSettings.builder()
                        .credentials("alice", "guessed-secret")
                        .build()));

        SaslFailure sasl = failure.saslFailure();
        assertThat(sasl).isNotNull();
        boolean named = mechanism.isScram() || mechanism == SaslMechanism.PLAIN;
        assertThat(sasl.code()).isEqualTo(named ? SaslCode.AUTH : null);
        assertThat(sasl.reason())
                .isEqualTo(named ? SaslFailure.Reason.REFUSED : SaslFailure.Reason.NO_COMMON_MECHANISM);
        assertThat(failure).hasMessageContaining("alice").hasMessageNotContaining("secret");
        assertThat(clients.isEmpty()).isTrue();
        assertThat(servers.isEmpty()).isTrue();
        Engines.await(listener.close());
    }

    @Test
    void manyClientsAtOnceGetIn() throws Exception {
        TransportListener listener = listen(SaslMechanism.SCRAM_SHA_256, false);
        SaslClientSettings alice = SaslClientSettings.builder()
                .credentials("alice", "alice-secret")
                .build();

        List<CompletableFuture<Transport>> all = Stream.generate(() -> connect(listener.port(), false, alice))
                .limit(50)
                .toList();

        for (CompletableFuture<Transport> one : all) {
            Engines.await(one).abort(null);
        }
        Engines.await(listener.close());
    }
}
