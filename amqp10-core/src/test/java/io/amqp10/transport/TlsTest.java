package io.amqp10.transport;

import static io.amqp10.transport.RawPeer.AMQP;
import static io.amqp10.transport.RawPeer.CLOSE;
import static io.amqp10.transport.RawPeer.INIT_ANONYMOUS;
import static io.amqp10.transport.RawPeer.OPEN;
import static io.amqp10.transport.RawPeer.SASL;
import static io.amqp10.transport.RawPeer.ascii;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.engine.sasl.SaslClientSettings;
import io.amqp10.engine.sasl.SaslIdentity;
import io.amqp10.engine.sasl.SaslMechanism;
import io.amqp10.testkit.TlsMaterial;
import io.amqp10.testkit.TlsMaterial.Identity;
import io.amqp10.transport.TlsSettings.ClientAuth;
import io.amqp10.transport.TransportException.Kind;
import io.amqp10.transport.TransportException.Stage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS between our two ends, and against what is not TLS or not trusted. */
class TlsTest {

    private static final TlsMaterial MATERIAL = TlsMaterial.get();

    /** Nobody has it: there is one that ends in 384. */
    private static final String UNKNOWN_SUITE = "TLS_AES_256_GCM_SHA385";

    private static EventLoops loops = EventLoops.create(1);

    private final Engines clients = new Engines("client");
    private final Engines servers = new Engines("server");
    private final BlockingQueue<TransportException> failures = new LinkedBlockingQueue<>();
    private @Nullable TransportListener listener;

    @BeforeAll
    static void startLoops() {
        loops = EventLoops.create(2);
    }

    @AfterAll
    static void stopLoops() {
        loops.close();
    }

    @AfterEach
    void stopListening() {
        if (listener != null) {
            Engines.await(listener.close());
        }
    }

    private static TlsSettings.Builder tls(@Nullable Identity identity) {
        SSLContext context = MATERIAL.sslContext(identity);
        return TlsSettings.builder().context(() -> context);
    }

