package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.LinkError;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.SessionError;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Received;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Transfer;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiverLinkTest {

    private Scenario scenario = Scenario.opened();

    // L15
    @Test
    void givesItsCreditWithTheSendersDeliveryCount() {
        SessionEngine session = scenario.begin();
        ReceiverLink link =
                session.attachReceiver(Scenario.ours("in", Role.RECEIVER).build(), scenario.recorder);
        link.addCredit(10);
        var attach = scenario.peer.expectAttach();
        scenario.peer.expectNothing();

        scenario.peer.respondAttach(attach, answer -> answer.initialDeliveryCount(0xffff_fff0L));

        Flow flow = scenario.peer.expectFlow();
        assertThat(flow.deliveryCount()).isEqualTo(0xffff_fff0L);
        assertThat(flow.linkCredit()).isEqualTo(10);
        assertThat(flow.drain()).isFalse();
        assertThat(flow.available()).isEqualTo(UnsignedInteger.ABSENT);
        scenario.peer.expectNothing();
    }

    @Test
    void deliversASingleFrameWithItsFields() {
        scenario.receiverWithCredit(10);
        byte[] tag = {1, 2, 3, 4, 5, 6, 7, 8, 9};

        scenario.peer.sendTransfer(
                t -> t.deliveryId(0xffff_ffffL)
                        .deliveryTag(Binary.copyOf(tag))
                        .messageFormat(3_000_000_000L)
                        .state(new Received(0, 0)),
                (byte) 7,
                (byte) 8);

        IncomingDelivery delivery = scenario.recorder.deliveries.get(0);
        assertThat(delivery.payload()).containsExactly(7, 8);
        assertThat(delivery.deliveryId()).isEqualTo(0xffff_ffffL);
        assertThat(delivery.deliveryTag()).isEqualTo(Binary.copyOf(tag));
        assertThat(delivery.messageFormat()).isEqualTo(3_000_000_000L);
        assertThat(delivery.remoteState()).isEqualTo(new Received(0, 0));
        assertThat(delivery.remotelySettled()).isFalse();
    }

    // S11, X2
    @Test
    void takesDeliveryIdsFromAnywhereAcrossTheWrap() {
        scenario.receiverWithCredit(10);

        scenario.peer.sendDelivery(0xffff_fffeL);
        scenario.peer.sendDelivery(0xffff_ffffL);
        scenario.peer.sendDelivery(0);
        scenario.peer.sendDelivery(1);

        scenario.recorder.assertEvents(
                "delivery 4294967294 0", "delivery 4294967295 0", "delivery 0 0", "delivery 1 0");
    }

    // X6, X7
    @Test
    void putsTheFramesOfADeliveryTogether() {
        ReceiverLink link = scenario.receiverWithCredit(10);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true), new byte[9000]);
        scenario.peer.sendTransfer(t -> t.more(true), (byte) 1);
        scenario.peer.sendTransfer(t -> t.more(true));
        scenario.peer.sendTransfer(t -> t.more(true).deliveryId(0), (byte) 2);
        scenario.recorder.assertEvents();
        assertThat(link.credit()).isEqualTo(9);

        scenario.peer.sendTransfer(t -> t, (byte) 3);

        scenario.recorder.assertEvents("delivery 0 9003");
        byte[] payload = scenario.recorder.deliveries.get(0).payload();
        assertThat(payload[9000]).isEqualTo((byte) 1);
        assertThat(payload[9002]).isEqualTo((byte) 3);
    }

    // X6
    @Test
    void framesOfSeveralLinksMayAlternate() {
        ReceiverLink link = scenario.receiverWithCredit(10);
        link.session()
                .attachReceiver(Scenario.ours("b", Role.RECEIVER).build(), scenario.recorder)
                .addCredit(1);
        scenario.peer.respondAttach(scenario.peer.expectAttach());
        scenario.peer.expectFlow();
        scenario.recorder.events.clear();

        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true), (byte) 1);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 1).handle(1).more(true), (byte) 2);
        scenario.peer.sendTransfer(t -> t, (byte) 1);
        scenario.peer.sendTransfer(t -> t.handle(1), (byte) 2, (byte) 2);

        scenario.recorder.assertEvents("delivery 0 2", "delivery 1 3");
    }

    // X8, hostile row 56
    @Test
    void dropsAnAbortedDelivery() {
        ReceiverLink link = scenario.receiverWithCredit(10);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true), new byte[10_000]);

        scenario.peer.sendTransfer(t -> t.aborted(true).more(true), (byte) 9);

        scenario.recorder.assertEvents("aborted 0");
        assertThat(link.credit()).isEqualTo(9);
        assertThat(link.unsettled()).isEmpty();
        scenario.peer.sendDelivery(1, (byte) 1);
        scenario.recorder.assertEvents("delivery 1 1");
        scenario.peer.expectNothing();
    }

    // hostile row 56
    @Test
    void dropsADeliveryAbortedByItsFirstFrame() {
        ReceiverLink link = scenario.receiverWithCredit(10);

        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).aborted(true), (byte) 9);

        scenario.recorder.assertEvents("aborted 0");
        assertThat(link.credit()).isEqualTo(9);
        assertThat(link.unsettled()).isEmpty();
    }

    // hostile row 56
    @Test
    void closesOnAFloodOfAbortedDeliveries() {
        scenario = new Scenario(options -> options.endpointRate(100, 1), open -> open).open();
        scenario.receiverWithCredit(1000);
        for (int i = 0; i < 99; i++) {
            long id = i;
            scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, id).aborted(true));
        }
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 99).aborted(true));
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.OPENED);

        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 100).aborted(true));

        scenario.peer.ignoreSent();
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.DISCARDING);
    }

    // X4
    @Test
    void aDeliveryIsSettledByAnyOfItsFrames() {
        ReceiverLink link = scenario.receiverWithCredit(10);
        scenario.peer.sendTransfer(
                t -> ScriptedPeer.firstOf(t, 0).settled(false).more(true));
        scenario.peer.sendTransfer(t -> t.settled(true).more(true));
        scenario.peer.sendTransfer(t -> t);

        IncomingDelivery delivery = scenario.recorder.deliveries.get(0);
        assertThat(delivery.remotelySettled()).isTrue();
        assertThat(link.unsettled()).isEmpty();
        assertThat(link.disposition(delivery, Accepted.INSTANCE, true)).isFalse();
        scenario.peer.expectNothing();
    }

    static Stream<List<UnaryOperator<Transfer>>> brokenDeliveries() {
        return Stream.of(
                // hostile row 49
                List.of(t -> ScriptedPeer.firstOf(t, 0).more(true), t -> t.deliveryId(1)),
                List.of(t -> ScriptedPeer.firstOf(t, 0).more(true), t -> t.deliveryTag(Binary.copyOf((byte) 9))),
                List.of(t -> ScriptedPeer.firstOf(t, 0).more(true), t -> t.messageFormat(1)),
                // hostile row 50
                List.of(t -> ScriptedPeer.firstOf(t, 0).settled(true).more(true), t -> t.settled(false)),
                // hostile row 51
                List.of(t -> ScriptedPeer.firstOf(t, 0).rcvSettleMode(ReceiverSettleMode.SECOND)),
                // hostile row 48
                List.of(t -> ScriptedPeer.firstOf(t, 0), t -> ScriptedPeer.firstOf(t, 0)
                        .deliveryId(1)));
    }

    // X1, X3, X4, X5
    @ParameterizedTest
    @MethodSource("brokenDeliveries")
    void detachesOnADeliveryThatContradictsItself(List<UnaryOperator<Transfer>> frames) {
        ReceiverLink link = scenario.receiverWithCredit(10);
        for (UnaryOperator<Transfer> frame : frames) {
            scenario.peer.sendTransfer(frame, (byte) 1);
        }

        scenario.peer.expectDetachWith(AmqpError.INVALID_FIELD);
        assertThat(link.stopReason()).isInstanceOf(StopReason.Local.class);
        scenario.peer.sendDetach(0, true, null);
        scenario.peer.expectNothing();
    }

    // X5: of no meaning if it is settled
    @Test
    void ignoresModeSecondOnASettledDelivery() {
        scenario.receiverWithCredit(10);

        scenario.peer.sendTransfer(
                t -> ScriptedPeer.firstOf(t, 0).settled(true).rcvSettleMode(ReceiverSettleMode.SECOND));

        scenario.recorder.assertEvents("delivery 0 0");
    }

    // X4, hostile row 50
    @Test
    void detachesOnASettledTransferOnALinkThatSettlesNone() {
        ReceiverLink link =
                scenario.receiver(scenario.begin(), attach -> attach.sndSettleMode(SenderSettleMode.UNSETTLED));
        link.addCredit(5);
        scenario.peer.expectFlow();

        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).settled(true));

        scenario.peer.expectDetachWith(AmqpError.INVALID_FIELD);
    }

    static Stream<UnaryOperator<Transfer>> incompleteFirstFrames() {
        return Stream.of(t -> t.deliveryTag(Binary.copyOf((byte) 1)).messageFormat(0), t -> t.deliveryId(0)
                .messageFormat(0));
    }

    // X1, hostile row 46
    @ParameterizedTest
    @MethodSource("incompleteFirstFrames")
    void endsOnAFirstFrameWithoutIdOrTag(UnaryOperator<Transfer> frame) {
        scenario.receiverWithCredit(10);

        scenario.peer.sendTransfer(frame);

        scenario.peer.expectEndWith(AmqpError.INVALID_FIELD);
    }

    @Test
    void toleratesAFirstFrameWithoutMessageFormat() {
        scenario.receiverWithCredit(10);

        scenario.peer.sendTransfer(t -> t.deliveryId(0).deliveryTag(Binary.copyOf()));

        scenario.recorder.assertEvents("delivery 0 0");
        assertThat(scenario.recorder.deliveries.get(0).messageFormat()).isZero();
    }

    // X2, hostile row 47
    @ParameterizedTest
    @ValueSource(longs = {4, 5, 7, 0})
    void endsOnADeliveryIdThatIsNotTheNext(long id) {
        scenario.receiverWithCredit(10);
        scenario.peer.sendDelivery(4);
        scenario.peer.sendDelivery(5);

        scenario.peer.sendDelivery(id);

        scenario.peer.expectEndWith(AmqpError.INVALID_FIELD);
    }

    // X6, hostile row 52
    @Test
    void endsOnADeliveryThatBeginsBeforeTheLastIsComplete() {
        scenario.receiverWithCredit(10);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true), new byte[9000]);

        scenario.peer.sendDelivery(1);

        scenario.peer.expectEndWith(AmqpError.NOT_ALLOWED);
    }

    // hostile row 44
    @Test
    void detachesOnADeliveryBeyondTheCredit() {
        scenario.receiverWithCredit(1);
        scenario.peer.sendDelivery(0);

        scenario.peer.sendDelivery(1);

        scenario.peer.expectDetachWith(LinkError.TRANSFER_LIMIT_EXCEEDED);
        scenario.recorder.assertEvents("delivery 0 0", "link closed local amqp:link:transfer-limit-exceeded");
    }

    // hostile row 44
    @Test
    void detachesOnADeliveryBeforeItsLinkIsAccepted() {
        scenario.begin();
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));

        scenario.peer.sendDelivery(0);

        assertThat(scenario.peer.expectAttach().target()).isNull();
        scenario.peer.expectDetachWith(LinkError.TRANSFER_LIMIT_EXCEEDED);
    }

    @Test
    void endsOnATransferToASender() {
        scenario.senderWithCredit(1);

        scenario.peer.sendDelivery(0);

        scenario.peer.expectEndWith(AmqpError.NOT_ALLOWED);
    }

    // L10
    @Test
    void endsOnATransferForAnUnknownHandle() {
        scenario.begin();

        scenario.peer.sendDelivery(0);

        scenario.peer.expectEndWith(SessionError.UNATTACHED_HANDLE);
    }

    // L16
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void detachesOnAMessageThatIsTooLarge(boolean inFrames) {
        ReceiverLink link = scenario.receiver(scenario.begin(), attach -> attach.maxMessageSize(10));
        link.addCredit(5);
        scenario.peer.expectFlow();
        scenario.peer.sendDelivery(0, new byte[10]);
        scenario.recorder.assertEvents("delivery 0 10");

        if (inFrames) {
            scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 1).more(true), new byte[6]);
            scenario.peer.sendTransfer(t -> t.more(true), new byte[5]);
        } else {
            scenario.peer.sendDelivery(1, new byte[11]);
        }

        assertThat(scenario.peer
                        .expectDetachWith(LinkError.MESSAGE_SIZE_EXCEEDED)
                        .description())
                .contains("maxMessageSize");
    }

    // hostile row 53
    @Test
    void detachesOnADeliveryOfEndlesslyManyFrames() {
        scenario = new Scenario(options -> options.maxFramesPerDelivery(100), open -> open).open();
        scenario.receiverWithCredit(1);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true));
        for (int i = 0; i < 99; i++) {
            scenario.peer.sendTransfer(t -> t.more(true));
        }
        scenario.peer.expectNothing();

        scenario.peer.sendTransfer(t -> t.more(true));

        scenario.peer.expectDetachWith(LinkError.TRANSFER_LIMIT_EXCEEDED);
    }

    // hostile row 55
    @Test
    void closesWhenIncompleteDeliveriesHoldTooMuchTogether() {
        scenario = new Scenario(options -> options.maxBufferedBytes(1000), open -> open).open();
        SessionEngine session = scenario.begin();
        for (int i = 0; i < 11; i++) {
            session.attachReceiver(Scenario.ours("in" + i, Role.RECEIVER).build(), scenario.recorder)
                    .addCredit(2);
            scenario.peer.respondAttach(scenario.peer.expectAttach());
            scenario.peer.expectFlow();
        }
        // what is complete, aborted or too much for its link is no longer held
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true), new byte[900]);
        scenario.peer.sendTransfer(t -> t, new byte[100]);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 1).more(true), new byte[900]);
        scenario.peer.sendTransfer(t -> t.aborted(true));
        for (int i = 1; i < 11; i++) {
            long link = i;
            scenario.peer.sendTransfer(
                    t -> ScriptedPeer.firstOf(t, link + 1).handle(link).more(true), new byte[100]);
        }
        scenario.peer.expectNothing();

        scenario.peer.sendTransfer(t -> t.handle(10).more(true), new byte[1]);

        scenario.peer.expectCloseWith(AmqpError.RESOURCE_LIMIT_EXCEEDED);
    }

    // L12
    @Test
    void takesWhatWasInFlightWhenCreditIsTakenBack() {
        ReceiverLink link = scenario.receiverWithCredit(5);
        link.setCredit(0);
        assertThat(scenario.peer.expectFlow().linkCredit()).isZero();
        for (int i = 0; i < 5; i++) {
            scenario.peer.sendDelivery(i);
        }
        assertThat(scenario.recorder.deliveries).hasSize(5);

        scenario.peer.sendDelivery(5);
        scenario.peer.expectDetachWith(LinkError.TRANSFER_LIMIT_EXCEEDED);
    }

    // 2.6.10: stop a link and learn when it has
    @Test
    void asksForTheSendersFlowToLearnThatNothingIsInFlight() {
        ReceiverLink link = scenario.receiverWithCredit(5);
        link.setCredit(0);
        link.requestFlow();
        Flow flow = scenario.peer.expectFlow();
        assertThat(flow.linkCredit()).isZero();
        assertThat(flow.echo()).isTrue();

        scenario.peer.sendFlow(f -> f.handle(0).deliveryCount(0).linkCredit(0).available(7));

        scenario.recorder.assertEvents("flow 0 7");
        scenario.peer.expectNothing();
    }

    // 2.6.8, timed get: nothing there
    @Test
    void isDrainedByTheSendersFlow() {
        ReceiverLink link = scenario.receiverWithCredit(5);
        link.drain();
        Flow flow = scenario.peer.expectFlow();
        assertThat(flow.drain()).isTrue();
        assertThat(flow.linkCredit()).isEqualTo(5);
        scenario.peer.sendDelivery(0);
        assertThat(link.isDraining()).isTrue();

        scenario.peer.sendFlow(
                f -> f.handle(0).deliveryCount(5).linkCredit(0).drain(true).nextOutgoingId(1));

        scenario.recorder.assertEvents("delivery 0 0", "flow 0 0", "drained");
        assertThat(link.credit()).isZero();
        link.addCredit(2);
        Flow next = scenario.peer.expectFlow();
        assertThat(next.drain()).isFalse();
        assertThat(next.deliveryCount()).isEqualTo(5);
        assertThat(next.linkCredit()).isEqualTo(2);
    }

    // 2.6.8: the last credit is used up by a message
    @Test
    void isDrainedByTheLastDelivery() {
        ReceiverLink link = scenario.receiverWithCredit(2);
        link.drain();
        scenario.peer.expectFlow();
        scenario.peer.sendDelivery(0);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 1).more(true));
        assertThat(link.isDraining()).isTrue();
        scenario.peer.sendTransfer(t -> t);

        scenario.recorder.assertEvents("delivery 0 0", "delivery 1 0", "drained");
    }

    @Test
    void isDrainedAtOnceWithoutCredit() {
        ReceiverLink link = scenario.receiver();

        link.drain();

        scenario.recorder.assertEvents("drained");
        assertThat(link.isDraining()).isFalse();
    }

    @Test
    void isDrainedWithoutCreditAsSoonAsItIsAttached() {
        ReceiverLink link = scenario.begin()
                .attachReceiver(Scenario.ours("in", Role.RECEIVER).build(), scenario.recorder);
        link.drain();
        scenario.recorder.assertEvents();

        scenario.peer.respondAttach(scenario.peer.expectAttach());

        scenario.recorder.assertEvents("attached in", "drained");
    }

    // a late answer to an earlier drain does not end a new one
    @Test
    void isNotDrainedByAnAnswerToAnEarlierDrain() {
        ReceiverLink link = scenario.receiverWithCredit(1);
        link.drain();
        scenario.peer.expectFlow();
        scenario.peer.sendDelivery(0);
        link.addCredit(3);
        link.drain();
        scenario.peer.expectFlow();
        scenario.recorder.events.clear();

        scenario.peer.sendFlow(
                f -> f.handle(0).deliveryCount(1).linkCredit(0).drain(true).nextOutgoingId(1));

        scenario.recorder.assertEvents("flow 3 0");
        assertThat(link.isDraining()).isTrue();
    }

    // L14
    @Test
    void countsWhatIsAvailableDownToZero() {
        ReceiverLink link = scenario.receiverWithCredit(5);
        assertThat(link.available()).isZero();
        scenario.peer.sendFlow(f -> f.handle(0).deliveryCount(0).available(1));
        assertThat(link.available()).isEqualTo(1);

        scenario.peer.sendDelivery(0);
        scenario.peer.sendDelivery(1);

        assertThat(link.available()).isZero();
    }

    // hostile row 43
    @ParameterizedTest
    @ValueSource(longs = {0xffff_ffffL, 6, 0x8000_0000L})
    void detachesOnADeliveryCountThatCannotBe(long count) {
        scenario.receiverWithCredit(5);

        scenario.peer.sendFlow(f -> f.handle(0).deliveryCount(count));

        scenario.peer.expectDetachWith(AmqpError.INVALID_FIELD);
    }

    @Test
    void sendsCreditAndDispositionsOnceForABatch() {
        ReceiverLink link = scenario.receiverWithCredit(100);
        for (int i = 0; i < 50; i++) {
            scenario.peer.sendDelivery(i);
            link.disposition(scenario.recorder.deliveries.get(i), Accepted.INSTANCE, true);
            link.addCredit(1);
        }

        Disposition disposition = scenario.peer.expectDisposition();
        assertThat(disposition.role()).isEqualTo(Role.RECEIVER);
        assertThat(disposition.first()).isZero();
        assertThat(disposition.last()).isEqualTo(49);
        assertThat(disposition.settled()).isTrue();
        Flow flow = scenario.peer.expectFlow();
        assertThat(flow.deliveryCount()).isEqualTo(50);
        assertThat(flow.linkCredit()).isEqualTo(100);
        scenario.peer.expectNothing();
        assertThat(link.unsettled()).isEmpty();
    }

    @Test
    void settlesADeliveryOnce() {
        ReceiverLink link = scenario.receiverWithCredit(1);
        scenario.peer.sendDelivery(0);
        IncomingDelivery delivery = scenario.recorder.deliveries.get(0);

        assertThat(link.disposition(delivery, new Received(0, 1), false)).isTrue();
        assertThat(scenario.peer.expectDisposition().settled()).isFalse();
        assertThat(link.disposition(delivery, Released.INSTANCE, true)).isTrue();
        assertThat(link.disposition(delivery, Accepted.INSTANCE, true)).isFalse();

        assertThat(scenario.peer.expectDisposition().state()).isEqualTo(Released.INSTANCE);
        scenario.peer.expectNothing();
    }

    // X3: a tag is free again when its delivery is settled
    @Test
    void takesATagAgainOnceItsDeliveryIsSettled() {
        ReceiverLink link = scenario.receiverWithCredit(3);
        scenario.peer.sendDelivery(0);
        link.disposition(scenario.recorder.deliveries.get(0), Accepted.INSTANCE, true);

        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).deliveryId(1));

        scenario.recorder.assertEvents("delivery 0 0", "delivery 1 0");
    }

    // X11
    @Test
    void waitsInModeSecondForTheSenderToSettle() {
        ReceiverLink link =
                scenario.receiver(scenario.begin(), attach -> attach.rcvSettleMode(ReceiverSettleMode.SECOND));
        link.addCredit(2);
        scenario.peer.expectFlow();
        scenario.peer.sendDelivery(0);
        IncomingDelivery delivery = scenario.recorder.deliveries.get(0);

        assertThat(link.disposition(delivery, Accepted.INSTANCE, true)).isTrue();
        Disposition disposition = scenario.peer.expectDisposition();
        assertThat(disposition.settled()).isFalse();
        assertThat(disposition.state()).isEqualTo(Accepted.INSTANCE);
        assertThat(delivery.locallySettled()).isFalse();
        assertThat(link.unsettled()).containsExactly(delivery);

        scenario.peer.sendDisposition(Role.SENDER, 0, 0, true, Accepted.INSTANCE);

        scenario.recorder.assertEvents("delivery 0 0", "received 0 accepted settled");
        assertThat(delivery.locallySettled()).isTrue();
        assertThat(link.unsettled()).isEmpty();
        scenario.peer.expectNothing();
    }

    // X5: first for one delivery of a link with second
    @Test
    void settlesFirstWhatTheSenderAskedFor() {
        ReceiverLink link =
                scenario.receiver(scenario.begin(), attach -> attach.rcvSettleMode(ReceiverSettleMode.SECOND));
        link.addCredit(2);
        scenario.peer.expectFlow();
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).rcvSettleMode(ReceiverSettleMode.FIRST));

        link.disposition(scenario.recorder.deliveries.get(0), Accepted.INSTANCE, true);

        assertThat(scenario.peer.expectDisposition().settled()).isTrue();
    }

    // X10
    @Test
    void reportsASettlementByTheSenderAndSaysNothingMore() {
        ReceiverLink link = scenario.receiverWithCredit(2);
        scenario.peer.sendDelivery(0);

        scenario.peer.sendDisposition(Role.SENDER, 0, 0, true, new Rejected(null));

        scenario.recorder.assertEvents("delivery 0 0", "received 0 rejected settled");
        IncomingDelivery delivery = scenario.recorder.deliveries.get(0);
        assertThat(delivery.locallySettled()).isFalse();
        assertThat(link.disposition(delivery, Accepted.INSTANCE, true)).isFalse();
        assertThat(delivery.locallySettled()).isTrue();
        scenario.peer.expectNothing();
    }

    // X13
    @Test
    void takesADispositionForADeliveryThatIsStillComing() {
        scenario.receiverWithCredit(2);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true));

        scenario.peer.sendDisposition(Role.SENDER, 0, 0, true, Released.INSTANCE);
        scenario.recorder.assertEvents();
        scenario.peer.sendTransfer(t -> t);

        scenario.recorder.assertEvents("delivery 0 0");
        assertThat(scenario.recorder.deliveries.get(0).remotelySettled()).isTrue();
        assertThat(scenario.recorder.deliveries.get(0).remoteState()).isEqualTo(Released.INSTANCE);
    }

    // hostile row 68: nothing is resumed that we do not know
    @Test
    void ignoresAResumedDeliveryThatItDoesNotKnow() {
        ReceiverLink link = scenario.receiverWithCredit(3);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).resume(true).more(true), (byte) 1);
        scenario.peer.sendTransfer(t -> t, (byte) 1);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 1).resume(true), (byte) 1);

        scenario.recorder.assertEvents("ignored", "ignored");
        assertThat(link.credit()).isEqualTo(1);
        scenario.peer.sendDelivery(2);
        scenario.recorder.assertEvents("delivery 2 0");
        scenario.peer.expectNothing();
    }

    @Test
    void streamsFramesWithoutHoldingThem() {
        scenario = new Scenario(options -> options.maxBufferedBytes(10), open -> open).open();
        scenario.receiverWithCredit(2);
        scenario.recorder.streaming = true;

        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true), new byte[100]);
        scenario.peer.sendTransfer(t -> t.more(true), new byte[50]);
        scenario.peer.sendTransfer(t -> t, (byte) 1);
        scenario.peer.sendDelivery(1, (byte) 2);

        assertThat(scenario.recorder.chunks).extracting(chunk -> chunk.length).containsExactly(100, 50, 1, 1);
        scenario.recorder.assertEvents("delivery 0 0", "delivery 1 0");
    }

    @Test
    void keepsTheWindowShutForFramesThatAreNotConsumed() {
        SessionEngine session = scenario.begin(SessionSettings.DEFAULT.withIncomingWindow(4), 0, 10);
        ReceiverLink link = scenario.receiver(session, attach -> attach);
        link.addCredit(2);
        scenario.peer.expectFlow();
        scenario.recorder.streaming = true;
        scenario.recorder.consumeFrames = false;
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true), (byte) 1);
        for (int i = 0; i < 3; i++) {
            scenario.peer.sendTransfer(t -> t.more(true), (byte) 1);
        }
        scenario.peer.expectNothing();

        session.framesConsumed(2);

        assertThat(scenario.peer.expectFlow().incomingWindow()).isEqualTo(2);
    }
}
