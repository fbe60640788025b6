package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Scenario;
import io.amqp10.types.transport.Flow;
import org.junit.jupiter.api.Test;

/** The four ways in which the standard lets a receiver use credit, against a sender that is a script. */
class FlowPatternsTest {

    private final Scenario scenario = Scenario.opened();
    private final ReceiverLink link = scenario.receiver();

    // §2.6.8: one message, or the word that there is none
    @Test
    void synchronousGetTakesAMessageOrLearnsThatThereIsNone() {
        link.addCredit(1);
        link.drain();
        Flow asked = scenario.peer.expectFlow();
        assertThat(asked.linkCredit()).isEqualTo(1);
        assertThat(asked.drain()).isTrue();
        scenario.peer.sendDelivery(0);
        scenario.recorder.assertEvents("delivery 0 0", "drained");

        link.addCredit(1);
        link.drain();
        assertThat(scenario.peer.expectFlow().deliveryCount()).isEqualTo(1);
        scenario.peer.sendFlow(flow ->
                flow.nextOutgoingId(1).handle(0).deliveryCount(2).linkCredit(0).drain(true));

        scenario.recorder.assertEvents("flow 0 0", "drained");
        assertThat(link.credit()).isZero();
    }

    // §2.6.8: credit first, the drain when the time is over
    @Test
    void getWithTimeoutDrainsWhenTheTimeIsOver() {
        link.addCredit(1);
        Flow asked = scenario.peer.expectFlow();
        assertThat(asked.linkCredit()).isEqualTo(1);
        assertThat(asked.drain()).isFalse();

        link.drain();
        assertThat(scenario.peer.expectFlow().drain()).isTrue();
        // the message was on its way when the time was over
        scenario.peer.sendDelivery(0);

        scenario.recorder.assertEvents("delivery 0 0", "drained");
        scenario.peer.sendFlow(flow ->
                flow.nextOutgoingId(1).handle(0).deliveryCount(1).linkCredit(0).drain(true));
        scenario.recorder.assertEvents("flow 0 0");
    }

    // §2.6.9
    @Test
    void asynchronousNotificationTopsCreditUp() {
        scenario.recorder.onDelivery = delivery -> {
            if (link.credit() <= 2) {
                link.addCredit(4 - link.credit());
            }
        };
        link.addCredit(4);
        assertThat(scenario.peer.expectFlow().linkCredit()).isEqualTo(4);

        for (int id = 0; id < 4; id++) {
            scenario.peer.sendDelivery(id);
        }

        Flow flow = scenario.peer.expectFlow();
        assertThat(flow.deliveryCount() + flow.linkCredit()).isEqualTo(8);
        scenario.peer.expectNothing();
    }

    // §2.6.10
    @Test
    void stoppingAsksUntilTheLinkIsQuiet() {
        link.addCredit(10);
        scenario.peer.expectFlow();
        link.setCredit(0);
        link.requestFlow();
        Flow asked = scenario.peer.expectFlow();
        assertThat(asked.linkCredit()).isZero();
        assertThat(asked.echo()).isTrue();

        scenario.peer.sendDelivery(0); // was on its way
        scenario.recorder.assertEvents("delivery 0 0");
        scenario.peer.sendFlow(
                flow -> flow.nextOutgoingId(1).handle(0).deliveryCount(1).linkCredit(0));

        scenario.recorder.assertEvents("flow 0 0");
        scenario.peer.expectNothing();
    }
}
