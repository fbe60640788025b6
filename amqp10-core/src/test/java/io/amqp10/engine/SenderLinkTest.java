package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.engine.testing.Frame;
import io.amqp10.engine.testing.Recorder;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.types.Binary;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Received;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SenderLinkTest {

    private Scenario scenario = Scenario.opened();

    // L11
    @Test
    void sendsNothingWithoutCredit() {
        SenderLink link = scenario.sender();
        Recorder.Sent delivery = Scenario.message(1);

        assertThat(link.canSend()).isFalse();
        assertThatThrownBy(() -> link.send(delivery)).isInstanceOf(IllegalStateException.class);

        scenario.peer.expectNothing();
        delivery.releasePayload();
    }

    // X1, X2, X3, L11
    @Test
    void sendsSmallDeliveriesInAFrameEachWithConsecutiveIdsAndTagsOfItsOwn() {
        SenderLink link = scenario.senderWithCredit(3);
        ByteBuf[] payloads = new ByteBuf[3];
        for (int i = 0; i < 3; i++) {
            Recorder.Sent delivery = Scenario.message(i);
            payloads[i] = delivery.payload();
            link.send(delivery);
            assertThat(delivery.isSent()).isTrue();

            Frame frame = scenario.peer.expectFrame(Transfer.class);
            assertThat(frame.payload()).hasSize(i);
            assertThat(frame.body()).isInstanceOfSatisfying(Transfer.class, transfer -> {
                assertThat(transfer.deliveryId()).isEqualTo(delivery.deliveryId());
                assertThat(transfer.deliveryTag()).isEqualTo(delivery.deliveryTag());
                assertThat(transfer.messageFormat()).isZero();
                assertThat(transfer.settled()).isNotEqualTo(true);
                assertThat(transfer.more()).isFalse();
            });
            assertThat(delivery.deliveryId()).isEqualTo(i);
        }
        assertThat(link.credit()).isZero();
        assertThat(link.canSend()).isFalse();
        assertThat(link.unsettled()).hasSize(3);

        scenario.peer.sendDisposition(Role.RECEIVER, 0, 2, true, Accepted.INSTANCE);

        scenario.recorder.assertEvents("sent 0 accepted settled", "sent 1 accepted settled", "sent 2 accepted settled");
        assertThat(link.unsettled()).isEmpty();
        for (int i = 1; i < 3; i++) {
            assertThat(payloads[i].refCnt()).isZero();
        }
        scenario.peer.expectNothing();
    }

    @Test
    void makesTagsAsShortAsTheirNumber() {
        SenderLink link = scenario.senderWithCredit(10);
        link.nextTag(255);
        link.send(Scenario.message(0));
        link.send(Scenario.message(0));
        Recorder.Sent own = Scenario.message(0);
        Binary tag = Binary.copyOf(new byte[32]);
        own.deliveryTag(tag);
        link.send(own);

        assertThat(scenario.peer.expectTransfer().deliveryTag()).isEqualTo(Binary.copyOf((byte) 255));
        assertThat(scenario.peer.expectTransfer().deliveryTag()).isEqualTo(Binary.copyOf((byte) 1, (byte) 0));
        assertThat(scenario.peer.expectTransfer().deliveryTag()).isEqualTo(tag);
        assertThat(link.nextTag()).isEqualTo(257);
        assertThatThrownBy(() -> Scenario.message(0).deliveryTag(Binary.copyOf(new byte[33])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // X4
    @ParameterizedTest
    @CsvSource({"SETTLED, false, true", "MIXED, true, true", "MIXED, false, false", "UNSETTLED, false, false"})
    void settlesByTheLinksMode(SenderSettleMode mode, boolean asked, boolean settled) {
        SenderLink link = scenario.sender(scenario.begin(), attach -> attach.sndSettleMode(mode));
        scenario.peer.sendCredit(1);
        Recorder.Sent delivery = Scenario.message(5);
        ByteBuf payload = delivery.payload();
        delivery.settled(asked);

        link.send(delivery);

        assertThat(Boolean.TRUE.equals(scenario.peer.expectTransfer().settled()))
                .isEqualTo(settled);
        assertThat(delivery.locallySettled()).isEqualTo(settled);
        assertThat(payload.refCnt()).isEqualTo(settled ? 0 : 1);
        assertThat(link.unsettled()).hasSize(settled ? 0 : 1);
        delivery.releasePayload();
    }

    // X4
    @Test
    void refusesASettledDeliveryOnALinkThatSettlesNone() {
        SenderLink link = scenario.sender(scenario.begin(), attach -> attach.sndSettleMode(SenderSettleMode.UNSETTLED));
        scenario.peer.sendCredit(1);
        Recorder.Sent delivery = Scenario.message(5);
        delivery.settled(true);

        assertThatThrownBy(() -> link.send(delivery)).isInstanceOf(IllegalArgumentException.class);

        assertThat(link.credit()).isEqualTo(1);
        assertThat(link.canSend()).isTrue();
        scenario.peer.expectNothing();
        delivery.releasePayload();
    }

    // F10, X1, X6
    @ParameterizedTest
    @ValueSource(ints = {1, 400, 432, 433, 500, 5000, 100_000})
    void splitsALargeDeliveryByThePeersMaxFrameSize(int bytes) {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        SenderLink link = scenario.sender(scenario.begin(SessionSettings.DEFAULT, 0, 1000), attach -> attach);
        scenario.peer.sendCredit(2);
        Recorder.Sent delivery = Scenario.message(bytes);
        delivery.deliveryTag(Binary.copyOf(new byte[32]));
        delivery.messageFormat(77);
        ByteBuf payload = delivery.payload();

        link.send(delivery);

        ByteArrayOutputStream received = new ByteArrayOutputStream();
        boolean more = true;
        boolean first = true;
        while (more) {
            Frame frame = scenario.peer.expectFrame(Transfer.class);
            Transfer transfer = (Transfer) java.util.Objects.requireNonNull(frame.body());
            // frame header, descriptor, list header, the fields that are there
            int header = 8 + 3 + 9 + 5 + 5 + (first ? 2 + 32 + 5 : 2) + 8;
            assertThat(header + frame.payload().length).isLessThanOrEqualTo(512);
            assertThat(transfer.hasDeliveryTag()).isEqualTo(first);
            assertThat(transfer.messageFormat()).isEqualTo(first ? 77 : UnsignedInteger.ABSENT);
            received.writeBytes(frame.payload());
            more = transfer.more();
            first = false;
        }
        assertThat(received.toByteArray()).hasSize(bytes);
        for (int i = 0; i < bytes; i++) {
            assertThat(received.toByteArray()[i]).isEqualTo((byte) i);
        }
        scenario.peer.expectNothing();
        assertThat(delivery.isSent()).isTrue();
        assertThat(payload.readableBytes()).as("can be sent again").isEqualTo(bytes);
        assertThat(payload.refCnt()).isEqualTo(1);
        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, true, Accepted.INSTANCE);
        assertThat(payload.refCnt()).isZero();
    }

    @Test
    void splitsALargeDeliveryEvenWhereThePeerTakesAnyFrame() {
        SenderLink link = scenario.senderWithCredit(1);
        int bytes = 3 << 20;
        link.send(Scenario.message(bytes));

        int received = 0;
        while (received < bytes) {
            int payload = scenario.peer.expectFrame(Transfer.class).payload().length;
            assertThat(payload).isLessThan(1 << 20);
            received += payload;
        }
        assertThat(received).isEqualTo(bytes);
        scenario.peer.expectNothing();
    }

    @Test
    void leavesRoomForATransactionalState() {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        SenderLink link = scenario.senderWithCredit(1);
        Recorder.Sent delivery = Scenario.message(500);
        delivery.localState(new TransactionalState(Binary.copyOf(new byte[32]), null));
        link.send(delivery);

        Frame frame = scenario.peer.expectFrame(Transfer.class);
        assertThat(frame.payload().length).isLessThanOrEqualTo(512 - 160);
        assertThat(scenario.peer.expectTransfer().state()).isEqualTo(delivery.localState());
    }

    @Test
    void goesOnWhenTheTransportIsWritableAgain() {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        SenderLink link = scenario.senderWithCredit(5);
        scenario.peer.writableFor(3);

        link.send(Scenario.message(2000));

        assertThat(link.canSend()).isFalse();
        for (int i = 0; i < 3; i++) {
            scenario.peer.expectTransfer();
        }
        scenario.peer.expectNothing();
        scenario.recorder.assertEvents();
        scenario.peer.writableAgain();
        assertThat(scenario.peer.expectTransfer().more()).isTrue();
        assertThat(scenario.peer.expectTransfer().more()).isFalse();
        scenario.recorder.assertEvents("sent", "sendable 4");
    }

    // hostile row 79
    @Test
    void sendsNothingWhileTheTransportIsFull() {
        SenderLink link = scenario.senderWithCredit(5);
        scenario.peer.writableFor(1);
        link.send(Scenario.message(1));
        assertThat(link.canSend()).isFalse();

        scenario.peer.sendCredit(50);

        scenario.recorder.assertEvents();
        scenario.peer.writableAgain();
        scenario.recorder.assertEvents("sendable 49");
    }

    // L16
    @Test
    void refusesAMessageThatThePeerWouldNotTake() {
        SessionEngine session = scenario.begin();
        SenderLink link = session.attachSender(Scenario.ours("x", Role.SENDER).build(), scenario.recorder);
        scenario.peer.respondAttach(scenario.peer.expectAttach(), attach -> attach.maxMessageSize(100));
        scenario.peer.sendCredit(5);
        assertThat(link.maxMessageSize()).isEqualTo(100);
        Recorder.Sent tooLarge = Scenario.message(101);

        assertThatThrownBy(() -> link.send(tooLarge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("101")
                .hasMessageContaining("100");
        tooLarge.releasePayload();
        scenario.peer.expectNothing();

        link.send(Scenario.message(100));
        scenario.peer.expectTransfer();
    }

    @Test
    void tellsOfMoreCreditOnly() {
        scenario.sender();
        scenario.peer.sendCredit(5);
        scenario.peer.sendCredit(5);
        scenario.peer.sendCredit(3);
        scenario.peer.sendCredit(4);

        scenario.recorder.assertEvents("sendable 5", "sendable 4");
    }

    // L11
    @Test
    void tellsOfEachChangeOfCreditBeforeItIsUsedOrGivenBack() {
        scenario.sender();
        List<String> told = new ArrayList<>();
        scenario.recorder.onCreditChanged = link -> told.add("changed " + link.credit());
        scenario.recorder.onSendable = link -> told.add("sendable " + link.credit());
        scenario.recorder.onDrain = link -> told.add("drain " + link.credit());

        scenario.peer.sendCredit(5);
        scenario.peer.sendCredit(5);
        scenario.peer.sendFlow(f -> f.handle(0).deliveryCount(0).linkCredit(3).drain(true));

        assertThat(told).containsExactly("changed 5", "sendable 5", "changed 3", "drain 3");
    }

    // L13
    @Test
    void givesCreditBackWhenItIsDrained() {
        SenderLink link = scenario.sender();
        scenario.recorder.onDrain = drained -> {
            drained.send(Scenario.message(1));
            drained.drained();
        };

        scenario.peer.sendFlow(
                flow -> flow.handle(0).deliveryCount(0).linkCredit(10).drain(true));

        scenario.recorder.assertEvents("drain 10");
        scenario.peer.expectTransfer();
        Flow flow = scenario.peer.expectFlow();
        assertThat(flow.deliveryCount()).isEqualTo(10);
        assertThat(flow.linkCredit()).isZero();
        assertThat(flow.drain()).isTrue();
        assertThat(link.isDraining()).isFalse();
        scenario.peer.expectNothing();
    }

    // L13: also with no credit, and later
    @Test
    void answersADrainWithoutCreditWhenItIsDone() {
        SenderLink link = scenario.sender();

        scenario.peer.sendFlow(
                flow -> flow.handle(0).deliveryCount(0).linkCredit(0).drain(true));

        scenario.recorder.assertEvents("drain 0");
        assertThat(link.isDraining()).isTrue();
        scenario.peer.expectNothing();
        link.drained();
        assertThat(scenario.peer.expectFlow().deliveryCount()).isZero();
        link.drained();
        scenario.peer.expectNothing();
    }

    // hostile row 42
    @Test
    void survivesCreditAndDrainAtTheirExtremes() {
        SenderLink link = scenario.sender();
        scenario.recorder.onDrain = SenderLink::drained;
        for (int i = 0; i < 1000; i++) {
            long count = link.credit();
            assertThat(count).isZero();
            long known = scenario.peer.hasFrames() ? scenario.peer.expectFlow().deliveryCount() : 0;
            scenario.peer.sendFlow(flow -> flow.handle(0).deliveryCount(known).linkCredit(UnsignedInteger.MAX));
            assertThat(link.credit()).isEqualTo(UnsignedInteger.MAX);
            scenario.peer.sendFlow(flow -> flow.handle(0)
                    .deliveryCount(known)
                    .linkCredit(UnsignedInteger.MAX)
                    .drain(true));
            scenario.peer.flush();
        }
        assertThat(scenario.engine.isClosed()).isFalse();
    }

    // hostile row 42
    @ParameterizedTest
    @ValueSource(longs = {1, 1000, Integer.MAX_VALUE})
    void receiverThatIsAheadGetsNoMoreThanTheCreditItGives(long count) {
        SenderLink link = scenario.sender();
        scenario.recorder.onDrain = SenderLink::drained;
        scenario.peer.sendFlow(flow -> flow.handle(0).deliveryCount(count).linkCredit(3));
        assertThat(link.credit()).isEqualTo(3);

        scenario.peer.sendFlow(flow -> flow.handle(0)
                .deliveryCount(count)
                .linkCredit(UnsignedInteger.MAX)
                .echo(true));
        Flow answer = scenario.peer.expectFlow();
        assertThat(answer.deliveryCount()).isZero();
        assertThat(answer.linkCredit()).isEqualTo(UnsignedInteger.MAX);

        scenario.peer.sendFlow(flow -> flow.handle(0)
                .deliveryCount(count)
                .linkCredit(UnsignedInteger.MAX)
                .drain(true));
        Flow drained = scenario.peer.expectFlow();
        assertThat(drained.deliveryCount()).isEqualTo(UnsignedInteger.MAX);
        assertThat(drained.linkCredit()).isZero();
        assertThat(scenario.engine.isClosed()).isFalse();
    }

    @Test
    void offersWhatIsWaiting() {
        SenderLink link = scenario.sender();
        link.offered(42);
        scenario.peer.sendFlow(flow -> flow.handle(0).linkCredit(0).echo(true));

        assertThat(scenario.peer.expectFlow().available()).isEqualTo(42);
    }

    // X10: second
    @Test
    void settlesAfterTheReceiverInModeSecond() {
        SenderLink link = scenario.sender(scenario.begin(), attach -> attach.rcvSettleMode(ReceiverSettleMode.SECOND));
        scenario.peer.sendCredit(10);
        scenario.recorder.onSentDisposition = link::settle;
        for (int i = 0; i < 5; i++) {
            link.send(Scenario.message(1));
        }
        scenario.peer.ignoreSent();
        scenario.recorder.events.clear();

        scenario.peer.sendDisposition(Role.RECEIVER, 0, 4, false, Accepted.INSTANCE);

        Disposition disposition = scenario.peer.expectDisposition();
        assertThat(disposition.role()).isEqualTo(Role.SENDER);
        assertThat(disposition.first()).isZero();
        assertThat(disposition.last()).isEqualTo(4);
        assertThat(disposition.settled()).isTrue();
        assertThat(disposition.state()).isEqualTo(Accepted.INSTANCE);
        scenario.peer.expectNothing();
        assertThat(link.unsettled()).isEmpty();
    }

    // X9, X14, hostile row 60
    @Test
    void takesNonTerminalStatesUntilTheFirstTerminalOne() {
        SenderLink link = scenario.senderWithCredit(1);
        Recorder.Sent delivery = Scenario.message(5);
        link.send(delivery);

        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, false, new Received(0, 5));
        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, false, new Rejected(null));
        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, false, Accepted.INSTANCE);
        scenario.recorder.assertEvents("sent 0 received", "sent 0 rejected");

        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, true, Released.INSTANCE);
        scenario.recorder.assertEvents("sent 0 rejected settled");
        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, true, Released.INSTANCE);
        scenario.recorder.assertEvents();
        assertThat(delivery.remoteState()).isEqualTo(new Rejected(null));
    }

    // X10: settled without a state
    @Test
    void reportsASettlementWithoutState() {
        SenderLink link = scenario.senderWithCredit(1);
        link.send(Scenario.message(1));

        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, true, null);

        scenario.recorder.assertEvents("sent 0 - settled");
    }

    // X8
    @Test
    void abortsADeliveryThatIsNotComplete() {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        SenderLink link = scenario.senderWithCredit(5);
        scenario.peer.writableFor(2);
        Recorder.Sent delivery = Scenario.message(5000);
        ByteBuf payload = delivery.payload();
        link.send(delivery);
        scenario.peer.ignoreSent();

        assertThat(link.abort(delivery)).isTrue();

        assertThat(payload.refCnt()).isZero();
        scenario.peer.expectNothing();
        scenario.peer.writableAgain();
        Frame frame = scenario.peer.expectFrame(Transfer.class);
        assertThat(frame.payload()).isEmpty();
        assertThat(frame.body()).isInstanceOfSatisfying(Transfer.class, transfer -> {
            assertThat(transfer.aborted()).isTrue();
            assertThat(transfer.more()).isFalse();
        });
        assertThat(delivery.isSent()).isFalse();
        assertThat(link.unsettled()).isEmpty();
        assertThat(link.credit()).isEqualTo(4);
        assertThat(link.abort(delivery)).isFalse();
        assertThat(link.canSend()).isTrue();
        scenario.recorder.assertEvents("sendable 4");
    }

    @Test
    void doesNotAbortWhatHasGoneOut() {
        SenderLink link = scenario.senderWithCredit(5);
        Recorder.Sent delivery = Scenario.message(5);
        link.send(delivery);

        assertThat(link.abort(delivery)).isFalse();
        assertThat(link.unsettled()).containsExactly(delivery);
    }

    @Test
    void sendsADeliveryInPartsAsTheyAreAppended() {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        SenderLink link = scenario.senderWithCredit(5);
        Recorder.Sent delivery = new Recorder.Sent(Unpooled.EMPTY_BUFFER);
        delivery.firstPartOfPayload(Unpooled.buffer().writeZero(600));
        ByteBuf first = delivery.payload();
        link.send(delivery);

        scenario.recorder.assertEvents("payload sent");
        assertThat(scenario.peer.expectTransfer().more()).isTrue();
        assertThat(scenario.peer.expectTransfer().more()).isTrue();
        assertThat(link.canSend()).isFalse();
        assertThat(link.canAppend(delivery)).isTrue();
        ByteBuf second = Unpooled.buffer().writeZero(10);
        link.append(delivery, second, false);
        assertThat(first.refCnt()).isZero();
        scenario.recorder.assertEvents("payload sent");
        assertThat(scenario.peer.expectFrame(Transfer.class).payload()).hasSize(10);
        assertThat(delivery.isSent()).isFalse();

        link.append(delivery, Unpooled.EMPTY_BUFFER, true);

        assertThat(scenario.peer.expectTransfer().more()).isFalse();
        assertThat(delivery.isSent()).isTrue();
        assertThat(second.refCnt()).isZero();
        scenario.recorder.assertEvents("sent", "sendable 4");
        assertThat(link.canAppend(delivery)).isFalse();
        assertThatThrownBy(() -> link.append(delivery, Unpooled.EMPTY_BUFFER, true))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void appendsFromTheEventThatAPartHasGoneOut() {
        SenderLink link = scenario.senderWithCredit(5);
        Recorder.Sent delivery = new Recorder.Sent(Unpooled.EMPTY_BUFFER);
        delivery.firstPartOfPayload(Unpooled.buffer().writeZero(1));
        int[] parts = {0};
        scenario.recorder.onPayloadSent = sent -> {
            parts[0]++;
            link.append(sent, Unpooled.buffer().writeZero(1), parts[0] == 100);
        };

        link.send(delivery);

        for (int i = 0; i < 100; i++) {
            assertThat(scenario.peer.expectTransfer().more()).isTrue();
        }
        assertThat(scenario.peer.expectTransfer().more()).isFalse();
        scenario.peer.expectNothing();
    }

    // X13
    @Test
    void takesAnOutcomeOfADeliveryThatIsStillGoingOut() {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        SenderLink link = scenario.senderWithCredit(5);
        scenario.peer.writableFor(1);
        Recorder.Sent delivery = Scenario.message(1000);
        ByteBuf payload = delivery.payload();
        link.send(delivery);

        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, true, new Rejected(null));
        scenario.recorder.assertEvents("sent 0 rejected settled");
        assertThat(payload.refCnt()).isEqualTo(1);

        scenario.peer.writableAgain();
        assertThat(payload.refCnt()).isZero();
        assertThat(delivery.locallySettled()).isTrue();
    }

    @Test
    void settlesWithTheLastFrameWhatIsSettledWhileItGoesOut() {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        SenderLink link = scenario.senderWithCredit(5);
        scenario.peer.writableFor(1);
        Recorder.Sent delivery = Scenario.message(1000);
        link.send(delivery);
        assertThat(scenario.peer.expectTransfer().settled()).isNotEqualTo(true);

        assertThat(link.settle(delivery)).isTrue();
        scenario.peer.writableAgain();

        assertThat(scenario.peer.expectTransfer().settled()).isTrue();
        assertThat(scenario.peer.expectTransfer().settled()).isTrue();
        scenario.peer.expectNothing();
        assertThat(link.unsettled()).isEmpty();
    }

    @Test
    void tellsThatALateDeliveryHasGoneOutThoughItUsedUpTheCredit() {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        SenderLink link = scenario.senderWithCredit(1);
        scenario.peer.writableFor(1);
        Recorder.Sent delivery = Scenario.message(600);
        delivery.settled(true);
        link.send(delivery);
        scenario.recorder.assertEvents();

        scenario.peer.writableAgain();

        scenario.recorder.assertEvents("sent");
        assertThat(delivery.isSent()).isTrue();
    }

    @Test
    void releasesWhatWasSettledWhileItWentOutWhenTheRestCannotFollow() {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        SenderLink link = scenario.senderWithCredit(5);
        scenario.peer.writableFor(1);
        Recorder.Sent delivery = Scenario.message(1000);
        ByteBuf payload = delivery.payload();
        link.send(delivery);
        link.settle(delivery);
        assertThat(payload.refCnt()).isEqualTo(1);

        scenario.peer.sendDetach(0, false, null);

        assertThat(payload.refCnt()).isZero();
    }

    // X4: a link that settles nothing with a transfer says so in a disposition
    @Test
    void settlesByDispositionOnALinkThatSendsAllUnsettled() {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        SenderLink link = scenario.sender(scenario.begin(), attach -> attach.sndSettleMode(SenderSettleMode.UNSETTLED));
        scenario.peer.sendCredit(1);
        scenario.peer.writableFor(1);
        Recorder.Sent delivery = Scenario.message(600);
        link.send(delivery);
        link.settle(delivery);
        scenario.peer.writableAgain();

        assertThat(scenario.peer.expectTransfer().settled()).isNotEqualTo(true);
        assertThat(scenario.peer.expectTransfer().settled()).isNotEqualTo(true);
        assertThat(scenario.peer.expectDisposition().settled()).isTrue();
    }

    // hostile row 57
    @Test
    void stopsWhenTooManyDeliveriesAreUnsettledAndGoesOnWhenOneIsSettled() {
        SessionEngine session = scenario.begin(new SessionSettings(100, 10, 0, 3), 0, 1000);
        SenderLink link = scenario.sender(session, attach -> attach);
        scenario.peer.sendCredit(100);
        scenario.recorder.events.clear();
        Recorder.Sent[] sent = new Recorder.Sent[3];
        for (int i = 0; i < 3; i++) {
            sent[i] = Scenario.message(1);
            link.send(sent[i]);
        }
        assertThat(link.canSend()).isFalse();

        scenario.peer.sendDisposition(Role.RECEIVER, 1, 1, true, Accepted.INSTANCE);
        scenario.recorder.assertEvents("sent 1 accepted settled", "sendable 97");
        link.send(Scenario.message(1));
        assertThat(link.canSend()).isFalse();
        link.disposition(sent[0], Accepted.INSTANCE, true);
        scenario.recorder.assertEvents("sendable 96");
    }

    @Test
    void aDeliveryIsSentAgainOnAnotherConnectionWithItsTagAndPayload() {
        SenderLink first = scenario.senderWithCredit(1);
        Recorder.Sent delivery = Scenario.message(20);
        first.nextTag(9);
        first.send(delivery);
        scenario.engine.transportClosed(null);
        assertThat(delivery.payload().readableBytes()).isEqualTo(20);

        Scenario other = Scenario.opened();
        SenderLink second = other.senderWithCredit(1);
        second.send(delivery);

        Frame frame = other.peer.expectFrame(Transfer.class);
        assertThat(frame.payload()).hasSize(20);
        assertThat(frame.body()).isInstanceOfSatisfying(Transfer.class, transfer -> assertThat(transfer.deliveryTag())
                .isEqualTo(Binary.copyOf((byte) 9)));
        other.peer.sendDisposition(Role.RECEIVER, 0, 0, true, Accepted.INSTANCE);
        assertThat(delivery.payload().readableBytes()).isZero();
    }

    @Test
    void aPayloadInAnArrayGoesOutLikeOneInABufferAndCanBeSentAgain() {
        byte[] octets = new byte[1000];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) i;
        }
        Recorder.Sent delivery = new Recorder.Sent(Unpooled.EMPTY_BUFFER);
        delivery.payload(octets);
        assertThat(delivery.payloadSize()).isEqualTo(1000);
        assertThat(ByteBufUtil.getBytes(delivery.payload())).isEqualTo(octets);

        for (int i = 0; i < 2; i++) {
            Scenario connection = new Scenario().open(open -> open.maxFrameSize(512));
            connection.senderWithCredit(1).send(delivery);

            ByteBuf received = Unpooled.buffer();
            while (received.readableBytes() < octets.length) {
                received.writeBytes(connection.peer.expectFrame(Transfer.class).payload());
            }
            assertThat(ByteBufUtil.getBytes(received)).isEqualTo(octets);
            assertThat(delivery.isSent()).isTrue();
            if (i == 0) {
                connection.engine.transportClosed(null);
            } else {
                connection.peer.sendDisposition(Role.RECEIVER, 0, 0, true, Accepted.INSTANCE);
            }
        }
        assertThat(delivery.payloadSize()).isZero();
        assertThat(delivery.payload().isReadable()).isFalse();
    }

    @Test
    void anArrayTakesThePlaceOfAFormerPayload() {
        SenderLink link = scenario.senderWithCredit(1);
        Recorder.Sent delivery = new Recorder.Sent(Unpooled.buffer(8));
        ByteBuf former = delivery.payload();
        delivery.payload(new byte[] {1});

        assertThat(former.refCnt()).isZero();
        link.send(delivery);
        assertThat(scenario.peer.expectFrame(Transfer.class).payload()).containsExactly(1);
        delivery.releasePayload();
        assertThat(delivery.payloadSize()).isZero();
    }

    @Test
    void knowsThatADeliveryWasCutShort() {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        SenderLink link = scenario.senderWithCredit(5);
        scenario.peer.writableFor(1);
        Recorder.Sent delivery = Scenario.message(1000);
        link.send(delivery);

        scenario.engine.transportClosed(null);

        assertThat(delivery.isSent()).isFalse();
        assertThat(delivery.payload().readableBytes()).isEqualTo(1000);
        delivery.releasePayload();
    }
}
