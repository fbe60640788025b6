package io.amqp10.codec;

import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Transfer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The performative {@code transfer}. */
final class TransferCodec {

    /** What the first eight octets of the usual encoding begin with. */
    static final int START = UsualFields.start(Descriptor.TRANSFER);

    private static final String TYPE = "transfer";

    /** Descriptor, list, three numbers, a tag and two flags, without what is behind them. */
    static final int MAX_SIZE = 6 + 3 * 5 + 2 + Transfer.MAX_TAG_LENGTH + 2;

    private TransferCodec() {}

    static void read(WireReader in, Transfer transfer) {
        int outerEnd = in.end;
        int count = in.enterComposite(TYPE, 11);
        if (count == 0) {
            throw WireReader.missing(TYPE, "handle");
        }
        transfer.handle(in.mandatoryUint(TYPE, "handle"));
        transfer.deliveryId(count > 1 ? in.uint(TYPE, "delivery-id") : UnsignedInteger.ABSENT);
        transfer.deliveryTagLength(count > 2 ? readTag(in, transfer) : -1);
        transfer.messageFormat(count > 3 ? in.uint(TYPE, "message-format") : UnsignedInteger.ABSENT);
        transfer.settled(count > 4 && !in.isNull() ? Boolean.valueOf(in.bool(TYPE, "settled", false)) : null);
        transfer.more(count > 5 && in.bool(TYPE, "more", false));
        transfer.rcvSettleMode(count > 6 ? readMode(in) : null);
        transfer.state(count > 7 ? StateCodec.read(in, TYPE, "state") : null);
        transfer.resume(count > 8 && in.bool(TYPE, "resume", false));
        transfer.aborted(count > 9 && in.bool(TYPE, "aborted", false));
        transfer.batchable(count > 10 && in.bool(TYPE, "batchable", false));
        in.leave(outerEnd, TYPE);
    }

    /**
     * Reads a transfer in its usual encoding, with four to six fields.
     *
     * @param start the first eight octets, which begin with {@link #START}
     * @param from the index of the first octet
     * @param end the index behind the frame
     * @return the index behind the performative, -1 if it is to be read by {@link #read}
     */
    static int readUsual(UsualFields in, ByteBuffer octets, long start, int from, int end, Transfer transfer) {
        int count = UsualFields.count(start);
        if (count < 4 || count > 6) {
            return -1;
        }
        in.begin(start, from, end);
        long handle = in.uint(octets);
        transfer.handle(handle);
        transfer.deliveryId(in.uint(octets));
        transfer.deliveryTagLength(in.binary(octets, transfer.deliveryTagBytes()));
        transfer.messageFormat(in.uint(octets));
        int settled = count > 4 ? in.bool(octets) : FormatCode.NULL;
        int more = count > 5 ? in.bool(octets) : FormatCode.NULL;
        if (!in.isAtEnd() || handle == UnsignedInteger.ABSENT) {
            return -1;
        }
        transfer.settled(settled == FormatCode.NULL ? null : Boolean.valueOf(settled == FormatCode.TRUE));
        transfer.more(more == FormatCode.TRUE);
        transfer.rcvSettleMode(null);
        transfer.state(null);
        transfer.resume(false);
        transfer.aborted(false);
        transfer.batchable(false);
        return in.end();
    }

    private static int readTag(WireReader in, Transfer transfer) {
        int length = in.binaryLength(TYPE, "delivery-tag");
        if (length > Transfer.MAX_TAG_LENGTH) {
            throw DecodeException.invalidField(
                    TYPE + ".delivery-tag has at most " + Transfer.MAX_TAG_LENGTH + " octets, not " + length);
        }
        if (length > 0) {
            in.copyTo(transfer.deliveryTagBytes(), length);
        }
        return length;
    }

    private static @Nullable ReceiverSettleMode readMode(WireReader in) {
        return in.isNull() ? null : AttachCodec.receiverMode(TYPE, in.ubyte(TYPE, "rcv-settle-mode", 0));
    }

