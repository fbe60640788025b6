package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.testkit.TlsMaterial;
import io.amqp10.testkit.TlsMaterial.Identity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How octets go through the JDK's TLS. */
class TlsSetupTest {

    private static final int RECORD = 1 << 14;

    private EmbeddedChannel client = new EmbeddedChannel();
    private EmbeddedChannel server = new EmbeddedChannel();

    private static TlsSettings settings(Identity identity) {
        SSLContext context = TlsMaterial.get().sslContext(identity);
        return TlsSettings.builder().context(() -> context).build();
    }

    @BeforeEach
    void shakeHands() throws SSLException {
        TlsSettings settings = settings(Identity.CLIENT);
        SslHandler ofClient = TlsSetup.client(
                settings, TlsSetup.clientContext(settings), "localhost", 5671, ByteBufAllocator.DEFAULT, Runnable::run);
        SslHandler ofServer = TlsSetup.server(settings(Identity.SERVER), ByteBufAllocator.DEFAULT, Runnable::run);
        client = new EmbeddedChannel(ofClient);
        server = new EmbeddedChannel(ofServer);
        while (!ofClient.handshakeFuture().isDone()
                || !ofServer.handshakeFuture().isDone()) {
            move(client, server);
            move(server, client);
        }
        assertThat(ofClient.handshakeFuture().isSuccess()).isTrue();
        move(server, client); // tickets
    }

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    /** Returns in how many buffers octets came. */
    private static int move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        int buffers = 0;
        for (ByteBuf part = from.readOutbound(); part != null; part = from.readOutbound()) {
            to.writeInbound(part);
            buffers++;
        }
        return buffers;
    }

    private static byte[] read(EmbeddedChannel channel) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
            all.writeBytes(part);
            part.release();
        }
        byte[] octets = new byte[all.readableBytes()];
        all.readBytes(octets);
        return octets;
    }

    /** In pieces as frames have: a small one and a large one in turn, some larger than what is encrypted at once. */
    @ParameterizedTest
    @ValueSource(ints = {1, RECORD, RECORD + 1, 64 * 1024, 128 * 1024, 200_000})
    void recordsShareBuffersAndComeInOrder(int large) {
        byte[] sent = new byte[1_000_000];
        new Random(1).nextBytes(sent);

        writeInPieces(sent, 40, large);
        int buffers = move(client, server);

        assertThat(read(server)).isEqualTo(sent);
        assertThat(buffers).isLessThan(sent.length / RECORD / 2);
    }

    private void writeInPieces(byte[] octets, int small, int large) {
        int done = 0;
        for (int i = 0; done < octets.length; i++) {
            int length = Math.min(i % 2 == 0 ? small : large, octets.length - done);
            ByteBuf piece = Unpooled.wrappedBuffer(octets, done, length);
            client.write(i % 2 == 0 ? Unpooled.directBuffer(length).writeBytes(piece) : piece.retain());
            piece.release();
            done += length;
        }
        client.flush();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 300, 16_000})
    void smallWriteIsOneRecord(int length) {
        byte[] sent = new byte[length];
        new Random(2).nextBytes(sent);

        server.writeOutbound(Unpooled.wrappedBuffer(sent));

        assertThat(move(server, client)).isEqualTo(1);
        assertThat(read(client)).isEqualTo(sent);
    }
}
