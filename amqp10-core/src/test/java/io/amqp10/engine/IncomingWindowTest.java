package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IncomingWindowTest {

    private final IncomingWindow window = new IncomingWindow(4);

    // S8
    @Test
    void tellsFramesBeyondWhatWasAnnounced() {
        for (int i = 0; i < 4; i++) {
            assertThat(window.frameReceived()).isTrue();
        }
        assertThat(window.frameReceived()).isFalse();

        assertThat(window.announce()).isEqualTo(4);
        assertThat(window.frameReceived()).isTrue();
    }

    @Test
    void letsInWhatWasSentBeforeThePeerHeardOfASmallerWindow() {
        window.announce();
        window.limit(1);
        assertThat(window.announce()).isEqualTo(1);

        for (int i = 0; i < 4; i++) {
            assertThat(window.frameReceived()).isTrue();
        }
        assertThat(window.frameReceived()).isFalse();

        assertThat(window.announce()).isEqualTo(1);
        assertThat(window.frameReceived()).isTrue();
        assertThat(window.frameReceived()).isFalse();
    }

    @Test
    void isDueWhenHalfIsUsed() {
        window.frameReceived();
        assertThat(window.isDue()).isFalse();
        window.frameReceived();
        assertThat(window.isDue()).isTrue();
        window.announce();
        assertThat(window.isDue()).isFalse();
    }

    // S11
    @Test
    void countsIdsAcrossTheWrap() {
        window.begin(0xffff_ffffL);
        window.frameReceived();
        assertThat(window.nextId()).isZero();
        window.frameReceived();
        assertThat(window.nextId()).isEqualTo(1);
    }

    // S10
    @Test
    void refusesAnIdThatWasPassed() {
        window.begin(5);
        window.frameReceived();

        assertThat(window.update(6)).isTrue();
        assertThat(window.update(5)).isFalse();
    }

    // 2.5.6
    @Test
    void followsThePeerWhenItGoesAhead() {
        window.begin(5);
        assertThat(window.update(9)).isTrue();
        assertThat(window.nextId()).isEqualTo(9);
    }

    @Test
    void keepsHeldFramesOutOfWhatItAnnounces() {
        window.frameReceived();
        window.hold();
        window.frameReceived();
        window.hold();
        assertThat(window.announce()).isEqualTo(2);

        window.release(1);
        assertThat(window.announce()).isEqualTo(3);
    }

    @Test
    void isNotDueWhileAllOfItIsHeld() {
        for (int i = 0; i < 4; i++) {
            window.frameReceived();
            window.hold();
        }
        assertThat(window.isDue()).isFalse();
        window.release(2);
        assertThat(window.isDue()).isTrue();
    }
}
