package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Bodies;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transaction.Declare;
import io.amqp10.types.transaction.Discharge;
import io.amqp10.types.transaction.TransactionCapability;
import io.amqp10.types.transaction.TransactionError;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The resource's end of a control link. */
class CoordinatorLinkTest {

    private static final Binary ID = Binary.copyOf((byte) 7);
    private static final List<Symbol> CAPABILITIES = List.of(TransactionCapability.LOCAL_TRANSACTIONS);
    private static final ErrorCondition ROLLED_BACK = ErrorCondition.of(TransactionError.TRANSACTION_ROLLBACK, "no");

    private final Scenario scenario = Scenario.opened();
    private final ScriptedPeer peer = scenario.peer;
    private final List<String> events = new ArrayList<>();
    private CoordinatorLink.@Nullable Request request;

    private final CoordinatorLink.Listener listener = new CoordinatorLink.Listener() {
        @Override
        public void onDeclare(CoordinatorLink link, Declare declare, CoordinatorLink.Request asked) {
            events.add("declare " + declare.globalId());
            request = asked;
        }

        @Override
        public void onDischarge(CoordinatorLink link, Discharge discharge, CoordinatorLink.Request asked) {
            events.add((discharge.fail() ? "roll back " : "commit ") + discharge.txnId());
            request = asked;
        }

        @Override
        public void onClosed(CoordinatorLink link) {
            events.add("closed");
        }
    };

    private CoordinatorLink accepted(String... outcomes) {
        scenario.begin();
        Attach.Builder attach = ScriptedPeer.attach("txn", 0, Role.SENDER)
                .source(Source.builder()
                        .outcomes(List.of(outcomes).stream().map(Symbol::of).toList())
                        .build())
                .rcvSettleMode(ReceiverSettleMode.SECOND)
                .target(new Coordinator(CAPABILITIES));
        peer.sendAttach(attach);
        ReceiverLink link = scenario.recorder.receivers.get(0);
        return CoordinatorLink.accept(
                link, Objects.requireNonNull(link.remoteAttach()), CAPABILITIES, new Bodies(), listener);
    }

    private CoordinatorLink acceptedWithRejected() {
        CoordinatorLink link = accepted("amqp:accepted:list", "amqp:rejected:list");
        peer.expectAttach();
        peer.expectFlow();
        return link;
    }

    private CoordinatorLink.Request request() {
        return Objects.requireNonNull(request);
    }

    // TX1
    @Test
    void answersWithItsCapabilitiesAndCredit() {
        accepted("amqp:rejected:list");

        Attach answer = peer.expectAttach();
        assertThat(answer.target()).isEqualTo(new Coordinator(CAPABILITIES));
        assertThat(answer.rcvSettleMode()).isEqualTo(ReceiverSettleMode.FIRST);
        assertThat(answer.maxMessageSize()).isEqualTo(CoordinatorLink.MAX_MESSAGE_SIZE);
        assertThat(peer.expectFlow().linkCredit()).isEqualTo(CoordinatorLink.CREDIT);
    }

    // TX1
    @Test
    void declareIsAnsweredWithTheIdAndSettled() {
        acceptedWithRejected();
        peer.sendDelivery(0, Bodies.declare());
        assertThat(events).containsExactly("declare null");
        peer.expectNothing();

        request().declared(ID);

        Disposition disposition = peer.expectDisposition();
        assertThat(disposition.state()).isEqualTo(new Declared(ID));
        assertThat(disposition.settled()).isTrue();
        assertThat(peer.expect(Flow.class).linkCredit()).isEqualTo(CoordinatorLink.CREDIT);
    }

    // TX3
    @Test
    void dischargeIsAnsweredAccepted() {
        acceptedWithRejected();
        peer.sendDelivery(0, Bodies.commit());
        request().discharged();
        peer.sendDelivery(1, Bodies.rollback());
        request().discharged();

        assertThat(events).containsExactly("commit " + ID, "roll back " + ID);
        for (int i = 0; i < 2; i++) {
            Disposition disposition = peer.expectDisposition();
            assertThat(disposition.state()).isEqualTo(Accepted.INSTANCE);
            assertThat(disposition.first()).isEqualTo(i);
        }
    }

    // TX2
    @Test
    void failureIsARejectionIfTheSourceTakesThat() {
        acceptedWithRejected();
        peer.sendDelivery(0, Bodies.commit());
        request().failed(ROLLED_BACK);

        assertThat(peer.expectDisposition().state()).isEqualTo(new Rejected(ROLLED_BACK));
        assertThat(events).doesNotContain("closed");
    }

