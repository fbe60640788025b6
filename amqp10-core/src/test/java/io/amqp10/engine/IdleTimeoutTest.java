package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Scenario;
import io.amqp10.types.AmqpError;
import org.junit.jupiter.api.Test;

class IdleTimeoutTest {

    private static final long MILLI = 1_000_000;

    // C9
    @Test
    void sendsAnEmptyFrameAtHalfOfThePeersIdleTimeOut() {
        Scenario scenario = new Scenario().open(open -> open.idleTimeOutMillis(1000));

        assertThat(scenario.peer.tick()).isEqualTo(500 * MILLI);
        scenario.peer.expectNothing();
        assertThat(scenario.peer.advanceMillis(499)).isEqualTo(MILLI);
        scenario.peer.expectNothing();

        assertThat(scenario.peer.advanceMillis(1)).isEqualTo(500 * MILLI);
        scenario.peer.expectEmptyFrame();
        scenario.peer.expectNothing();
    }

    // C9
    @Test
    void sendsNoEmptyFrameWhileOtherFramesGoOut() {
        Scenario scenario = new Scenario().open(open -> open.idleTimeOutMillis(1000));
        SenderLink link = scenario.senderWithCredit(100);
        scenario.peer.tick();
        for (int i = 0; i < 10; i++) {
            link.send(Scenario.message(1));
            assertThat(scenario.peer.advanceMillis(400)).isEqualTo(500 * MILLI);
            scenario.peer.expectTransfer();
            scenario.peer.expectNothing();
        }

        assertThat(scenario.peer.advanceMillis(499)).isEqualTo(MILLI);
    }

    // C9, hostile row 29
    @Test
    void takesTheLongestIdleTimeOut() {
        Scenario scenario = new Scenario().open(open -> open.idleTimeOutMillis(0xffff_ffffL));

        assertThat(scenario.peer.tick()).isEqualTo(0xffff_ffffL * MILLI / 2);
        scenario.peer.expectNothing();
    }

    // C9
    @Test
    void hasNoDeadlineWithoutIdleTimeOuts() {
        Scenario scenario = Scenario.opened();

        assertThat(scenario.peer.advanceMillis(100_000_000)).isEqualTo(ConnectionEngine.NO_DEADLINE);
        scenario.peer.expectNothing();
    }

    // C9, C10: what was advertised is half of what is waited
    @Test
    void closesAndStopsWhenThePeerIsSilentForTwiceTheAdvertisedTime() {
        Scenario scenario = new Scenario(options -> options, open -> open.idleTimeOutMillis(1000)).open();
        scenario.sender();

        assertThat(scenario.peer.advanceMillis(1999)).isEqualTo(MILLI);
        scenario.peer.expectNothing();

        assertThat(scenario.peer.advanceMillis(1)).isEqualTo(ConnectionEngine.NO_DEADLINE);
        assertThat(scenario.peer
                        .expectCloseWith(AmqpError.RESOURCE_LIMIT_EXCEEDED)
                        .description())
                .contains("idleTimeout");
        scenario.recorder.assertEvents(
                "detached parentstopped parentstopped local amqp:resource-limit-exceeded",
                "ended parentstopped local amqp:resource-limit-exceeded",
                "closed local amqp:resource-limit-exceeded");
    }

    @Test
    void anyFrameShowsThatThePeerIsAlive() {
        Scenario scenario = new Scenario(options -> options, open -> open.idleTimeOutMillis(1000)).open();
        for (int i = 0; i < 5; i++) {
            scenario.peer.advanceMillis(1500);
            scenario.peer.sendEmptyFrame(0);
        }

        assertThat(scenario.peer.tick()).isEqualTo(2000 * MILLI);
        assertThat(scenario.engine.isClosed()).isFalse();
    }

    // hostile row 84
    @Test
    void refusesAFloodOfEmptyFrames() {
        Scenario scenario = new Scenario(options -> options.emptyFramesPerSecond(10), open -> open).open();
        for (int i = 0; i < 50; i++) {
            scenario.peer.sendEmptyFrame(0);
            scenario.peer.advanceMillis(100);
        }
        scenario.peer.expectNothing();

        for (int i = 0; i < 12; i++) {
            scenario.peer.sendEmptyFrame(0);
        }

        scenario.peer.expectCloseWith(AmqpError.RESOURCE_LIMIT_EXCEEDED);
    }
}
