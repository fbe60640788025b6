package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.HostileStage.Side;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Redirect;
import io.amqp10.types.Role;
import io.amqp10.types.SessionError;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import java.util.Map;

/** What is wrong with a connection or session as a whole, and how they end. */
final class HostileConnections {

    private final HostileInputs table;

    private HostileConnections(HostileInputs table) {
        this.table = table;
    }

    static void addTo(HostileInputs table) {
        HostileConnections topic = new HostileConnections(table);
        topic.connections();
        topic.sessions();
        topic.endings();
    }

    private void connections() {
        table.early(27, "a begin before the open", s -> {
            s.unopened().peer.sendBegin(0);
            s.closes(AmqpError.ILLEGAL_STATE);
        });
        table.early(27, "an open on channel 5", s -> {
            s.unopened().peer.send(5, Open.builder("peer").build());
            s.closes(ConnectionError.FRAMING_ERROR);
        });
        table.row(27, "two opens", s -> {
            s.peer.sendOpen();
            s.closes(AmqpError.ILLEGAL_STATE);
        });
        for (long size : new long[] {0, 1, 511}) {
            table.early(28, "a max-frame-size of " + size, s -> {
                s.unopened().peer.sendOpen(open -> open.maxFrameSize(size));
                s.closes(ConnectionError.FRAMING_ERROR);
            });
        }
        table.early(29, "an idle-time-out of a millisecond", s -> {
            s.unopened().peer.sendOpen(open -> open.idleTimeOutMillis(1));
            assertThat(s.closes(AmqpError.NOT_ALLOWED).description()).contains("100");
        });
        table.early(29, "the longest idle-time-out and the lowest channel-max", s -> {
            s.unopened().peer.sendOpen(open -> open.idleTimeOutMillis(UnsignedInteger.MAX)
                    .channelMax(0));
            s.peer.ignoreSent();
            assertThat(s.peer.tick()).isGreaterThan(1_000_000_000L).isNotEqualTo(ConnectionEngine.NO_DEADLINE);
            assertThat(s.engine.state()).isEqualTo(ConnectionState.OPENED);
        });
        table.early(29, "no idle-time-out and the highest channel-max", s -> {
            s.unopened().peer.sendOpen(open -> open.channelMax(65_535));
            s.peer.ignoreSent();
            assertThat(s.engine.state()).isEqualTo(ConnectionState.OPENED);
        });
        table.early(30, "a container-id of 60000 characters", s -> {
            s.unopened().peer.send(0, Open.builder("x".repeat(60_000)).build());
            assertThat(s.closes(AmqpError.INVALID_FIELD).description()).contains("maxNameLength");
        });
        table.row(30, "a link name of 60000 characters", s -> {
            s.peer.sendAttach(ScriptedPeer.attach("x".repeat(60_000), 2, Role.SENDER));
            s.detaches(AmqpError.INVALID_FIELD);
            s.peer.sendDetach(2, true, null);
            s.goesOn();
        });
        table.row(31, "a frame above channel-max", s -> {
            s.peer.sendBegin(HostileStage.CHANNEL_MAX + 1);
            s.closes(ConnectionError.FRAMING_ERROR);
        });
        table.row(31, "a frame on a channel without session", s -> {
            s.peer.send(3, new Flow());
            s.closes(ConnectionError.FRAMING_ERROR);
        });
        table.row(32, "more sessions than are allowed", o -> o.maxSessions(10), s -> {
            for (int channel = 1; channel < 10; channel++) {
                s.peer.sendBegin(channel);
            }
            s.goesOn();
            s.peer.sendBegin(10);
            assertThat(s.closes(AmqpError.RESOURCE_LIMIT_EXCEEDED).description())
                    .contains("maxSessions");
        });
        table.row(33, "begin and end without end", s -> {
            int begun = 0;
            while (s.engine.state() == ConnectionState.OPENED) {
                s.peer.sendBegin(1);
                s.peer.send(1, new End(null));
                begun++;
            }
            assertThat(begun).isLessThanOrEqualTo(EngineOptions.DEFAULT_ENDPOINT_BURST + 1);
            assertThat(s.engine.stopReason())
                    .isNotNull()
                    .extracting(StopReason::error)
                    .asString()
                    .contains("resource-limit-exceeded", "endpointsPerSecond");
        });
        table.row(78, "octets after the close", s -> {
            s.peer.sendClose(null);
            s.peer.ignoreSent();
            s.peer.send(0, new Flow());
            s.bytes("ff");
            s.peer.expectNothing();
            assertThat(s.engine.isClosed()).isTrue();
        });
        table.row(78, "no answer to our close", s -> {
            s.engine.close(null);
            s.peer.tick();
            s.peer.ignoreSent();
            assertThat(s.engine.isClosed()).isFalse();
            s.peer.advance(EngineOptions.DEFAULT_CLOSE_TIMEOUT_NANOS);
            assertThat(s.engine.isClosed()).isTrue();
        });
        table.row(84, "a flood of empty frames", s -> {
            for (int i = 0; i < 100_000; i++) {
                s.peer.sendEmptyFrame(0);
            }
            assertThat(s.closes(AmqpError.RESOURCE_LIMIT_EXCEEDED).description())
                    .contains("emptyFramesPerSecond");
        });
    }

