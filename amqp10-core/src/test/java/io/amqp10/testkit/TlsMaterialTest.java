package io.amqp10.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.testkit.TlsMaterial.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TlsMaterialTest {

    private static final int PATIENCE_MILLIS = 60_000;

    private final TlsMaterial tls = TlsMaterial.get();

    @Test
    void serverIsTrustedByNameAndByAddress() throws IOException {
        handshake(Identity.SERVER, null, "localhost");
        handshake(Identity.SERVER, null, "127.0.0.1");
    }

    @Test
    void clientIsTrusted() throws IOException {
        handshake(Identity.SERVER, Identity.CLIENT, "localhost");
    }

    @Test
    void strangerIsNot() {
        assertThatThrownBy(() -> handshake(Identity.SERVER, Identity.STRANGER, "localhost"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void wrongHostFailsVerificationByName() {
        assertThatThrownBy(() -> handshake(Identity.WRONG_HOST, null, "localhost"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("localhost");
    }

    @Test
    void expiredFailsByDate() {
        assertThatThrownBy(() -> handshake(Identity.EXPIRED, null, "localhost"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasStackTraceContaining("NotAfter");
    }

    @Test
    void pemFilesHoldTheSameKeys() throws IOException {
        assertThat(Files.readString(tls.privateKey(Identity.CLIENT))).startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(Files.readString(tls.certificate(Identity.CLIENT))).startsWith("-----BEGIN CERTIFICATE-----\n");
        assertThat(Files.readString(tls.authority())).endsWith("-----END CERTIFICATE-----\n");
    }

    private void handshake(Identity server, @Nullable Identity client, String host) throws IOException {
        try (SSLServerSocket listening = (SSLServerSocket) tls.sslContext(server)
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(client != null);
            CompletableFuture<Integer> accepted = CompletableFuture.supplyAsync(() -> {
                try (SSLSocket socket = (SSLSocket) listening.accept()) {
                    socket.setSoTimeout(PATIENCE_MILLIS);
                    socket.getOutputStream().write(1);
                    return socket.getInputStream().read();
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            try (SSLSocket socket = (SSLSocket)
                    tls.sslContext(client).getSocketFactory().createSocket(host, listening.getLocalPort())) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                assertThat(socket.getInputStream().read()).isEqualTo(1);
                socket.getOutputStream().write(2);
            }
            // not before the client has closed: the server's close waits for that
            assertThat(accepted.join()).isEqualTo(2);
        }
    }
}
