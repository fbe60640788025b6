package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.HostileStage.Recorderless;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.LinkError;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Received;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.TransactionalState;
import java.util.List;

/** Deliveries that break the rules, from their first frame to their settlement. */
final class HostileTransfers {

    private final HostileInputs table;

    private HostileTransfers(HostileInputs table) {
        this.table = table;
    }

    static void addTo(HostileInputs table) {
        HostileTransfers topic = new HostileTransfers(table);
        topic.transfers();
        topic.deliveries();
    }

    private void transfers() {
        table.row(44, "a delivery without credit", s -> {
            s.in().setCredit(0);
            s.peer.ignoreSent();
            for (int i = 0; i < 10; i++) {
                s.delivery();
            }
            s.peer.ignoreSent();
            s.delivery();
            s.detaches(LinkError.TRANSFER_LIMIT_EXCEEDED);
        });
        table.row(46, "a transfer without handle", s -> {
            s.bytes("005314 c003 01 40 00");
            s.closes(AmqpError.DECODE_ERROR);
        });
        table.row(46, "a first transfer without id", s -> {
            s.transfer(1, frame -> frame.deliveryTag(Binary.copyOf((byte) 1)));
            s.ends(AmqpError.INVALID_FIELD);
        });
        table.row(46, "a first transfer without tag", s -> {
            s.transfer(1, frame -> frame.deliveryId(0));
            s.ends(AmqpError.INVALID_FIELD);
        });
        for (long id : new long[] {2, 0, 0xffff_ffffL}) {
            table.row(47, "delivery-id " + id + " where 1 is next", s -> {
                s.delivery();
                s.transfer(4, frame -> ScriptedPeer.firstOf(frame, id));
                s.ends(AmqpError.INVALID_FIELD);
            });
        }
        table.row(48, "a tag of 33 octets", s -> {
            s.bytes("005314 c026 03 43 43 a021" + "00".repeat(33));
            s.ends(AmqpError.INVALID_FIELD);
        });
        table.row(48, "an empty tag", s -> {
            s.first(4, frame -> frame.deliveryTag(Binary.copyOf()));
            assertThat(s.scenario.recorder.deliveries).hasSize(1);
            s.ignores();
        });
        table.row(48, "a tag of an unsettled delivery", s -> {
            s.delivery();
            s.first(4, frame -> frame.deliveryTag(Binary.copyOf((byte) 0, (byte) 0)));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        table.row(49, "a frame that goes on with another id", s -> {
            s.first(1, frame -> frame.more(true));
            s.transfer(1, frame -> frame.deliveryId(1));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        table.row(49, "a frame that goes on with another tag", s -> {
            s.first(1, frame -> frame.more(true));
            s.transfer(1, frame -> frame.deliveryTag(Binary.copyOf((byte) 9)));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        table.row(49, "a frame that goes on with another format", s -> {
            s.first(1, frame -> frame.more(true));
            s.transfer(1, frame -> frame.messageFormat(1));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        table.row(50, "a settled delivery that becomes unsettled", s -> {
            s.first(1, frame -> frame.more(true).settled(true));
            s.transfer(1, frame -> frame.settled(false));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        table.row(50, "a settled delivery on a link whose sender settles none", s -> {
            s.scenario.recorder.onRemoteSender = link -> link.accept(
                    io.amqp10.engine.testing.Scenario.ours("x", Role.RECEIVER).build(), s.scenario.recorder);
            s.peer.sendAttach(
                    ScriptedPeer.attach("unsettled", 2, Role.SENDER).sndSettleMode(SenderSettleMode.UNSETTLED));
            List<ReceiverLink> links = s.scenario.recorder.receivers;
            s.credit(links.get(links.size() - 1), 10);
            s.first(4, frame -> frame.handle(2).settled(true));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        table.row(51, "mode second on a link with first", s -> {
            s.first(4, frame -> frame.rcvSettleMode(io.amqp10.types.ReceiverSettleMode.SECOND));
            s.detaches(AmqpError.INVALID_FIELD);
        });
        table.row(52, "a delivery that begins inside of another", s -> {
            s.first(9000, frame -> frame.more(true));
            s.first(9000, frame -> frame.more(true));
            s.ends(AmqpError.NOT_ALLOWED);
        });
        table.row(53, "a delivery of endlessly many empty frames", o -> o.maxFramesPerDelivery(1000), s -> {
            s.first(0, frame -> frame.more(true));
            for (int i = 0; i < 1000 && s.in().isAttached(); i++) {
                s.transfer(0, frame -> frame.more(true));
                s.peer.flush();
            }
            s.detaches(LinkError.TRANSFER_LIMIT_EXCEEDED);
        });
        table.row(54, "a delivery of endlessly many octets", s -> {
            s.first(512, frame -> frame.more(true));
            for (int i = 0; i < 20 && s.in().isAttached(); i++) {
                s.transfer(512, frame -> frame.more(true));
            }
            s.detaches(LinkError.MESSAGE_SIZE_EXCEEDED);
        });
        table.row(55, "many deliveries that never end", o -> o.maxBufferedBytes(9_500), s -> {
            s.first(9000, frame -> frame.more(true));
            s.transfer(500, frame -> frame.more(true));
            s.peer.expectNothing();
            s.transfer(1, frame -> frame.more(true).aborted(false));
            assertThat(s.closes(AmqpError.RESOURCE_LIMIT_EXCEEDED).description())
                    .contains("maxBufferedBytes");
        });
        table.row(56, "a delivery that is aborted by its first frame, with a payload", s -> {
            s.first(5000, frame -> frame.aborted(true).more(true));
            assertThat(s.in().credit()).isEqualTo(9);
            assertThat(s.scenario.recorder.deliveries).isEmpty();
            s.ignores();
        });
        table.row(56, "aborted deliveries without end", o -> o.endpointRate(50, 1), s -> {
            s.credit(s.in(), 100);
            for (int i = 0; i < 60 && s.engine.state() == ConnectionState.OPENED; i++) {
                s.first(9000, frame -> frame.more(true));
                s.transfer(9000, frame -> frame.aborted(true));
                s.peer.flush();
            }
            assertThat(s.closes(AmqpError.RESOURCE_LIMIT_EXCEEDED).description())
                    .contains("endpointsPerSecond");
        });
    }

    private void deliveries() {
        table.row(57, "a receiver that never settles", s -> {
            s.peer.sendFlow(flow -> flow.handle(1).deliveryCount(0).linkCredit(UnsignedInteger.MAX));
            int sent = 0;
            while (s.out().canSend()) {
                s.send();
                sent++;
            }
            assertThat(sent).isEqualTo(50);
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, true, null);
            s.goesOn();
        });
        table.row(58, "a disposition of half of all ids", s -> {
            Recorderless message = s.send();
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.RECEIVER, 0, 0x7fff_ffffL, true, Accepted.INSTANCE);
            assertThat(message.remotelySettled()).isTrue();
            s.ignores();
        });
        for (long last : new long[] {0xffff_ffffL, 0x8000_0001L}) {
            table.row(58, "a disposition of all ids, to " + last, s -> {
                s.peer.sendDisposition(Role.RECEIVER, 0, last, true, Accepted.INSTANCE);
                s.closes(AmqpError.NOT_ALLOWED);
            });
        }
        table.row(58, "a disposition that ends before it begins", s -> {
            s.peer.sendDisposition(Role.RECEIVER, 5, 4, true, Accepted.INSTANCE);
            s.closes(AmqpError.NOT_ALLOWED);
        });
        table.row(59, "a disposition across the wrap", s -> {
            Recorderless first = s.send();
            Recorderless second = s.send();
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.RECEIVER, 0xffff_fffeL, 1, true, Accepted.INSTANCE);
            assertThat(first.remotelySettled()).isTrue();
            assertThat(second.remotelySettled()).isTrue();
            s.ignores();
        });
        table.row(60, "dispositions of what is unknown, settled, or has its outcome", s -> {
            Recorderless message = s.send();
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.RECEIVER, 17, 99, true, Accepted.INSTANCE);
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, false, Accepted.INSTANCE);
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, false, Released.INSTANCE);
            assertThat(message.remoteState()).isEqualTo(Accepted.INSTANCE);
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, true, null);
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, true, Released.INSTANCE);
            assertThat(message.remoteState()).isEqualTo(Accepted.INSTANCE);
            s.ignores();
        });
        table.row(61, "a disposition with a state that nobody knows", s -> {
            s.bytes("005315 c00a 05 41 43 40 40 00a30178 45");
            s.ends(AmqpError.INVALID_FIELD);
        });
        table.row(61, "a transactional state inside of another", s -> {
            s.bytes("005315 c017 05 41 43 40 40 005334 c00d 02 a00101 005334 c004 01 a00102");
            s.ends(AmqpError.INVALID_FIELD);
        });
        for (DeliveryState state : List.of(
                new Declared(Binary.copyOf((byte) 1)),
                new TransactionalState(Binary.copyOf((byte) 1), new Declared(Binary.copyOf((byte) 2))))) {
            table.row(61, "a disposition that declares a transaction for a message: " + state, s -> {
                s.send();
                s.peer.ignoreSent();
                s.peer.sendDisposition(Role.RECEIVER, 0, 0, true, state);
                s.detaches(AmqpError.INVALID_FIELD);
            });
        }
        table.row(62, "a disposition with the role of the other side", s -> {
            Recorderless message = s.send();
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.SENDER, 0, 0, true, Accepted.INSTANCE);
            assertThat(message.remotelySettled()).isFalse();
            s.ignores();
        });
        table.row(68, "a resumed delivery that is unknown here", s -> {
            s.first(5000, frame -> frame.resume(true).more(true));
            s.transfer(5000, frame -> frame.resume(true));
            assertThat(s.scenario.recorder.deliveries).isEmpty();
            assertThat(s.in().credit()).isEqualTo(9);
            s.ignores();
        });
        for (Received beyond : List.of(
                new Received(UnsignedInteger.MAX, 0), new Received(0, -1), new Received(0, 100), new Received(40, 0))) {
            table.row(68, "a state beyond the end of the delivery: " + beyond, s -> {
                Recorderless message = s.send();
                s.peer.ignoreSent();
                s.peer.sendDisposition(Role.RECEIVER, 0, 0, false, beyond);
                assertThat(message.remotelySettled()).isFalse();
                s.detaches(AmqpError.INVALID_FIELD);
            });
        }
        table.row(68, "a state of received that can be, then the outcome", s -> {
            Recorderless message = s.send();
            s.peer.ignoreSent();
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, false, new Received(0, 1));
            assertThat(message.remotelySettled()).isFalse();
            s.peer.sendDisposition(Role.RECEIVER, 0, 0, true, Accepted.INSTANCE);
            assertThat(message.remoteState()).isEqualTo(Accepted.INSTANCE);
            s.ignores();
        });
    }
}
