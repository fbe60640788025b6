package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameTraceTest {

    @Test
    void controlCharactersAreEscaped() {
        assertThat(FrameTrace.escape("a\r\nb\u0000\u001b[31m\u2028\u202e"))
                .isEqualTo("a\\u000d\\u000ab\\u0000\\u001b[31m\\u2028\\u202e");
    }

    @Test
    void plainTextIsLeftAsItIs() {
        assertThat(FrameTrace.escape("Open[containerId=caf\u00e9 \ud83d\ude80]"))
                .isEqualTo("Open[containerId=caf\u00e9 \ud83d\ude80]");
    }

    @Test
    void longTextIsCut() {
        String text = FrameTrace.escape("x".repeat(1_000_000));

        assertThat(text).hasSizeLessThan(2_100).endsWith("...(1000000 characters)");
    }
}
