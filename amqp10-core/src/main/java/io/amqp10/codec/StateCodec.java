package io.amqp10.codec;

import io.amqp10.types.Binary;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Received;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.TransactionalState;
import org.jspecify.annotations.Nullable;

/** Delivery states and outcomes. The frequent ones, which have no fields, are single objects. */
final class StateCodec {

    /** The standard has 32 octets at most (§4.5.4), but Artemis gives ids of 36. */
    private static final int LONGEST_TXN_ID = 64;

    private StateCodec() {}

    /** Reads a delivery state, or null. */
    static @Nullable DeliveryState read(WireReader in, String type, String field) {
        DeliveryState usual = in.stateWithoutFields();
        if (usual != null) {
            return usual;
        }
        int code = in.u8();
        if (code == FormatCode.NULL) {
            return null;
        }
        if (code != FormatCode.DESCRIBED) {
            throw notState(type, field, FormatCode.describe(code));
        }
        DeliveryState state = readBody(in, in.knownDescriptor());
        if (state == null) {
            throw notState(type, field, "of an unknown type");
        }
        return state;
    }

    private static DecodeException notState(String type, String field, String what) {
        return DecodeException.invalidField(type + "." + field + " must be a delivery state, not " + what);
    }

    /** Reads what follows the descriptor; returns null if that is no delivery state's. */
    static @Nullable DeliveryState readBody(WireReader in, int descriptor) {
        return switch (descriptor) {
            case Descriptor.ACCEPTED -> {
                readNoFields(in, descriptor);
                yield Accepted.INSTANCE;
            }
            case Descriptor.RELEASED -> {
                readNoFields(in, descriptor);
                yield Released.INSTANCE;
            }
            case Descriptor.RECEIVED -> readReceived(in);
            case Descriptor.REJECTED -> readRejected(in);
            case Descriptor.MODIFIED -> readModified(in);
            case Descriptor.DECLARED -> readDeclared(in);
            case Descriptor.TRANSACTIONAL_STATE -> readTransactionalState(in);
            default -> null;
        };
    }

    static void readNoFields(WireReader in, int descriptor) {
        int outerEnd = in.end;
        in.enterComposite(Descriptor.name(descriptor), 0);
        in.leave(outerEnd, Descriptor.name(descriptor));
    }

    private static Received readReceived(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.RECEIVED, 2);
        long sectionNumber = in.mandatoryUint("section-number");
        if (!in.nextNotNull()) {
            throw in.missing("section-offset");
        }
        Received received = new Received(sectionNumber, wire.ulong(in.type(), "section-offset", 0));
        in.end();
        return received;
    }

    private static Rejected readRejected(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.REJECTED, 1);
        Rejected rejected = new Rejected(ErrorCodec.readField(in, "error"));
        in.end();
        return rejected;
    }

    private static Modified readModified(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.MODIFIED, 3);
        Modified modified = new Modified(
                in.bool("delivery-failed", false),
                in.bool("undeliverable-here", false),
                in.fields("message-annotations"));
        in.end();
        return modified;
    }

    private static Declared readDeclared(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.DECLARED, 1);
        Declared declared = new Declared(readTxnId(in));
        in.end();
        return declared;
    }

    private static TransactionalState readTransactionalState(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.TRANSACTIONAL_STATE, 2);
        TransactionalState state = new TransactionalState(readTxnId(in), readOutcome(in, "outcome"));
        in.end();
        return state;
    }

    static Binary readTxnId(CompositeReader in) {
        Binary txnId = in.mandatoryBinary("txn-id");
        if (txnId.length() > LONGEST_TXN_ID) {
            throw in.invalid("txn-id", "at most " + LONGEST_TXN_ID + " octets are taken, not " + txnId.length());
        }
        return txnId;
    }

    /** Reads a field that is an outcome. */
    static @Nullable Outcome readOutcome(CompositeReader in, String field) {
        if (!in.next()) {
            return null;
        }
        DeliveryState state = read(in.in(), in.type(), field);
        if (state == null || state instanceof Outcome) {
            return (Outcome) state;
        }
        throw in.invalid(field, "an outcome is wanted, not " + state.getClass().getSimpleName());
    }

    /** Reads the descriptor of a field whose type is known. */
    static void expect(CompositeReader holder, String field, int descriptor) {
        int code = holder.in().u8();
        if (code != FormatCode.DESCRIBED || holder.in().knownDescriptor() != descriptor) {
            throw new DecodeException(holder.type() + "." + field + " must be " + Descriptor.name(descriptor) + ", not "
                    + (code == FormatCode.DESCRIBED ? "of another described type" : FormatCode.describe(code)));
        }
    }

    static void writeField(CompositeWriter holder, @Nullable DeliveryState state) {
        if (state == null) {
            holder.absent();
        } else {
            write(holder.out(), state);
            holder.present();
        }
    }

    static void writeOrNull(WireWriter out, @Nullable DeliveryState state) {
        if (state == null) {
            out.nullValue();
        } else {
            write(out, state);
        }
    }

    static void write(WireWriter out, DeliveryState state) {
        if (state == Accepted.INSTANCE || state instanceof Accepted) {
            out.emptyComposite(Descriptor.ACCEPTED);
        } else if (state instanceof Released) {
            out.emptyComposite(Descriptor.RELEASED);
        } else if (state instanceof Rejected rejected) {
            CompositeWriter fields = out.composite(Descriptor.REJECTED);
            ErrorCodec.writeField(fields, rejected.error());
            fields.end();
        } else if (state instanceof Modified modified) {
            CompositeWriter fields = out.composite(Descriptor.MODIFIED);
            fields.bool(modified.deliveryFailed(), false);
            fields.bool(modified.undeliverableHere(), false);
            fields.fields(modified.messageAnnotations());
            fields.end();
        } else if (state instanceof TransactionalState transactional) {
            CompositeWriter fields = out.composite(Descriptor.TRANSACTIONAL_STATE);
            fields.binary(transactional.txnId());
            writeField(fields, transactional.outcome());
            fields.end();
        } else if (state instanceof Received received) {
            CompositeWriter fields = out.composite(Descriptor.RECEIVED);
            out.uintValue(received.sectionNumber());
            fields.present();
            out.ulongValue(received.sectionOffset());
            fields.present();
            fields.end();
        } else if (state instanceof Declared declared) {
            CompositeWriter fields = out.composite(Descriptor.DECLARED);
            fields.binary(declared.txnId());
            fields.end();
        } else {
            throw new IllegalArgumentException(state.getClass().getName() + " is no delivery state");
        }
    }
}
