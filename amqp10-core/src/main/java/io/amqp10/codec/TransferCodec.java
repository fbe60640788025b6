package io.amqp10.codec;

import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Transfer;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The performative {@code transfer}. */
final class TransferCodec {

    /** What the first eight octets of the usual encoding begin with. */
    static final int START = UsualFields.start(Descriptor.TRANSFER);

    private static final String TYPE = "transfer";

    /** Descriptor, list, three numbers, a tag and two flags, without what is behind them. */
    static final int MAX_SIZE = 6 + 3 * 5 + 2 + Transfer.MAX_TAG_LENGTH + 2;

    // Numbers of fields.
    private static final int HANDLE = 0;
    private static final int DELIVERY_ID = 1;
    private static final int MESSAGE_FORMAT = 3;

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
    static int readUsual(ByteBuffer octets, long start, int from, int end, Transfer transfer) {
        int count = UsualFields.count(start);
        int behind = UsualFields.end(start, from);
        if (count < 4 || count > 6 || behind > end) {
            return -1;
        }
        int at = from + UsualFields.HEADER;
        int width = readNumber(UsualFields.eightOctets(octets, at, end), transfer, HANDLE);
        if (width == 0) {
            return -1;
        }
        at += width;
        long eight = UsualFields.eightOctets(octets, at, end);
        width = readNumber(eight, transfer, DELIVERY_ID);
        if (width == 0) {
            return -1;
        }
        // A number has at most five of the eight octets, so that those which tell about the tag are among them as well.
        at = readTag(octets, eight << width * Byte.SIZE, at + width, end, transfer);
        if (at < 0) {
            return -1;
        }
        eight = UsualFields.eightOctets(octets, at, end);
        width = readNumber(eight, transfer, MESSAGE_FORMAT);
        // Each flag has one octet. Fields that are not in the list, or octets that are in no field, show here.
        if (width == 0 || at + width + count - 4 != behind) {
            return -1;
        }
        return readFlags(eight << width * Byte.SIZE, count, transfer) ? behind : -1;
    }

    /**
     * Reads a number, and sets the field. Whoever reads keeps the place, so that it stays in a register.
     *
     * @param eight the octets where it begins
     * @param field {@link #HANDLE}, {@link #DELIVERY_ID} or {@link #MESSAGE_FORMAT}
     * @return how many octets it has, 0 if it is unusual, or mandatory and null
     */
    private static int readNumber(long eight, Transfer transfer, int field) {
        int code = UsualFields.firstOf(eight);
        if (code == FormatCode.SMALL_UINT) {
            set(transfer, field, UsualFields.secondOf(eight));
            return 2;
        }
        if (code == FormatCode.UINT) {
            set(transfer, field, UsualFields.uintOf(eight));
            return 1 + Integer.BYTES;
        }
        if (code == FormatCode.UINT0) {
            set(transfer, field, 0);
            return 1;
        }
        if (code == FormatCode.NULL && field != HANDLE) {
            set(transfer, field, UnsignedInteger.ABSENT);
            return 1;
        }
        return 0;
    }

    private static void set(Transfer transfer, int field, long value) {
        switch (field) {
            case HANDLE -> transfer.handle(value);
            case DELIVERY_ID -> transfer.deliveryId(value);
            default -> transfer.messageFormat(value);
        }
    }

    /**
     * Reads a delivery-tag.
     *
     * @param eight the octets where it begins, of which two are looked at
     * @param at the index of the first
     * @return the index behind it, -1 if it is unusual, too long or not all in the frame
     */
    private static int readTag(ByteBuffer octets, long eight, int at, int end, Transfer transfer) {
        int code = UsualFields.firstOf(eight);
        if (code == FormatCode.NULL) {
            transfer.deliveryTagLength(-1);
            return at + 1;
        }
        int length = UsualFields.secondOf(eight);
        int from = at + 2;
        if (code != FormatCode.BINARY8 || length > Transfer.MAX_TAG_LENGTH || length > end - from) {
            return -1;
        }
        UsualFields.copy(octets, from, transfer.deliveryTagBytes(), length);
        transfer.deliveryTagLength(length);
        return from + length;
    }

    /** Reads settled and more, in the first two of eight octets, and sets what is behind them. */
    private static boolean readFlags(long eight, int count, Transfer transfer) {
        int settled = count > 4 ? UsualFields.firstOf(eight) : FormatCode.NULL;
        int more = count > 5 ? UsualFields.secondOf(eight) : FormatCode.NULL;
        if (!UsualFields.isFlag(settled) || !UsualFields.isFlag(more)) {
            return false;
        }
        Boolean flag = settled == FormatCode.NULL ? null : Boolean.valueOf(settled == FormatCode.TRUE);
        // Stored only if it is another: a reference in something old costs some garbage collectors a fence.
        if (!Objects.equals(transfer.settled(), flag)) {
            transfer.settled(flag);
        }
        transfer.more(more == FormatCode.TRUE);
        transfer.resetSeldomFields();
        return true;
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
