package io.amqp10.engine.sasl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaslPrepTest {

    @ParameterizedTest
    @CsvSource({
        "I\u00adX, IX",
        "user, user",
        "USER, USER",
        "\u00aa, a",
        "\u2168, IX",
        "a\u00a0b, a b",
        "a\u3000b, a b",
        "caf\u0065\u0301, caf\u00e9",
        "\u0627\u0031\u0628, \u0627\u0031\u0628",
        "\ud83d\ude80, \ud83d\ude80"
    })
    void preparesAsRfc4013Says(String text, String prepared) throws Exception {
        assertThat(SaslPrep.prepare(text)).isEqualTo(prepared);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0007", "a\u0000b", "\u007f", "\ue000", "\ufffd", "\u2028", "\u202e", "\ud800", "\ufdd0"})
    void refusesProhibitedCharacters(String text) {
        assertThatThrownBy(() -> SaslPrep.prepare(text)).isInstanceOf(MechanismException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0627\u0031", "\u0627a\u0628", "1\u0627"})
    void refusesMixedDirections(String text) {
        assertThatThrownBy(() -> SaslPrep.prepare(text)).isInstanceOf(MechanismException.class);
    }

    @Test
    void doesNotShowTheTextInTheMessage() {
        assertThatThrownBy(() -> SaslPrep.prepare("hunter2\u0007"))
                .isInstanceOf(MechanismException.class)
                .hasMessageNotContaining("hunter2");
    }
}
