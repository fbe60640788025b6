package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transport.Attach;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Towards a peer that takes no more than 512 octets at once. */
class FrameSizeTest {

    private static final ErrorCondition LONG =
            new ErrorCondition(AmqpError.NOT_FOUND, "x".repeat(600), Map.of(Symbol.of("detail"), "y".repeat(600)));

    private final Scenario scenario = new Scenario().open(open -> open.maxFrameSize(512));

    @BeforeEach
    void judge() {
        scenario.peer.judgeFrameSizes();
    }

    private static Attach.Builder tooLarge(String name, Role role) {
        return Scenario.ours(name, role)
                .source(Source.builder().address("x".repeat(600)).build());
    }

    @Test
    void anAttachTooLargeIsToldToItsOwnerOnly() {
        SessionEngine session = scenario.begin();

        SenderLink link = session.attachSender(tooLarge("long", Role.SENDER).build(), scenario.recorder);

        scenario.recorder.assertEvents("detached local amqp:frame-size-too-small");
        scenario.peer.expectNothing();
        assertThat(link.isAttached()).isFalse();
        session.attachSender(Scenario.ours("long", Role.SENDER).build(), scenario.recorder);
        assertThat(scenario.peer.expectAttach().handle()).isZero();
    }

    @Test
    void anAnswerTooLargeEndsTheSession() {
        scenario.begin();
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));
        scenario.recorder.events.clear();

        scenario.recorder.receivers.get(0).accept(tooLarge("x", Role.RECEIVER).build(), scenario.recorder);

        scenario.peer.expectEndWith(AmqpError.FRAME_SIZE_TOO_SMALL);
        scenario.peer.expectNothing();
        scenario.recorder.assertEvents(
                "detached parentstopped local amqp:frame-size-too-small", "ended local amqp:frame-size-too-small");
    }

    @Test
    void aRefusalTooLargeEndsTheSession() {
        scenario.begin();
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER)
                .source(Source.builder().address("x".repeat(600)).build()));

        scenario.recorder.receivers.get(0).refuse(ErrorCondition.of(AmqpError.NOT_FOUND, null));

        scenario.peer.expectEndWith(AmqpError.FRAME_SIZE_TOO_SMALL);
        scenario.peer.expectNothing();
    }

    @Test
    void errorsAreShortenedUntilTheyFit() {
        SenderLink link = scenario.sender();
        link.detach(true, LONG);
        assertThat(scenario.peer.expectDetachWith(AmqpError.NOT_FOUND).description())
                .isNull();

        link.session().end(LONG);
        assertThat(scenario.peer.expectEndWith(AmqpError.NOT_FOUND).info()).isEmpty();

        scenario.engine.close(LONG);
        scenario.peer.expectCloseWith(AmqpError.NOT_FOUND);
    }

    @Test
    void aConditionTooLongIsReplaced() {
        scenario.engine.close(ErrorCondition.of(Symbol.of("c".repeat(600)), null));

        scenario.peer.expectCloseWith(AmqpError.INTERNAL_ERROR);
    }

    @Test
    void theReasonOfARejectionIsShortenedUntilItFits() {
        ReceiverLink link = scenario.receiverWithCredit(2);
        scenario.peer.sendDelivery(0);
        link.disposition(scenario.recorder.deliveries.get(0), new Rejected(LONG), true);

        assertThat(scenario.peer.expectDisposition().state())
                .isEqualTo(new Rejected(ErrorCondition.of(AmqpError.NOT_FOUND, null)));
        scenario.peer.expectNothing();
    }

    @Test
    void theReasonOfARejectionInATransactionIsShortenedUntilItFits() {
        ReceiverLink link = scenario.receiverWithCredit(2);
        scenario.peer.sendDelivery(0);
        Binary transaction = Binary.copyOf(new byte[] {1});
        link.disposition(
                scenario.recorder.deliveries.get(0), new TransactionalState(transaction, new Rejected(LONG)), true);

        assertThat(scenario.peer.expectDisposition().state())
                .isEqualTo(new TransactionalState(
                        transaction, new Rejected(ErrorCondition.of(AmqpError.NOT_FOUND, null))));
        scenario.peer.expectNothing();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void annotationsOfAModificationAreLeftOutIfTheyDoNotFit(boolean transactional) {
        ReceiverLink link = scenario.receiverWithCredit(2);
        scenario.peer.sendDelivery(0);
        Binary transaction = Binary.copyOf(new byte[] {1});
        Modified large = new Modified(true, false, Map.of(Symbol.of("x-opt-why"), "z".repeat(600)));
        link.disposition(
                scenario.recorder.deliveries.get(0),
                transactional ? new TransactionalState(transaction, large) : large,
                true);

        Modified small = new Modified(true, false);
        assertThat(scenario.peer.expectDisposition().state())
                .isEqualTo(transactional ? new TransactionalState(transaction, small) : small);
        scenario.peer.expectNothing();
    }

    @Test
    void aStateThatCannotBeShortenedEndsTheSession() {
        ReceiverLink link = scenario.receiverWithCredit(2);
        scenario.peer.sendDelivery(0);
        TransactionalState state = new TransactionalState(Binary.copyOf(new byte[600]), new Modified(true, false));
        link.disposition(scenario.recorder.deliveries.get(0), state, true);

        scenario.peer.expectEndWith(AmqpError.FRAME_SIZE_TOO_SMALL);
        scenario.peer.expectNothing();
    }

    @Test
    void aStateThatCannotBeShortenedEndsTheSessionAlsoWhenOthersPushItOut() {
        ReceiverLink link = scenario.receiverWithCredit(200);
        TransactionalState tooLarge = new TransactionalState(Binary.copyOf(new byte[600]), new Modified(true, false));
        for (int i = 0; i < 200 && link.session().isMapped(); i++) {
            scenario.peer.sendDelivery(i);
            Modified other = new Modified(true, false, Map.of(Symbol.of("x-opt-why"), i));
            link.disposition(scenario.recorder.deliveries.get(i), i == 0 ? tooLarge : other, true);
        }

        assertThat(link.session().isMapped()).isFalse();
        scenario.peer.expectEndWith(AmqpError.FRAME_SIZE_TOO_SMALL);
        scenario.peer.expectNothing();
    }
}
