package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.engine.testing.Scenario;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Role;
import io.amqp10.types.messaging.Accepted;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class DispositionRangeTest {

    private final Scenario scenario = Scenario.opened();

    // X10, hostile row 59
    @Test
    void appliesARangeAcrossTheWrap() {
        sendFrom(0xffff_fffeL, 4);

        scenario.peer.sendDisposition(Role.RECEIVER, 0xffff_fffeL, 1, true, Accepted.INSTANCE);

        scenario.recorder.assertEvents(
                "sent 4294967294 accepted settled",
                "sent 4294967295 accepted settled",
                "sent 0 accepted settled",
                "sent 1 accepted settled");
    }

    // hostile row 58
    @Test
    void costsAsMuchAsThereIsNotAsWide() {
        SenderLink link = sendFrom(5, 4);

        Assertions.assertTimeout(Duration.ofSeconds(30), () -> {
            for (int i = 0; i < 1000; i++) {
                scenario.peer.sendDisposition(Role.RECEIVER, 0, Integer.MAX_VALUE, false, null);
            }
        });
        scenario.peer.sendDisposition(Role.RECEIVER, 6, 6L + Integer.MAX_VALUE, true, Accepted.INSTANCE);

        scenario.recorder.assertEvents("sent 6 accepted settled", "sent 7 accepted settled", "sent 8 accepted settled");
        assertThat(link.unsettled()).hasSize(1);
    }

    // hostile row 58
    @Test
    void closesOnARangeThatEndsBeforeItBegins() {
        sendFrom(0, 4);

        scenario.peer.sendDisposition(Role.RECEIVER, 3, 2, true, Accepted.INSTANCE);

        scenario.peer.ignoreSent();
        assertThat(scenario.engine.stopReason()).isInstanceOfSatisfying(StopReason.Local.class, reason -> assertThat(
                        java.util.Objects.requireNonNull(reason.error()).condition())
                .isEqualTo(AmqpError.NOT_ALLOWED));
    }

    // hostile row 58
    @Test
    void closesOnARangeOfAllIds() {
        sendFrom(0, 4);

        scenario.peer.sendDisposition(Role.RECEIVER, 0, 0xffff_ffffL, true, Accepted.INSTANCE);

        scenario.peer.ignoreSent();
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.DISCARDING);
    }

    // hostile row 60
    @Test
    void ignoresIdsThatItDoesNotKnow() {
        sendFrom(0, 2);

        scenario.peer.sendDisposition(Role.RECEIVER, 1, 50, true, Accepted.INSTANCE);
        scenario.peer.sendDisposition(Role.RECEIVER, 1, 1, true, Accepted.INSTANCE);

        scenario.recorder.assertEvents("sent 1 accepted settled");
        scenario.peer.sendDisposition(Role.RECEIVER, 7, 9, true, Accepted.INSTANCE);
        scenario.recorder.assertEvents();
    }

    // X10, hostile row 62
    @Test
    void theRoleChoosesTheDeliveries() {
        SenderLink link = sendFrom(0, 2);

        scenario.peer.sendDisposition(Role.SENDER, 0, 1, true, Accepted.INSTANCE);

        scenario.recorder.assertEvents();
        assertThat(link.unsettled()).hasSize(2);
    }

    // X10: a range spans links
    @Test
    void aRangeSpansLinks() {
        SenderLink first = sendFrom(0, 1);
        SenderLink second = first.session()
                .attachSender(Scenario.ours("second", Role.SENDER).build(), scenario.recorder);
        scenario.peer.respondAttach(scenario.peer.expectAttach());
        scenario.peer.sendFlow(flow -> flow.handle(1).deliveryCount(0).linkCredit(1));
        second.send(Scenario.message(1));
        scenario.recorder.events.clear();

        scenario.peer.sendDisposition(Role.RECEIVER, 0, 1, true, Accepted.INSTANCE);

        scenario.recorder.assertEvents("sent 0 accepted settled", "sent 1 accepted settled");
        assertThatThrownBy(() -> first.settle(Scenario.message(0))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sendsNothingForWhatTheReceiverSettled() {
        sendFrom(0, 3);
        scenario.peer.sendDisposition(Role.RECEIVER, 0, 2, true, Accepted.INSTANCE);
        scenario.peer.expectNothing();
    }

    private SenderLink sendFrom(long firstId, int count) {
        SessionEngine session = scenario.begin(new SessionSettings(100, 10, firstId, 1000), 0, 1000);
        SenderLink link = scenario.sender(session, attach -> attach);
        scenario.peer.sendFlow(
                flow -> flow.nextIncomingId(firstId).handle(0).deliveryCount(0).linkCredit(count));
        for (int i = 0; i < count; i++) {
            link.send(Scenario.message(1));
        }
        scenario.peer.ignoreSent();
        scenario.recorder.events.clear();
        return link;
    }
}
