package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.ListenOptions;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.ProxyOptions;
import io.amqp10.ReconnectOptions;
import io.amqp10.TlsOptions;
import io.amqp10.testkit.FreePorts;
import io.amqp10.testkit.TlsMaterial;
import io.amqp10.testkit.TlsMaterial.Identity;
import io.amqp10.transport.TransportException.Kind;
import io.amqp10.transport.TransportException.Stage;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections through a proxy that a few lines of this test are. */
@Timeout(600)
final class ProxyTest {

    /** No resolver knows this name, so it can only have come to the proxy as a name. */
    private static final String NAME = "broker.invalid";

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

    /** A proxy that leads to one port of this machine, whatever it is asked for. */
    private static final class Proxy implements AutoCloseable {

        final List<String> asked = new CopyOnWriteArrayList<>();
        final List<String> credentials = new CopyOnWriteArrayList<>();

        private final ServerSocket socket;
        private final ProxyOptions.Protocol protocol;
        private final int target;
        private final @Nullable String secret;
        private final ExecutorService threads = Executors.newCachedThreadPool();

        Proxy(ProxyOptions.Protocol protocol, int target, @Nullable String secret) throws IOException {
            this.protocol = protocol;
            this.target = target;
            this.secret = secret;
            this.socket = new ServerSocket(0);
            threads.execute(this::acceptAll);
        }

        ProxyOptions options() {
            return at(protocol, socket.getLocalPort());
        }

        private void acceptAll() {
            while (!socket.isClosed()) {
                try {
                    Socket accepted = socket.accept();
                    threads.execute(() -> serve(accepted));
                } catch (IOException e) {
                    return; // it is closed
                }
            }
        }

        private void serve(Socket from) {
            try (from) {
                boolean granted = protocol == ProxyOptions.Protocol.SOCKS5 ? socks(from) : http(from);
                if (granted) {
                    relay(from);
                }
            } catch (IOException e) {
                asked.add(e.toString());
            }
        }

        private void relay(Socket from) throws IOException {
            try (Socket to = new Socket("127.0.0.1", target)) {
                threads.execute(() -> copy(to, from));
                copy(from, to);
            }
        }

        private static void copy(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
                to.shutdownOutput();
            } catch (IOException e) {
                return; // one of the ends is gone
            }
        }

        private boolean socks(Socket from) throws IOException {
            DataInputStream in = new DataInputStream(from.getInputStream());
            OutputStream out = from.getOutputStream();
            assertThat(in.readByte()).isEqualTo((byte) 5);
            String methods = new String(in.readNBytes(in.readByte()), StandardCharsets.ISO_8859_1);
            if (secret == null) {
                out.write(new byte[] {5, 0});
            } else if (methods.indexOf(2) < 0) {
                out.write(new byte[] {5, (byte) 0xff});
                return false;
            } else {
                out.write(new byte[] {5, 2});
                in.readByte();
                String said = text(in) + ":" + text(in);
                credentials.add(said);
                out.write(new byte[] {1, (byte) (said.equals(secret) ? 0 : 1)});
                if (!said.equals(secret)) {
                    return false;
                }
            }
            in.readNBytes(3);
            int type = in.readByte();
            String host = type == 3 ? text(in) : "address " + (type == 1 ? in.readInt() : "6");
            asked.add(host + ":" + in.readUnsignedShort());
            boolean granted = !host.startsWith("forbidden");
            out.write(new byte[] {5, (byte) (granted ? 0 : 2), 0, 1, 0, 0, 0, 0, 0, 0});
            return granted;
        }

        private static String text(DataInputStream in) throws IOException {
            return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
        }

        private boolean http(Socket from) throws IOException {
            String head = head(from.getInputStream());
            asked.add(head.substring(0, head.indexOf('\r'))
                    .replace("CONNECT ", "")
                    .replace(" HTTP/1.1", ""));
            String authorization = head.contains("asic ") ? head.replaceAll("(?is).*basic ([^\r]*)\r.*", "$1") : "";
            credentials.add(new String(Base64.getDecoder().decode(authorization), StandardCharsets.US_ASCII));
            boolean known = secret == null || credentials.contains(secret);
            boolean granted = known && !head.startsWith("CONNECT forbidden");
            String status = granted ? "200 OK" : known ? "403 Forbidden" : "407 Proxy Authentication Required";
            from.getOutputStream().write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return granted;
        }