    static void write(WireWriter out, Transfer transfer) {
        out.reserve(MAX_SIZE);
        int list = out.beginComposite(Descriptor.TRANSFER);
        int count = count(transfer);
        byte[] buf = out.buf;
        int pos = WireWriter.putUint(buf, out.pos, transfer.handle());
        if (count > 1) {
            pos = WireWriter.putUintOrNull(buf, pos, transfer.deliveryId());
        }
        if (count > 2) {
            pos = putTag(buf, pos, transfer.deliveryTagBytes(), transfer.deliveryTagLength());
        }
        if (count > 3) {
            pos = WireWriter.putUintOrNull(buf, pos, transfer.messageFormat());
        }
        if (count > 4) {
            Boolean settled = transfer.settled();
            if (settled == null) {
                buf[pos++] = FormatCode.NULL;
            } else {
                pos = WireWriter.putBoolean(buf, pos, settled);
            }
        }
        if (count > 5) {
            pos = WireWriter.putTrueOrNull(buf, pos, transfer.more());
        }
        out.pos = pos;
        if (count > 6) {
            writeSeldomFields(out, transfer, count);
        }
        out.endList(list, out.written(), count);
    }

    /**
     * Writes a transfer of at most six fields, as most are.
     *
     * @param octets has room for {@link #MAX_SIZE} octets and {@link UsualFieldsWriter#SLACK}
     * @param from the index of the first octet
     * @return the index behind the last, -1 if there are more fields, which only {@link #write(WireWriter, Transfer)} knows
     */
    static int writeUsual(ByteBuffer octets, int from, Transfer transfer) {
        int count = count(transfer);
        if (count > 6) {
            return -1;
        }
        int to = from + UsualFields.HEADER;
        to = UsualFieldsWriter.smallUint(octets, to, transfer.handle());
        if (count > 1) {
            to = UsualFieldsWriter.uintOrNull(octets, to, transfer.deliveryId());
        }
        if (count > 2) {
            int length = transfer.deliveryTagLength();
            if (length < 0) {
                to = UsualFieldsWriter.octet(octets, to, FormatCode.NULL);
            } else {
                to = UsualFieldsWriter.binary(octets, to, transfer.deliveryTagBytes(), length);
            }
        }
        if (count > 3) {
            long format = transfer.messageFormat();
            to = format == UnsignedInteger.ABSENT
                    ? UsualFieldsWriter.octet(octets, to, FormatCode.NULL)
                    : UsualFieldsWriter.smallUint(octets, to, format);
        }
        if (count > 4) {
            Boolean settled = transfer.settled();
            to = UsualFieldsWriter.octet(
                    octets, to, settled == null ? FormatCode.NULL : settled ? FormatCode.TRUE : FormatCode.FALSE);
        }
        if (count > 5) {
            to = UsualFieldsWriter.trueOrNull(octets, to, transfer.more());
        }
        return UsualFieldsWriter.begin(octets, from, START, count, to);
    }

    private static void writeSeldomFields(WireWriter out, Transfer transfer, int count) {
        ReceiverSettleMode mode = transfer.rcvSettleMode();
        if (mode == null) {
            out.nullValue();
        } else {
            out.value8(FormatCode.UBYTE, mode.toWire());
        }
        if (count > 7) {
            StateCodec.writeOrNull(out, transfer.state());
        }
        if (count > 8) {
            out.trueOrNull(transfer.resume());
        }
        if (count > 9) {
            out.trueOrNull(transfer.aborted());
        }
        if (count > 10) {
            out.trueOrNull(transfer.batchable());
        }
    }

    /** Returns how many fields there are up to the last that is present. */
    private static int count(Transfer transfer) {
        if (transfer.batchable()) {
            return 11;
        }
        if (transfer.aborted()) {
            return 10;
        }
        if (transfer.resume()) {
            return 9;
        }
        if (transfer.state() != null) {
            return 8;
        }
        if (transfer.rcvSettleMode() != null) {
            return 7;
        }
        if (transfer.more()) {
            return 6;
        }
        if (transfer.settled() != null) {
            return 5;
        }
        if (transfer.messageFormat() != UnsignedInteger.ABSENT) {
            return 4;
        }
        if (transfer.hasDeliveryTag()) {
            return 3;
        }
        return transfer.deliveryId() != UnsignedInteger.ABSENT ? 2 : 1;
    }

    private static int putTag(byte[] target, int at, byte[] tag, int length) {
        if (length < 0) {
            target[at] = FormatCode.NULL;
            return at + 1;
        }
        BigEndian.putShort(target, at, FormatCode.BINARY8 << 8 | length);
        System.arraycopy(tag, 0, target, at + 2, length);
        return at + 2 + length;
    }
}