    private void sessions() {
        table.row(36, "an answer to a begin that was not sent", s -> {
            s.peer.send(1, new Begin(9, 0, 1, 1, 1));
            s.closes(AmqpError.NOT_ALLOWED);
        });
        table.row(36, "a second answer to a begin", s -> {
            s.peer.send(1, new Begin(0, 0, 1, 1, 1));
            s.closes(AmqpError.NOT_ALLOWED);
        });
        table.row(36, "a begin on a channel in use", s -> {
            s.peer.sendBegin(0);
            s.closes(AmqpError.NOT_ALLOWED);
        });
        for (long window : new long[] {0, UnsignedInteger.MAX}) {
            table.row(37, "a window of " + window + " and ids that wrap", s -> {
                s.peer.send(1, new Begin(Begin.NO_CHANNEL, 0xffff_fffeL, window, window, 255));
                s.peer.send(1, ScriptedPeer.attach("wraps", 0, Role.SENDER).build());
                ReceiverLink link = s.scenario.recorder.receivers.get(s.scenario.recorder.receivers.size() - 1);
                if (s.side == Side.CLIENT) {
                    link.accept(
                            io.amqp10.engine.testing.Scenario.ours("x", Role.RECEIVER)
                                    .build(),
                            s.scenario.recorder);
                }
                s.credit(link, 10);
                for (long id = 0xffff_fffeL; id < 0x1_0000_0003L; id++) {
                    long wrapped = id & UnsignedInteger.MAX;
                    s.transferOn(
                            1, 4, frame -> ScriptedPeer.firstOf(frame, wrapped).settled(true));
                }
                assertThat(s.scenario.recorder.deliveries).hasSize(5);
                s.goesOn();
            });
        }
        table.row(38, "a flow that expects what we never sent", s -> {
            s.peer.sendFlow(flow -> flow.nextIncomingId(1));
            s.ends(SessionError.WINDOW_VIOLATION);
        });
        table.row(38, "a flow that takes transfers back", s -> {
            s.delivery();
            s.peer.sendFlow(flow -> flow.nextOutgoingId(0));
            s.ends(SessionError.WINDOW_VIOLATION);
        });
        table.row(39, "a flow for an unknown handle", s -> {
            s.peer.sendFlow(flow -> flow.handle(5).linkCredit(1));
            s.ends(SessionError.UNATTACHED_HANDLE);
        });
        table.row(39, "a flow with the fields of a link and no handle", s -> {
            s.peer.sendFlow(flow -> flow.linkCredit(1));
            s.ends(AmqpError.INVALID_FIELD);
        });
        table.row(45, "a transfer beyond the window", s -> {
            s.credit(s.in(), 1000);
            for (int i = 0; i < HostileStage.WINDOW; i++) {
                s.delivery();
            }
            s.delivery();
            s.ends(SessionError.WINDOW_VIOLATION);
        });
    }

    private void endings() {
        table.row(79, "the end of the stream in the middle of a delivery", s -> {
            s.first(9000, frame -> frame.more(true));
            s.reset();
            assertThat(s.scenario.recorder.events).contains("closed transportlost");
        });
        table.row(81, "a close with a description of a million characters and line ends", s -> {
            s.peer.sendClose(ErrorCondition.of(AmqpError.INTERNAL_ERROR, "\r\nevil".repeat(200_000)));
            assertThat(s.engine.isClosed()).isTrue();
        });
        table.row(82, "a redirect to another host is told and not followed", s -> {
            s.peer.sendClose(new ErrorCondition(
                    ConnectionError.REDIRECT, null, Map.of(Symbol.of("network-host"), "evil.example")));
            assertThat(s.next(io.amqp10.types.transport.Close.class).error()).isNull();
            s.peer.expectNothing();
            StopReason reason = s.engine.stopReason();
            assertThat(reason).isInstanceOf(StopReason.Remote.class);
            assertThat(Redirect.of(reason == null ? null : reason.error()))
                    .isEqualTo(new Redirect(null, "evil.example", 0, null));
        });
    }
}