    /** Shows its certificate even to a server that does not name its authority. */
    private static TlsSettings.Builder insisting(Identity identity) throws Exception {
        KeyStore store = KeyStore.getInstance(MATERIAL.keyStore(identity).toFile(), TlsMaterial.PASSWORD.toCharArray());
        String alias = store.aliases().nextElement();
        X509Certificate[] chain = Stream.of(store.getCertificateChain(alias))
                .map(X509Certificate.class::cast)
                .toArray(X509Certificate[]::new);
        PrivateKey key = (PrivateKey) store.getKey(alias, TlsMaterial.PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(KeyStore.getInstance(MATERIAL.trustStore().toFile(), TlsMaterial.PASSWORD.toCharArray()));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new OneKey(alias, chain, key)}, trust.getTrustManagers(), null);
        return TlsSettings.builder().context(() -> context);
    }

    private int listen(TlsSettings.Builder tls) {
        TransportListener bound = Engines.await(Amqp10Transport.listen(
                loops,
                ServerTransportOptions.builder("127.0.0.1", 0)
                        .tls(tls == null ? null : tls.build())
                        .handshakeTimeout(Duration.ofSeconds(60))
                        .build(),
                servers,
                failures::add));
        listener = bound;
        return bound.port();
    }

    private CompletableFuture<Transport> connect(String host, int port, TlsSettings.Builder tls) {
        return Amqp10Transport.connect(
                loops,
                loops.next(),
                ClientTransportOptions.builder(host, port).tls(tls.build()).build(),
                clients);
    }

    private TransportException serverFailure() throws InterruptedException {
        TransportException failure = failures.poll(60, TimeUnit.SECONDS);
        if (failure == null) {
            throw new AssertionError("no failure was told");
        }
        return failure;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void trustedServerIsConnectedTo(String protocol) throws Exception {
        int port = listen(tls(Identity.SERVER));

        Transport transport = Engines.await(connect("localhost", port, tls(null).protocols(List.of(protocol))));
        Engines.Peer client = clients.next();

        assertThat(Engines.await(client.opened).containerId()).isEqualTo("server");
        assertThat(transport.info().tlsSession()).isNotNull();
        assertThat(Objects.requireNonNull(transport.info().tlsSession()).getProtocol())
                .isEqualTo(protocol);
        transport.submit(() -> client.engine().close(null));
        client.awaitClosed();
        servers.next().awaitClosed();
        Engines.await(transport.closed());
    }

    @Test
    void certificateForTheAddressIsTakenToo() throws Exception {
        int port = listen(tls(Identity.SERVER));

        Engines.await(connect("127.0.0.1", port, tls(null)));
    }

    @Test
    void certificateForAnotherHostIsRefused() throws Exception {
        int port = listen(tls(Identity.WRONG_HOST));

        TransportException failure = Engines.failure(connect("localhost", port, tls(null)));

        assertThat(failure.kind()).isEqualTo(Kind.TLS_FAILED);
        assertThat(failure.stage()).isEqualTo(Stage.TLS);
        assertThat(failure).hasMessageContaining("localhost").hasMessageContaining("certificate");
        assertThat(clients.isEmpty()).isTrue();
        assertThat(serverFailure().kind()).isIn(Kind.TLS_FAILED, Kind.CLOSED_BY_PEER, Kind.IO_ERROR);
    }

    @Test
    void anotherNameCanBeAskedForAndTheCheckSwitchedOff() throws Exception {
        int port = listen(tls(Identity.WRONG_HOST));

        Engines.await(connect("localhost", port, tls(null).serverName("elsewhere.test")));
        Engines.await(connect("localhost", port, tls(null).verifyHostname(false)));
    }

    @Test
    void expiredCertificateIsRefused() throws Exception {
        int port = listen(tls(Identity.EXPIRED));

        TransportException failure = Engines.failure(connect("localhost", port, tls(null)));

        assertThat(failure.kind()).isEqualTo(Kind.TLS_FAILED);
        assertThat(failure.getMessage()).containsAnyOf("expired", "NotAfter", "validity");
    }

    @Test
    void unknownAuthorityIsRefused() throws Exception {
        int port = listen(tls(Identity.SERVER));

        TransportException failure = Engines.failure(connect("localhost", port, TlsSettings.builder()));

        assertThat(failure.kind()).isEqualTo(Kind.TLS_FAILED);
        assertThat(failure).hasMessageContaining("the server's certificate was not accepted");
    }

    @Test
    void clientIsWhomItsCertificateNames() throws Exception {
        int port = listen(tls(Identity.SERVER).clientAuth(ClientAuth.NEED));

        Transport transport = Engines.await(connect("localhost", port, tls(Identity.CLIENT)));

        Engines.Peer server = servers.next();
        assertThat(server.transport.info().identity())
                .isEqualTo(new SaslIdentity(SaslMechanism.EXTERNAL, "CN=client,O=amqp10", "localhost"));
        assertThat(transport.info().identity()).isEqualTo(new SaslIdentity(SaslMechanism.EXTERNAL, null, "localhost"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientOfAnUnknownAuthorityIsRefused(String protocol) throws Exception {
        for (ClientAuth clientAuth : List.of(ClientAuth.WANT, ClientAuth.NEED)) {
            int port = listen(tls(Identity.SERVER).clientAuth(clientAuth));

            TransportException failure = Engines.failure(
                    connect("localhost", port, insisting(Identity.STRANGER).protocols(List.of(protocol))));

            assertThat(failure.kind()).isIn(Kind.TLS_FAILED, Kind.CLOSED_BY_PEER, Kind.IO_ERROR);
            TransportException serverFailure = serverFailure();
            assertThat(serverFailure.kind()).isEqualTo(Kind.TLS_FAILED);
            assertThat(serverFailure).hasMessageContaining("the client's certificate was not accepted");
            assertThat(servers.isEmpty()).isTrue();
            stopListening();
        }
    }

    @Test
    void clientWithoutACertificateIsRefusedWhereOneIsNeeded() throws Exception {
        int port = listen(tls(Identity.SERVER).clientAuth(ClientAuth.NEED));

        TransportException failure = Engines.failure(connect("localhost", port, tls(null)));

        assertThat(failure.getMessage()).contains("certificate");
        assertThat(serverFailure().kind()).isEqualTo(Kind.TLS_FAILED);
    }

    @Test
    void clientWithoutACertificateIsAnonymousWhereOneIsWanted() throws Exception {
        int port = listen(tls(Identity.SERVER).clientAuth(ClientAuth.WANT));

        Engines.await(connect("localhost", port, tls(null)));

        assertThat(servers.next().transport.info().identity())
                .isEqualTo(new SaslIdentity(SaslMechanism.ANONYMOUS, null, "localhost"));
    }

    @Test
    void plainClientOnATlsPortIsToldApart() throws Exception {
        int port = listen(tls(Identity.SERVER));

        TransportException failure = Engines.failure(Amqp10Transport.connect(
                loops,
                loops.next(),
                ClientTransportOptions.builder("localhost", port).build(),
                clients));

        assertThat(failure.kind()).isIn(Kind.CLOSED_BY_PEER, Kind.WRONG_PROTOCOL);
        assertThat(failure).hasMessageContaining("use amqps");
        TransportException serverFailure = serverFailure();
        assertThat(serverFailure.kind()).isEqualTo(Kind.TLS_FAILED);
        assertThat(serverFailure).hasMessageContaining("the client sent the protocol header of SASL 1.0.0 without TLS");
    }

    @Test
    void tlsClientOnAPlainPortIsToldApart() throws Exception {
        TransportListener bound = Engines.await(Amqp10Transport.listen(
                loops, ServerTransportOptions.builder("127.0.0.1", 0).build(), servers, failures::add));
        listener = bound;

        TransportException failure = Engines.failure(connect("localhost", bound.port(), tls(null)));

        assertThat(failure.kind()).isEqualTo(Kind.TLS_FAILED);
        assertThat(failure)
                .hasMessageContaining("the server sent the protocol header of SASL 1.0.0 without TLS")
                .hasMessageContaining("use amqp in place of amqps");
        assertThat(serverFailure()).hasMessageContaining("a TLS record");
    }

    @Test
    void silentTlsPortTimesOutInTheStageOfTls() throws Exception {
        try (RawPeer.Server silent = new RawPeer.Server(RawPeer::readToEnd)) {
            TransportException failure = Engines.failure(Amqp10Transport.connect(
                    loops,
                    loops.next(),
                    ClientTransportOptions.builder("localhost", silent.port())
                            .tls(tls(null).build())
                            .connectTimeout(Duration.ofSeconds(5))
                            .build(),
                    clients));

            assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(failure.stage()).isEqualTo(Stage.TLS);
        }
    }

    @Test
    void endWithoutCloseNotifyEndsTheConnection() throws Exception {
        int port = listen(tls(Identity.SERVER));
        Transport transport = Engines.await(connect("localhost", port, tls(null)));
        Engines.Peer server = servers.next();
        Engines.await(server.opened);

        transport.abort(null);

        server.awaitClosed();
        clients.next().awaitClosed();
    }

    @Test
    void secondHandshakeOnOneConnectionIsRefused() throws Exception {
        int port = listen(tls(Identity.SERVER));
        try (SSLSocket socket =
                (SSLSocket) MATERIAL.sslContext(null).getSocketFactory().createSocket("localhost", port)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setSoTimeout(60_000);
            RawPeer peer = new RawPeer(socket);
            peer.send(SASL).expect(SASL);
            peer.readFrame();
            peer.send(INIT_ANONYMOUS + AMQP + OPEN);
            peer.readFrame();
            peer.expect(AMQP);
            peer.readFrame();
            Engines.Peer server = servers.next();
            Engines.await(server.opened);

            socket.getSession().invalidate();
            socket.startHandshake();

            assertThatThrownBy(() -> {
                        peer.send("00000008 02000000");
                        peer.readFrame();
                        peer.readFrame();
                    })
                    .isInstanceOf(IOException.class);
            server.awaitClosed();
        }
    }

    /** More than a peer may want without sending anything. */
    @Test
    void newKeysBetweenDataAreGiven() throws Exception {
        int port = listen(tls(Identity.SERVER));
        try (SSLSocket socket =
                (SSLSocket) MATERIAL.sslContext(null).getSocketFactory().createSocket("localhost", port)) {
            RawPeer peer = new RawPeer(socket);
            peer.send(SASL).expect(SASL);
            peer.readFrame();
            peer.send(INIT_ANONYMOUS + AMQP + OPEN);
            peer.readFrame();
            peer.expect(AMQP);
            peer.readFrame();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            for (int i = 0; i < 10; i++) {
                for (int j = 0; j < RecordGuard.MAX_RECORDS_WITHOUT_DATA / 2; j++) {
                    socket.startHandshake();
                }
                peer.send("00000008 02000000");
            }
            peer.send(CLOSE);
            peer.expect(CLOSE);
            servers.next().awaitClosed();
        }
    }

    @Test
    void handshakeDoesNotWaitForCredentialsThatAreChecked() throws Exception {
        int port = listen(tls(Identity.SERVER));
        CountDownLatch checked = new CountDownLatch(1);
        for (int i = 0; i < 64; i++) {
            loops.authenticator().execute(() -> {
                try {
                    checked.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        try (SSLSocket socket =
                (SSLSocket) MATERIAL.sslContext(null).getSocketFactory().createSocket("localhost", port)) {
            new RawPeer(socket).send(SASL).expect(SASL);
        } finally {
            checked.countDown();
        }
    }

    @Test
    void whatComesWithTheEndOfTheStreamIsAnswered() throws Exception {
        int port = listen(tls(Identity.SERVER));
        try (HeldBack plain = new HeldBack(port);
                SSLSocket socket = (SSLSocket)
                        MATERIAL.sslContext(null).getSocketFactory().createSocket(plain, "localhost", port, false)) {
            RawPeer peer = new RawPeer(socket);
            peer.send(SASL).expect(SASL);
            peer.readFrame();
            peer.send(INIT_ANONYMOUS + AMQP);
            peer.readFrame();
            peer.expect(AMQP);
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");

            plain.holdBack();
            peer.send(OPEN + CLOSE);
            socket.shutdownOutput();
            plain.letGo();

            assertThat(peer.readFrame()).contains(ascii("server"));
            peer.expect(CLOSE);
            servers.next().awaitClosed();
        }
    }

    /** Writes several records at once, so that they come at once. */
    private static final class HeldBack extends Socket {

        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private boolean holds;

        HeldBack(int port) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
        }

        void holdBack() {
            holds = true;
        }

        void letGo() throws IOException {
            super.getOutputStream().write(held.toByteArray());
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream out = super.getOutputStream();
            return new OutputStream() {
                @Override
                public void write(int octet) throws IOException {
                    (holds ? held : out).write(octet);
                }

                @Override
                public void write(byte[] octets, int from, int length) throws IOException {
                    (holds ? held : out).write(octets, from, length);
                }
            };
        }
    }

    @Test
    void oldProtocolsAreNotSpoken() throws Exception {
        int port = listen(tls(Identity.SERVER));
        try (SSLSocket socket =
                (SSLSocket) MATERIAL.sslContext(null).getSocketFactory().createSocket("localhost", port)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.1"});

            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
        assertThatThrownBy(() -> tls(null).protocols(List.of("TLSv1.1")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TLSv1.1");
    }

    @Test
    void suitesThatDoNotProtectAreRefused() {
        for (String suite : List.of("TLS_DH_anon_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_NULL_SHA256")) {
            assertThatThrownBy(() ->
                            TlsSettings.builder().cipherSuites(List.of(suite)).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(suite);
        }
        assertThatThrownBy(() -> ServerTransportOptions.builder("127.0.0.1", 0)
                        .tls(TlsSettings.DEFAULT)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key");
    }

    @Test
    void chosenSuiteIsUsed() throws Exception {
        int port = listen(tls(Identity.SERVER));

        Transport transport =
                Engines.await(connect("localhost", port, tls(null).cipherSuites(List.of("TLS_AES_256_GCM_SHA384"))));

        assertThat(Objects.requireNonNull(transport.info().tlsSession()).getCipherSuite())
                .isEqualTo("TLS_AES_256_GCM_SHA384");
    }

    @Test
    void unknownSuiteIsNamed() {
        int port = listen(tls(Identity.SERVER));

        TransportException failure =
                Engines.failure(connect("localhost", port, tls(null).cipherSuites(List.of(UNKNOWN_SUITE))));

        assertThat(failure.kind()).isEqualTo(Kind.TLS_FAILED);
        assertThat(failure.stage()).isEqualTo(Stage.TLS);
        assertThat(failure)
                .hasMessageContainingAll("the TLS settings for localhost:" + port + " cannot be used", UNKNOWN_SUITE);
        assertThat(failure.getSuppressed()).as("what other addresses said").isEmpty();
    }

    @Test
    void unknownSuiteOfAListenerIsNamedForEachClient() throws Exception {
        int port = listen(tls(Identity.SERVER).cipherSuites(List.of(UNKNOWN_SUITE)));

        Engines.failure(connect("localhost", port, tls(null)));

        TransportException failure = serverFailure();
        assertThat(failure.kind()).isEqualTo(Kind.TLS_FAILED);
        assertThat(failure).hasMessageContainingAll("TLS settings", "cannot be used", UNKNOWN_SUITE);
    }

    @Test
    void saslWithoutUserTakesTheCertificateOnlyIfTheServerAskedForIt() throws Exception {
        int port = listen(tls(Identity.SERVER).clientAuth(ClientAuth.NONE));

        Transport transport = Engines.await(Amqp10Transport.connect(
                loops,
                loops.next(),
                ClientTransportOptions.builder("localhost", port)
                        .tls(tls(Identity.CLIENT).build())
                        .sasl(SaslClientSettings.ANONYMOUS)
                        .build(),
                clients));

        assertThat(Objects.requireNonNull(transport.info().identity()).mechanism())
                .isEqualTo(SaslMechanism.ANONYMOUS);
    }

    /** Knows one key and always shows it. */
    private static final class OneKey extends X509ExtendedKeyManager {

        private final String alias;
        private final X509Certificate[] chain;
        private final PrivateKey key;

        OneKey(String alias, X509Certificate[] chain, PrivateKey key) {
            this.alias = alias;
            this.chain = chain;
            this.key = key;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {alias};
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return alias;
        }

        @Override
        public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
            return alias;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {alias};
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return alias;
        }

        @Override
        public X509Certificate[] getCertificateChain(String name) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String name) {
            return key;
        }
    }
}
