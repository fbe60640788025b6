package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.AuthenticationException;
import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.ReconnectOptions;
import io.amqp10.Sender;
import io.amqp10.TlsOptions;
import io.amqp10.testkit.TlsMaterial;
import io.amqp10.testkit.TlsMaterial.Identity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AMQP over WebSocket: both our ends, and each of them against the JDK's WebSocket or octets written by hand. */
@Timeout(600)
final class WebSocketTest {

    private static final String SASL_HEADER = "414d515003010000";
    private static final String AMQP_HEADER = "414d515000010000";

    private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();

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

    private Listener listen(ListenOptions options) {
        return server.listen(options.handler(new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                received.add(delivery.message());
            }
        }));
    }

    private Connection connect(ConnectionOptions options) {
        return client.connect(options.reconnect(ReconnectOptions.OFF)).awaitOpen();
    }

    private Message next() throws InterruptedException {
        return Objects.requireNonNull(received.poll(60, TimeUnit.SECONDS));
    }

    private static TlsOptions tls(@Nullable Identity identity) {
        return TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(identity));
    }

    @ParameterizedTest
    @ValueSource(strings = {"amqpws", "amqpwss", "ws", "wss"})
    void messagesOfAllSizesGoThrough(String scheme) throws Exception {
        Listener listener = listen(ListenOptions.of(scheme + "://127.0.0.1:0").tls(tls(Identity.SERVER)));
        assertThat(listener.uri()).startsWith(scheme.endsWith("wss") ? "amqpwss://" : "amqpws://");
        Connection connection = connect(ConnectionOptions.of(listener.uri()).tls(tls(null)));
        Random random = new Random(1);
        try (Sender sender = connection.openSender("a")) {
            for (int size : new int[] {0, 1, 125, 126, 65_535, 65_536, 150_000}) {
                byte[] body = new byte[size];
                random.nextBytes(body);
                sender.send(Message.of(body)).await().orThrow();
                assertThat(next().bodyAsBytes()).isEqualTo(body);
            }
        }
        connection.close();
    }

    @Test
    void credentialsAreAskedForInsideTheWebSocket() {
        Listener listener = listen(ListenOptions.of("amqpws://127.0.0.1:0").users(Map.of("alice", "alice-secret")));
        Connection connection =
                connect(ConnectionOptions.of(listener.uri()).user("alice").password("alice-secret"));
        assertThat(connection.remoteContainerId()).isEqualTo("server");
        assertThatThrownBy(() -> connect(
                        ConnectionOptions.of(listener.uri()).user("alice").password("wrong")))
                .isInstanceOf(AuthenticationException.class);
    }

    @Test
    void pathHasToBeTheListeners() throws Exception {
        Listener listener = listen(ListenOptions.of("amqpws://127.0.0.1:0/in/here"));
        assertThat(listener.uri()).endsWith("/in/here");
        connect(ConnectionOptions.of(listener.uri() + "?tenant=1")).close();
        assertThatThrownBy(() -> connect(ConnectionOptions.of("amqpws://127.0.0.1:" + listener.port() + "/there")))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContainingAll("WebSocket at /there", "404");
    }

    @Test
    void portForAmqpAloneIsNamedAsTheReason() {
        Listener listener = listen(ListenOptions.of("amqp://127.0.0.1:0"));
        assertThatThrownBy(() -> connect(ConnectionOptions.of("amqpws://127.0.0.1:" + listener.port())))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContainingAll("WebSocket handshake", "use amqp or amqps");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "amqp|HTTP/1.1 400 Bad Request\r\n\r\n|0|use amqpws",
                "amqpws|220 mail\r\n\r\n|0|speak HTTP",
                "amqpws|HTTP/1.1 404 Not Found\r\nContent-Length: 20\r\n\r\n|20|HTTP status 404 Not Found",
                "amqpws|HTTP/1.1 404 Not Found\r\nContent-Length: 20000\r\n\r\n|0|HTTP status 404 Not Found",
                "amqpws|HTTP/1.1 404 Not Found\r\nContent-Length: 20000\r\n\r\n|20000|HTTP status 404 Not Found",
                "amqpws|HTTP/1.1 404 Not Found\r\n\r\n|20000|HTTP status 404 Not Found"
            })
    void serverOfAnotherKindIsNamedAsTheReason(String row) throws Exception {
        String[] parts = row.split("\\|", -1);
        try (ServerSocket other = new ServerSocket(0)) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> {
                try (Socket socket = other.accept()) {
                    assertThat(socket.getInputStream().read()).isPositive();
                    write(socket, parts[1] + "x".repeat(Integer.parseInt(parts[2])));
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> connect(ConnectionOptions.of(parts[0] + "://127.0.0.1:" + other.getLocalPort())))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining(parts[3])
                    .extracting(thrown -> Objects.requireNonNull(Failures.find(thrown, TransportException.class))
                            .kind())
                    .isEqualTo(TransportException.Kind.WRONG_PROTOCOL);
            answered.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void silentServerIsGivenUpInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertThatThrownBy(() -> connect(ConnectionOptions.of("amqpws://127.0.0.1:" + silent.getLocalPort())
                            .connectTimeout(Duration.ofSeconds(5))))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("WebSocket handshake did not end; if the port is for AMQP without WebSocket");
        }
    }

    @Test
    void serverThatLeavesTheSubprotocolOutIsRefused() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> answerWithoutSubprotocol(other));
            assertThatThrownBy(() -> connect(ConnectionOptions.of("amqpws://127.0.0.1:" + other.getLocalPort())))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("subprotocol amqp");
            answered.get(60, TimeUnit.SECONDS);
        }
    }

    private static void answerWithoutSubprotocol(ServerSocket other) {
        try (Socket socket = other.accept()) {
            String request = readHead(socket);
            assertThat(request)
                    .startsWith("GET / HTTP/1.1\r\n")
                    .containsIgnoringCase("sec-websocket-protocol: amqp\r\n");
            String key = request.replaceAll("(?is).*sec-websocket-key: ([^\r]*)\r.*", "$1");
            byte[] digest = java.security.MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            String accept = java.util.Base64.getEncoder().encodeToString(digest);
            write(
                    socket,
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: " + accept + "\r\n\r\n");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException | java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    // The listener against octets written by hand.

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String readHead(Socket socket) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int octet = socket.getInputStream().read();
            if (octet < 0) {
                break;
            }
            head.write(octet);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    private static String upgrade(String subprotocol) {
        return "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "426|GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "405|POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
                "400|GET / HTTP/1.0\r\nHost: x\r\n\r\n",
                "400|AMQP\3\1\0\0\r\n\r\n",
                "400|AMQP\3\1\0\0",
                "400|\26\3\1\0\310\1",
                "400|\r\n"
            })
    void whatAsksForNoWebSocketIsAnsweredWithAnHttpErrorAndTheEnd(String row) throws Exception {
        Listener listener = listen(ListenOptions.of("amqpws://127.0.0.1:0"));
        try (Socket socket = new Socket("127.0.0.1", listener.port())) {
            socket.setSoTimeout(60_000);
            write(socket, row.substring(4));
            assertThat(readHead(socket)).startsWith("HTTP/1.1 " + row.substring(0, 3) + " ");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mqtt", "amqp10", "AMQPWSB10"})
    void clientWithoutTheSubprotocolIsRefused(String subprotocol) throws Exception {
        Listener listener = listen(ListenOptions.of("amqpws://127.0.0.1:0"));
        try (Socket socket = new Socket("127.0.0.1", listener.port())) {
            socket.setSoTimeout(60_000);
            write(socket, upgrade(subprotocol));
            assertThat(readHead(socket)).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void clientOfPlainAmqpIsToldToUseWebSocket() {
        Listener listener = listen(ListenOptions.of("amqpws://127.0.0.1:0"));
        assertThatThrownBy(() -> connect(ConnectionOptions.of("amqp://127.0.0.1:" + listener.port())))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("use amqpws or amqpwss");
    }

    @Test
    void clientOfHttpGetsAmqpsHeaderAtOnceFromAPortForAmqpAlone() throws Exception {
        Listener listener = listen(ListenOptions.of("amqp://127.0.0.1:0"));
        try (Socket socket = new Socket("127.0.0.1", listener.port())) {
            socket.setSoTimeout(60_000);
            write(socket, "GET / HTTP/1.1\r\n");
            assertThat(HexFormat.of().formatHex(socket.getInputStream().readAllBytes()))
                    .isEqualTo(SASL_HEADER);
        }
    }

    @Test
    void compressionIsNotAgreedToAndCompressedFramesEndTheConnection() throws Exception {
        Listener listener = listen(ListenOptions.of("amqpws://127.0.0.1:0"));
        try (Socket socket = new Socket("127.0.0.1", listener.port())) {
            socket.setSoTimeout(60_000);
            write(
                    socket,
                    upgrade("amqp\r\nSec-WebSocket-Extensions: permessage-deflate\r\nOrigin: http://evil.example"));
            assertThat(readHead(socket))
                    .startsWith("HTTP/1.1 101 ")
                    .doesNotContainIgnoringCase("sec-websocket-extensions");
            // the first reserved bit is set, as it is on compressed frames; masked with zeros
            socket.getOutputStream().write(HexFormat.of().parseHex("c28400000000" + "01020304"));
            byte[] rest = socket.getInputStream().readAllBytes();
            // a close frame, status 1002
            assertThat(HexFormat.of().formatHex(rest)).startsWith("88").contains("03ea");
        }
    }

    @Test
    void frameWithoutAMaskEndsTheConnection() throws Exception {
        Listener listener = listen(ListenOptions.of("amqpws://127.0.0.1:0"));
        try (Socket socket = new Socket("127.0.0.1", listener.port())) {
            socket.setSoTimeout(60_000);
            write(socket, upgrade("mqtt, amqp"));
            String head = readHead(socket);
            assertThat(head)
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("sec-websocket-protocol: amqp\r\n")
                    .containsIgnoringCase("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            socket.getOutputStream().write(HexFormat.of().parseHex("8208" + SASL_HEADER));
            byte[] rest = socket.getInputStream().readAllBytes();
            // a close frame, status 1002
            assertThat(HexFormat.of().formatHex(rest)).startsWith("88").contains("03ea");
        }
    }

    @Test
    void frameThatAnnouncesTooMuchEndsTheConnectionBeforeItsOctetsCame() throws Exception {
        Listener listener = listen(ListenOptions.of("amqpws://127.0.0.1:0"));
        try (Socket socket = new Socket("127.0.0.1", listener.port())) {
            socket.setSoTimeout(60_000);
            write(socket, upgrade("amqp"));
            readHead(socket);
            // 2^32 octets, masked
            socket.getOutputStream().write(HexFormat.of().parseHex("82ff000000010000000001020304"));
            byte[] rest = socket.getInputStream().readAllBytes();
            // a close frame, status 1009
            assertThat(HexFormat.of().formatHex(rest)).startsWith("88").contains("03f1");
        }
    }

    // The listener against the JDK's client.

    private static final class Octets implements WebSocket.Listener {

        final ByteArrayOutputStream in = new ByteArrayOutputStream();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        final CompletableFuture<String> pong = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            synchronized (in) {
                while (data.hasRemaining()) {
                    in.write(data.get());
                }
                in.notifyAll();
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            pong.complete(StandardCharsets.US_ASCII.decode(message).toString());
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return CompletableFuture.completedFuture(null);
        }

        String await(String hex) throws InterruptedException {
            synchronized (in) {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                while (!hex().contains(hex) && System.nanoTime() < deadline) {
                    in.wait(100);
                }
                return hex();
            }
        }

        private String hex() {
            return HexFormat.of().formatHex(in.toByteArray());
        }
    }

    private static WebSocket open(Listener listener, Octets octets) throws Exception {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("amqp")
                .buildAsync(URI.create("ws://127.0.0.1:" + listener.port() + "/"), octets)
                .get(60, TimeUnit.SECONDS);
    }

    @Test
    void jdkClientGetsHeadersWhateverTheBoundsOfItsFrames() throws Exception {
        Octets octets = new Octets();
        WebSocket socket = open(listen(ListenOptions.of("amqpws://127.0.0.1:0")), octets);
        byte[] header = HexFormat.of().parseHex(AMQP_HEADER);
        for (int i = 0; i < header.length; i++) {
            socket.sendBinary(ByteBuffer.wrap(header, i, 1), i % 3 == 2 || i == 7)
                    .get(60, TimeUnit.SECONDS);
        }
        assertThat(octets.await(AMQP_HEADER)).isEqualTo(AMQP_HEADER);
        // an open with the container-id "c" in the same frame as a close
        byte[] openAndClose =
                HexFormat.of().parseHex("0000001102000000005310c00401a10163" + "0000000c0200000000531845");
        socket.sendBinary(ByteBuffer.wrap(openAndClose), true).get(60, TimeUnit.SECONDS);
        assertThat(octets.await("531845")).contains("005310").contains("531845");
        assertThat(octets.closed.get(60, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
    }

    @Test
    void pingIsAnsweredAndAFarewellToo() throws Exception {
        Octets octets = new Octets();
        WebSocket socket = open(listen(ListenOptions.of("amqpws://127.0.0.1:0")), octets);
        socket.sendPing(ByteBuffer.wrap("are you there".getBytes(StandardCharsets.US_ASCII)))
                .get(60, TimeUnit.SECONDS);
        assertThat(octets.pong.get(60, TimeUnit.SECONDS)).isEqualTo("are you there");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(60, TimeUnit.SECONDS);
        assertThat(octets.closed.get(60, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
    }

    @Test
    void textEndsTheConnectionWithItsOwnStatus() throws Exception {
        Octets octets = new Octets();
        WebSocket socket = open(listen(ListenOptions.of("amqpws://127.0.0.1:0")), octets);
        socket.sendText("hello", true).get(60, TimeUnit.SECONDS);
        assertThat(octets.closed.get(60, TimeUnit.SECONDS)).isEqualTo(1003);
    }

    @Test
    void jdkClientWithAnotherSubprotocolIsRefused() {
        Listener listener = listen(ListenOptions.of("amqpws://127.0.0.1:0"));
        assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .subprotocols("mqtt")
                        .buildAsync(URI.create("ws://127.0.0.1:" + listener.port() + "/"), new Octets())
                        .get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(WebSocketHandshakeException.class);
    }
}
