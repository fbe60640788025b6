package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.SessionError;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Links that are attached, detached and stolen in hostile ways, and flows. */
final class HostileLinks {

    private final HostileInputs table;

    private HostileLinks(HostileInputs table) {
        this.table = table;
    }

    static void addTo(HostileInputs table) {
        HostileLinks topic = new HostileLinks(table);
        topic.flows();
        topic.links();
    }

    private void flows() {
        table.row(40, "100000 flows that ask for ours", s -> {
            for (int i = 0; i < 100_000; i++) {
                s.peer.sendFlow(flow -> flow.handle(0).deliveryCount(0).echo(true));
            }
            s.peer.expectFlow();
            s.peer.expectNothing();
            s.goesOn();
        });
        table.row(40, "more flows than are allowed", s -> {
            int sent = 0;
            while (s.engine.state() == ConnectionState.OPENED) {
                s.peer.sendFlow(flow -> flow.echo(true));
                sent++;
            }
            assertThat(sent).isLessThanOrEqualTo(EngineOptions.DEFAULT_FLOWS_PER_SECOND + 1);
            assertThat(s.engine.stopReason())
                    .isNotNull()
                    .extracting(StopReason::error)
                    .asString()
                    .contains("resource-limit-exceeded", "flowsPerSecond");
        });
        table.row(41, "a peer that answers each flow with one that asks again", s -> {
            for (int i = 0; i < 100; i++) {
                s.peer.sendFlow(flow -> flow.handle(0).deliveryCount(0).echo(true));
                assertThat(s.peer.expectFlow().echo()).isFalse();
                s.peer.expectNothing();
            }
        });
        table.row(42, "credit at its extremes, drained each time", s -> {
            for (int i = 0; i < 1000; i++) {
                long count = s.peer.hasFrames() ? 0 : s.out().credit();
                assertThat(count).isNotNegative();
                s.peer.sendFlow(flow -> flow.handle(1).deliveryCount(0).linkCredit(UnsignedInteger.MAX));
                s.peer.sendFlow(
                        flow -> flow.handle(1).deliveryCount(0).linkCredit(0).drain(true));
                s.peer.flush();
            }
            assertThat(s.out().credit()).isZero();
            s.peer.ignoreSent();
            s.peer.sendFlow(flow -> flow.handle(1).deliveryCount(0).linkCredit(10));
            s.goesOn();
        });
        for (long count : new long[] {11, 0xffff_ffffL}) {
            table.row(43, "a sender whose delivery-count jumps to " + count, s -> {
                s.peer.sendFlow(flow -> flow.handle(0).deliveryCount(count));
                s.detaches(AmqpError.INVALID_FIELD);
            });
        }
    }

