package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.PeerLimits;
import io.amqp10.engine.HostileStage.Side;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.End;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each limit of {@link PeerLimits} holds, and the error that it causes has its name, whoever opened the connection. */
class LimitNamesTest {

    /**
     * A peer that goes beyond a limit.
     *
     * @param options the limit, made small
     * @param reach goes beyond it, and returns the error
     */
    private record Limit(
            UnaryOperator<EngineOptions.Builder> options, Function<HostileStage, @Nullable ErrorCondition> reach) {}

    /**
     * Limits that the engine does not know: {@code DecodingLimitsTest}, {@code BackPressureTest} and, for filters,
     * {@code LinkAgreementTest} have them; and one that causes no error, which {@code SenderLinkTest} and
     * {@code SettingsTest} have.
     */
    private static final Set<String> ELSEWHERE = Set.of(
            "maxDepth",
            "maxValues",
            "maxZeroWidthElements",
            "maxBodySections",
            "symbolCacheSize",
            "writeStallTimeout",
            "maxFilterLength",
            "maxUnsettled");

    private static final Map<String, Limit> LIMITS = new LinkedHashMap<>();

    static {
        limit("maxSessions", o -> o.maxSessions(1), s -> {
            s.peer.sendBegin(5);
            return s.next(Close.class).error();
        });
        limit("maxLinksPerSession", o -> o, s -> {
            s.peer.sendAttach(ScriptedPeer.attach("another", HostileStage.HANDLE_MAX + 1, Role.SENDER));
            return s.next(Close.class).error();
        });
        limit("maxNameLength", o -> o.maxNameLength(10), s -> {
            s.peer.sendAttach(ScriptedPeer.attach("a-long-name", 2, Role.SENDER));
            return s.next(Detach.class).error();
        });
        limit("maxBufferedBytes", o -> o.maxBufferedBytes(10), s -> {
            s.first(11, frame -> frame.more(true));
            return s.next(Close.class).error();
        });
        limit("maxFramesPerDelivery", o -> o.maxFramesPerDelivery(2), s -> {
            s.first(4, frame -> frame.more(true));
            s.transfer(4, frame -> frame.more(true));
            s.transfer(4, frame -> frame.more(true));
            return s.next(Detach.class).error();
        });
        limit("maxUnsettledEntries", o -> o.maxUnsettledEntries(1), s -> {
            Map<Binary, @Nullable DeliveryState> unsettled = new HashMap<>();
            unsettled.put(Binary.copyOf((byte) 1), null);
            unsettled.put(Binary.copyOf((byte) 2), null);
            s.peer.sendAttach(ScriptedPeer.attach("much", 2, Role.RECEIVER).unsettled(unsettled, false));
            return s.next(Detach.class).error();
        });
        limit("endpointsPerSecond", o -> o.endpointRate(5, 1), LimitNamesTest::churn);
        limit("endpointBurst", o -> o.endpointRate(5, 1_000_000), LimitNamesTest::churn);
        limit("flowsPerSecond", o -> o.flowsPerSecond(5), s -> {
            for (int i = 0; i < 6; i++) {
                s.peer.sendFlow(flow -> flow);
            }
            return s.next(Close.class).error();
        });
        limit("emptyFramesPerSecond", o -> o.emptyFramesPerSecond(5), s -> {
            for (int i = 0; i < 6; i++) {
                s.peer.sendEmptyFrame(0);
            }
            return s.next(Close.class).error();
        });
    }

    private static void limit(
            String name,
            UnaryOperator<EngineOptions.Builder> options,
            Function<HostileStage, @Nullable ErrorCondition> reach) {
        LIMITS.put(name, new Limit(options, reach));
    }

    private static @Nullable ErrorCondition churn(HostileStage stage) {
        for (int i = 0; i < 6; i++) {
            stage.peer.sendBegin(1);
            stage.peer.send(1, new End(null));
        }
        while (true) {
            stage.peer.flush();
            if (stage.peer.takeFrame().body() instanceof Close close) {
                return close.error();
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> errorHasTheNameOfItsLimit() {
        return LIMITS.entrySet().stream().flatMap(limit -> Arrays.stream(Side.values())
                .map(side -> DynamicTest.dynamicTest(limit.getKey() + ", we are the " + side, () -> {
                    HostileStage stage = new HostileStage(side, limit.getValue().options()).ready();
                    ErrorCondition error =
                            Objects.requireNonNull(limit.getValue().reach().apply(stage));
                    assertThat(error.description()).contains(limit.getKey());
                    stage.finish();
                })));
    }

    @Test
    void idleTimeOutThatIsTooShortNamesItsLimit() {
        for (Side side : Side.values()) {
            HostileStage stage = new HostileStage(side, o -> o.minIdleTimeOutMillis(50)).unopened();
            stage.peer.sendOpen(open -> open.idleTimeOutMillis(49));
            assertThat(Objects.requireNonNull(stage.next(Close.class).error()).description())
                    .contains("minIdleTimeout");
            stage.finish();
        }
    }

    @Test
    void limitsOfTheOpenAndOfALinkNameTheirOptions() {
        for (Side side : Side.values()) {
            HostileStage stage = new HostileStage(side, o -> o).ready();
            stage.peer.send(HostileStage.CHANNEL_MAX + 1, new End(null));
            assertThat(Objects.requireNonNull(stage.next(Close.class).error()).description())
                    .contains("channelMax");
            stage.finish();
        }
    }

    @Test
    void everyLimitIsTried() {
        assertThat(Arrays.stream(PeerLimits.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getParameterCount() == 1)
                        .map(Method::getName)
                        .filter(name -> !name.equals("minIdleTimeout") && !ELSEWHERE.contains(name)))
                .containsExactlyInAnyOrderElementsOf(LIMITS.keySet());
    }
}
