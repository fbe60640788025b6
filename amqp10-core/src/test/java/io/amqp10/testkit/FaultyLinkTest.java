package io.amqp10.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultyLinkTest {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int SILENCE_MILLIS = 100;

    private ServerSocket server;
    private Thread accepting;
    private FaultyLink link;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        accepting = new Thread(this::echo, "echo");
        accepting.setDaemon(true);
        accepting.start();
        link = FaultyLink.to(server.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        server.close();
    }

    @Test
    void passesBytesBothWays() throws IOException {
        try (Socket client = connect()) {
            assertThat(roundTrip(client, 7)).isEqualTo(7);
            assertThat(link.bytesUp()).isEqualTo(1);
            assertThat(link.bytesDown()).isEqualTo(1);
            assertThat(link.accepted()).isEqualTo(1);
            assertThat(link.open()).isEqualTo(1);
        }
        await().until(() -> link.open() == 0);
    }

    @Test
    void cutEndsTheStream() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, 1);
            link.cut();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void resetBreaksTheConnection() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, 1);
            link.reset();
            assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
        }
    }

    @Test
    void stallDownHoldsAnswersBackUntilHealed() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, 1);
            long before = link.bytesUp();

            link.stallDown();
            client.getOutputStream().write(2);
            await().until(() -> link.bytesUp() == before + 1);
            assertSilent(client);

            link.heal();
            assertThat(client.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void stallUpHoldsRequestsBackUntilHealed() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, 1);
            long before = link.bytesUp();

            link.stallUp();
            client.getOutputStream().write(2);
            assertSilent(client);
            assertThat(link.bytesUp()).isEqualTo(before);

            link.heal();
            assertThat(client.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void stallBothKeepsEvenAClosedConnectionSilent() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, 1);
            link.stallBoth();
            client.getOutputStream().write(2);
            assertSilent(client);
            link.cut();
            await().until(() -> link.open() == 0);
        }
    }

    @Test
    void cutAfterPassesExactlySoManyBytesAndThenResets() throws IOException {
        try (Socket client = connect()) {
            link.cutAfterUp(5);
            client.getOutputStream().write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
            assertThatThrownBy(() -> readUntilEnd(client.getInputStream())).hasMessageContaining("reset");
        }
        assertThat(link.bytesUp()).isEqualTo(5);

        try (Socket client = connect()) {
            assertThat(roundTrip(client, 9)).isEqualTo(9);
            link.cutAfterDown(1);
            client.getOutputStream().write(10);
            assertThatThrownBy(() -> readUntilEnd(client.getInputStream())).hasMessageContaining("reset");
        }
        assertThat(link.bytesUp()).isEqualTo(7);
    }

    @Test
    void refusedPortComesBackWhenHealed() throws IOException {
        link.refuse();
        assertThatThrownBy(this::connect).hasMessageContaining("refused");

        link.heal();
        try (Socket client = connect()) {
            assertThat(roundTrip(client, 3)).isEqualTo(3);
        }
    }

    @Test
    void absentServerResetsTheClient() throws Exception {
        server.close();
        accepting.join(); // until then the kernel goes on listening
        try (Socket client = connect()) {
            assertThatThrownBy(() -> readUntilEnd(client.getInputStream())).hasMessageContaining("reset");
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), link.port());
        client.setSoTimeout(PATIENCE_MILLIS);
        return client;
    }

    private static int roundTrip(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
        return client.getInputStream().read();
    }

    private static void assertSilent(Socket client) throws IOException {
        client.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        client.setSoTimeout(PATIENCE_MILLIS);
    }

    private static void readUntilEnd(InputStream in) throws IOException {
        for (int value = in.read(); value >= 0; value = in.read()) {
            assertThat(value).isBetween(0, 255);
        }
    }

    private void echo() {
        while (!server.isClosed()) {
            try {
                Socket accepted = server.accept();
                Thread thread = new Thread(() -> echo(accepted), "echo");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static void echo(Socket accepted) {
        try (Socket socket = accepted) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            for (int value = in.read(); value >= 0; value = in.read()) {
                out.write(value);
            }
        } catch (IOException e) {
            // breaking the connection is what most of these tests do
            Thread.currentThread().interrupt();
        }
    }
}