    private void links() {
        table.row(34, "attach and detach without end", o -> o.endpointRate(100, 1), s -> {
            int attached = 0;
            while (s.engine.state() == ConnectionState.OPENED) {
                s.peer.sendAttach(ScriptedPeer.attach("n" + attached, 2, Role.SENDER));
                s.peer.sendDetach(2, true, null);
                attached++;
            }
            assertThat(attached).isLessThanOrEqualTo(101);
            assertThat(s.engine.stopReason())
                    .isNotNull()
                    .extracting(StopReason::error)
                    .asString()
                    .contains("resource-limit-exceeded", "endpointsPerSecond");
        });
        table.row(34, "attach to dynamic nodes and detach without end", o -> o.endpointRate(100, 1), s -> {
            int attached = 0;
            while (s.engine.state() == ConnectionState.OPENED) {
                s.peer.sendAttach(ScriptedPeer.attach("n" + attached, 2, Role.SENDER)
                        .target(Target.builder().dynamic(true).build()));
                s.peer.sendDetach(2, true, null);
                attached++;
            }
            assertThat(attached).isLessThanOrEqualTo(101);
            assertThat(s.engine.stopReason())
                    .isNotNull()
                    .extracting(StopReason::error)
                    .asString()
                    .contains("resource-limit-exceeded", "endpointsPerSecond");
        });
        table.row(35, "transfers on a link that was refused", s -> {
            s.scenario.recorder.onRemoteSender = link -> link.refuse(ErrorCondition.of(AmqpError.NOT_FOUND, null));
            s.peer.sendAttach(ScriptedPeer.attach("no", 2, Role.SENDER));
            for (int i = 0; i < 20; i++) {
                s.first(4, frame -> frame.handle(2));
            }
            s.detaches(AmqpError.NOT_FOUND);
            s.peer.expectNothing();
            for (int i = 0; i < 1000 && s.session().isMapped(); i++) {
                s.first(4, frame -> frame.handle(2));
                s.peer.flush();
            }
            s.ends(SessionError.ERRANT_LINK);
        });
        table.row(63, "a detach of an unknown handle", s -> {
            s.peer.sendDetach(5, true, null);
            s.ends(SessionError.UNATTACHED_HANDLE);
        });
        table.row(63, "two detaches", s -> {
            s.peer.sendDetach(0, true, null);
            s.peer.ignoreSent();
            s.peer.sendDetach(0, true, null);
            s.ends(SessionError.UNATTACHED_HANDLE);
        });
        table.row(63, "a detach before the attach was answered", s -> {
            s.scenario.recorder.onRemoteSender = link -> {};
            s.peer.sendAttach(ScriptedPeer.attach("gone", 2, Role.SENDER));
            s.peer.sendDetach(2, true, null);
            s.goesOn();
        });
        table.row(64, "a handle in use", s -> {
            s.peer.sendAttach(ScriptedPeer.attach("another", 0, Role.SENDER));
            s.closes(SessionError.HANDLE_IN_USE);
        });
        table.row(64, "a handle above handle-max", s -> {
            s.peer.sendAttach(ScriptedPeer.attach("another", HostileStage.HANDLE_MAX + 1, Role.SENDER));
            s.closes(ConnectionError.FRAMING_ERROR);
        });
        table.row(65, "the name of a link of another connection", s -> {
            HostileStage other = new HostileStage(s.side, UnaryOperator.identity()).ready();
            other.peer.sendAttach(ScriptedPeer.attach("theirs", 2, Role.SENDER));
            s.peer.sendAttach(ScriptedPeer.attach("theirs", 2, Role.SENDER));
            assertThat(other.scenario.recorder.events).noneMatch(event -> event.contains("stolen"));
            other.goesOn();
            other.finish();
            s.goesOn();
        });
        table.row(66, "two attaches of one name in turn", s -> {
            s.scenario.recorder.onRemoteSender = link -> link.accept(
                    io.amqp10.engine.testing.Scenario.ours("x", Role.RECEIVER).build(), s.scenario.recorder);
            for (int i = 2; i < 6; i++) {
                s.peer.sendAttach(ScriptedPeer.attach("contested", i, Role.SENDER));
            }
            assertThat(s.scenario.recorder.events)
                    .filteredOn("link closed local amqp:link:stolen"::equals)
                    .hasSize(3);
            s.goesOn();
        });
        table.row(67, "an unsettled map of 100000 deliveries", s -> {
            Map<Binary, @Nullable DeliveryState> unsettled = new HashMap<>();
            for (int i = 0; i < 100_000; i++) {
                unsettled.put(Binary.copyOf((byte) i, (byte) (i >> 8), (byte) (i >> 16)), null);
            }
            s.peer.sendAttach(ScriptedPeer.attach("much", 2, Role.RECEIVER).unsettled(unsettled, false));
            s.detaches(AmqpError.RESOURCE_LIMIT_EXCEEDED);
            s.peer.sendDetach(2, true, null);
            s.goesOn();
        });
        table.row(67, "an unsettled map with a null key", s -> {
            s.bytes("005312 c00f 08 a1016c 5202 42 40 40 40 40 c103 02 40 40");
            s.closes(AmqpError.DECODE_ERROR);
        });
        table.row(67, "an unsettled map that says it is incomplete", s -> {
            Map<Binary, @Nullable DeliveryState> unsettled = new HashMap<>();
            unsettled.put(Binary.copyOf((byte) 1), null);
            s.scenario.recorder.onRemoteSender = link -> {};
            s.peer.sendAttach(ScriptedPeer.attach("some", 2, Role.SENDER).unsettled(unsettled, true));
            s.goesOn();
        });
    }
}
