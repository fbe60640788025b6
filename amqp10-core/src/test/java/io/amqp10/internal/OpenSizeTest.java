package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.ListenOptions;
import io.amqp10.transport.RawPeer;
import io.amqp10.types.Symbol;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our open fits into the 512 octets that may be sent before the peer has said how much it takes, §2.4.1. */
@Timeout(600)
class OpenSizeTest {

    private static ConnectionOptions withProperty(int port, int length) {
        Map<Symbol, @Nullable Object> properties =
                Map.of(Symbol.of("team"), "x".repeat(length), Symbol.of("small"), "y");
        return ConnectionOptions.of("127.0.0.1:" + port).properties(properties);
    }

    private static int largestThatIsTaken() {
        int length = 0;
        while (isTaken(withProperty(1, length + 1))) {
            length++;
        }
        return length;
    }

    private static boolean isTaken(ConnectionOptions options) {
        try {
            OpenSize.check(Settings.open("client", options, options.endpoints().get(0)));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Test
    void openOfExactlyTheLimitIsSentAndOneOctetMoreIsNot() throws Exception {
        BlockingQueue<String> frames = new LinkedBlockingQueue<>();
        try (Container container = Container.create("client");
                RawPeer.Server server = new RawPeer.Server(peer -> {
                    peer.expect(RawPeer.SASL).send(RawPeer.SASL + RawPeer.OFFER_ANONYMOUS);
                    peer.readFrame();
                    peer.send(RawPeer.OUTCOME_OK).expect(RawPeer.AMQP).send(RawPeer.AMQP);
                    frames.add(peer.readFrame());
                })) {
            int length = largestThatIsTaken();

            container.connect(withProperty(server.port(), length));

            String frame = frames.poll(60, TimeUnit.SECONDS);
            assertThat(frame).isNotNull().hasSize(2 * 512);
            assertThatThrownBy(() -> container.connect(withProperty(server.port(), length + 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("513 octets", "the largest parts are property team")
                    .hasMessageNotContaining("xxxx");
        }
    }

    @Test
    void whatIsToBeShortenedIsNamed() {
        try (Container container = Container.create("c".repeat(480))) {
            assertThatThrownBy(() -> container.connect("127.0.0.1:1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the largest parts are container-id (about 480)");
            assertThatThrownBy(() -> container.listen("127.0.0.1:0"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("container-id");
        }
        try (Container container = Container.create("c")) {
            assertThatThrownBy(() -> container.connect(ConnectionOptions.of("127.0.0.1:1")
                            .virtualHost("h".repeat(300) + ".org")
                            .desiredCapabilities(List.of(Symbol.of("d".repeat(200))))))
                    .hasMessageContaining("hostname (about 30")
                    .hasMessageContaining("desired capabilities (about 2");
            assertThatCode(() -> container
                            .listen(ListenOptions.of("127.0.0.1:0")
                                    .offeredCapabilities(List.of(Symbol.of("o".repeat(200)))))
                            .close())
                    .doesNotThrowAnyException();
        }
    }
}
