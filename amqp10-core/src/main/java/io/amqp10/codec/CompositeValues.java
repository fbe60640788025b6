package io.amqp10.codec;

import io.amqp10.types.ErrorCondition;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.LifetimePolicy;
import io.amqp10.types.messaging.LinkTarget;
import io.amqp10.types.messaging.Section;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.transaction.Declare;
import io.amqp10.types.transaction.Discharge;
import org.jspecify.annotations.Nullable;

/** The described types of the specification where any value may stand. */
final class CompositeValues {

    private CompositeValues() {}

    /** Reads what follows a descriptor; returns null, with nothing read, if there is no class for it. */
    static @Nullable Object read(WireReader in, int descriptor) {
        return switch (descriptor) {
            case Descriptor.UNKNOWN -> null;
            case Descriptor.ERROR -> ErrorCodec.read(in);
            case Descriptor.SOURCE -> TerminusCodec.readSource(in);
            case Descriptor.TARGET -> TerminusCodec.readTarget(in);
            case Descriptor.COORDINATOR -> TerminusCodec.readCoordinator(in);
            case Descriptor.DECLARE -> TransactionCodec.readDeclare(in);
            case Descriptor.DISCHARGE -> TransactionCodec.readDischarge(in);
            case Descriptor.DELETE_ON_CLOSE,
                    Descriptor.DELETE_ON_NO_LINKS,
                    Descriptor.DELETE_ON_NO_MESSAGES,
                    Descriptor.DELETE_ON_NO_LINKS_OR_MESSAGES -> {
                StateCodec.readNoFields(in, descriptor);
                yield LifetimePolicy.fromWire(descriptor);
            }
            default -> {
                Object state = StateCodec.readBody(in, descriptor);
                yield state != null ? state : SectionCodec.readBody(in, descriptor);
            }
        };
    }

    /** Tells whether {@link #write} takes a value. */
    static boolean isComposite(Object value) {
        return value instanceof DeliveryState
                || value instanceof ErrorCondition
                || value instanceof Source
                || value instanceof LinkTarget
                || value instanceof LifetimePolicy
                || value instanceof Declare
                || value instanceof Discharge
                || value instanceof Section;
    }

    /** Writes a value of one of these types; returns false if it is none. */
    static boolean write(WireWriter out, Object value) {
        out.descend();
        if (value instanceof DeliveryState state) {
            StateCodec.write(out, state);
        } else if (value instanceof ErrorCondition error) {
            ErrorCodec.write(out, error);
        } else if (value instanceof Source source) {
            TerminusCodec.write(out, source);
        } else if (value instanceof LinkTarget target) {
            TerminusCodec.write(out, target);
        } else if (value instanceof LifetimePolicy policy) {
            out.emptyComposite((int) policy.toWire());
        } else if (value instanceof Declare declare) {
            TransactionCodec.write(out, declare);
        } else if (value instanceof Discharge discharge) {
            TransactionCodec.write(out, discharge);
        } else if (value instanceof Section section) {
            SectionCodec.write(out, section);
        } else {
            return false;
        }
        out.ascend();
        return true;
    }
}
