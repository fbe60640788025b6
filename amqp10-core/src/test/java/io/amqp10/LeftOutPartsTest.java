package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application without the optional parts of Netty is told which one it needs, and all else works. */
@Timeout(600)
class LeftOutPartsTest {

    private static final String HTTP = "io.netty.handler.codec.http.";
    private static final String PROXY = "io.netty.handler.proxy.";

    /** The classes of this test's class path, all loaded anew, but for those of some packages. */
    private static final class Without extends URLClassLoader {

        private final String[] leftOut;

        Without(String... leftOut) {
            super(
                    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                            .map(Without::url)
                            .toArray(URL[]::new),
                    ClassLoader.getPlatformClassLoader());
            this.leftOut = leftOut;
        }

        private static URL url(String entry) {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException(entry, e);
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (Arrays.stream(leftOut).anyMatch(name::startsWith)) {
                throw new ClassNotFoundException(name);
            }
            return super.findClass(name);
        }

        String run(String program) throws ReflectiveOperationException {
            return (String)
                    loadClass(Programs.class.getName()).getMethod(program).invoke(null);
        }
    }

    /** What is run by classes that were loaded anew. */
    public static final class Programs {

        private static final Duration SOON = Duration.ofSeconds(60);

        private Programs() {}

        /** Returns how the connection ended, which reconnects for ever by default. */
        private static String end(ConnectionOptions options) throws Exception {
            CompletableFuture<Amqp10Exception> error = new CompletableFuture<>();
            try (Container container = Container.create("client")) {
                Connection connection = container.connect(options.handler(new MessagingHandler() {
                    @Override
                    public void onConnectionError(Connection lost, Amqp10Exception why) {
                        error.complete(why);
                    }
                }));
                String thrown = "";
                try {
                    connection.awaitOpen(SOON);
                } catch (Amqp10Exception e) {
                    thrown = String.valueOf(e.getMessage());
                }
                return connection.state() + " / " + thrown + " / "
                        + error.get(60, TimeUnit.SECONDS).getMessage();
            }
        }

        public static String connectByWebSocket() throws Exception {
            return end(ConnectionOptions.of("amqpws://127.0.0.1:1"));
        }

        public static String connectByProxy() throws Exception {
            return end(ConnectionOptions.of("amqp://127.0.0.1:1").proxy(ProxyOptions.socks5("127.0.0.1", 1)));
        }

        public static String listenForWebSockets() {
            try (Container container = Container.create("server")) {
                container.listen("amqpws://127.0.0.1:0");
                return "listens";
            } catch (Amqp10Exception e) {
                return String.valueOf(e.getMessage());
            }
        }

        public static String exchange() {
            try (Container server = Container.create("server");
                    Container client = Container.create("client")) {
                Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {});
                return client.connect(listener.uri())
                        .openSender("a")
                        .send(Message.of("hello"))
                        .await(SOON)
                        .toString();
            }
        }
    }

    @Test
    void webSocketWithoutNettysHttpFailsAtOnceAndNamesIt() throws Exception {
        try (Without http = new Without(HTTP)) {
            String missing = "AMQP over WebSocket needs io.netty:netty-codec-http";
            assertThat(http.run("connectByWebSocket")).startsWith("CLOSED / ").containsSubsequence(missing, missing);
            assertThat(http.run("listenForWebSockets")).contains(missing);
        }
    }

    @Test
    void proxyWithoutNettysHandlerFailsAtOnceAndNamesIt() throws Exception {
        try (Without proxy = new Without(PROXY)) {
            String missing = "a proxy needs io.netty:netty-handler-proxy";
            assertThat(proxy.run("connectByProxy")).startsWith("CLOSED / ").containsSubsequence(missing, missing);
        }
    }

    @Test
    void restWorksWithoutTheOptionalParts() throws IOException, ReflectiveOperationException {
        try (Without all = new Without(HTTP, PROXY, "io.netty.channel.epoll.", "io.netty.handler.codec.socksx.")) {
            assertThat(all.run("exchange")).isEqualTo("accepted");
        }
    }
}
