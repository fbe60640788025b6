package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.ConnectionOptions;
import io.amqp10.ListenOptions;
import io.amqp10.PeerLimits;
import io.amqp10.SessionOptions;
import io.amqp10.engine.EngineOptions;
import io.amqp10.engine.SessionSettings;
import io.amqp10.types.Symbol;
import io.amqp10.types.transport.Open;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private static final Symbol RELAY = Symbol.of("ANONYMOUS-RELAY");

    private static Open open(ConnectionOptions options) {
        return Settings.open("us", options, options.endpoints().get(0));
    }

    @Test
    void desiresTheCapabilityThatAnonymousSendersUse() {
        ConnectionOptions options = ConnectionOptions.of("host");

        assertThat(open(options).desiredCapabilities()).containsExactly(RELAY);
        assertThat(open(options.desiredCapabilities(List.of(Symbol.of("x"), RELAY)))
                        .desiredCapabilities())
                .containsExactly(Symbol.of("x"), RELAY);
        assertThat(Settings.open("us", ListenOptions.of("host")).offeredCapabilities())
                .containsExactly(RELAY);
    }

    @Test
    void limitsReachTheEngine() {
        PeerLimits limits = PeerLimits.DEFAULT
                .maxSessions(1)
                .maxNameLength(2)
                .maxBufferedBytes(3)
                .maxFramesPerDelivery(4)
                .maxUnsettledEntries(5)
                .endpointBurst(6)
                .endpointsPerSecond(7)
                .flowsPerSecond(8)
                .emptyFramesPerSecond(9)
                .minIdleTimeout(Duration.ofMillis(10));
        Open open = Open.builder("us").build();

        assertThat(Settings.engine(open, Duration.ofSeconds(11), limits))
                .isEqualTo(new EngineOptions(open, 11_000_000_000L, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    }

    @Test
    void defaultLimitsAreThoseOfTheEngine() {
        Open open = Open.builder("us").build();

        assertThat(Settings.engine(open, Duration.ofSeconds(5), PeerLimits.DEFAULT))
                .isEqualTo(EngineOptions.builder(open).build());
        assertThat(Settings.session(
                        SessionOptions.DEFAULT.incomingWindow(SessionSettings.DEFAULT_INCOMING_WINDOW),
                        PeerLimits.DEFAULT))
                .isEqualTo(SessionSettings.DEFAULT);
    }

    @Test
    void whatASessionSaysOfItselfReachesTheEngine() {
        SessionSettings settings = Settings.session(
                SessionOptions.DEFAULT
                        .incomingWindow(3)
                        .handleMax(4)
                        .offeredCapabilities(List.of(Symbol.of("offered")))
                        .desiredCapabilities(List.of(Symbol.of("desired")))
                        .properties(Map.of(Symbol.of("x"), 5)),
                PeerLimits.DEFAULT);

        assertThat(settings)
                .isEqualTo(new SessionSettings(3, 4, 0, SessionSettings.DEFAULT_MAX_UNSETTLED)
                        .withTerms(
                                List.of(Symbol.of("offered")),
                                List.of(Symbol.of("desired")),
                                Map.of(Symbol.of("x"), 5)));
        assertThat(Settings.session(SessionOptions.DEFAULT.handleMax(4), PeerLimits.DEFAULT.maxLinksPerSession(3))
                        .handleMax())
                .isEqualTo(2);
    }

    @Test
    void unsettledMessagesAreLimitedBySession() {
        assertThat(Settings.session(SessionOptions.DEFAULT, PeerLimits.DEFAULT.maxUnsettled(3))
                        .maxUnsettled())
                .isEqualTo(3);
    }

    @Test
    void aSessionsLinksAreCountedFromHandleZero() {
        assertThat(Settings.session(SessionOptions.DEFAULT, PeerLimits.DEFAULT.maxLinksPerSession(1))
                        .handleMax())
                .isZero();
    }
}
