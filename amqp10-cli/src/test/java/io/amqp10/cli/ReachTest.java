package io.amqp10.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.PeerLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways on which commands reach peers, and peers the listener: WebSockets, proxies, tokens, limits. */
@Timeout(900)
class ReachTest {

    @TempDir
    private Path folder;

    @Test
    void listenerSpeaksAmqpOverWebSocket() {
        Shell.Running listener = new Shell().start("listen", "-n", "1", "amqpws://127.0.0.1:0/amqp");
        String uri = listener.uri();
        assertThat(uri).startsWith("amqpws://").endsWith("/amqp");

        new Shell().run("send", "-u", uri, "orders", "hello").succeeded();

        assertThat(listener.await().succeeded().out()).isEqualTo("hello\n");
    }

    @Test
    void listenerAsksForAToken() throws IOException {
        Path token = folder.resolve("token");
        Files.writeString(token, "top.secret.token\n");
        Shell.Running listener =
                new Shell().start("listen", "--user", "alice", "--token-file", token.toString(), "amqp://127.0.0.1:0");
        String uri = listener.uri();

        assertThat(new Shell().run("ping", uri).code()).isEqualTo(ExitCode.CONNECTION);
        Shell.Result wrong = new Shell().set("AMQP10_TOKEN", "another.token").run("ping", uri);
        assertThat(wrong.code()).isEqualTo(ExitCode.CONNECTION);
        assertThat(wrong.err()).doesNotContain("another.token").hasLineCount(1);
        assertThat(new Shell()
                        .run("ping", "--trace", "--token-file", token.toString(), uri)
                        .succeeded()
                        .out())
                .containsPattern("sasl-mechanism +OAUTHBEARER");
        assertThat(new Shell()
                        .set("AMQP10_TOKEN", "top.secret.token")
                        .run("ping", "--sasl", "XOAUTH2", "--user", "alice", uri)
                        .succeeded()
                        .out())
                .containsPattern("sasl-mechanism +XOAUTH2");
        assertThat(listener.interrupt().await().err()).doesNotContain("token");
    }

    @Test
    void limitsOfTheListenerHoldAndAreNamed() {
        Shell.Running listener =
                new Shell().start("listen", "--limit", "maxNameLength=10", "--limit", "maxSessions=5", "127.0.0.1:0");

        Shell.Result refused = new Shell()
                .run("send", "-u", listener.uri(), "--container-id", "a-long-container-id", "orders", "hello");

        assertThat(refused.code()).isEqualTo(ExitCode.CONNECTION);
        assertThat(refused.err()).contains("maxNameLength").hasLineCount(1);
        listener.interrupt().await();
    }

    @Test
    void everyLimitOfPeersIsAnOption() {
        String known = new Shell().run("listen", "--limit", "nothing=1").err();

        assertThat(Arrays.stream(PeerLimits.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getParameterCount() == 1)
                        .map(Method::getName))
                .hasSizeGreaterThan(5)
                .allMatch(name -> known.matches("(?s).*\\b" + name + "\\b.*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing=1|there is no limit 'nothing', but maxConnections,",
                "maxSessions=0|--limit maxSessions: maxSessions must be",
                "maxSessions=many|--limit maxSessions: 'many' is no such number",
                "idleTimeout=soon|--limit idleTimeout: 'soon' is no time"
            })
    void wrongLimitIsToldInOneLine(String row) {
        String[] parts = row.split("\\|", -1);

        Shell.Result result = new Shell().run("listen", "--limit", parts[0], "127.0.0.1:0");

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(parts[1]).hasLineCount(1);
    }

    // --- proxies

    @Test
    void proxyIsAskedForTheConnectionWithItsOwnCredentials() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> refuse(proxy));

            Shell.Result result = new Shell()
                    .set("AMQP10_PROXY_PASSWORD", "pr0xy")
                    .run(
                            "ping",
                            "--proxy",
                            "http://alice@127.0.0.1:" + proxy.getLocalPort(),
                            "amqp://broker.example:1234");

            assertThat(asked.get(60, TimeUnit.SECONDS))
                    .startsWith("CONNECT broker.example:1234 HTTP/1.1")
                    .containsIgnoringCase("proxy-authorization: Basic YWxpY2U6cHIweHk=");
            assertThat(result.code()).isEqualTo(ExitCode.CONNECTION);
            assertThat(result.err())
                    .contains("HTTP proxy")
                    .doesNotContain("pr0xy")
                    .hasLineCount(1);
        }
    }

    private static String refuse(ServerSocket proxy) {
        try (Socket socket = proxy.accept()) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            socket.getOutputStream()
                    .write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return head.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x:1", "x:1", "socks5://x", "http://x:70000", "http://x:1/path", "http://a b"})
    void wrongProxyIsToldInOneLine(String proxy) {
        Shell.Result result = new Shell().run("ping", "--proxy", proxy);

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("--proxy takes socks5://host:port").hasLineCount(1);
    }

    @Test
    void passwordOfAProxyIsNotTakenFromTheCommandLine() {
        Shell.Result result = new Shell().run("ping", "--proxy", "socks5://alice:pr0xy@x:1");

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("$AMQP10_PROXY_PASSWORD").doesNotContain("pr0xy");
    }
}
