package io.amqp10.benchmarks.raw;

import io.amqp10.benchmarks.client.Tls;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/** TLS by the JDK's engine, many records to a read or write of the socket. */
final class TlsChannel implements RawChannel {

    private static final int NET_BYTES = 256 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final ByteBuffer netIn = ByteBuffer.allocateDirect(NET_BYTES);
    private final ByteBuffer netOut = ByteBuffer.allocateDirect(NET_BYTES);
    private boolean more;

    private TlsChannel(SocketChannel socket, SSLContext context, boolean client) throws IOException {
        this.socket = socket;
        this.engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        engine.beginHandshake();
        handshake();
    }

    /** Shakes hands as a client, while the socket still blocks. */
    static TlsChannel client(SocketChannel socket, String trustStore) throws IOException {
        try {
            return new TlsChannel(socket, Tls.client(trustStore), true);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Shakes hands as a server, while the socket still blocks. */
    static TlsChannel server(SocketChannel socket, String keyStore) throws IOException {
        try {
            return new TlsChannel(socket, Tls.server(keyStore), false);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void handshake() throws IOException {
        // No application data comes before the handshake is over.
        ByteBuffer none = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
            status = switch (status) {
                case NEED_WRAP -> {
                    SSLEngineResult result = engine.wrap(NOTHING, netOut);
                    while (!flush()) {
                        Thread.onSpinWait();
                    }
                    yield result.getHandshakeStatus();
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    netIn.flip();
                    SSLEngineResult result = engine.unwrap(netIn, none);
                    netIn.compact();
                    if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW && socket.read(netIn) < 0) {
                        throw new EOFException("the peer left during the handshake");
                    }
                    yield result.getHandshakeStatus();
                }
                case NEED_TASK -> {
                    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                        task.run();
                    }
                    yield engine.getHandshakeStatus();
                }
                default -> throw new IllegalStateException(status.toString());
            };
        }
    }

    @Override
    public int read(ByteBuffer in) throws IOException {
        int read = socket.read(netIn);
        int before = in.position();
        boolean closed = read < 0;
        netIn.flip();
        more = false;
        while (netIn.hasRemaining()) {
            SSLEngineResult.Status status = engine.unwrap(netIn, in).getStatus();
            if (status == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                more = true;
                break;
            }
            closed |= status == SSLEngineResult.Status.CLOSED;
            if (status != SSLEngineResult.Status.OK) {
                break;
            }
        }
        netIn.compact();
        int length = in.position() - before;
        return closed && length == 0 ? -1 : length;
    }

    @Override
    public boolean hasMore() {
        return more;
    }

    @Override
    public void write(ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            if (engine.wrap(out, netOut).getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW && !flush()) {
                return;
            }
        }
        flush();
    }

    @Override
    public boolean flush() throws IOException {
        netOut.flip();
        socket.write(netOut);
        boolean written = !netOut.hasRemaining();
        netOut.compact();
        return written;
    }
}