        private static String head(InputStream in) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int octet = in.read();
                if (octet < 0) {
                    throw new IOException("the request ended early");
                }
                head.append((char) octet);
            }
            return head.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
            threads.shutdown();
        }
    }

    private static ProxyOptions at(ProxyOptions.Protocol protocol, int port) {
        return protocol == ProxyOptions.Protocol.SOCKS5
                ? ProxyOptions.socks5("127.0.0.1", port)
                : ProxyOptions.http("127.0.0.1", port);
    }

    private int listen(String scheme) {
        return server.listen(ListenOptions.of(scheme + "://127.0.0.1:0")
                        .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(Identity.SERVER)))
                        .handler(new MessagingHandler() {
                            @Override
                            public void onMessage(Delivery delivery) {
                                delivery.accept();
                            }
                        }))
                .port();
    }

    private Connection connect(String uri, ProxyOptions proxy) {
        return connect(uri, proxy, Duration.ofSeconds(60));
    }

    private Connection connect(String uri, ProxyOptions proxy, Duration timeout) {
        return client.connect(ConnectionOptions.of(uri)
                        .proxy(proxy)
                        .tls(TlsOptions.DEFAULT
                                .sslContext(TlsMaterial.get().sslContext(null))
                                .verifyHostname(false))
                        .reconnect(ReconnectOptions.OFF)
                        .connectTimeout(timeout))
                .awaitOpen();
    }

    private static TransportException transportFailure(Throwable thrown) {
        return Objects.requireNonNull(Failures.find(thrown, TransportException.class));
    }

    @ParameterizedTest
    @CsvSource({
        "SOCKS5, amqp", "SOCKS5, amqps", "SOCKS5, amqpws", "SOCKS5, amqpwss",
        "HTTP, amqp", "HTTP, amqps", "HTTP, amqpws", "HTTP, amqpwss"
    })
    void nameOfTheHostGoesToTheProxyAndMessagesThroughIt(ProxyOptions.Protocol protocol, String scheme)
            throws Exception {
        try (Proxy proxy = new Proxy(protocol, listen(scheme), null)) {
            Connection connection = connect(scheme + "://" + NAME + ":5672", proxy.options());
            connection
                    .openSender("a")
                    .send(Message.of(new byte[100_000]))
                    .await()
                    .orThrow();
            connection.close();
            assertThat(proxy.asked).containsExactly(NAME + ":5672");
        }
    }

    @ParameterizedTest
    @EnumSource
    void proxyIsToldWhoUsesIt(ProxyOptions.Protocol protocol) throws Exception {
        try (Proxy proxy = new Proxy(protocol, listen("amqp"), "eve:eve-secret")) {
            connect("amqp://" + NAME, proxy.options().credentials("eve", "eve-secret"))
                    .close();
            assertThat(proxy.credentials).containsExactly("eve:eve-secret");
        }
    }

    @ParameterizedTest
    @EnumSource
    void wrongCredentialsAreRefusedByTheProxyInItsName(ProxyOptions.Protocol protocol) throws Exception {
        try (Proxy proxy = new Proxy(protocol, listen("amqp"), "eve:eve-secret")) {
            assertThatThrownBy(() -> connect("amqp://" + NAME, proxy.options().credentials("eve", "not-it")))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContainingAll("the " + protocol + " proxy 127.0.0.1:", NAME)
                    .hasMessageNotContaining("not-it");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SOCKS5, amqp", "SOCKS5, amqps", "SOCKS5, amqpws", "SOCKS5, amqpwss",
        "HTTP, amqp", "HTTP, amqps", "HTTP, amqpws", "HTTP, amqpwss"
    })
    void hostThatTheProxyForbidsIsNamed(ProxyOptions.Protocol protocol, String scheme) throws Exception {
        try (Proxy proxy = new Proxy(protocol, listen(scheme), null)) {
            assertThatThrownBy(() -> connect(scheme + "://forbidden.invalid:1234", proxy.options()))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContainingAll(protocol + " proxy", "forbidden.invalid:1234")
                    .hasRootCauseInstanceOf(java.net.ConnectException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void proxyThatIsNotThereIsNamed(ProxyOptions.Protocol protocol) throws Exception {
        ProxyOptions gone = at(protocol, FreePorts.next());
        assertThatThrownBy(() -> connect("amqp://" + NAME, gone))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContainingAll("no connection to the " + protocol + " proxy 127.0.0.1:" + gone.port());
    }

    @ParameterizedTest
    @CsvSource({"SOCKS5, amqp", "HTTP, amqps", "SOCKS5, amqpwss"})
    void proxyThatSaysNothingIsNamedInPlaceOfThePeer(ProxyOptions.Protocol protocol, String scheme) throws Exception {
        try (RawPeer.Server silent = new RawPeer.Server(RawPeer::readToEnd)) {
            assertThatThrownBy(() -> connect(
                            scheme + "://" + NAME + ":5672", at(protocol, silent.port()), Duration.ofSeconds(5)))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContainingAll(
                            "the " + protocol + " proxy 127.0.0.1:" + silent.port() + " gave no connection to " + NAME,
                            "in time",
                            "5000 ms")
                    .hasMessageNotContaining("if the port is")
                    .extracting(ProxyTest::transportFailure)
                    .returns(Kind.TIMED_OUT, TransportException::kind)
                    .returns(Stage.CONNECT, TransportException::stage);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SOCKS5, amqp", "SOCKS5, amqps", "SOCKS5, amqpws", "SOCKS5, amqpwss",
        "HTTP, amqp", "HTTP, amqps", "HTTP, amqpws", "HTTP, amqpwss"
    })
    void proxyThatEndsTheStreamIsNamedInPlaceOfThePeer(ProxyOptions.Protocol protocol, String scheme) throws Exception {
        try (RawPeer.Server closing = new RawPeer.Server(peer -> {})) {
            assertThatThrownBy(() -> connect(scheme + "://" + NAME + ":5672", at(protocol, closing.port())))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("the " + protocol + " proxy 127.0.0.1:" + closing.port()
                            + " gave no connection to " + NAME + ":5672")
                    .extracting(ProxyTest::transportFailure)
                    .returns(Kind.PROXY_FAILED, TransportException::kind)
                    .returns(Stage.CONNECT, TransportException::stage);
        }
    }

    /** The proxy has done its part here, and the peer says nothing. */
    @Test
    void peerThatSaysNothingBehindAProxyIsNamed() throws Exception {
        try (RawPeer.Server silent = new RawPeer.Server(RawPeer::readToEnd);
                Proxy proxy = new Proxy(ProxyOptions.Protocol.SOCKS5, silent.port(), null)) {
            assertThatThrownBy(() -> connect("amqp://" + NAME + ":5672", proxy.options(), Duration.ofSeconds(5)))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContainingAll(NAME + ":5672", "protocol headers did not end");
        }
    }

    @Test
    void proxyWithAnUnknownNameIsNamed() {
        assertThatThrownBy(() -> connect("amqp://127.0.0.1", ProxyOptions.socks5("proxy.invalid", 1080)))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContainingAll("the host of the SOCKS5 proxy proxy.invalid:1080 is unknown");
    }

    @Test
    void addressStaysAnAddress() throws Exception {
        try (Proxy proxy = new Proxy(ProxyOptions.Protocol.SOCKS5, listen("amqp"), null)) {
            connect("amqp://127.0.0.1:5672", proxy.options()).close();
            assertThat(proxy.asked).containsExactly("address " + 0x7f000001 + ":5672");
        }
    }

    @Test
    void passwordIsNotSentInTheClearBehindAProxyOnThisMachine() throws Exception {
        int port = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                        .users(Map.of("alice", "alice-secret"))
                        .saslMechanisms(List.of("PLAIN")))
                .port();
        try (Proxy proxy = new Proxy(ProxyOptions.Protocol.SOCKS5, port, null)) {
            assertThatThrownBy(() -> connect("amqp://alice:alice-secret@" + NAME, proxy.options()))
                    .hasMessageContaining("PLAIN would send the password in the clear");
        }
    }

    @Test
    void optionsShowNoPassword() {
        assertThat(ProxyOptions.http("h", 1).credentials("eve", "eve-secret").toString())
                .contains("eve")
                .doesNotContain("eve-secret");
    }
}
