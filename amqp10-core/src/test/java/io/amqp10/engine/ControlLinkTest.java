package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.engine.testing.Bodies;
import io.amqp10.engine.testing.Frame;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transaction.TransactionCapability;
import io.amqp10.types.transaction.TransactionError;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Transfer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The controller's end of a control link. */
class ControlLinkTest {

    private static final Binary ID = Binary.copyOf((byte) 7);
    private static final ErrorCondition ROLLED_BACK = ErrorCondition.of(TransactionError.TRANSACTION_ROLLBACK, "no");

    private final Scenario scenario = Scenario.opened();
    private final ScriptedPeer peer = scenario.peer;
    private final List<String> events = new ArrayList<>();

    private final ControlLink.Listener listener = new ControlLink.Listener() {
        @Override
        public void onAttached(ControlLink link, Coordinator coordinator) {
            events.add("attached " + coordinator.capabilities());
        }

        @Override
        public void onClosed(ControlLink link, StopReason reason, boolean answered) {
            events.add("closed " + (answered ? "answered" : "unanswered"));
        }
    };

    private final class Recorded implements ControlLink.Reply {
        private final String name;

        Recorded(String name) {
            this.name = name;
        }

        @Override
        public void onOutcome(@Nullable Outcome outcome) {
            events.add(name + " " + outcome);
        }

        @Override
        public void onLost(StopReason reason, boolean wasSent) {
            events.add(name + " lost" + (wasSent ? " after it was sent" : ""));
        }
    }

    private static Attach attach() {
        return Attach.builder("txn", 0, Role.SENDER)
                .source(Source.builder()
                        .outcomes(List.of(Symbol.of("amqp:rejected:list")))
                        .build())
                .target(new Coordinator(List.of(TransactionCapability.LOCAL_TRANSACTIONS)))
                .build();
    }

    private ControlLink attached() {
        ControlLink link = ControlLink.attach(scenario.begin(), attach(), new Bodies(), listener);
        peer.respondAttach(peer.expectAttach());
        events.clear();
        return link;
    }

    // TX1
    @Test
    void asksForACoordinatorAndTellsWhatItSupports() {
        ControlLink.attach(scenario.begin(), attach(), new Bodies(), listener);

        Attach sent = peer.expectAttach();
        assertThat(sent.role()).isEqualTo(Role.SENDER);
        assertThat(sent.target()).isEqualTo(new Coordinator(List.of(TransactionCapability.LOCAL_TRANSACTIONS)));
        peer.respondAttach(sent, a -> a.target(new Coordinator(List.of(TransactionCapability.MULTI_TXNS_PER_SSN))));

        assertThat(events).containsExactly("attached [amqp:multi-txns-per-ssn]");
    }

    @Test
    void answerWithAnotherTargetIsRefused() {
        ControlLink.attach(scenario.begin(), attach(), new Bodies(), listener).declare(new Recorded("declare"));
        peer.respondAttach(
                peer.expectAttach(), a -> a.target(Target.builder().address("q").build()));

        peer.expectDetachWith(AmqpError.NOT_IMPLEMENTED);
        assertThat(events).containsExactly("declare lost", "closed unanswered");
    }

    // TX1
    @Test
    void declareWaitsForCreditAndGoesOutUnsettledAsOneAmqpValue() {
        ControlLink link = attached();
        link.declare(new Recorded("declare"));
        peer.expectNothing();

        peer.sendCredit(1);

        Frame frame = peer.expectFrame(Transfer.class);
        assertThat(frame.payload()).isEqualTo(Bodies.declare());
        assertThat(frame.body()).isInstanceOfSatisfying(Transfer.class, transfer -> {
            assertThat(transfer.settled()).isNotEqualTo(true);
            assertThat(transfer.state()).isNull();
        });
        peer.sendDisposition(Role.RECEIVER, 0, 0, true, new Declared(ID));
        assertThat(events).containsExactly("declare " + new Declared(ID));
        peer.expectNothing();
    }

