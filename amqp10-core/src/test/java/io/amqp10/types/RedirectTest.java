package io.amqp10.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RedirectTest {

    // C13
    @Test
    void aConnectionsRedirectNamesAHost() {
        Redirect redirect = Redirect.of(new ErrorCondition(
                ConnectionError.REDIRECT,
                null,
                info("hostname", "a", "network-host", "10.0.0.1", "port", UnsignedShort.of(5671), "address", "q")));

        assertThat(redirect).isEqualTo(new Redirect("a", "10.0.0.1", 5671, null));
    }

    // L17
    @Test
    void aLinksRedirectNamesAnAddressToo() {
        Redirect redirect = Redirect.of(
                new ErrorCondition(LinkError.REDIRECT, null, info("network-host", Symbol.of("h"), "address", "q")));

        assertThat(redirect).isEqualTo(new Redirect(null, "h", 0, "q"));
    }

    static List<@Nullable Object> ports() {
        return Arrays.asList(5672, 5672L, (short) 5672, UnsignedInteger.of(5672), UnsignedLong.of(5672));
    }

    @ParameterizedTest
    @MethodSource("ports")
    void anyWholeNumberIsAPort(Object port) {
        Redirect redirect = Redirect.of(new ErrorCondition(LinkError.REDIRECT, null, info("port", port)));

        assertThat(redirect).isEqualTo(new Redirect(null, null, 5672, null));
    }

    static List<@Nullable Object> noPorts() {
        return Arrays.asList(null, "5672", -1, 65536, new UnsignedLong(-1L));
    }

    @ParameterizedTest
    @MethodSource("noPorts")
    void whatIsNoPortCountsAsNotSaid(@Nullable Object port) {
        Redirect redirect = Redirect.of(new ErrorCondition(LinkError.REDIRECT, null, info("port", port, "address", 7)));

        assertThat(redirect).isEqualTo(new Redirect(null, null, 0, null));
    }

    @Test
    void otherErrorsAreNoRedirect() {
        assertThat(Redirect.of(null)).isNull();
        assertThat(Redirect.of(new ErrorCondition(AmqpError.NOT_FOUND, null, info("hostname", "a"))))
                .isNull();
    }

    private static Map<Symbol, @Nullable Object> info(@Nullable Object... keysAndValues) {
        Map<Symbol, @Nullable Object> info = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            info.put(Symbol.of(String.valueOf(keysAndValues[i])), keysAndValues[i + 1]);
        }
        return info;
    }
}
