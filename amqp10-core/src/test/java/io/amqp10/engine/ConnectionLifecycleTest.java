package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.engine.testing.Scenario;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Open;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionLifecycleTest {

    private static final ErrorCondition FORCED = ErrorCondition.of(ConnectionError.CONNECTION_FORCED, "maintenance");

    private Scenario scenario = new Scenario();

    // C1
    @Test
    void opensAndTellsOfThePeersOpen() {
        scenario.engine.open();
        Open open = scenario.peer.expectOpen();
        assertThat(open.containerId()).isEqualTo("us");
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.OPEN_SENT);

        scenario.peer.sendOpen();

        scenario.recorder.assertEvents("open peer");
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.OPENED);
        assertThat(scenario.engine.remoteOpen()).isNotNull();
        scenario.engine.open();
        scenario.peer.expectNothing();
    }

    // C1
    @Test
    void answersThePeersOpen() {
        scenario.peer.sendOpen();

        scenario.peer.expectOpen();
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.OPENED);
    }

    @Test
    void refusesAPeerAfterItsOpen() {
        scenario.recorder.onOpen = open -> scenario.engine.close(FORCED);

        scenario.peer.sendOpen();

        scenario.peer.expectOpen();
        scenario.peer.expectCloseWith(ConnectionError.CONNECTION_FORCED);
        scenario.peer.expectNothing();
        scenario.peer.sendClose(null);
        scenario.recorder.assertEvents("open peer", "closed local amqp:connection:forced");
    }

    // C2
    @Test
    void takesAllThatAPeerPipelinesBeforeOurOpen() {
        scenario.recorder.onRemoteSender = link -> {
            link.accept(Scenario.ours("in", Role.RECEIVER).build(), scenario.recorder);
            link.addCredit(1);
        };
        scenario.peer.sendOpen();
        scenario.peer.sendBegin(0);
        scenario.peer.sendAttach(io.amqp10.engine.testing.ScriptedPeer.attach("in", 0, Role.SENDER));
        scenario.peer.flush();
        scenario.peer.sendDelivery(0, (byte) 1);
        scenario.peer.sendClose(null);

        scenario.recorder.assertEvents(
                "open peer",
                "begin",
                "attach receiver in",
                "delivery 0 1",
                "detached parentstopped parentstopped remote",
                "ended parentstopped remote",
                "closed remote");
    }

    @Test
    void holdsBeginAndAttachUntilThePeerAnswers() {
        scenario.engine.open();
        SessionEngine session = scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT);
        session.attachSender(Scenario.ours("out", Role.SENDER).build(), scenario.recorder);
        scenario.peer.expectOpen();
        scenario.peer.expectNothing();

        scenario.peer.sendOpen();
        scenario.peer.expectBegin();
        scenario.peer.expectNothing();

        scenario.peer.respondBegin();
        Attach attach = scenario.peer.expectAttach();
        assertThat(attach.name()).isEqualTo("out");
        scenario.recorder.assertEvents("open peer", "begun");
    }

    @Test
    void closesInOrder() {
        scenario.open();

        scenario.engine.close(null);
        Close close = scenario.peer.expectClose();
        assertThat(close.error()).isNull();
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.CLOSE_SENT);
        assertThat(scenario.engine.isClosed()).isFalse();
        scenario.peer.sendClose(null);

        assertThat(scenario.engine.isClosed()).isTrue();
        scenario.recorder.assertEvents("closed local");
        scenario.engine.close(FORCED);
        scenario.peer.expectNothing();
    }

    // C6
    @Test
    void answersACloseOnAnyChannelWithOneOnChannelZero() {
        scenario.open();

        scenario.peer.send(7, new Close(FORCED));

        assertThat(scenario.peer.expectClose().error()).isNull();
        scenario.recorder.assertEvents("closed remote amqp:connection:forced");
        scenario.peer.expectNothing();
    }

    // C8
    @Test
    void keepsItsOwnReasonWhenBothClose() {
        scenario.open();
        scenario.engine.close(null);
        scenario.peer.expectClose();

        scenario.peer.sendClose(FORCED);

        scenario.recorder.assertEvents("closed local");
        scenario.peer.expectNothing();
    }

    // C7
    @Test
    void discardsEverythingAfterACloseWithAnErrorUntilThePeersClose() {
        scenario.open();
        scenario.begin();
        scenario.engine.close(FORCED);
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.DISCARDING);
        scenario.peer.expectCloseWith(ConnectionError.CONNECTION_FORCED);
        scenario.recorder.assertEvents("ended parentstopped local amqp:connection:forced");

        scenario.peer.sendBegin(9);
        scenario.peer.sendEmptyFrame(60_000);
        scenario.peer.sendOpen();
        scenario.peer.sendDelivery(77);
        scenario.peer.sendFlow(flow -> flow.handle(99));

        scenario.recorder.assertEvents();
        scenario.peer.expectNothing();
        scenario.peer.sendClose(null);
        scenario.recorder.assertEvents("closed local amqp:connection:forced");
    }

    // C7, hostile row 78
    @Test
    void givesUpAfterTheCloseTimeOut() {
        scenario = new Scenario(options -> options.closeTimeoutNanos(3_000_000), open -> open).open();
        scenario.engine.close(null);

        assertThat(scenario.peer.tick()).isEqualTo(3_000_000);
        assertThat(scenario.peer.advance(2_000_000)).isEqualTo(1_000_000);
        assertThat(scenario.engine.isClosed()).isFalse();

        assertThat(scenario.peer.advance(1_000_000)).isEqualTo(ConnectionEngine.NO_DEADLINE);
        scenario.recorder.assertEvents("closed local");
    }

    // hostile row 78
    @Test
    void ignoresWhatComesAfterTheClose() {
        scenario.open();
        scenario.peer.sendClose(null);
        scenario.peer.ignoreSent();
        scenario.recorder.events.clear();

        scenario.peer.sendBegin(0);
        scenario.peer.sendOpen();
        scenario.peer.sendEmptyFrame(0);
        scenario.peer.sendClose(FORCED);
        scenario.engine.onDecodeError(FORCED);
        scenario.engine.transportClosed(null);

        scenario.recorder.assertEvents();
        scenario.peer.expectNothing();
    }

    @Test
    void closesWithoutAFrameBeforeTheOpen() {
        scenario.engine.close(null);

        scenario.peer.expectNothing();
        scenario.recorder.assertEvents("closed local");
    }

    @Test
    void sendsOpenAndCloseWhenItClosesWithAnErrorBeforeTheOpen() {
        scenario.engine.close(FORCED);

        scenario.peer.expectOpen();
        scenario.peer.expectCloseWith(ConnectionError.CONNECTION_FORCED);
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.CLOSE_PIPE);
        scenario.peer.sendOpen();
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.DISCARDING);
        scenario.peer.sendClose(null);
        scenario.recorder.assertEvents("closed local amqp:connection:forced");
    }

    @Test
    void tellsEveryPartThatTheTransportIsLost() {
        scenario.open();
        SenderLink link = scenario.sender();
        IOException cause = new IOException("reset");

        scenario.engine.transportClosed(cause);

        scenario.recorder.assertEvents(
                "detached parentstopped parentstopped transportlost",
                "ended parentstopped transportlost",
                "closed transportlost");
        assertThat(scenario.recorder.closed).isEqualTo(new StopReason.TransportLost(cause));
        assertThat(link.canSend()).isFalse();
        assertThat(link.stopReason()).isNotNull();
        scenario.peer.expectNothing();
    }

    @Test
    void keepsItsReasonWhenTheTransportGoesInsteadOfThePeersClose() {
        scenario.open();
        scenario.engine.close(FORCED);

        scenario.engine.transportClosed(null);

        scenario.recorder.assertEvents("closed local amqp:connection:forced");
    }

    @Test
    void closesWithWhatCouldNotBeDecoded() {
        scenario.open();

        scenario.engine.onDecodeError(ErrorCondition.of(AmqpError.DECODE_ERROR, "map with an odd count"));

        scenario.peer.expectCloseWith(AmqpError.DECODE_ERROR);
    }

    @Test
    void beginsNoSessionOnceItIsClosing() {
        scenario.open();
        scenario.engine.close(null);

        assertThatThrownBy(() -> scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT))
                .isInstanceOf(IllegalStateException.class);
    }

    // 2.7.9: the close is the last frame
    @Test
    void sendsNothingAfterItsClose() {
        scenario.open();
        SenderLink sender = scenario.senderWithCredit(10);
        ReceiverLink receiver = sender.session()
                .attachReceiver(Scenario.ours("in", Role.RECEIVER).build(), scenario.recorder);
        scenario.peer.respondAttach(scenario.peer.expectAttach(), attach -> attach);
        scenario.engine.close(null);
        scenario.peer.ignoreSent();

        receiver.addCredit(5);
        sender.detach(true, null);
        receiver.drain();
        sender.drained();
        sender.session().end(null);
        scenario.engine.setWritable(false);
        scenario.engine.setWritable(true);

        scenario.peer.expectNothing();
        assertThat(sender.canSend()).isFalse();
    }

    // C5, hostile row 31
    @Test
    void refusesFramesAboveChannelMax() {
        scenario = new Scenario(options -> options, open -> open.channelMax(3)).open();

        scenario.peer.send(4, new Begin(Begin.NO_CHANNEL, 0, 1, 1, 1));

        scenario.peer.expectCloseWith(ConnectionError.FRAMING_ERROR);
    }

    // S3, hostile row 37
    @Test
    void usesNoChannelAboveThePeersChannelMax() {
        scenario.open(open -> open.channelMax(0));
        scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT);

        assertThatThrownBy(() -> scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tellsASessionThatWaitedForAnOpenWhichAllowsIt() {
        scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT);
        scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT);
        scenario.engine.open();

        scenario.peer.sendOpen(open -> open.channelMax(0));

        scenario.recorder.assertEvents("open peer", "ended local amqp:resource-limit-exceeded");
        scenario.peer.expectOpen();
        scenario.peer.expectBegin();
        scenario.peer.expectNothing();
    }

    // F9
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 7})
    void takesEmptyFramesOnAnyChannelUpToChannelMax(int channel) {
        scenario = new Scenario(options -> options, open -> open.channelMax(7)).open();

        scenario.peer.sendEmptyFrame(channel);

        scenario.peer.expectNothing();
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.OPENED);
    }

    // F9, C5
    @Test
    void refusesAnEmptyFrameAboveChannelMax() {
        scenario = new Scenario(options -> options, open -> open.channelMax(7)).open();

        scenario.peer.sendEmptyFrame(8);

        scenario.peer.expectCloseWith(ConnectionError.FRAMING_ERROR);
    }
}
