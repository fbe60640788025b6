package io.amqp10.cli;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Described;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedByte;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.AmqpSequence;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.ApplicationProperties;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.DeliveryAnnotations;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Footer;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.LifetimePolicy;
import io.amqp10.types.messaging.MessageAnnotations;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.messaging.Received;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.Section;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transaction.Declare;
import io.amqp10.types.transaction.Discharge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The described types that the protocol itself defines and the library reads as objects of their own, as the plain described
 * values that they are on the wire. They come as values where a message talks about the protocol, such as a transaction's
 * declare.
 *
 * @see "AMQP 1.0 §1.4"
 */
final class Composites {

    private Composites() {}

    /** Returns a value of such a type as a described list, map or value, and any other as it is. */
    static Object described(Object value) {
        if (value instanceof DeliveryState state) {
            return state(state);
        }
        if (value instanceof Section section) {
            return section(section);
        }
        if (value instanceof ErrorCondition error) {
            return list(0x1d, error.condition(), error.description(), orNull(error.info()));
        }
        if (value instanceof LifetimePolicy policy) {
            return list((int) policy.toWire());
        }
        if (value instanceof Declare declare) {
            return list(0x31, declare.globalId());
        }
        if (value instanceof Discharge discharge) {
            return list(0x32, discharge.txnId(), orNull(discharge.fail()));
        }
        return terminus(value);
    }

    private static Object terminus(Object value) {
        if (value instanceof Coordinator coordinator) {
            return list(0x30, symbols(coordinator.capabilities()));
        }
        if (value instanceof Target target) {
            return list(
                    0x29,
                    target.address(),
                    UnsignedInteger.of(target.durable().toWire()),
                    target.expiryPolicy().toWire(),
                    UnsignedInteger.of(target.timeoutSeconds()),
                    target.dynamic(),
                    orNull(target.dynamicNodeProperties()),
                    symbols(target.capabilities()));
        }
        if (value instanceof Source source) {
            return list(
                    0x28,
                    source.address(),
                    UnsignedInteger.of(source.durable().toWire()),
                    source.expiryPolicy().toWire(),
                    UnsignedInteger.of(source.timeoutSeconds()),
                    source.dynamic(),
                    orNull(source.dynamicNodeProperties()),
                    source.distributionMode(),
                    orNull(source.filter()),
                    source.defaultOutcome(),
                    symbols(source.outcomes()),
                    symbols(source.capabilities()));
        }
        return value;
    }

    private static Described state(DeliveryState state) {
        if (state instanceof Accepted) {
            return list(0x24);
        }
        if (state instanceof Released) {
            return list(0x26);
        }
        if (state instanceof Rejected rejected) {
            return list(0x25, rejected.error());
        }
        if (state instanceof Modified modified) {
            return list(
                    0x27,
                    orNull(modified.deliveryFailed()),
                    orNull(modified.undeliverableHere()),
                    orNull(modified.messageAnnotations()));
        }
        if (state instanceof Received received) {
            return list(0x23, UnsignedInteger.of(received.sectionNumber()), new UnsignedLong(received.sectionOffset()));
        }
        if (state instanceof Declared declared) {
            return list(0x33, declared.txnId());
        }
        TransactionalState transactional = (TransactionalState) state;
        return list(0x34, transactional.txnId(), transactional.outcome());
    }

    private static Described section(Section section) {
        if (section instanceof Header header) {
            return list(
                    0x70,
                    orNull(header.durable()),
                    header.priority() == Header.DEFAULT_PRIORITY ? null : UnsignedByte.of(header.priority()),
                    uint(header.ttlMillis()),
                    orNull(header.firstAcquirer()),
                    header.deliveryCount() == 0 ? null : UnsignedInteger.of(header.deliveryCount()));
        }
        if (section instanceof Properties p) {
            return list(
                    0x73,
                    p.messageId(),
                    p.userId(),
                    p.to(),
                    p.subject(),
                    p.replyTo(),
                    p.correlationId(),
                    p.contentType(),
                    p.contentEncoding(),
                    p.absoluteExpiryTime(),
                    p.creationTime(),
                    p.groupId(),
                    uint(p.groupSequence()),
                    p.replyToGroupId());
        }
        if (section instanceof DeliveryAnnotations annotations) {
            return of(0x71, annotations.value());
        }
        if (section instanceof MessageAnnotations annotations) {
            return of(0x72, annotations.value());
        }
        if (section instanceof ApplicationProperties properties) {
            return of(0x74, properties.value());
        }
        if (section instanceof Data data) {
            return of(0x75, data.value());
        }
        if (section instanceof AmqpSequence sequence) {
            return of(0x76, sequence.value());
        }
        if (section instanceof AmqpValue value) {
            return of(0x77, value.value());
        }
        return of(0x78, ((Footer) section).value());
    }

    private static Described of(int descriptor, @Nullable Object value) {
        return new Described(UnsignedLong.of(descriptor), value);
    }

    /** Fields at the end that are null are left out, as on the wire. */
    private static Described list(int descriptor, @Nullable Object... fields) {
        int length = fields.length;
        while (length > 0 && fields[length - 1] == null) {
            length--;
        }
        return of(
                descriptor,
                new ArrayList<@Nullable Object>(Arrays.asList(fields).subList(0, length)));
    }

    private static @Nullable Boolean orNull(boolean value) {
        return value ? Boolean.TRUE : null;
    }

    private static @Nullable Map<Symbol, @Nullable Object> orNull(Map<Symbol, @Nullable Object> entries) {
        return entries.isEmpty() ? null : entries;
    }

    private static @Nullable UnsignedInteger uint(long value) {
        return value == UnsignedInteger.ABSENT ? null : UnsignedInteger.of(value);
    }

    private static @Nullable AmqpArray symbols(List<Symbol> symbols) {
        return symbols.isEmpty() ? null : AmqpArray.of(AmqpType.SYMBOL, symbols);
    }
}
