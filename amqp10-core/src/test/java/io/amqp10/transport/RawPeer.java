package io.amqp10.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

/** The other end as octets on a plain socket, written in hexadecimal, without any code of ours. */
public final class RawPeer implements AutoCloseable {

    public static final String SASL = "414d515003010000";
    public static final String AMQP = "414d515000010000";

    /** {@code sasl-mechanisms} with ANONYMOUS alone. */
    public static final String OFFER_ANONYMOUS = "00000019 02010000 005340 c00c 01 a309" + ascii("ANONYMOUS");

    /** {@code sasl-init} of ANONYMOUS, nothing else. */
    public static final String INIT_ANONYMOUS = "00000019 02010000 005341 c00c 01 a309" + ascii("ANONYMOUS");

    /** {@code sasl-outcome} of code 0. */
    public static final String OUTCOME_OK = "00000010 02010000 005344 c003 01 5000";

    /** {@code sasl-outcome} of code 1. */
    public static final String OUTCOME_AUTH = "00000010 02010000 005344 c003 01 5001";

    /** {@code open} with the container-id "raw". */
    public static final String OPEN = "00000013 02000000 005310 c006 01 a103" + ascii("raw");

    /** {@code close} without error. */
    public static final String CLOSE = "0000000c 02000000 005318 45";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    public RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    public static RawPeer connect(int port) throws IOException {
        return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** What a scripted peer does. */
    @FunctionalInterface
    public interface Script {
        void run(RawPeer peer) throws IOException;
    }

    /** A server that plays a script with the first client. */
    public static final class Server implements AutoCloseable {

        public final CompletableFuture<Void> done = new CompletableFuture<>();
        private final ServerSocket listening;

        public Server(Script script) throws IOException {
            this(new ServerSocket(), script);
        }

        /** Takes a socket that is not bound, one for TLS for example. */
        public Server(ServerSocket socket, Script script) throws IOException {
            listening = socket;
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread thread = new Thread(() -> play(script), "raw-server");
            thread.setDaemon(true);
            thread.start();
        }

        private void play(Script script) {
            try (RawPeer peer = new RawPeer(listening.accept())) {
                script.run(peer);
                done.complete(null);
            } catch (IOException | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        }

        public int port() {
            return listening.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    public static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    public static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    public RawPeer send(String hex) throws IOException {
        out.write(octets(hex));
        out.flush();
        return this;
    }

    /** Sends octet by octet, each in its own packet. */
    public RawPeer drip(String hex) throws IOException {
        for (byte octet : octets(hex)) {
            out.write(octet);
            out.flush();
        }
        return this;
    }

    public RawPeer expect(String hex) throws IOException {
        String wanted = hex.replace(" ", "");
        String came = HexFormat.of().formatHex(in.readNBytes(wanted.length() / 2));
        if (!came.equals(wanted)) {
            throw new AssertionError("wanted " + wanted + " but got " + came);
        }
        return this;
    }

    /** Reads frames up to the first whose body has this descriptor, such as {@code 005314}, and returns that. */
    public String readUntil(String descriptor) throws IOException {
        String frame = readFrame();
        while (!frame.startsWith(descriptor, 16)) {
            frame = readFrame();
        }
        return frame;
    }

    /** Reads a whole frame. */
    public String readFrame() throws IOException {
        byte[] head = in.readNBytes(4);
        if (head.length < 4) {
            throw new EOFException("no frame came");
        }
        int size = ByteBuffer.wrap(head).getInt();
        return HexFormat.of().formatHex(head) + HexFormat.of().formatHex(in.readNBytes(size - 4));
    }

    /** Waits for the end of the stream; returns what came before it. */
    public String readToEnd() throws IOException {
        return HexFormat.of().formatHex(in.readAllBytes());
    }

    public RawPeer endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    public Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
