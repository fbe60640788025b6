package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.types.UnsignedInteger;
import org.junit.jupiter.api.Test;

class OutgoingWindowTest {

    private final OutgoingWindow window = new OutgoingWindow(0xffff_fffeL);

    @Test
    void isClosedBeforeThePeersBegin() {
        assertThat(window.isOpen()).isFalse();
    }

    @Test
    void closesAfterAsManyFramesAsThePeerTakes() {
        window.begin(2);
        window.frameSent();
        assertThat(window.isOpen()).isTrue();
        window.frameSent();
        assertThat(window.isOpen()).isFalse();
        assertThat(window.nextId()).isZero();
    }

    // S6, S11
    @Test
    void subtractsFramesInFlightAcrossTheWrap() {
        window.begin(10);
        window.frameSent();
        window.frameSent();
        window.frameSent();

        assertThat(window.update(0xffff_ffffL, 10)).isTrue();

        assertThat(window.remaining()).isEqualTo(8);
    }

    // S6
    @Test
    void countsFromTheInitialIdWhileThePeerHasNotSeenTheBegin() {
        window.begin(10);
        window.frameSent();

        assertThat(window.update(UnsignedInteger.ABSENT, 5)).isTrue();

        assertThat(window.remaining()).isEqualTo(4);
    }

    // S6, S12
    @Test
    void stopsAtZeroWhenThePeerShrinksItBelowWhatIsInFlight() {
        window.begin(10);
        for (int i = 0; i < 8; i++) {
            window.frameSent();
        }

        assertThat(window.update(0xffff_fffeL, 3)).isTrue();

        assertThat(window.remaining()).isZero();
        assertThat(window.isOpen()).isFalse();
    }

    // S9
    @Test
    void refusesAFlowThatExpectsWhatWasNotSent() {
        window.begin(10);
        window.frameSent();

        assertThat(window.update(0xffff_ffffL, 10)).isTrue();
        assertThat(window.update(0, 10)).isFalse();
    }

    // hostile row 37
    @Test
    void takesTheLargestWindow() {
        window.begin(UnsignedInteger.MAX);
        assertThat(window.update(0xffff_fffeL, UnsignedInteger.MAX)).isTrue();
        assertThat(window.remaining()).isEqualTo(UnsignedInteger.MAX);
    }
}