    // TX2
    @Test
    void failureIsADetachIfTheSourceDoesNotTakeRejections() {
        CoordinatorLink link = accepted("amqp:accepted:list");
        peer.expectAttach();
        peer.expectFlow();
        peer.sendDelivery(0, Bodies.commit());
        request().failed(ROLLED_BACK);

        peer.expectDetachWith(TransactionError.TRANSACTION_ROLLBACK);
        assertThat(events).last().isEqualTo("closed");
        assertThat(link.isOpen()).isFalse();
    }

    // TX1
    @Test
    void requestSentSettledEndsTheLinkWithIllegalState() {
        acceptedWithRejected();
        peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).settled(true), Bodies.declare());

        peer.expectDetachWith(AmqpError.ILLEGAL_STATE);
        assertThat(events).containsExactly("closed");
    }

    // TX6
    @Test
    void outcomesOfPostedMessagesGoOutBeforeThatOfTheDischarge() {
        acceptedWithRejected();
        peer.sendAttach(ScriptedPeer.attach("in", 1, Role.SENDER));
        ReceiverLink receiver = scenario.recorder.receivers.get(1);
        receiver.accept(ScriptedPeer.attach("in", 1, Role.RECEIVER).build(), scenario.recorder);
        receiver.addCredit(2);
        peer.ignoreSent();
        peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).handle(1).state(new TransactionalState(ID, null)));
        peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 1).handle(1));
        peer.sendDelivery(2, Bodies.commit());

        receiver.disposition(scenario.recorder.deliveries.get(1), Accepted.INSTANCE, true);
        receiver.disposition(scenario.recorder.deliveries.get(0), new TransactionalState(ID, Accepted.INSTANCE), true);
        request().discharged();

        assertThat(peer.expectDisposition().first()).isEqualTo(1);
        assertThat(peer.expectDisposition().first()).isZero();
        assertThat(peer.expectDisposition().first()).isEqualTo(2);
    }

    @Test
    void otherBodiesAreRejected() {
        acceptedWithRejected();
        peer.sendDelivery(0, Bodies.text());
        peer.sendDelivery(1, (byte) 1, (byte) 2);
        peer.sendDelivery(2);

        assertThat(condition(peer.expectDisposition())).isEqualTo(AmqpError.NOT_IMPLEMENTED);
        assertThat(condition(peer.expectDisposition())).isEqualTo(AmqpError.DECODE_ERROR);
        assertThat(events).isEmpty();
    }

    @Test
    void idLongerThan64OctetsIsRejected() {
        acceptedWithRejected();
        byte[] octets = new byte[11 + 65];
        byte[] head = {0x00, 0x53, 0x77, 0x00, 0x53, 0x32, (byte) 0xc0, 68, 0x01, (byte) 0xa0, 65};
        System.arraycopy(head, 0, octets, 0, head.length);
        peer.sendDelivery(0, octets);

        assertThat(condition(peer.expectDisposition())).isEqualTo(AmqpError.DECODE_ERROR);
        assertThat(events).isEmpty();
    }

    @Test
    void workOnTheControlLinkIsRejected() {
        acceptedWithRejected();
        peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).state(new TransactionalState(ID, null)), Bodies.declare());

        assertThat(condition(peer.expectDisposition())).isEqualTo(AmqpError.NOT_ALLOWED);
        assertThat(events).isEmpty();
    }

    @Test
    void requestLargerThanTheLimitEndsTheLink() {
        acceptedWithRejected();
        peer.sendDelivery(0, new byte[CoordinatorLink.MAX_MESSAGE_SIZE + 1]);

        peer.expectDetachWith(LinkError.MESSAGE_SIZE_EXCEEDED);
        assertThat(events).containsExactly("closed");
    }

    // TX4
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endOfTheLinkIsToldOnceWhoeverEndsIt(boolean bySession) {
        acceptedWithRejected();
        if (bySession) {
            peer.sendEnd(null);
        } else {
            peer.sendDetach(0, true, null);
        }

        assertThat(events).containsExactly("closed");
    }

    @Test
    void answerAfterTheEndOfTheLinkGoesNowhere() {
        acceptedWithRejected();
        peer.sendDelivery(0, Bodies.declare());
        peer.sendDetach(0, true, null);
        peer.expectDetach();

        request().declared(ID);

        peer.expectNothing();
    }

    private static Symbol condition(Disposition disposition) {
        assertThat(disposition.settled()).isTrue();
        assertThat(disposition.state()).isInstanceOf(Rejected.class);
        Rejected rejected = (Rejected) Objects.requireNonNull(disposition.state());
        return Objects.requireNonNull(rejected.error()).condition();
    }
}
