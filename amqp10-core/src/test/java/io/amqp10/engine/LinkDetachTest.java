package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.engine.testing.Recorder;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.Role;
import io.amqp10.types.SessionError;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinkDetachTest {

    private static final ErrorCondition FORCED = ErrorCondition.of(LinkError.DETACH_FORCED, "node gone");

    private final Scenario scenario = Scenario.opened();

    // 2.6.6
    @Test
    void closesInOrderAndFreesTheHandle() {
        SenderLink link = scenario.sender();

        link.detach(true, null);
        assertThat(scenario.peer.expectDetach()).isEqualTo(new Detach(0, true, null));
        scenario.recorder.assertEvents();
        assertThat(link.isAttached()).isFalse();
        link.detach(true, null);
        scenario.peer.expectNothing();

        scenario.peer.sendDetach(0, true, null);
        scenario.recorder.assertEvents("link closed local");
        link.session().attachSender(Scenario.ours("out", Role.SENDER).build(), scenario.recorder);
        assertThat(scenario.peer.expectAttach().handle()).isZero();
    }

    @Test
    void answersThePeersDetachInKind() {
        scenario.sender();

        scenario.peer.sendDetach(0, false, FORCED);

        assertThat(scenario.peer.expectDetach()).isEqualTo(new Detach(0, false, null));
        scenario.recorder.assertEvents("detached remote amqp:link:detach-forced");
    }

    // hostile row 63
    @Test
    void endsOnADetachOfAnUnknownHandleOrASecondOne() {
        scenario.sender();
        scenario.peer.sendDetach(0, true, null);
        scenario.peer.ignoreSent();

        scenario.peer.sendDetach(0, true, null);

        scenario.peer.expectEndWith(SessionError.UNATTACHED_HANDLE);
    }

    @Test
    void sendsOneDetachWhenBothDetach() {
        SenderLink link = scenario.sender();
        link.detach(true, null);
        scenario.peer.expectDetach();

        scenario.peer.sendDetach(0, true, FORCED);

        scenario.peer.expectNothing();
        scenario.recorder.assertEvents("link closed local");
    }

    // RabbitMQ 3.10 answers so
    @Test
    void isClosedByAnAnswerThatOnlyDetaches() {
        SenderLink link = scenario.sender();
        link.detach(true, null);
        scenario.peer.expectDetach();

        scenario.peer.sendDetach(0, false, null);

        scenario.peer.expectNothing();
        scenario.recorder.assertEvents("link closed local");
    }

    // L8
    @Test
    void reattachesAndClosesWhenThePeerClosesWhileItDetaches() {
        SenderLink link = scenario.sender(scenario.begin(), attach -> attach.unsettled(Map.of(), false));
        link.detach(false, null);
        assertThat(scenario.peer.expectDetach().closed()).isFalse();

        scenario.peer.sendDetach(0, true, null);

        Attach attach = scenario.peer.expectAttach();
        assertThat(attach.name()).isEqualTo("out");
        assertThat(attach.unsettled()).isNull();
        assertThat(scenario.peer.expectDetach()).isEqualTo(new Detach(attach.handle(), true, null));
        scenario.recorder.assertEvents("link closed local");
        scenario.peer.respondAttach(attach);
        scenario.peer.sendDetach(0, true, null);
        scenario.peer.expectNothing();
        scenario.recorder.assertEvents();
        link.session().attachSender(Scenario.ours("new", Role.SENDER).build(), scenario.recorder);
        assertThat(scenario.peer.expectAttach().handle()).isZero();
    }

    @Test
    void detachesALinkThatIsNotAnsweredYet() {
        SessionEngine session = scenario.begin();
        ReceiverLink link =
                session.attachReceiver(Scenario.ours("in", Role.RECEIVER).build(), scenario.recorder);
        Attach attach = scenario.peer.expectAttach();

        link.detach(true, null);
        scenario.peer.expectDetach();
        scenario.peer.respondAttach(attach);
        scenario.recorder.assertEvents();
        scenario.peer.sendDetach(0, true, null);

        scenario.recorder.assertEvents("link closed local");
        scenario.peer.expectNothing();
    }

    @Test
    void aLinkOfTheSameNameCanBeAttachedWhileTheOldOneDetaches() {
        SessionEngine session = scenario.begin();
        ReceiverLink old =
                session.attachReceiver(Scenario.ours("in", Role.RECEIVER).build(), scenario.recorder);
        Attach first = scenario.peer.expectAttach();
        old.detach(true, null);
        scenario.peer.expectDetach();
        ReceiverLink fresh =
                session.attachReceiver(Scenario.ours("in", Role.RECEIVER).build(), scenario.recorder);
        Attach second = scenario.peer.expectAttach();
        assertThat(second.handle()).isEqualTo(1);

        scenario.peer.respondAttach(first);
        scenario.peer.sendDetach(0, true, null);
        scenario.peer.respondAttach(second);

        scenario.recorder.assertEvents("link closed local", "attached in");
        assertThat(fresh.isAttached()).isTrue();
    }

    @Test
    void forgetsALinkWhoseAttachWasNotSent() {
        SessionEngine session = scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT);
        scenario.peer.expectBegin();
        SenderLink link = session.attachSender(Scenario.ours("out", Role.SENDER).build(), scenario.recorder);

        link.detach(true, null);

        scenario.recorder.assertEvents("link closed local");
        scenario.peer.respondBegin();
        scenario.peer.expectNothing();
    }

    // what was in flight for a link that we closed is lost on nobody: it stays unsettled at its sender
    @Test
    void dropsDeliveriesThatWereInFlightButKeepsCountOfTheirIds() {
        ReceiverLink link = scenario.receiverWithCredit(10);
        ReceiverLink other = link.session()
                .attachReceiver(Scenario.ours("other", Role.RECEIVER).build(), scenario.recorder);
        scenario.peer.respondAttach(scenario.peer.expectAttach());
        other.addCredit(10);
        scenario.peer.expectFlow();
        scenario.recorder.events.clear();
        link.detach(true, null);
        scenario.peer.expectDetach();

        scenario.peer.sendDelivery(0, (byte) 1);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 1).more(true));
        scenario.peer.sendTransfer(t -> t);
        scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 2).handle(1));

        scenario.recorder.assertEvents("delivery 2 0");
        scenario.peer.expectNothing();
    }

    // L9: what cannot have been in flight ends the session
    @Test
    void endsWhenInputGoesOnForALinkThatWasDetachedWithAnError() {
        ReceiverLink link = scenario.receiverWithCredit(10);
        link.detach(true, FORCED);
        scenario.peer.expectDetachWith(LinkError.DETACH_FORCED);
        scenario.recorder.assertEvents("link closed local amqp:link:detach-forced");
        scenario.peer.sendDelivery(0);
        scenario.peer.expectNothing();

        for (int i = 0; i < 10_000 && !scenario.peer.hasFrames(); i++) {
            scenario.peer.sendFlow(flow -> flow.handle(0).deliveryCount(0).nextOutgoingId(1));
        }

        scenario.peer.expectEndWith(SessionError.ERRANT_LINK);
    }

    // L9
    @Test
    void endsOnAReattachAsIfThereHadBeenNoError() {
        scenario.begin();
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));
        scenario.recorder.receivers.get(0).refuse(FORCED);
        scenario.peer.ignoreSent();
        scenario.peer.sendDetach(0, false, null);

        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));

        scenario.peer.expectEndWith(SessionError.ERRANT_LINK);
    }

    // L9
    @Test
    void takesAResumeAfterAnErrorAndANewLinkAfterAClose() {
        scenario.begin();
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));
        scenario.recorder.receivers.get(0).refuse(FORCED);
        scenario.peer.sendDetach(0, false, null);
        scenario.recorder.events.clear();

        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER).unsettled(Map.of(), false));
        scenario.recorder.assertEvents("attach receiver theirs");
        scenario.recorder.receivers.get(1).refuse(FORCED);
        scenario.peer.sendDetach(0, true, null);
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));
        scenario.recorder.assertEvents("attach receiver theirs");
    }

    // L7
    @Test
    void deliveriesOfADetachedLinkStillChange() {
        SenderLink link = scenario.senderWithCredit(10);
        Recorder.Sent delivery = Scenario.message(3);
        link.send(delivery);
        scenario.peer.expectTransfer();
        scenario.peer.sendDetach(0, false, null);
        scenario.peer.expectDetach();
        scenario.recorder.events.clear();
        assertThat(link.unsettled()).containsExactly(delivery);

        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, false, Accepted.INSTANCE);
        scenario.recorder.assertEvents("sent 0 accepted");
        assertThat(link.settle(delivery)).isTrue();

        Disposition disposition = scenario.peer.expectDisposition();
        assertThat(disposition.settled()).isTrue();
        assertThat(delivery.payload().refCnt()).isEqualTo(1); // the shared empty buffer
        assertThat(delivery.payload().isReadable()).isFalse();
    }

    @Test
    void deliveriesOfADetachedLinkCanBeForgotten() {
        SenderLink link = scenario.senderWithCredit(10);
        Recorder.Sent delivery = Scenario.message(3);
        link.send(delivery);
        assertThatThrownBy(link::forgetUnsettled).isInstanceOf(IllegalStateException.class);
        scenario.peer.ignoreSent();
        scenario.peer.sendDetach(0, false, null);
        scenario.peer.expectDetach();
        scenario.recorder.events.clear();

        link.forgetUnsettled();

        assertThat(link.unsettled()).isEmpty();
        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, true, Accepted.INSTANCE);
        scenario.recorder.assertEvents();
        assertThat(delivery.payload().readableBytes()).isEqualTo(3);
        delivery.releasePayload();
    }

    @Test
    void aDeliveryThatIsSentAgainInItsSessionIsKnownByItsNewNumberAlone() {
        SenderLink first = scenario.senderWithCredit(10);
        Recorder.Sent delivery = Scenario.message(3);
        first.send(delivery);
        scenario.peer.sendDetach(0, false, null);
        scenario.peer.ignoreSent();
        SenderLink second = scenario.sender(first.session(), attach -> attach);
        scenario.peer.sendCredit(10);
        scenario.recorder.events.clear();

        second.send(delivery);

        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, true, Accepted.INSTANCE);
        scenario.recorder.assertEvents();
        scenario.peer.sendDisposition(Role.RECEIVER, 1, 1, true, Accepted.INSTANCE);
        scenario.recorder.assertEvents("sent 1 accepted settled");
        assertThat(second.unsettled()).isEmpty();
        assertThat(first.unsettled()).isEmpty();
    }

    // L7
    @Test
    void deliveriesOfAClosedLinkAreForgottenButKnownInTheLastEvent() {
        SenderLink link = scenario.senderWithCredit(10);
        Recorder.Sent delivery = Scenario.message(3);
        link.send(delivery);
        scenario.peer.ignoreSent();
        scenario.peer.sendDetach(0, true, FORCED);
        scenario.peer.ignoreSent();
        assertThat(link.unsettled()).isEmpty();
        scenario.recorder.events.clear();

        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0, true, Accepted.INSTANCE);

        scenario.recorder.assertEvents();
        assertThat(delivery.payload().readableBytes()).isEqualTo(3);
        delivery.releasePayload();
        assertThat(link.settle(delivery)).isFalse();
        scenario.peer.expectNothing();
    }

    @Test
    void sendsCollectedDispositionsBeforeTheDetach() {
        ReceiverLink link = scenario.receiverWithCredit(2);
        scenario.peer.sendDelivery(0);
        scenario.peer.sendDelivery(1);
        link.disposition(scenario.recorder.deliveries.get(0), Accepted.INSTANCE, true);
        link.disposition(scenario.recorder.deliveries.get(1), Released.INSTANCE, true);

        link.detach(true, null);

        assertThat(scenario.peer.expectDisposition().state()).isEqualTo(Accepted.INSTANCE);
        assertThat(scenario.peer.expectDisposition().state()).isEqualTo(Released.INSTANCE);
        scenario.peer.expectDetach();
    }

    @Test
    void takesAReattachAsANewLink() {
        scenario.recorder.onRemoteSender =
                link -> link.accept(Scenario.ours("x", Role.RECEIVER).build(), scenario.recorder);
        scenario.begin();
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));
        scenario.peer.sendDetach(0, false, null);
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));

        scenario.recorder.assertEvents("attach receiver theirs", "detached remote", "attach receiver theirs");
        assertThat(scenario.recorder.receivers.get(1).isAttached()).isTrue();
    }
}
