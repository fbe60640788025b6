package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.engine.testing.Frame;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {

    private static final ErrorCondition ERROR = ErrorCondition.of(AmqpError.INTERNAL_ERROR, null);

    private static final ErrorCondition INVALID = ErrorCondition.of(AmqpError.INVALID_FIELD, "a field");

    private Scenario scenario = Scenario.opened();

    // S1
    @Test
    void beginsWithoutRemoteChannelAndIsMappedByTheAnswer() {
        SessionEngine session =
                scenario.engine.begin(scenario.recorder, new SessionSettings(77, 15, 0xffff_fffdL, 100));
        Begin begin = scenario.peer.expectBegin();
        assertThat(begin.remoteChannel()).isEqualTo(Begin.NO_CHANNEL);
        assertThat(begin.incomingWindow()).isEqualTo(77);
        assertThat(begin.handleMax()).isEqualTo(15);
        assertThat(begin.nextOutgoingId()).isEqualTo(0xffff_fffdL);
        assertThat(session.isMapped()).isFalse();

        scenario.peer.respondBegin();

        assertThat(session.isMapped()).isTrue();
        scenario.recorder.assertEvents("begun");
    }

    // S1, S2
    @Test
    void answersABeginWithItsChannelFromAChannelOfItsOwn() {
        scenario.peer.sendBegin(42);

        Frame frame = scenario.peer.expectFrame(Begin.class);
        assertThat(frame.channel()).isZero();
        assertThat(frame.body()).isInstanceOfSatisfying(Begin.class, begin -> assertThat(begin.remoteChannel())
                .isEqualTo(42));
        scenario.recorder.assertEvents("begin");
        scenario.peer.send(42, new End(null));
        assertThat(scenario.peer.expectFrame(End.class).channel()).isZero();
        scenario.recorder.assertEvents("ended remote");
    }

    // S3
    @Test
    void takesTheLowestFreeChannelAgainAfterTheEnd() {
        SessionEngine first = scenario.begin();
        scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT);
        assertThat(scenario.peer.expectFrame(Begin.class).channel()).isEqualTo(1);
        first.end(null);
        scenario.peer.expectEnd();

        scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT);
        assertThat(scenario.peer.expectFrame(Begin.class).channel())
                .as("0 is not free yet")
                .isEqualTo(2);

        scenario.peer.sendEnd(null);
        scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT);
        assertThat(scenario.peer.expectFrame(Begin.class).channel()).isZero();
    }

    @Test
    void refusesASessionThatNobodyAccepts() {
        scenario.recorder.acceptSessions = false;

        scenario.peer.sendBegin(0);

        scenario.peer.expectBegin();
        scenario.peer.expectEndWith(AmqpError.NOT_ALLOWED);
        scenario.peer.sendAttach(io.amqp10.engine.testing.ScriptedPeer.attach("x", 0, Role.SENDER));
        scenario.peer.sendEnd(null);
        scenario.peer.expectNothing();
        scenario.recorder.assertEvents("begin");
        scenario.peer.sendBegin(0);
        scenario.peer.expectBegin();
    }

    @Test
    void endsInOrder() {
        SessionEngine session = scenario.sender().session();

        session.end(null);

        assertThat(scenario.peer.expectEnd().error()).isNull();
        scenario.recorder.assertEvents("detached parentstopped local");
        scenario.peer.sendEnd(null);
        scenario.recorder.assertEvents("ended local");
        session.end(ERROR);
        scenario.peer.expectNothing();
    }

    @Test
    void answersThePeersEnd() {
        scenario.sender();

        scenario.peer.sendEnd(ERROR);

        assertThat(scenario.peer.expectEnd().error()).isNull();
        scenario.recorder.assertEvents(
                "detached parentstopped remote amqp:internal-error", "ended remote amqp:internal-error");
    }

    // S4
    @Test
    void discardsEverythingAfterAnEndWithAnErrorUntilThePeersEnd() {
        SessionEngine session = scenario.receiverWithCredit(1).session();
        session.end(ERROR);
        scenario.peer.expectEndWith(AmqpError.INTERNAL_ERROR);
        scenario.recorder.assertEvents(
                "detached parentstopped local amqp:internal-error", "ended local amqp:internal-error");

        scenario.peer.sendDelivery(0);
        scenario.peer.sendFlow(flow -> flow.handle(55));
        scenario.peer.sendDetach(0, true, null);
        scenario.peer.expectNothing();
        scenario.peer.sendEnd(null);

        scenario.recorder.assertEvents();
        scenario.peer.sendFlow(flow -> flow);
        scenario.peer.expectCloseWith(ConnectionError.FRAMING_ERROR);
    }

    // S4
    @Test
    void sendsOneEndWhenBothEnd() {
        SessionEngine session = scenario.begin();
        session.end(null);
        scenario.peer.expectEnd();

        scenario.peer.sendEnd(ERROR);

        scenario.peer.expectNothing();
        scenario.recorder.assertEvents("ended local");
    }

    @Test
    void endsASessionWhoseBeginIsNotAnswered() {
        SessionEngine session = scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT);
        scenario.peer.expectBegin();
        session.end(null);
        scenario.peer.expectEnd();

        scenario.peer.respondBegin();
        assertThat(session.isMapped()).isFalse();
        scenario.peer.sendEnd(null);

        scenario.recorder.assertEvents("ended local");
        scenario.peer.expectNothing();
    }

    // hostile row 36
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 65_535})
    void closesOnABeginForAChannelThatDoesNotWait(int remoteChannel) {
        scenario.begin();

        scenario.peer.send(5, new Begin(remoteChannel, 0, 1, 1, 1));

        scenario.peer.expectCloseWith(AmqpError.NOT_ALLOWED);
    }

    @Test
    void closesOnABeginOnAChannelInUse() {
        scenario.begin();

        scenario.peer.sendBegin(0);

        scenario.peer.expectCloseWith(AmqpError.NOT_ALLOWED);
    }

    // hostile row 31
    @Test
    void closesOnAFrameForAChannelWithoutSession() {
        scenario.peer.send(3, new Flow());

        scenario.peer.expectCloseWith(ConnectionError.FRAMING_ERROR);
    }

    // hostile row 32
    @Test
    void closesWhenThePeerBeginsMoreSessionsThanItMay() {
        scenario = new Scenario(options -> options.maxSessions(3), open -> open).open();
        for (int channel = 0; channel < 3; channel++) {
            scenario.peer.sendBegin(channel);
            scenario.peer.expectBegin();
        }

        scenario.peer.sendBegin(3);

        scenario.peer.expectCloseWith(AmqpError.RESOURCE_LIMIT_EXCEEDED);
    }

    // hostile row 33
    @Test
    void closesOnAFloodOfBeginsAndEnds() {
        scenario = new Scenario(options -> options.endpointRate(100, 10), open -> open).open();
        for (int i = 0; i < 100; i++) {
            scenario.peer.sendBegin(0);
            scenario.peer.sendEnd(null);
        }
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.OPENED);
        scenario.peer.ignoreSent();

        scenario.peer.sendBegin(0);

        scenario.peer.expectCloseWith(AmqpError.RESOURCE_LIMIT_EXCEEDED);
    }

    @Test
    void attachesNoLinkOnceItIsEnding() {
        SessionEngine session = scenario.begin();
        session.end(null);

        assertThatThrownBy(() ->
                        session.attachSender(Scenario.ours("x", Role.SENDER).build(), scenario.recorder))
                .isInstanceOf(IllegalStateException.class);
    }

    // hostile rows 48, 61
    @Test
    void isEndedByAFieldThatCannotBe() {
        scenario.begin();

        scenario.engine.onDecodeError(0, INVALID);

        scenario.peer.expectEndWith(AmqpError.INVALID_FIELD);
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.OPENED);
        scenario.engine.onDecodeError(0, INVALID);
        scenario.peer.expectNothing();
    }

    @Test
    void closesOnAFieldThatCannotBeOutsideOfASession() {
        scenario.engine.onDecodeError(0, INVALID);

        scenario.peer.expectCloseWith(AmqpError.INVALID_FIELD);
    }

    @Test
    void closesOnOctetsThatAreNoPerformativeInASession() {
        scenario.begin();

        scenario.engine.onDecodeError(0, ErrorCondition.of(AmqpError.DECODE_ERROR, "what?"));

        scenario.peer.expectCloseWith(AmqpError.DECODE_ERROR);
    }

    @Test
    void closesOnAFieldThatCannotBeAboveChannelMax() {
        scenario = new Scenario(options -> options, open -> open.channelMax(1)).open();

        scenario.engine.onDecodeError(2, INVALID);

        scenario.peer.expectCloseWith(ConnectionError.FRAMING_ERROR);
    }
}
