package io.amqp10.codec;

import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Transfer;

/** The performative {@code transfer}. */
final class TransferCodec {

    private static final String TYPE = "transfer";

    private TransferCodec() {}

    static void read(WireReader in, Transfer transfer) {
        int outerEnd = in.end;
        int count = in.enterComposite(TYPE, 11);
        if (count == 0) {
            throw WireReader.missing(TYPE, "handle");
        }
        transfer.reset();
        transfer.handle(in.mandatoryUint(TYPE, "handle"));
        if (count > 1) {
            transfer.deliveryId(in.uint(TYPE, "delivery-id"));
        }
        if (count > 2) {
            readTag(in, transfer);
        }
        if (count > 3) {
            transfer.messageFormat(in.uint(TYPE, "message-format"));
        }
        if (count > 4 && !in.isNull()) {
            transfer.settled(in.bool(TYPE, "settled", false));
        }
        if (count > 5) {
            transfer.more(in.bool(TYPE, "more", false));
        }
        if (count > 6 && !in.isNull()) {
            transfer.rcvSettleMode(AttachCodec.receiverMode(TYPE, in.ubyte(TYPE, "rcv-settle-mode", 0)));
        }
        if (count > 7) {
            transfer.state(StateCodec.read(in, TYPE, "state"));
        }
        if (count > 8) {
            transfer.resume(in.bool(TYPE, "resume", false));
        }
        if (count > 9) {
            transfer.aborted(in.bool(TYPE, "aborted", false));
        }
        if (count > 10) {
            transfer.batchable(in.bool(TYPE, "batchable", false));
        }
        in.leave(outerEnd, TYPE);
    }

    private static void readTag(WireReader in, Transfer transfer) {
        int length = in.binaryLength(TYPE, "delivery-tag");
        if (length > Transfer.MAX_TAG_LENGTH) {
            throw DecodeException.invalidField(
                    TYPE + ".delivery-tag has at most " + Transfer.MAX_TAG_LENGTH + " octets, not " + length);
        }
        if (length >= 0) {
            in.copyTo(transfer.deliveryTagBytes(), length);
        }
        transfer.deliveryTagLength(length);
    }

    static void write(WireWriter out, Transfer transfer) {
        out.beginComposite(Descriptor.TRANSFER);
        out.uintField(transfer.handle(), UnsignedInteger.ABSENT);
        out.uintField(transfer.deliveryId(), UnsignedInteger.ABSENT);
        if (transfer.hasDeliveryTag()) {
            out.field();
            out.binaryValue(transfer.deliveryTagBytes(), transfer.deliveryTagLength());
        } else {
            out.absentField();
        }
        out.uintField(transfer.messageFormat(), UnsignedInteger.ABSENT);
        Boolean settled = transfer.settled();
        if (settled == null) {
            out.absentField();
        } else {
            out.field();
            out.booleanValue(settled);
        }
        out.booleanField(transfer.more(), false);
        ReceiverSettleMode mode = transfer.rcvSettleMode();
        if (mode == null) {
            out.absentField();
        } else {
            out.field();
            out.value8(FormatCode.UBYTE, mode.toWire());
        }
        StateCodec.writeField(out, transfer.state());
        out.booleanField(transfer.resume(), false);
        out.booleanField(transfer.aborted(), false);
        out.booleanField(transfer.batchable(), false);
        out.endComposite();
    }
}