    @Test
    void outcomeThatThePeerDidNotSettleIsSettled() {
        ControlLink link = attached();
        peer.sendCredit(1);
        link.declare(new Recorded("declare"));
        peer.expectTransfer();

        peer.sendDisposition(Role.RECEIVER, 0, 0, false, new Declared(ID));

        Disposition settled = peer.expectDisposition();
        assertThat(settled.role()).isEqualTo(Role.SENDER);
        assertThat(settled.settled()).isTrue();
        peer.sendDisposition(Role.RECEIVER, 0, 0, true, new Declared(ID));
        assertThat(events).hasSize(1);
    }

    @Test
    void dischargeSaysWhetherToFail() {
        ControlLink link = attached();
        peer.sendCredit(2);

        link.discharge(ID, false, new Recorded("commit"));
        assertThat(peer.expectFrame(Transfer.class).payload()).isEqualTo(Bodies.commit());
        link.discharge(ID, true, new Recorded("rollback"));
        assertThat(peer.expectFrame(Transfer.class).payload()).isEqualTo(Bodies.rollback());

        peer.sendDisposition(Role.RECEIVER, 1, 1, true, Accepted.INSTANCE);
        peer.sendDisposition(Role.RECEIVER, 0, 0, true, new Rejected(ROLLED_BACK));
        assertThat(events).containsExactly("rollback " + Accepted.INSTANCE, "commit " + new Rejected(ROLLED_BACK));
    }

    @Test
    void outcomesThatWereGivenBeforeGoOutBeforeTheDischarge() {
        ControlLink link = attached();
        SessionEngine other = scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT);
        peer.expectBegin();
        peer.send(1, new Begin(1, 0, 1000, 1000, 255));
        ReceiverLink receiver =
                other.attachReceiver(Scenario.ours("in", Role.RECEIVER).build(), scenario.recorder);
        peer.expectAttach();
        peer.send(1, ScriptedPeer.attach("in", 0, Role.SENDER).build());
        receiver.addCredit(1);
        peer.expectFlow();
        peer.sendOn(1, t -> ScriptedPeer.firstOf(t, 0), (byte) 1);
        peer.sendCredit(1);

        receiver.disposition(scenario.recorder.deliveries.get(0), new TransactionalState(ID, Accepted.INSTANCE), false);
        link.discharge(ID, false, new Recorded("commit"));

        assertThat(peer.expectDisposition().state()).isInstanceOf(TransactionalState.class);
        peer.expectTransfer();
    }

    @Test
    void settledWithoutOutcomeIsToldAsSuch() {
        ControlLink link = attached();
        peer.sendCredit(1);
        link.discharge(ID, false, new Recorded("commit"));
        peer.sendDisposition(Role.RECEIVER, 0, 0, true, null);

        assertThat(events).containsExactly("commit null");
    }

    // TX2, TX4
    @Test
    void detachTellsWhatHadGoneOutApartFromWhatHadNot() {
        ControlLink link = attached();
        peer.sendCredit(1);
        link.discharge(ID, false, new Recorded("first"));
        link.discharge(ID, false, new Recorded("second"));
        peer.expectTransfer();

        peer.sendDetach(0, true, ROLLED_BACK);

        assertThat(events).containsExactly("first lost after it was sent", "second lost", "closed answered");
        link.declare(new Recorded("late"));
        assertThat(events).last().isEqualTo("late lost");
    }

    @Test
    void endOfTheConnectionIsALossToo() {
        ControlLink link = attached();
        peer.sendCredit(1);
        link.discharge(ID, false, new Recorded("commit"));

        scenario.engine.transportClosed(null);

        assertThat(events).containsExactly("commit lost after it was sent", "closed answered");
    }

    @Test
    void drainGivesTheCreditBack() {
        attached();
        peer.sendFlow(f -> f.handle(0).deliveryCount(0).linkCredit(5).drain(true));

        assertThat(peer.expectFlow().linkCredit()).isZero();
    }

    @Test
    void closeDetachesForGood() {
        ControlLink link = attached();
        link.close();

        assertThat(peer.expectDetach().closed()).isTrue();
    }

    @Test
    void targetMustBeACoordinator() {
        SessionEngine session = scenario.begin();
        Attach wrong = Scenario.ours("txn", Role.SENDER).build();

        assertThatThrownBy(() -> ControlLink.attach(session, wrong, new Bodies(), listener))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
