package io.amqp10.codec;

import io.amqp10.types.Binary;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.transport.Attach;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The performative {@code attach}. */
final class AttachCodec {

    private static final String UNSETTLED = "attach.unsettled";

    private AttachCodec() {}

    static Attach read(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.ATTACH, 14);
        Attach attach = new Attach(
                in.mandatoryString("name"),
                in.mandatoryUint("handle"),
                Role.fromWire(in.mandatoryBool("role")),
                readSenderMode(in),
                receiverMode("attach", in.ubyte("rcv-settle-mode", ReceiverSettleMode.FIRST.toWire())),
                TerminusCodec.readSourceField(in),
                TerminusCodec.readTargetField(in),
                in.next() ? readUnsettled(wire) : null,
                in.bool("incomplete-unsettled", false),
                in.uint("initial-delivery-count", UnsignedInteger.ABSENT),
                in.ulong("max-message-size", 0),
                in.symbols("offered-capabilities"),
                in.symbols("desired-capabilities"),
                in.fields("properties"));
        in.end();
        return attach;
    }

    private static SenderSettleMode readSenderMode(CompositeReader in) {
        int value = in.ubyte("snd-settle-mode", SenderSettleMode.MIXED.toWire());
        try {
            return SenderSettleMode.fromWire(value);
        } catch (IllegalArgumentException e) {
            throw in.invalid("snd-settle-mode", "no such value: " + value);
        }
    }

    static ReceiverSettleMode receiverMode(String type, int value) {
        try {
            return ReceiverSettleMode.fromWire(value);
        } catch (IllegalArgumentException e) {
            throw DecodeException.invalidField(type + ".rcv-settle-mode: no such value: " + value);
        }
    }

    private static @Nullable Map<Binary, @Nullable DeliveryState> readUnsettled(WireReader in) {
        int outerEnd = in.end;
        int count = ValueReader.enterMap(in, UNSETTLED);
        if (count < 0) {
            return null;
        }
        @Nullable Object[] items = new Object[count];
        for (int i = 0; i < count; i += 2) {
            Binary tag = in.binary("attach", "unsettled key");
            if (tag == null) {
                throw new DecodeException(UNSETTLED + " has a null key");
            }
            items[i] = tag;
            items[i + 1] = StateCodec.read(in, "attach", "unsettled value");
        }
        in.leave(outerEnd, UNSETTLED);
        return ValueMap.of(items, UNSETTLED);
    }

    static void write(WireWriter out, Attach attach) {
        CompositeWriter fields = out.composite(Descriptor.ATTACH);
        fields.string(attach.name());
        fields.uint(attach.handle(), UnsignedInteger.ABSENT);
        out.booleanValue(attach.role().toWire());
        fields.present();
        fields.ubyte(attach.sndSettleMode().toWire(), SenderSettleMode.MIXED.toWire());
        fields.ubyte(attach.rcvSettleMode().toWire(), ReceiverSettleMode.FIRST.toWire());
        if (attach.source() == null) {
            fields.absent();
        } else {
            TerminusCodec.write(out, attach.source());
            fields.present();
        }
        if (attach.target() == null) {
            fields.absent();
        } else {
            TerminusCodec.write(out, attach.target());
            fields.present();
        }
        if (attach.unsettled() == null) {
            fields.absent();
        } else {
            writeUnsettled(out, attach.unsettled());
            fields.present();
        }
        fields.bool(attach.incompleteUnsettled(), false);
        fields.uint(attach.initialDeliveryCount(), UnsignedInteger.ABSENT);
        fields.ulong(attach.maxMessageSize(), 0);
        fields.symbols(attach.offeredCapabilities());
        fields.symbols(attach.desiredCapabilities());
        fields.fields(attach.properties());
        fields.end();
    }

    private static void writeUnsettled(WireWriter out, Map<Binary, @Nullable DeliveryState> unsettled) {
        int mark = out.beginCompound();
        int items = 0;
        for (Map.Entry<Binary, @Nullable DeliveryState> entry : unsettled.entrySet()) {
            out.binaryValue(entry.getKey());
            DeliveryState state = entry.getValue();
            if (state == null) {
                out.nullValue();
            } else {
                StateCodec.write(out, state);
            }
            items += 2;
        }
        out.endCompound(mark, FormatCode.MAP8, items);
    }
}
