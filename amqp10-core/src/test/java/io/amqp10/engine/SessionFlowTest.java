package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Scenario;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Role;
import io.amqp10.types.SessionError;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Flow;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionFlowTest {

    private Scenario scenario = Scenario.opened();

    // S7
    @Test
    void stopsAfterAsManyFramesAsThePeersWindowAndGoesOnWhenItOpens() {
        SessionEngine session = scenario.begin(SessionSettings.DEFAULT, 0, 2);
        SenderLink link = scenario.sender(session, attach -> attach);
        scenario.peer.sendFlow(
                flow -> flow.handle(0).deliveryCount(0).linkCredit(10).incomingWindow(2));
        scenario.recorder.events.clear();
        link.send(Scenario.message(1));
        link.send(Scenario.message(1));
        assertThat(link.canSend()).isFalse();

        scenario.peer.sendFlow(flow -> flow.nextIncomingId(1).incomingWindow(2));
        scenario.recorder.assertEvents("sendable 8");
        assertThat(link.canSend()).isTrue();
        link.send(Scenario.message(1));
        assertThat(link.canSend()).isFalse();
    }

    // S7, S11: each frame of a delivery takes its place, across the wrap of ids
    @Test
    void countsEveryFrameOfALargeDeliveryAcrossTheWrap() {
        Scenario small = new Scenario().open(open -> open.maxFrameSize(512));
        SessionSettings settings = new SessionSettings(100, 10, 0xffff_fffdL, 100);
        SenderLink link = small.sender(small.begin(settings, 0xffff_fffeL, 3), attach -> attach);
        small.peer.sendFlow(flow -> flow.nextIncomingId(0xffff_fffdL)
                .incomingWindow(3)
                .nextOutgoingId(0xffff_fffeL)
                .handle(0)
                .deliveryCount(0)
                .linkCredit(1));

        link.send(Scenario.message(2000));
        for (int i = 0; i < 3; i++) {
            assertThat(small.peer.expectTransfer().more()).isTrue();
        }
        small.peer.expectNothing();

        small.peer.sendFlow(flow -> flow.nextIncomingId(0).incomingWindow(1).nextOutgoingId(0xffff_fffeL));
        assertThat(small.peer.expectTransfer().more()).isTrue();
        small.peer.expectNothing();
        small.peer.sendFlow(flow -> flow.nextIncomingId(1).incomingWindow(5).nextOutgoingId(0xffff_fffeL));
        assertThat(small.peer.expectTransfer().more()).isFalse();
    }

    // S8, hostile row 45
    @Test
    void endsWhenADeliveryBeginsBeyondTheWindow() {
        SessionEngine session = scenario.begin(SessionSettings.DEFAULT.withIncomingWindow(2), 0, 10);
        ReceiverLink link = scenario.receiver(session, attach -> attach);
        link.addCredit(10);
        scenario.peer.expectFlow();
        scenario.engine.setWritable(false);
        scenario.peer.sendDelivery(0);
        scenario.peer.sendDelivery(1);

        scenario.peer.sendDelivery(2);

        scenario.engine.setWritable(true);
        scenario.peer.expectEndWith(SessionError.WINDOW_VIOLATION);
    }

    // Broker-J sends all frames of a delivery once it has begun
    @Test
    void toleratesTheRestOfADeliveryBeyondTheWindow() {
        SessionEngine session = scenario.begin(SessionSettings.DEFAULT.withIncomingWindow(2), 0, 10);
        ReceiverLink link = scenario.receiver(session, attach -> attach);
        link.addCredit(10);
        scenario.peer.expectFlow();
        for (int i = 0; i < 25; i++) {
            boolean more = i < 24;
            scenario.peer.sendTransfer(t -> ScriptedPeer.firstOf(t, 0).more(more), (byte) i);
        }

        scenario.recorder.assertEvents("delivery 0 25");
        assertThat(scenario.peer.expectFlow().incomingWindow()).isEqualTo(2);
    }

    @Test
    void opensItsWindowAgainWhenHalfIsUsed() {
        SessionEngine session = scenario.begin(SessionSettings.DEFAULT.withIncomingWindow(8), 0xffff_ffffL, 10);
        ReceiverLink link = scenario.receiver(session, attach -> attach);
        link.addCredit(100);
        assertThat(scenario.peer.expectFlow().nextIncomingId()).isEqualTo(0xffff_ffffL);
        for (int i = 0; i < 3; i++) {
            scenario.peer.sendDelivery(i);
        }
        scenario.peer.expectNothing();

        scenario.peer.sendDelivery(3);

        Flow flow = scenario.peer.expectFlow();
        assertThat(flow.incomingWindow()).isEqualTo(8);
        assertThat(flow.nextIncomingId()).isEqualTo(3);
        assertThat(flow.handle()).isEqualTo(UnsignedInteger.ABSENT);
        assertThat(flow.linkCredit()).isEqualTo(UnsignedInteger.ABSENT);
        scenario.peer.expectNothing();
    }

    // S9, hostile row 38
    @Test
    void endsOnAFlowThatExpectsWhatWasNotSent() {
        scenario.begin();

        scenario.peer.sendFlow(flow -> flow.nextIncomingId(1));

        scenario.peer.expectEndWith(SessionError.WINDOW_VIOLATION);
    }

    // S10, hostile row 38
    @Test
    void endsOnAFlowThatTakesTransfersBack() {
        scenario.receiverWithCredit(2);
        scenario.peer.sendDelivery(0);
        scenario.peer.sendDelivery(1);

        scenario.peer.sendFlow(flow -> flow.nextOutgoingId(1));

        scenario.peer.expectEndWith(SessionError.WINDOW_VIOLATION);
    }

    // S14, hostile rows 40, 41
    @Test
    void answersManyEchoesWithOneFlowWithoutEcho() {
        scenario.begin();
        for (int i = 0; i < 1000; i++) {
            scenario.peer.sendFlow(flow -> flow.echo(true));
        }

        assertThat(scenario.peer.expectFlow().echo()).isFalse();
        scenario.peer.expectNothing();
    }

    // S14
    @Test
    void answersEchoesForSessionAndLinkWithTheLinksFlow() {
        scenario.sender();
        scenario.peer.sendFlow(flow -> flow.echo(true));
        scenario.peer.sendFlow(
                flow -> flow.handle(0).linkCredit(3).deliveryCount(0).echo(true));

        Flow flow = scenario.peer.expectFlow();
        assertThat(flow.handle()).isZero();
        assertThat(flow.linkCredit()).isEqualTo(3);
        assertThat(flow.deliveryCount()).isZero();
        assertThat(flow.echo()).isFalse();
        scenario.peer.expectNothing();
    }

    // hostile row 40: nothing piles up towards a peer that does not read
    @Test
    void keepsAnswersWhileTheTransportIsFull() {
        scenario.begin();
        scenario.engine.setWritable(false);
        for (int i = 0; i < 1000; i++) {
            scenario.peer.sendFlow(flow -> flow.echo(true));
            scenario.peer.expectNothing();
        }

        scenario.engine.setWritable(true);
        scenario.peer.expectFlow();
        scenario.peer.expectNothing();
    }

    static Stream<UnaryOperator<Flow>> linkFields() {
        return Stream.of(
                flow -> flow.deliveryCount(0),
                flow -> flow.linkCredit(1),
                flow -> flow.available(1),
                flow -> flow.drain(true),
                flow -> flow.properties(Map.of(Symbol.of("x"), 1)));
    }

    // S13, hostile row 39
    @ParameterizedTest
    @MethodSource("linkFields")
    void endsOnLinkFieldsWithoutHandle(UnaryOperator<Flow> field) {
        scenario.begin();

        scenario.peer.sendFlow(field);

        scenario.peer.expectEndWith(AmqpError.INVALID_FIELD);
    }

    // hostile rows 40, 42
    @Test
    void closesOnAFloodOfFlows() {
        scenario = new Scenario(options -> options.flowsPerSecond(50), open -> open).open();
        scenario.begin();
        for (int i = 0; i < 50; i++) {
            scenario.peer.sendFlow(flow -> flow.echo(true));
        }
        scenario.peer.expectFlow();
        scenario.peer.expectNothing();

        scenario.peer.sendFlow(flow -> flow.echo(true));

        assertThat(scenario.peer
                        .expectCloseWith(AmqpError.RESOURCE_LIMIT_EXCEEDED)
                        .description())
                .contains("flowsPerSecond");
    }

    @Test
    void takesFlowsAgainAfterAWhile() {
        scenario = new Scenario(options -> options.flowsPerSecond(50), open -> open).open();
        scenario.begin();
        for (int i = 0; i < 1000; i++) {
            scenario.peer.sendFlow(flow -> flow);
            scenario.peer.advanceMillis(20);
        }

        scenario.peer.expectNothing();
    }

    // L10, hostile row 39
    @Test
    void endsOnAFlowForAnUnknownHandle() {
        scenario.begin();

        scenario.peer.sendFlow(flow -> flow.handle(UnsignedInteger.MAX).linkCredit(1));

        scenario.peer.expectEndWith(SessionError.UNATTACHED_HANDLE);
    }

    @Test
    void givesEachSenderItsTurnWhenTheWindowOpensAgain() {
        SessionEngine session = scenario.begin(SessionSettings.DEFAULT, 0, 0);
        for (int i = 0; i < 3; i++) {
            session.attachSender(Scenario.ours("out" + i, Role.SENDER).build(), scenario.recorder);
            scenario.peer.respondAttach(scenario.peer.expectAttach());
            long handle = i;
            scenario.peer.sendFlow(
                    flow -> flow.handle(handle).deliveryCount(0).linkCredit(100).incomingWindow(0));
        }
        scenario.recorder.onSendable = link -> {
            while (link.canSend()) {
                link.send(Scenario.message(1));
            }
        };
        int[] sent = new int[3];
        for (int i = 0; i < 30; i++) {
            long next = i;
            scenario.peer.sendFlow(flow -> flow.nextIncomingId(next).incomingWindow(1));
            sent[(int) scenario.peer.expectTransfer().handle()]++;
            scenario.peer.expectNothing();
        }

        for (int count : sent) {
            assertThat(count).isGreaterThanOrEqualTo(5);
        }
    }
}
