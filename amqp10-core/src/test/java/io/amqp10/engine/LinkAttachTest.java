package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.engine.testing.Frame;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.SessionError;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Detach;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkAttachTest {

    private static final ErrorCondition NOT_FOUND = ErrorCondition.of(AmqpError.NOT_FOUND, "no such queue");

    private Scenario scenario = Scenario.opened();

    // L4, L1
    @Test
    void attachesSenderAndReceiverOfOneNameWithHandlesOfTheirOwn() {
        SessionEngine session = scenario.begin();
        SenderLink sender = session.attachSender(Scenario.ours("x", Role.SENDER).build(), scenario.recorder);
        ReceiverLink receiver =
                session.attachReceiver(Scenario.ours("x", Role.RECEIVER).build(), scenario.recorder);

        Attach first = scenario.peer.expectAttach();
        assertThat(first.role()).isEqualTo(Role.SENDER);
        assertThat(first.handle()).isZero();
        assertThat(first.initialDeliveryCount()).isZero();
        Attach second = scenario.peer.expectAttach();
        assertThat(second.role()).isEqualTo(Role.RECEIVER);
        assertThat(second.handle()).isEqualTo(1);
        assertThat(second.initialDeliveryCount()).isEqualTo(UnsignedInteger.ABSENT);
        assertThat(sender.isAttached()).isFalse();

        scenario.peer.respondAttach(second);
        scenario.peer.respondAttach(first);

        assertThat(sender.isAttached()).isTrue();
        assertThat(receiver.isAttached()).isTrue();
        scenario.recorder.assertEvents("attached x", "attached x");
    }

    @Test
    void keepsTheDeliveryCountAndTheUnsettledMapItWasGiven() {
        SessionEngine session = scenario.begin();
        Map<Binary, io.amqp10.types.messaging.@org.jspecify.annotations.Nullable DeliveryState> unsettled =
                Map.of(Binary.copyOf((byte) 1), Accepted.INSTANCE);
        session.attachSender(
                Scenario.ours("x", Role.SENDER)
                        .initialDeliveryCount(0xffff_fffeL)
                        .unsettled(unsettled, true)
                        .build(),
                scenario.recorder);

        Attach attach = scenario.peer.expectAttach();

        assertThat(attach.initialDeliveryCount()).isEqualTo(0xffff_fffeL);
        assertThat(attach.unsettled()).isEqualTo(unsettled);
        assertThat(attach.incompleteUnsettled()).isTrue();
    }

    @Test
    void refusesASecondLinkOfTheSameNameAndRole() {
        SenderLink link = scenario.sender();

        assertThatThrownBy(() -> link.session()
                        .attachSender(Scenario.ours("out", Role.SENDER).build(), scenario.recorder))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> link.session()
                        .attachSender(Scenario.ours("other", Role.RECEIVER).build(), scenario.recorder))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // L3
    @Test
    void isNotAttachedByAnAnswerWithoutTerminus() {
        SenderLink link =
                scenario.begin().attachSender(Scenario.ours("x", Role.SENDER).build(), scenario.recorder);
        scenario.peer.respondAttach(scenario.peer.expectAttach(), attach -> attach.target(null));
        assertThat(link.isAttached()).isFalse();
        scenario.peer.sendFlow(flow -> flow.handle(0).linkCredit(5));
        assertThat(link.canSend()).isFalse();
        scenario.recorder.assertEvents();
    }

    // L3
    @Test
    void reportsARefusalOnce() {
        SessionEngine session = scenario.begin();
        ReceiverLink link =
                session.attachReceiver(Scenario.ours("x", Role.RECEIVER).build(), scenario.recorder);
        link.addCredit(10);
        scenario.peer.respondAttach(scenario.peer.expectAttach(), attach -> attach.source(null));
        scenario.peer.expectNothing();

        scenario.peer.sendDetach(0, true, NOT_FOUND);

        assertThat(scenario.peer.expectDetach()).isEqualTo(new Detach(0, true, null));
        scenario.recorder.assertEvents("link closed remote amqp:not-found");
        scenario.peer.expectNothing();
    }

    // RabbitMQ 3.10 and 4.0 refuse by ending the session
    @Test
    void reportsARefusalByTheEndOfTheSession() {
        scenario.begin().attachSender(Scenario.ours("x", Role.SENDER).build(), scenario.recorder);
        scenario.peer.expectAttach();

        scenario.peer.sendEnd(NOT_FOUND);

        scenario.recorder.assertEvents("detached parentstopped remote amqp:not-found", "ended remote amqp:not-found");
    }

    // L18
    @Test
    void takesEachSettleModeFromTheEndThatOwnsIt() {
        SessionEngine session = scenario.begin();
        SenderLink link = session.attachSender(
                Scenario.ours("x", Role.SENDER)
                        .sndSettleMode(SenderSettleMode.UNSETTLED)
                        .rcvSettleMode(ReceiverSettleMode.SECOND)
                        .build(),
                scenario.recorder);
        scenario.peer.respondAttach(
                scenario.peer.expectAttach(),
                attach -> attach.sndSettleMode(SenderSettleMode.SETTLED).rcvSettleMode(ReceiverSettleMode.FIRST));

        assertThat(link.sndSettleMode()).isEqualTo(SenderSettleMode.UNSETTLED);
        assertThat(link.rcvSettleMode()).isEqualTo(ReceiverSettleMode.FIRST);
    }

    @Test
    void acceptsALinkOfThePeers() {
        scenario.begin();
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 7, Role.SENDER));
        ReceiverLink link = scenario.recorder.receivers.get(0);
        scenario.peer.expectNothing();

        link.accept(Scenario.ours("ignored", Role.RECEIVER).build(), scenario.recorder);

        Attach attach = scenario.peer.expectAttach();
        assertThat(attach.name()).isEqualTo("theirs");
        assertThat(attach.handle()).isZero();
        assertThat(attach.role()).isEqualTo(Role.RECEIVER);
        assertThat(link.isAttached()).isTrue();
        scenario.recorder.assertEvents("attach receiver theirs");
        assertThatThrownBy(() -> link.accept(Scenario.ours("x", Role.RECEIVER).build(), scenario.recorder))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> link.refuse(NOT_FOUND)).isInstanceOf(IllegalStateException.class);
    }

    // a peer may send its credit with its attach; it counts from our delivery-count, which it cannot know yet
    @Test
    void usesCreditThatCameBeforeItAccepted() {
        scenario.begin();
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.RECEIVER));
        scenario.peer.sendFlow(flow -> flow.handle(0).linkCredit(5));
        SenderLink link = scenario.recorder.senders.get(0);
        assertThat(link.canSend()).isFalse();

        link.accept(
                Scenario.ours("x", Role.SENDER)
                        .initialDeliveryCount(0xffff_ffffL)
                        .build(),
                scenario.recorder);

        scenario.recorder.assertEvents("attach sender theirs", "sendable 5");
        assertThat(scenario.peer.expectAttach().initialDeliveryCount()).isEqualTo(0xffff_ffffL);
        scenario.peer.sendFlow(
                flow -> flow.handle(0).deliveryCount(0xffff_ffffL).linkCredit(6));
        assertThat(link.credit()).isEqualTo(6);
    }

    // L3
    @Test
    void refusesALinkOfThePeersWithAnAttachWithoutTerminusAndADetach() {
        scenario.begin();
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 3, Role.RECEIVER));

        scenario.recorder.senders.get(0).refuse(NOT_FOUND);

        Attach attach = scenario.peer.expectAttach();
        assertThat(attach.source()).isNull();
        assertThat(attach.target()).isNotNull();
        assertThat(attach.role()).isEqualTo(Role.SENDER);
        assertThat(attach.initialDeliveryCount()).isZero();
        assertThat(scenario.peer.expectDetach()).isEqualTo(new Detach(0, true, NOT_FOUND));
        scenario.peer.sendDetach(3, true, null);
        scenario.peer.expectNothing();
        scenario.recorder.assertEvents("attach sender theirs");
    }

    // hostile row 35; a client sends its credit right after its attach
    @Test
    void dropsWhatAPeerSentBeforeItHeardOfTheRefusal() {
        scenario.begin();
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.RECEIVER));
        scenario.recorder.senders.get(0).refuse(NOT_FOUND);
        scenario.peer.ignoreSent();

        scenario.peer.sendFlow(flow -> flow.handle(0).linkCredit(100));
        scenario.peer.sendDetach(0, true, null);

        scenario.peer.expectNothing();
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.OPENED);
    }

    // hostile row 63
    @Test
    void tellsAnAcceptorThatThePeerWentMeanwhile() {
        scenario.begin();
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.RECEIVER));
        scenario.peer.sendDetach(0, true, null);
        assertThat(scenario.peer.expectAttach().source()).isNull();
        assertThat(scenario.peer.expectDetach().closed()).isTrue();
        SenderLink link = scenario.recorder.senders.get(0);

        link.accept(Scenario.ours("x", Role.SENDER).build(), scenario.recorder);

        scenario.recorder.assertEvents("attach sender theirs", "link closed remote");
        scenario.peer.expectNothing();
        link.refuse(NOT_FOUND);
        scenario.peer.expectNothing();
    }

    @Test
    void refusesLinksWhereNoListenerTakesThem() {
        SessionEngine session = scenario.engine.begin(
                (ended, reason) -> scenario.recorder.onEnded(ended, reason), SessionSettings.DEFAULT);
        scenario.peer.expectBegin();
        scenario.peer.respondBegin();
        scenario.peer.sendAttach(ScriptedPeer.attach("a", 0, Role.RECEIVER));
        scenario.peer.expectAttach();
        scenario.peer.expectDetachWith(AmqpError.NOT_ALLOWED);
        scenario.peer.sendAttach(ScriptedPeer.attach("b", 1, Role.SENDER));
        scenario.peer.expectAttach();
        scenario.peer.expectDetachWith(AmqpError.NOT_ALLOWED);
        assertThat(session.isMapped()).isTrue();
    }

    // L2, hostile row 64
    @Test
    void closesOnAHandleInUse() {
        scenario.sender();

        scenario.peer.sendAttach(ScriptedPeer.attach("other", 0, Role.SENDER));

        scenario.peer.expectCloseWith(SessionError.HANDLE_IN_USE);
    }

    // S5, hostile row 64
    @Test
    void closesOnAHandleAboveHandleMax() {
        scenario.begin(new SessionSettings(10, 7, 0, 10), 0, 10);

        scenario.peer.sendAttach(ScriptedPeer.attach("other", 8, Role.SENDER));

        scenario.peer.expectCloseWith(ConnectionError.FRAMING_ERROR);
    }

    // L4
    @Test
    void refusesASendersAttachWithoutDeliveryCount() {
        scenario.begin();

        scenario.peer.sendAttach(
                ScriptedPeer.attach("theirs", 0, Role.SENDER).initialDeliveryCount(UnsignedInteger.ABSENT));

        scenario.peer.expectAttach();
        scenario.peer.expectDetachWith(AmqpError.INVALID_FIELD);
        scenario.recorder.assertEvents();
    }

    // L4
    @Test
    void detachesOnASendersAnswerWithoutDeliveryCount() {
        SessionEngine session = scenario.begin();
        session.attachReceiver(Scenario.ours("x", Role.RECEIVER).build(), scenario.recorder);

        scenario.peer.respondAttach(
                scenario.peer.expectAttach(), attach -> attach.initialDeliveryCount(UnsignedInteger.ABSENT));

        scenario.peer.expectDetachWith(AmqpError.INVALID_FIELD);
        scenario.recorder.assertEvents("link closed local amqp:invalid-field");
    }

    // hostile row 30
    @Test
    void refusesALinkWithAnEndlessName() {
        scenario.begin();

        scenario.peer.sendAttach(ScriptedPeer.attach("x".repeat(60_000), 0, Role.RECEIVER));

        scenario.peer.expectAttach();
        scenario.peer.expectDetachWith(AmqpError.INVALID_FIELD);
        scenario.recorder.assertEvents();
    }

    // hostile row 34
    @Test
    void closesOnAFloodOfAttaches() {
        scenario = new Scenario(options -> options.endpointRate(50, 10), open -> open).open();
        scenario.begin();
        for (int i = 0; i < 50; i++) {
            scenario.peer.sendAttach(ScriptedPeer.attach("x" + i, 0, Role.RECEIVER));
            scenario.peer.sendDetach(0, true, null);
        }
        scenario.peer.ignoreSent();
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.OPENED);

        scenario.peer.sendAttach(ScriptedPeer.attach("y", 0, Role.RECEIVER));

        scenario.peer.expectCloseWith(AmqpError.RESOURCE_LIMIT_EXCEEDED);
    }

    // L5, in one session
    @Test
    void aLinkThatIsAttachedAgainIsStolen() {
        scenario.begin();
        scenario.recorder.onRemoteSender =
                link -> link.accept(Scenario.ours("x", Role.RECEIVER).build(), scenario.recorder);
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));
        scenario.peer.expectAttach();

        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 1, Role.SENDER));

        assertThat(scenario.peer.expectDetachWith(LinkError.STOLEN)).isNotNull();
        assertThat(scenario.peer.expectAttach().handle()).isEqualTo(1);
        scenario.peer.sendDetach(0, true, null);
        scenario.recorder.assertEvents(
                "attach receiver theirs", "link closed local amqp:link:stolen", "attach receiver theirs");
        assertThat(scenario.recorder.receivers.get(1).isAttached()).isTrue();
    }

    // hostile row 37 and 2.7.2: handle-max 0 leaves one link
    // L5
    @Test
    void anAttachInAnotherSessionStealsTheLink() {
        scenario.recorder.onRemoteSender =
                link -> link.accept(Scenario.ours("x", Role.RECEIVER).build(), scenario.recorder);
        scenario.peer.sendBegin(0);
        scenario.peer.sendBegin(1);
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));
        scenario.peer.ignoreSent();
        scenario.recorder.events.clear();

        scenario.peer.send(1, ScriptedPeer.attach("theirs", 0, Role.SENDER).build());

        Frame first = scenario.peer.expectFrame(Detach.class);
        assertThat(first.channel()).isZero();
        assertThat(first.body()).asString().contains("amqp:link:stolen");
        Frame second = scenario.peer.expectFrame(Attach.class);
        assertThat(second.channel()).isEqualTo(1);
        scenario.recorder.assertEvents("link closed local amqp:link:stolen", "attach receiver theirs");
        assertThat(scenario.recorder.receivers.get(1).isAttached()).isTrue();
        scenario.peer.expectNothing();
    }

    // L1: a name in the other direction is another link
    @Test
    void aLinkOfTheOtherDirectionIsNotStolen() {
        scenario.recorder.onRemoteSender =
                link -> link.accept(Scenario.ours("x", Role.RECEIVER).build(), scenario.recorder);
        scenario.peer.sendBegin(0);
        scenario.peer.sendBegin(1);
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));

        scenario.peer.send(1, ScriptedPeer.attach("theirs", 0, Role.RECEIVER).build());

        assertThat(scenario.recorder.receivers.get(0).isAttached()).isTrue();
    }

    // L5: with its session the name is free
    @Test
    void aLinkWhoseSessionEndedIsNotStolen() {
        scenario.peer.sendBegin(0);
        scenario.peer.sendBegin(1);
        scenario.peer.sendAttach(ScriptedPeer.attach("theirs", 0, Role.SENDER));
        scenario.peer.sendEnd(null);
        scenario.recorder.events.clear();

        scenario.peer.send(1, ScriptedPeer.attach("theirs", 0, Role.SENDER).build());

        scenario.recorder.assertEvents("attach receiver theirs");
    }

    // hostile row 66
    @Test
    void stealingToAndFroIsBoundedByTheRateOfAttaches() {
        scenario = new Scenario(options -> options.endpointRate(10, 1), open -> open).open();
        scenario.recorder.onRemoteSender =
                link -> link.accept(Scenario.ours("x", Role.RECEIVER).build(), scenario.recorder);
        scenario.peer.sendBegin(0);
        scenario.peer.sendBegin(1);
        int attaches = 0;
        while (!scenario.engine.state().equals(ConnectionState.DISCARDING)) {
            int channel = attaches & 1;
            scenario.peer.send(
                    channel,
                    ScriptedPeer.attach("theirs", attaches / 2, Role.SENDER).build());
            attaches++;
        }

        assertThat(attaches).isEqualTo(9);
        assertThat(scenario.recorder.events)
                .filteredOn("link closed local amqp:link:stolen"::equals)
                .hasSize(7);
    }

    // hostile row 67
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAnEndlessUnsettledMap(boolean answer) {
        scenario = new Scenario(options -> options.maxUnsettledEntries(2), open -> open).open();
        SessionEngine session = scenario.begin();
        Map<Binary, @Nullable DeliveryState> unsettled = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            unsettled.put(Binary.copyOf((byte) i), null);
        }
        if (answer) {
            session.attachSender(Scenario.ours("x", Role.SENDER).build(), scenario.recorder);
            scenario.peer.respondAttach(scenario.peer.expectAttach(), attach -> attach.unsettled(unsettled, false));
        } else {
            scenario.peer.sendAttach(ScriptedPeer.attach("x", 0, Role.RECEIVER).unsettled(unsettled, false));
            scenario.peer.expectAttach();
        }

        ErrorCondition error = scenario.peer.expectDetachWith(AmqpError.RESOURCE_LIMIT_EXCEEDED);

        assertThat(error.description()).contains("maxUnsettledEntries");
        assertThat(scenario.engine.state()).isEqualTo(ConnectionState.OPENED);
    }

    @Test
    void tellsALinkForWhichThePeerHasNoHandle() {
        SessionEngine session = scenario.engine.begin(scenario.recorder, SessionSettings.DEFAULT);
        scenario.peer.expectBegin();
        session.attachSender(Scenario.ours("a", Role.SENDER).build(), scenario.recorder);
        session.attachSender(Scenario.ours("b", Role.SENDER).build(), scenario.recorder);

        scenario.peer.send(0, new Begin(0, 0, 10, 10, 0));

        assertThat(scenario.peer.expectAttach().name()).isEqualTo("a");
        scenario.peer.expectNothing();
        scenario.recorder.assertEvents("begun", "detached local amqp:resource-limit-exceeded");
    }

    @Test
    void reportsTheTermini() {
        SessionEngine session = scenario.begin();
        ReceiverLink link = session.attachReceiver(
                Scenario.ours("x", Role.RECEIVER)
                        .source(Source.builder().dynamic(true).build())
                        .build(),
                scenario.recorder);
        Source created = Source.builder().address("temp-1").dynamic(true).build();

        scenario.peer.respondAttach(scenario.peer.expectAttach(), attach -> attach.source(created));

        Attach remote = link.remoteAttach();
        assertThat(remote).isNotNull();
        assertThat(remote.source()).isEqualTo(created);
        assertThat(link.localAttach()).isNotNull();
    }
}
