package io.amqp10.benchmarks.raw;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One socket. What it receives it accepts in ranges, one disposition for each read, and grants credit again when half is
 * used; what peers want to receive it sends as fast as credit allows, hundreds of transfers in one write. Both ends of a
 * link are the same code, so it serves as server and as client.
 *
 * <p>A message to the address {@value #ECHO} comes back on the connection's first link whose source is not
 * {@value #SOURCE}. One to the address {@value #HOLD} has no outcome.
 */
final class RawConnection {

    static final String ECHO = "echo";
    static final String SOURCE = "source";

    /** What is sent there is never settled. */
    static final String HOLD = "hold";

    /** What the addresses of RabbitMQ's client begin with, which knows queues alone. */
    private static final String QUEUES = "/queues/";

    /** How long a server for many connections may hear nothing from one, so that idle clients have something to do. */
    static final int IDLE_MILLIS = 8_000;

    /** Credit granted to senders. */
    static final int CREDIT = 10_000;

    private static final int BUFFER_BYTES = 512 * 1024;
    private static final int BATCH_BYTES = 4 * 1024 * 1024;
    private static final int MAX_FRAME_BYTES = 128 * 1024;
    private static final int MAX_CHANNEL = 15;
    private static final int WRITES_PER_TURN = 4;
    private static final long PROTOCOL = 0x414d5150_00010000L;
    private static final long SASL_PROTOCOL = 0x414d5150_03010000L;

    private final RawChannel channel;
    private final SelectionKey key;
    private final Counters counters;
    private final byte[] payload;
    private final boolean client;
    private final boolean arrays;
    private final int credit;
    private final Fields fields = new Fields();
    private final @Nullable RawSession[] sessions = new @Nullable RawSession[MAX_CHANNEL + 1];
    private final ByteBuffer in;

    private ByteBuffer control;
    private ByteBuffer controlWriting;
    private FrameWriter writer;
    private @Nullable ByteBuffer writing;
    private final Queue<ByteBuffer> echoesWaiting = new ArrayDeque<>();
    private long clientSends;
    private boolean clientSettles;
    private boolean headerNext = true;
    private boolean open;
    private int remoteMaxFrameBytes = MAX_FRAME_BYTES;
    private boolean closing;
    private boolean peerClosed;

    /** A client's sending link, once the peer attached it. */
    private @Nullable RawLink clientLink;

    /** What has come of a message, where each gets an array of its own; null between messages. */
    private byte @Nullable [] arriving;

    private int arrivingBytes;

    /** The last message that came, where each gets an array of its own. */
    private byte[] received = {};

    /**
     * A client, which sends the same payload again and again.
     *
     * @param arrays whether each message is taken from the heap, and each that comes, as large as the payload, gets an array
     *     of its own
     */
    RawConnection(RawChannel channel, SelectionKey key, Counters counters, byte[] payload, boolean arrays) {
        this(channel, key, counters, payload, true, arrays, BUFFER_BYTES, CREDIT);
    }

    /**
     * A client, one of many.
     *
     * @param bufferBytes the size of each of three buffers
     * @param credit what it grants to the peer
     */
    RawConnection(
            RawChannel channel, SelectionKey key, Counters counters, byte[] payload, int bufferBytes, int credit) {
        this(channel, key, counters, payload, true, false, bufferBytes, credit);
    }

    /**
     * A server's connection.
     *
     * @param bufferBytes the size of each of three buffers
     */
    RawConnection(RawChannel channel, SelectionKey key, Counters counters, int bufferBytes) {
        this(channel, key, counters, new byte[0], false, false, bufferBytes, CREDIT);
    }

    private RawConnection(
            RawChannel channel,
            SelectionKey key,
            Counters counters,
            byte[] payload,
            boolean client,
            boolean arrays,
            int bufferBytes,
            int credit) {
        this.channel = channel;
        this.key = key;
        this.counters = counters;
        this.payload = payload;
        this.client = client;
        this.arrays = arrays;
        this.credit = credit;
        this.in = ByteBuffer.allocateDirect(bufferBytes);
        this.control = ByteBuffer.allocateDirect(bufferBytes);
        this.controlWriting = ByteBuffer.allocateDirect(bufferBytes);
        this.writer = new FrameWriter(control);
    }

    /**
     * As a client: opens connection and session, without waiting for the peer.
     *
     * @param toSend how many messages a sending link sends
     * @param settled whether it sends them settled
     */
    void open(long toSend, boolean settled) {
        clientSends = toSend;
        clientSettles = settled;
        control.putLong(SASL_PROTOCOL);
        writer.start(FrameWriter.SASL, 0, Performatives.SASL_INIT)
                .symbol("ANONYMOUS")
                .end();
        control.putLong(PROTOCOL);
        writeOpen("raw-client");
        sessions[0] = new RawSession(0, 0, 0);
        writer.start(FrameWriter.AMQP, 0, Performatives.BEGIN).absent().uint(0).uint(RawSession.WINDOW);
        writer.uint(RawSession.WINDOW).uint(RawSession.MAX_HANDLE).end();
    }

    /** As a client: attaches a link, without waiting for the peer. */
    void attach(int handle, boolean sending, String address) {
        writer.start(FrameWriter.AMQP, 0, Performatives.ATTACH);
        writer.string("raw-" + handle + "-" + System.nanoTime()).uint(handle).bool(!sending);
        writer.ubyte(sending && clientSettles ? 1 : 2).absent();
        writer.terminus(Performatives.SOURCE, sending ? "" : address);
        writer.terminus(Performatives.TARGET, sending ? address : "").absent().absent();
        if (sending) {
            writer.uint(0);
        }
        writer.end();
    }

    /** As a client: says how many messages the sending link shall still send. */
    void setToSend(long number) {
        clientSends = number;
        if (clientLink != null) {
            clientLink.toSend = number;
        }
    }

    /** As a client: says how many more messages the sending link shall send. */
    void addToSend(long number) {
        setToSend((clientLink == null ? clientSends : clientLink.toSend) + number);
    }

    /** As a client: tells whether the peer lets it send. */
    boolean hasCredit() {
        return clientLink != null && clientLink.credit > 0;
    }

    void close() {
        if (!closing) {
            writer.start(FrameWriter.AMQP, 0, Performatives.CLOSE).end();
            closing = true;
        }
    }

    /** Reads and answers what is there. Returns false when the peer says no more. */
    boolean onReadable() throws IOException {
        do {
            if (channel.read(in) < 0) {
                return false;
            }
            readFrames();
        } while (channel.hasMore());
        settleAndGrant();
        return !client || !peerClosed;
    }

    private void readFrames() {
        in.flip();
        while (in.remaining() >= 8) {
            int position = in.position();
            if (headerNext) {
                onHeader(in.getLong(position));
                in.position(position + 8);
                continue;
            }
            int size = in.getInt(position);
            if (size < 8 || size > MAX_FRAME_BYTES) {
                throw new IllegalStateException("frame of " + size + " bytes");
            }
            if (in.remaining() < size) {
                break;
            }
            int body = position + 4 * (in.get(position + 4) & 0xff);
            if (body < position + size) {
                onFrame(in.getShort(position + 6) & 0xffff, body, position + size);
            } else {
                counters.heartbeatsIn++;
            }
            in.position(position + size);
        }
        in.compact();
    }

    /** Keeps a peer with an idle time-out from giving up. */
    void heartbeat() {
        if (open && !closing && writing == null) {
            control.putInt(8).put((byte) 2).put((byte) 0).putShort((short) 0);
        }
    }

    private void onHeader(long header) {
        headerNext = false;
        if (client) {
            if (header != PROTOCOL && header != SASL_PROTOCOL) {
                throw new IllegalStateException("the peer's protocol header is " + Long.toHexString(header));
            }
            return;
        }
        control.putLong(header);
        if (header == SASL_PROTOCOL) {
            writer.start(FrameWriter.SASL, 0, Performatives.SASL_MECHANISMS)
                    .symbol("ANONYMOUS")
                    .end();
        } else if (header != PROTOCOL) {
            throw new IllegalStateException("the peer's protocol header is " + Long.toHexString(header));
        }
    }

    private void onFrame(int channelNumber, int body, int end) {
        int payloadStart = fields.read(in, body);
        switch (fields.descriptor()) {
            case Performatives.TRANSFER -> onTransfer(session(channelNumber), payloadStart, end);
            case Performatives.DISPOSITION -> onDisposition(session(channelNumber));
            case Performatives.FLOW -> onFlow(session(channelNumber));
            case Performatives.SASL_INIT -> {
                writer.start(FrameWriter.SASL, 0, Performatives.SASL_OUTCOME)
                        .ubyte(0)
                        .end();
                headerNext = true;
            }
            case Performatives.SASL_MECHANISMS -> {
                // Whatever the peer offers, there is only one that this client knows.
            }
            case Performatives.SASL_OUTCOME -> {
                if (fields.uint(0, 0) != 0) {
                    throw new IllegalStateException("the peer lets nobody in without credentials");
                }
                headerNext = true;
            }
            case Performatives.OPEN -> {
                open = true;
                remoteMaxFrameBytes = Math.min(fields.uint(2, Integer.MAX_VALUE) & Integer.MAX_VALUE, MAX_FRAME_BYTES);
                if (!client) {
                    writeOpen("raw-peer");
                }
            }
            case Performatives.BEGIN -> onBegin(channelNumber);
            case Performatives.ATTACH -> onAttach(session(channelNumber));
            case Performatives.DETACH -> {
                RawSession session = session(channelNumber);
                RawLink link = session.link(fields.uint(0, 0));
                session.remove(link);
                if (client && !fields.isAbsent(2)) {
                    throw new IllegalStateException("the peer refuses the link to " + link.address);
                }
                writer.start(FrameWriter.AMQP, channelNumber, Performatives.DETACH);
                writer.uint(link.handle).bool(true).end();
            }
            case Performatives.END -> {
                sessions[channelNumber] = null;
                writer.start(FrameWriter.AMQP, channelNumber, Performatives.END).end();
            }
            case Performatives.CLOSE -> {
                close();
                peerClosed = true;
            }
            default -> throw new IllegalStateException("performative " + fields.descriptor());
        }
    }

    private RawSession session(int channelNumber) {
        RawSession session = channelNumber > MAX_CHANNEL ? null : sessions[channelNumber];
        if (session == null) {
            throw new IllegalStateException("no session on channel " + channelNumber);
        }
        return session;
    }

    private void writeOpen(String containerId) {
        writer.start(FrameWriter.AMQP, 0, Performatives.OPEN)
                .string(containerId)
                .absent();
        writer.uint(Math.min(MAX_FRAME_BYTES, in.capacity())).ushort(MAX_CHANNEL);
        if (isSmall()) {
            writer.uint(IDLE_MILLIS);
        } else {
            writer.absent();
        }
        if (!client) {
            // RabbitMQ's client refuses brokers that do not say that they have its version 4.0 or more.
            writer.absent().absent().absent().absent().map("product", "RabbitMQ", "version", "4.3.0", "node", "raw");
        }
        writer.end();
    }

    private boolean isSmall() {
        return in.capacity() < BUFFER_BYTES;
    }

    private void onBegin(int channelNumber) {
        if (client) {
            RawSession session = session(channelNumber);
            session.nextIncomingId = fields.uint(1, 0);
            session.remoteWindow = fields.uint(2, 0);
            return;
        }
        sessions[channelNumber] = new RawSession(channelNumber, fields.uint(1, 0), fields.uint(2, 0));
        writer.start(FrameWriter.AMQP, channelNumber, Performatives.BEGIN)
                .ushort(channelNumber)
                .uint(0);
        writer.uint(RawSession.WINDOW)
                .uint(RawSession.WINDOW)
                .uint(RawSession.MAX_HANDLE)
                .end();
    }

    private void onAttach(RawSession session) {
        int handle = fields.uint(1, 0);
        boolean sending = fields.isTrue(2);
        if (!client) {
            writer.start(FrameWriter.AMQP, session.channel, Performatives.ATTACH);
            fields.copy(0, writer);
            writer.uint(handle).bool(!sending);
            for (int field = 3; field <= 6; field++) {
                fields.copy(field, writer);
            }
            writer.absent().absent();
            if (sending) {
                writer.uint(0);
            }
            writer.end();
        }
        if (sending) {
            String address = address(5);
            long toSend = client ? clientSends : address.startsWith(SOURCE) ? Long.MAX_VALUE : 0;
            boolean settled = client ? clientSettles : fields.uint(3, 2) == 1;
            byte[] sent = client ? payload : RawMessages.of(address);
            int batchBytes = isSmall() ? in.capacity() : BATCH_BYTES;
            RawLink link = new RawLink(
                    session.channel, handle, address, settled, sent, remoteMaxFrameBytes, batchBytes, arrays);
            link.toSend = toSend;
            session.add(link);
            clientLink = link;
        } else {
            RawLink link = new RawLink(handle, address(6), fields.uint(9, 0));
            session.add(link);
            grant(session, link);
        }
    }

    private String address(int terminus) {
        String address = fields.addressOf(terminus);
        return address.startsWith(QUEUES)
                ? URLDecoder.decode(address.substring(QUEUES.length()), StandardCharsets.UTF_8)
                : address;
    }

    private void grant(RawSession session, RawLink link) {
        link.credit = credit;
        writer.start(FrameWriter.AMQP, session.channel, Performatives.FLOW);
        writer.uint(session.nextIncomingId).uint(RawSession.WINDOW);
        writer.uint(session.nextOutgoingId).uint(RawSession.WINDOW);
        writer.uint(link.handle).uint(link.deliveryCount).uint(link.credit).end();
    }

    private void onTransfer(RawSession session, int payloadStart, int end) {
        RawLink link = session.link(fields.uint(0, 0));
        counters.transferFramesIn++;
        counters.payloadBytesIn += end - payloadStart;
        session.nextIncomingId++;
        if (arrays) {
            keep(payloadStart, end, fields.isTrue(5));
        }
        if (fields.isTrue(5)) {
            return;
        }
        counters.deliveriesIn++;
        link.deliveryCount++;
        if (--link.credit < 0) {
            throw new IllegalStateException("a transfer without credit on the link to " + link.address);
        }
        if (!fields.isTrue(4) && !link.address.equals(HOLD)) {
            int id = fields.uint(1, session.lastUnsettled);
            if (!session.unsettled) {
                session.unsettled = true;
                session.firstUnsettled = id;
            } else if (id != session.lastUnsettled + 1) {
                throw new IllegalStateException("delivery-id " + id + " after " + session.lastUnsettled);
            }
            session.lastUnsettled = id;
        }
        if (link.credit < credit / 2 && !session.toGrant.contains(link)) {
            session.toGrant.add(link);
        }
        if (!client && link.address.startsWith(ECHO)) {
            echo(in, payloadStart, end);
        }
    }

    private void keep(int payloadStart, int end, boolean more) {
        byte[] array = arriving;
        if (array == null) {
            array = new byte[payload.length];
            arrivingBytes = 0;
        }
        in.get(payloadStart, array, arrivingBytes, end - payloadStart);
        arrivingBytes += end - payloadStart;
        arriving = more ? array : null;
        if (!more) {
            received = array;
        }
    }

    /** Returns the last message that came, where each gets an array of its own. */
    byte[] received() {
        return received;
    }

    /** Sends back what came, now or when there is credit for it. */
    private void echo(ByteBuffer source, int payloadStart, int end) {
        if (!echoesWaiting.isEmpty() || !echoNow(source, payloadStart, end)) {
            byte[] waiting = new byte[end - payloadStart];
            source.get(payloadStart, waiting);
            echoesWaiting.add(ByteBuffer.wrap(waiting));
        }
    }

    private void echoWaiting() {
        for (ByteBuffer next = echoesWaiting.peek(); next != null; next = echoesWaiting.peek()) {
            if (!echoNow(next, 0, next.capacity())) {
                return;
            }
            echoesWaiting.remove();
        }
    }

    private boolean echoNow(ByteBuffer source, int payloadStart, int end) {
        for (RawSession session : sessions) {
            if (session == null) {
                continue;
            }
            for (RawLink link : session.senders) {
                if (!link.address.startsWith(SOURCE) && link.credit > 0) {
                    int id = session.nextDeliveryId++;
                    session.nextOutgoingId++;
                    session.remoteWindow--;
                    link.deliveryCount++;
                    link.credit--;
                    counters.deliveriesOut++;
                    writer.start(FrameWriter.AMQP, session.channel, Performatives.TRANSFER);
                    writer.uint(link.handle)
                            .uint(id)
                            .tag(id)
                            .uint(0)
                            .bool(false)
                            .endList();
                    writer.payload(source, payloadStart, end - payloadStart);
                    writer.endFrame();
                    return true;
                }
            }
        }
        return false;
    }

    private void onDisposition(RawSession session) {
        counters.dispositionFramesIn++;
        boolean fromReceiver = fields.isTrue(0);
        int first = fields.uint(1, 0);
        int last = fields.uint(2, first);
        if (!fromReceiver) {
            return;
        }
        if (fields.descriptorOf(4) == Performatives.ACCEPTED) {
            counters.acceptedIn += last - first + 1;
        } else {
            counters.otherOutcomesIn += last - first + 1;
        }
        if (!fields.isTrue(3)) {
            writer.start(FrameWriter.AMQP, session.channel, Performatives.DISPOSITION);
            writer.bool(false).uint(first).uint(last).bool(true).end();
        }
    }

    private void onFlow(RawSession session) {
        counters.flowFramesIn++;
        session.remoteWindow = fields.uint(0, 0) + fields.uint(1, 0) - session.nextOutgoingId;
        if (fields.isAbsent(4)) {
            return;
        }
        RawLink link = session.link(fields.uint(4, 0));
        if (!link.sending) {
            return;
        }
        link.credit = fields.uint(5, 0) + fields.uint(6, 0) - link.deliveryCount;
        boolean drain = fields.isTrue(8);
        boolean echo = fields.isTrue(9);
        echoWaiting();
        if (drain && link.toSend == 0) {
            link.deliveryCount += link.credit;
            link.credit = 0;
        }
        if (drain || echo) {
            writer.start(FrameWriter.AMQP, session.channel, Performatives.FLOW);
            writer.uint(session.nextIncomingId).uint(RawSession.WINDOW);
            writer.uint(session.nextOutgoingId).uint(RawSession.WINDOW);
            writer.uint(link.handle)
                    .uint(link.deliveryCount)
                    .uint(link.credit)
                    .uint(0)
                    .bool(drain)
                    .end();
        }
    }

    private void settleAndGrant() {
        for (RawSession session : sessions) {
            if (session == null) {
                continue;
            }
            if (session.unsettled) {
                session.unsettled = false;
                writer.start(FrameWriter.AMQP, session.channel, Performatives.DISPOSITION)
                        .bool(true);
                writer.uint(session.firstUnsettled).uint(session.lastUnsettled).bool(true);
                writer.described(Performatives.ACCEPTED).end();
            }
            for (RawLink link : session.toGrant) {
                grant(session, link);
            }
            session.toGrant.clear();
        }
    }

    /** Writes what there is, for a limited time, so that reading is not starved. Returns false when all is over. */
    boolean write() throws IOException {
        for (int turn = 0; turn < WRITES_PER_TURN; turn++) {
            ByteBuffer next = writing != null ? writing : nextBuffer();
            if (next == null) {
                boolean written = channel.flush();
                key.interestOps(written ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                return !closing || !written;
            }
            channel.write(next);
            writing = next.hasRemaining() ? next : null;
            if (writing != null) {
                // A peer that does not read what it is told shall not be read either.
                boolean behind = control.position() > BUFFER_BYTES / 2;
                key.interestOps(behind ? SelectionKey.OP_WRITE : SelectionKey.OP_WRITE | SelectionKey.OP_READ);
                return true;
            }
        }
        key.interestOps(SelectionKey.OP_WRITE | SelectionKey.OP_READ);
        return true;
    }

    private @Nullable ByteBuffer nextBuffer() {
        if (control.position() > 0) {
            ByteBuffer full = control;
            full.flip();
            control = controlWriting;
            control.clear();
            controlWriting = full;
            writer = new FrameWriter(control);
            return full;
        }
        if (closing) {
            return null;
        }
        for (RawSession session : sessions) {
            if (session == null) {
                continue;
            }
            for (int i = 0; i < session.senders.size(); i++) {
                RawLink link = session.senders.get(i);
                ByteBuffer transfers = link.transfers(session, counters);
                if (transfers != null) {
                    return transfers;
                }
            }
        }
        return null;
    }
}
