package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.sasl.CredentialsVerifier;
import io.amqp10.engine.sasl.SaslMechanism;
import io.amqp10.engine.sasl.SaslServerContext;
import io.amqp10.engine.sasl.SaslServerNegotiation;
import io.amqp10.engine.sasl.SaslServerSettings;
import io.amqp10.engine.sasl.ScramCredentials;
import io.amqp10.transport.TransportException.Kind;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The listening end while a login is being checked, on a channel without a socket. */
class SaslHandlerTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** {@code sasl-init} of PLAIN with the user "a" and the password "b". */
    private static final String INIT =
            "0000001b 02010000 005341 c00e 02 a305" + RawPeer.ascii("PLAIN") + "a004" + "00610062";

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final AtomicInteger reads = new AtomicInteger();
    private final List<String> checked = new ArrayList<>();
    private final List<TransportException> failures = new ArrayList<>();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final ThreadPoolExecutor onlyThread =
            new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());

    @BeforeEach
    void addHandler() {
        onlyThread.execute(this::awaitRelease);
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext context) {
                reads.incrementAndGet();
                context.read();
            }
        });
        Handshake handshake = new Handshake(
                channel, "peer", false, LIMIT, LIMIT.toNanos(), IoSettings.DEFAULT, failures::add, () -> {});
        SaslServerSettings settings =
                new SaslServerSettings(new Verifier(), List.of(SaslMechanism.PLAIN), false, false);
        SaslServerNegotiation negotiation =
                new SaslServerNegotiation(settings, new SaslServerContext(false, true, null));
        channel.pipeline().addLast(new SaslHandler(handshake, negotiation, onlyThread, identity -> {}));
    }

    @AfterEach
    void finish() {
        busy.countDown();
        onlyThread.shutdownNow();
        channel.finishAndReleaseAll();
    }

    private void awaitRelease() {
        try {
            busy.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Verifier implements CredentialsVerifier {

        @Override
        public boolean verifyPassword(String user, String password) {
            checked.add(user);
            return true;
        }

        @Override
        public @Nullable ScramCredentials scramCredentials(SaslMechanism mechanism, String user) {
            return null;
        }
    }

    private void read(String hex) {
        channel.writeInbound(Unpooled.wrappedBuffer(RawPeer.octets(hex)));
    }

    private void letTheThreadWork() throws InterruptedException {
        busy.countDown();
        onlyThread.shutdown();
        assertThat(onlyThread.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        channel.runPendingTasks();
    }

    @Test
    void loginIsCheckedWhenThereIsAThread() throws Exception {
        read(INIT);
        assertThat(onlyThread.getQueue()).hasSize(1);

        letTheThreadWork();

        assertThat(checked).containsExactly("a");
        assertThat(failures).isEmpty();
    }

    @Test
    void loginOfAClientThatHasGoneIsNotCheckedAnyMore() throws Exception {
        read(INIT);

        channel.close();

        assertThat(onlyThread.getQueue()).isEmpty();
        channel.runPendingTasks();
        assertThat(failures).singleElement().satisfies(failure -> assertThat(failure.kind())
                .isEqualTo(Kind.CLOSED_BY_PEER));
        letTheThreadWork();
        assertThat(checked).isEmpty();
    }

    @Test
    void nothingMoreIsAskedOfTheSocketWhileALoginIsChecked() throws Exception {
        read(INIT);
        reads.set(0);

        for (int i = 0; i < 3; i++) {
            read("00000008 02010000");
        }
        assertThat(reads).hasValue(0);

        letTheThreadWork();
        assertThat(reads).hasPositiveValue();
    }
}
