package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Recorder;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Transfer;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Transactional states on transfers, dispositions and flows. */
class TransactionalWorkTest {

    private static final Symbol TXN_ID = Symbol.of("txn-id");
    private static final Binary ID = Binary.copyOf((byte) 7);
    private static final Binary OTHER = Binary.copyOf((byte) 8);
    private static final TransactionalState POSTED = new TransactionalState(ID, null);
    private static final TransactionalState ACCEPTED = new TransactionalState(ID, Accepted.INSTANCE);

    private Scenario scenario = Scenario.opened();
    private ScriptedPeer peer = scenario.peer;

    // TX5
    @Test
    void everyFrameOfAPostedDeliveryNamesTheTransaction() {
        scenario = new Scenario().open(open -> open.maxFrameSize(512));
        peer = scenario.peer;
        SenderLink link = scenario.senderWithCredit(1);
        Recorder.Sent delivery = Scenario.message(1000);
        delivery.localState(POSTED);
        link.send(delivery);

        boolean more = true;
        while (more) {
            Transfer transfer = peer.expectTransfer();
            assertThat(transfer.state()).isEqualTo(POSTED);
            more = transfer.more();
        }
        peer.sendDisposition(Role.RECEIVER, 0, 0, false, ACCEPTED);
        assertThat(delivery.remoteState()).isEqualTo(ACCEPTED);
        // not final: the commit makes it so
        peer.sendDisposition(Role.RECEIVER, 0, 0, true, Accepted.INSTANCE);
        assertThat(delivery.remoteState()).isEqualTo(Accepted.INSTANCE);
    }

    // TX5
    @Test
    void laterFrameOfAnotherTransactionEndsTheLink() {
        scenario.receiverWithCredit(2);
        peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true).state(POSTED), (byte) 1);
        peer.sendTransfer(t -> t.more(true).state(POSTED), (byte) 1);
        peer.sendTransfer(t -> t.more(true), (byte) 1);
        peer.expectNothing();
        peer.sendTransfer(t -> t.more(false).state(new TransactionalState(OTHER, null)), (byte) 1);

        peer.expectDetachWith(AmqpError.INVALID_FIELD);
        assertThat(scenario.recorder.deliveries).isEmpty();
    }

    // TX5
    @Test
    void deliveryCannotEnterATransactionHalfway() {
        scenario.receiverWithCredit(1);
        peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true), (byte) 1);
        peer.sendTransfer(t -> t.more(false).state(POSTED), (byte) 1);

        peer.expectDetachWith(AmqpError.INVALID_FIELD);
    }

    @Test
    void incompleteDeliveryShowsItsTransaction() {
        ReceiverLink link = scenario.receiverWithCredit(1);
        assertThat(link.incomplete()).isNull();
        peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(true).state(POSTED), (byte) 1);

        IncomingDelivery incomplete = link.incomplete();
        assertThat(incomplete == null ? null : incomplete.remoteState()).isEqualTo(POSTED);
    }

    // TX7, TX10
    @Test
    void outcomeInATransactionLeavesTheDeliveryUnsettledUntilItEnds() {
        ReceiverLink link = scenario.receiverWithCredit(2);
        peer.sendDelivery(0, (byte) 1);
        peer.sendDelivery(1, (byte) 1);
        for (IncomingDelivery delivery : scenario.recorder.deliveries) {
            link.disposition(delivery, ACCEPTED, false);
        }

        Disposition provisional = peer.expectDisposition();
        assertThat(provisional.state()).isEqualTo(ACCEPTED);
        assertThat(provisional.settled()).isFalse();
        assertThat(provisional.last()).isEqualTo(1);
        assertThat(link.unsettled()).hasSize(2);
        for (IncomingDelivery delivery : scenario.recorder.deliveries) {
            link.disposition(delivery, Accepted.INSTANCE, true);
        }
        assertThat(peer.expectDisposition().settled()).isTrue();
    }

    // TX8
    @Test
    void receiverNamesTheTransactionInItsFlows() {
        ReceiverLink link = scenario.receiver();
        link.acquisition(ID);
        link.addCredit(3);

        Flow flow = peer.expectFlow();
        assertThat(flow.properties()).isEqualTo(Map.of(TXN_ID, ID));
        link.acquisition(null);
        link.addCredit(1);
        assertThat(peer.expectFlow().properties()).isEmpty();
    }

    // TX8
    @Test
    void senderThatCannotAcquireInTransactionsEndsTheLink() {
        scenario.sender();
        acquire(ID, 1);

        peer.expectDetachWith(AmqpError.NOT_IMPLEMENTED);
        assertThat(scenario.recorder.events).noneMatch(event -> event.startsWith("sendable"));
    }

    // TX8
    @Test
    void senderHearsOfTheTransactionBeforeTheCreditAndKeepsTheCreditAfterIt() {
        SessionEngine session = scenario.begin();
        Acquiring listener = new Acquiring();
        SenderLink link = session.attachSender(Scenario.ours("out", Role.SENDER).build(), listener);
        peer.respondAttach(peer.expectAttach());
        acquire(ID, 2);

        assertThat(listener.order).isEqualTo("acquisition of " + ID + " at credit 0, sendable 2, ");
        assertThat(link.acquisition()).isEqualTo(ID);
        peer.sendFlow(f -> f.handle(0).deliveryCount(0).linkCredit(2).echo(true));
        assertThat(peer.expectFlow().properties()).isEqualTo(Map.of(TXN_ID, ID));

        link.clearAcquisition();
        assertThat(link.acquisition()).isNull();
        assertThat(link.credit()).isEqualTo(2);
    }

    @Test
    void transactionOfAFlowMustBeBinaryOfAtMost32Octets() {
        scenario.sender();
        acquire("seven", 1);
        peer.expectDetachWith(AmqpError.INVALID_FIELD);

        scenario = Scenario.opened();
        peer = scenario.peer;
        scenario.sender();
        acquire(Binary.copyOf(new byte[33]), 1);
        peer.expectDetachWith(AmqpError.INVALID_FIELD);
    }

    private void acquire(@Nullable Object id, long credit) {
        UnaryOperator<Flow> with =
                f -> f.handle(0).deliveryCount(0).linkCredit(credit).properties(Map.of(TXN_ID, id));
        peer.sendFlow(with);
    }

    private static final class Acquiring implements SenderLinkListener {
        private String order = "";

        @Override
        public void onAttached(SenderLink link, io.amqp10.types.transport.Attach attach) {}

        @Override
        public void onAcquisition(SenderLink link, Binary txnId) {
            order += "acquisition of " + txnId + " at credit " + link.credit() + ", ";
        }

        @Override
        public void onSendable(SenderLink link) {
            order += "sendable " + link.credit() + ", ";
        }

        @Override
        public void onDrain(SenderLink link) {}

        @Override
        public void onDisposition(SenderLink link, OutgoingDelivery delivery) {}

        @Override
        public void onDetached(SenderLink link, StopReason reason, boolean closed) {}
    }
}
