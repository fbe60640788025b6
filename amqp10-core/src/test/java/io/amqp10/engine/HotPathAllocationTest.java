package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.amqp10.engine.testing.Scenario;
import io.amqp10.types.Binary;
import io.amqp10.types.Role;
import io.amqp10.types.SequenceNumber;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.PerformativeHandler;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** A message costs its own object and its octets, and nothing else. */
class HotPathAllocationTest {

    private static final int BATCH = 100;
    private static final int BATCHES = 200;

    private static final class Sent extends OutgoingDelivery {}

    private static final class Received extends IncomingDelivery {}

    /** Takes frames and keeps nothing. */
    private static final class Discard implements PerformativeHandler<ByteBuf> {
        int transfers;
        int dispositions;

        @Override
        public void onOpen(int channel, Open open) {}

        @Override
        public void onBegin(int channel, Begin begin) {}

        @Override
        public void onAttach(int channel, Attach attach) {}

        @Override
        public void onFlow(int channel, Flow flow) {}

        @Override
        public void onTransfer(int channel, Transfer transfer, ByteBuf payload) {
            transfers++;
        }

        @Override
        public void onDisposition(int channel, Disposition disposition) {
            dispositions++;
        }

        @Override
        public void onDetach(int channel, Detach detach) {}

        @Override
        public void onEnd(int channel, End end) {}

        @Override
        public void onClose(int channel, Close close) {}

        @Override
        public void onEmptyFrame(int channel) {}
    }

    private static final class Quiet
            implements ConnectionListener, SessionListener, SenderLinkListener, ReceiverLinkListener {
        int outcomes;

        @Override
        public void onRemoteOpen(Open open) {}

        @Override
        public void onRemoteBegin(SessionEngine session, Begin begin) {}

        @Override
        public void onClosed(StopReason reason) {}

        @Override
        public void onEnded(SessionEngine session, StopReason reason) {}

        @Override
        public void onAttached(SenderLink link, Attach attach) {}

        @Override
        public void onSendable(SenderLink link) {}

        @Override
        public void onDrain(SenderLink link) {}

        @Override
        public void onDisposition(SenderLink link, OutgoingDelivery delivery) {
            outcomes++;
        }

        @Override
        public void onDetached(SenderLink link, StopReason reason, boolean closed) {}

        @Override
        public void onAttached(ReceiverLink link, Attach attach) {}

        @Override
        public IncomingDelivery newDelivery(ReceiverLink link) {
            return new Received();
        }

        @Override
        public void onDelivery(ReceiverLink link, IncomingDelivery delivery) {
            link.disposition(delivery, Accepted.INSTANCE, true);
            link.addCredit(1);
        }

        @Override
        public void onDisposition(ReceiverLink link, IncomingDelivery delivery) {}

        @Override
        public void onDrained(ReceiverLink link) {}

        @Override
        public void onDetached(ReceiverLink link, StopReason reason, boolean closed) {}
    }

    private final Discard output = new Discard();
    private final Quiet quiet = new Quiet();
    private final ConnectionEngine engine = new ConnectionEngine(
            EngineOptions.builder(Open.builder("us").build()).build(), output, quiet, 0);
    private final Transfer transfer = new Transfer();
    private final Flow flow = new Flow();
    private final Disposition disposition = new Disposition();
    private int nextId = -50;

    @Test
    void sendingAllocatesTheDeliveryOnly() {
        SessionEngine session = begin();
        SenderLink link = session.attachSender(Scenario.ours("out", Role.SENDER).build(), quiet);
        engine.onAttach(
                0,
                io.amqp10.engine.testing.ScriptedPeer.attach("out", 0, Role.RECEIVER)
                        .build());
        int[] count = {0};

        long bytes = bytesPerMessage(() -> {
            engine.onFlow(
                    0,
                    flow.reset()
                            .nextIncomingId(count[0])
                            .incomingWindow(BATCH)
                            .outgoingWindow(BATCH)
                            .handle(0)
                            .deliveryCount(count[0])
                            .linkCredit(BATCH));
            for (int i = 0; i < BATCH; i++) {
                link.send(new Sent());
            }
            engine.onDisposition(
                    0,
                    disposition
                            .reset()
                            .role(Role.RECEIVER)
                            .first(count[0])
                            .last(count[0] + BATCH - 1)
                            .settled(true)
                            .state(Accepted.INSTANCE));
            count[0] += BATCH;
            engine.flush(0);
        });

        assertThat(output.transfers).isEqualTo(count[0]).isEqualTo(quiet.outcomes);
        assertThat(bytes).isBetween(64L, 160L);
    }

    @Test
    void receivingAllocatesTheDeliveryAndItsOctetsOnly() {
        SessionEngine session = begin();
        ReceiverLink link =
                session.attachReceiver(Scenario.ours("in", Role.RECEIVER).build(), quiet);
        link.addCredit(BATCH);
        engine.onAttach(
                0,
                io.amqp10.engine.testing.ScriptedPeer.attach("in", 0, Role.SENDER)
                        .build());
        engine.flush(0);
        ByteBuf payload = Unpooled.buffer().writeZero(256);
        transfer.deliveryTag(Binary.copyOf((byte) 1, (byte) 2, (byte) 3, (byte) 4))
                .messageFormat(0);

        long bytes = bytesPerMessage(() -> {
            for (int i = 0; i < BATCH; i++) {
                transfer.deliveryTagBytes()[2] = (byte) (nextId >> 8);
                transfer.deliveryTagBytes()[3] = (byte) nextId;
                engine.onTransfer(0, transfer.deliveryId(SequenceNumber.toWire(nextId)), payload);
                nextId++;
            }
            engine.flush(0);
        });

        assertThat(output.dispositions).as("one for each batch").isEqualTo(BATCHES * 4);
        assertThat(bytes).isBetween(256 + 64L, 256 + 16 + 128L);
        payload.release();
    }

    private SessionEngine begin() {
        engine.open();
        engine.onOpen(0, Open.builder("peer").build());
        SessionEngine session = engine.begin(quiet, SessionSettings.DEFAULT);
        engine.onBegin(0, new Begin(0, SequenceNumber.toWire(nextId), 1000, 1000, 10));
        return session;
    }

    /** Measures the least of four rounds: tables grow, and code is compiled, when a machine has time for it. */
    private static long bytesPerMessage(Runnable batch) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < BATCHES; i++) {
                batch.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least / (BATCH * BATCHES);
    }
}
