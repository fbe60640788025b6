package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.SenderLink;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.SessionListener;
import io.amqp10.engine.SessionSettings;
import io.amqp10.engine.StopReason;
import io.amqp10.transport.TransportException.Kind;
import io.amqp10.types.transport.Attach;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The handler on a channel without a socket, whose time the test makes pass. */
class EngineHandlerTest {

    private static final String OPEN = RawPeer.OPEN;

    /** {@code open} of "raw" that wants to hear something each second. */
    private static final String OPEN_IMPATIENT = "0000001b 02000000 005310 c00e 05 a103726177 40 40 40 70000003e8";

    /** {@code begin} on channel 0 with windows of 1000. */
    private static final String BEGIN = "0000001a 02000000 005311 c00d 04 40 43 70000003e8 70000003e8";

    /** {@code attach} "link" as receiver with handle 0, which nobody answers. */
    private static final String ATTACH = "00000020 02000000 005312 c013 07 a1046c696e6b 43 41 40 40 00532845 00532945";

    private static final String CLOSE = RawPeer.CLOSE;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final AtomicInteger flushes = new AtomicInteger();
    private final Engines engines = new Engines("handler");
    private final List<Transport> ready = new ArrayList<>();
    private final List<TransportException> failures = new ArrayList<>();

    @BeforeEach
    void addHandler() {
        channel.freezeTime();
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext context) {
                flushes.incrementAndGet();
                context.flush();
            }
        });
        addHandler(channel, engines);
        assertThat(ready).hasSize(1);
    }

    private void addHandler(EmbeddedChannel to, Engines factory) {
        Handshake handshake = new Handshake(
                to,
                "peer",
                true,
                ServerTransportOptions.DEFAULT_HANDSHAKE_TIMEOUT,
                ServerTransportOptions.DEFAULT_HANDSHAKE_TIMEOUT.toNanos(),
                IoSettings.DEFAULT,
                failures::add,
                () -> {});
        to.pipeline().addLast(Amqp10Pipeline.ENGINE, new EngineHandler(to, handshake, factory, ready::add));
    }

    @AfterEach
    void finish() {
        channel.finishAndReleaseAll();
        assertThat(failures).isEmpty();
    }

    private Transport transport() {
        return ready.get(0);
    }

    private void read(String hex) {
        channel.writeInbound(Unpooled.wrappedBuffer(RawPeer.octets(hex)));
    }

    private List<String> written() {
        List<String> buffers = new ArrayList<>();
        for (ByteBuf buffer = channel.readOutbound(); buffer != null; buffer = channel.readOutbound()) {
            buffers.add(ByteBufUtil.hexDump(buffer));
            buffer.release();
        }
        return buffers;
    }

    @Test
    void whatTheEngineSaysWhenItIsMadeIsWritten() {
        assertThat(written()).singleElement().asString().contains(RawPeer.ascii("handler"));
        assertThat(flushes).hasValue(1);
    }

    @Test
    void commandsOfABatchAreOneWriteAndOneFlush() throws Exception {
        read(OPEN);
        written();
        flushes.set(0);
        Engines.Peer peer = engines.next();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            transport().submit(() -> {
                order.add(number);
                peer.engine().begin((session, reason) -> {}, SessionSettings.DEFAULT);
            });
        }
        assertThat(order).isEmpty();

        channel.runPendingTasks();

        assertThat(order).hasSize(50).isSorted();
        assertThat(written()).hasSize(1);
        assertThat(flushes).hasValue(1);
    }

    @Test
    void framesOfAReadAreAnsweredInOneWrite() {
        written();
        flushes.set(0);

        // Begun by the peer and refused by the engine's owner: each is answered with a begin and an end.
        read(OPEN + BEGIN + BEGIN.replace("02000000", "02000001") + BEGIN.replace("02000000", "02000002"));

        assertThat(written())
                .singleElement()
                .asString()
                .contains("005311")
                .contains("005317")
                .contains(RawPeer.ascii("amqp:not-allowed"));
        assertThat(flushes).hasValue(1);
    }

    @Test
    void commandThatThrowsClosesWithInternalError() throws Exception {
        read(OPEN);
        written();

        transport().submit(() -> {
            throw new IllegalStateException("a fault of ours");
        });
        channel.runPendingTasks();

        assertThat(written())
                .singleElement()
                .asString()
                .contains(RawPeer.ascii("amqp:internal-error"))
                .doesNotContain(RawPeer.ascii("a fault of ours"));
        read(CLOSE);
        assertThat(channel.isOpen()).isFalse();
        assertThat(engines.next().awaitClosed()).isInstanceOf(StopReason.Local.class);
    }

    @Test
    void flushInACommandCarriedOutNowWaitsForItsEnd() throws Exception {
        read(OPEN);
        written();
        flushes.set(0);
        Engines.Peer peer = engines.next();
        List<Integer> flushesSeen = new ArrayList<>();

        transport().carryOut(() -> {
            peer.engine().begin((session, reason) -> {}, SessionSettings.DEFAULT);
            transport().flush();
            flushesSeen.add(flushes.get());
        });
        transport().flush();

        assertThat(flushesSeen).containsExactly(0);
        assertThat(flushes).hasValue(1);
        assertThat(written()).hasSize(1);
    }

    @Test
    void commandCarriedOutNowThatThrowsClosesWithInternalError() {
        read(OPEN);
        written();

        transport().carryOut(() -> {
            throw new IllegalStateException("a fault of ours");
        });
        transport().flush();

        assertThat(written()).singleElement().asString().contains(RawPeer.ascii("amqp:internal-error"));
    }

    @Test
    void heartbeatIsSentInTimeByOneTimer() {
        read(OPEN_IMPATIENT);
        written();

        int beats = 0;
        for (int i = 0; i < 100; i++) {
            channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            beats += written().size();
        }

        assertThat(beats).isBetween(10, 40);
    }

    @Test
    void peerIsNotBlamedForItsSilenceWhileItIsNotReadFrom() throws Exception {
        AtomicBoolean socketTakes = new AtomicBoolean();
        EmbeddedChannel slow = new EmbeddedChannel() {
            @Override
            protected void doWrite(ChannelOutboundBuffer in) throws Exception {
                if (socketTakes.get()) {
                    super.doWrite(in);
                }
            }
        };
        slow.freezeTime();
        Engines impatient = new Engines("impatient").idleTimeOut(Duration.ofSeconds(1));
        addHandler(slow, impatient);
        slow.writeInbound(Unpooled.wrappedBuffer(RawPeer.octets(OPEN)));
        Engines.Peer peer = impatient.next();
        slow.writeAndFlush(Unpooled.wrappedBuffer(new byte[5 << 20]));
        peer.transport.flush();
        assertThat(slow.config().isAutoRead()).isFalse();

        letPass(slow, 10);
        assertThat(peer.closed).isNotDone();

        socketTakes.set(true);
        slow.flush();
        peer.transport.flush();
        assertThat(slow.config().isAutoRead()).isTrue();
        letPass(slow, 1);
        assertThat(peer.closed).isNotDone();
        letPass(slow, 2);
        assertThat(peer.closed).isDone();
        slow.finishAndReleaseAll();
    }

    private static void letPass(EmbeddedChannel channel, int seconds) {
        for (int i = 0; i < 10 * seconds; i++) {
            channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    @Test
    void unansweredCloseEndsTheConnectionAfterItsTime() throws Exception {
        read(OPEN);
        Engines.Peer peer = engines.next();
        transport().submit(() -> peer.engine().close(null));
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isTrue();

        channel.advanceTimeBy(6, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isFalse();
        assertThat(peer.awaitClosed()).isEqualTo(new StopReason.Local(null));
        assertThat(transport().closed()).isCompleted();
    }

    @Test
    void endOfTheStreamIsToldToTheEngine() throws Exception {
        read(OPEN);

        channel.close();
        channel.runPendingTasks();

        assertThat(engines.next().awaitClosed()).isEqualTo(new StopReason.TransportLost(null));
        assertThat(transport().closed()).isCompleted();
    }

    @Test
    void peerThatEndsItsStreamAndWaitsForNothingIsGoneAtOnce() throws Exception {
        read(OPEN);

        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.runPendingTasks();

        assertThat(channel.isOpen()).isFalse();
        assertThat(engines.next().awaitClosed()).isEqualTo(new StopReason.TransportLost(null));
    }

    @Test
    void peerThatEndedItsStreamIsAnsweredButNotForEver() throws Exception {
        engines.onBegin(session -> session.accept(
                new SessionListener() {
                    @Override
                    public void onRemoteAttach(SenderLink link, Attach attach) {
                        // still thinking about it
                    }

                    @Override
                    public void onEnded(SessionEngine ended, StopReason reason) {}
                },
                SessionSettings.DEFAULT));
        read(OPEN + BEGIN + ATTACH);

        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.advanceTimeBy(9, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(2, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isFalse();
        assertThat(engines.next().awaitClosed()).isEqualTo(new StopReason.TransportLost(null));
    }

    @Test
    void socketErrorIsToldToTheEngine() throws Exception {
        channel.pipeline().fireExceptionCaught(new IOException("Connection reset"));
        channel.runPendingTasks();

        StopReason reason = engines.next().awaitClosed();
        assertThat(reason).isInstanceOf(StopReason.TransportLost.class);
        assertThat(((StopReason.TransportLost) reason).cause())
                .isInstanceOfSatisfying(TransportException.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Kind.IO_ERROR);
                    assertThat(failure).hasMessageContaining("Connection reset").hasMessageContaining("peer");
                });
    }

    @Test
    void abortIsToldToTheEngineAsOurOwn() throws Exception {
        transport().abort(null);
        channel.runPendingTasks();

        StopReason reason = engines.next().awaitClosed();
        assertThat(((StopReason.TransportLost) reason).cause())
                .isInstanceOfSatisfying(TransportException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.CLOSED_HERE));
    }

    @Test
    void abortInsideACommandWaitsForItsEnd() throws Exception {
        Engines.Peer peer = engines.next();
        List<String> order = new ArrayList<>();
        transport().submit(() -> {
            transport().abort(null);
            order.add(peer.closed.isDone() ? "told too early" : "not told yet");
        });

        channel.runPendingTasks();

        assertThat(order).containsExactly("not told yet");
        assertThat(peer.closed).isDone();
    }

    @Test
    void commandsAreCarriedOutAfterTheEndToo() {
        channel.close();
        channel.runPendingTasks();
        List<String> done = new ArrayList<>();

        assertThat(transport().submit(() -> done.add("done"))).isTrue();
        channel.runPendingTasks();

        assertThat(done).containsExactly("done");
    }

    @Test
    void commandsThatWaitAreCarriedOutWithARead() {
        List<String> done = new ArrayList<>();
        transport().submit(() -> done.add("done"));

        channel.pipeline().fireChannelReadComplete();

        assertThat(done).containsExactly("done");
    }
}
