package io.amqp10.internal;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.Binary;
import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that filters are what their types say, before a peer is asked to apply them: some peers end the session for
 * one that is not, others apply nothing. Filters that are not known here are left to the peer. Those of a peer are looked at
 * too, before an application is to apply them.
 *
 * @see "AMQP 1.0 §3.5.8; AMQP Filter Expressions 1.0, working draft 10"
 */
final class Filters {

    /** A kind of filter: its value is of this class, and if that is a map, its keys are of that class. */
    private record Kind(
            String name, Class<?> value, @Nullable Class<?> keys, Set<String> fields) {}

    private static final Set<String> HEADER = Set.of("durable", "priority", "ttl", "first-acquirer", "delivery-count");
    private static final Set<String> PROPERTIES = Set.of(
            "message-id",
            "user-id",
            "to",
            "subject",
            "reply-to",
            "correlation-id",
            "content-type",
            "content-encoding",
            "absolute-expiry-time",
            "creation-time",
            "group-id",
            "group-sequence",
            "reply-to-group-id");

    /** By descriptor, as symbol and as number. */
    private static final Map<Object, Kind> KINDS = new HashMap<>();

    static {
        kind("apache.org:legacy-amqp-direct-binding:string", 0x0000_468C_0000_0000L, String.class);
        kind("apache.org:legacy-amqp-topic-binding:string", 0x0000_468C_0000_0001L, String.class);
        kind("apache.org:legacy-amqp-headers-binding:map", 0x0000_468C_0000_0002L, Map.class);
        kind("apache.org:no-local-filter:list", 0x0000_468C_0000_0003L, List.class);
        kind("apache.org:selector-filter:string", 0x0000_468C_0000_0004L, String.class);
        kind("amqp:all-filter", 0x100, List.class);
        kind("amqp:any-filter", 0x101, List.class);
        kind("amqp:not-filter", 0x102, List.class);
        kind("amqp:true-filter", 0x110, Boolean.class);
        kind("amqp:false-filter", 0x111, Boolean.class);
        kind("amqp:sql-filter", 0x120, String.class);
        kind("amqp:header-filter", 0x170, Symbol.class, HEADER);
        kind("amqp:delivery-annotations-filter", 0x171, Symbol.class, Set.of());
        kind("amqp:message-annotations-filter", 0x172, Symbol.class, Set.of());
        kind("amqp:properties-filter", 0x173, Symbol.class, PROPERTIES);
        kind("amqp:application-properties-filter", 0x174, String.class, Set.of());
        kind("amqp:footer-filter", 0x178, Symbol.class, Set.of());
    }

    private Filters() {}

    private static void kind(String name, long code, Class<?> value) {
        kind(code, new Kind(name, value, null, Set.of()));
    }

    private static void kind(String name, long code, Class<?> keys, Set<String> fields) {
        kind(code, new Kind(name, Map.class, keys, fields));
    }

    private static void kind(long code, Kind kind) {
        KINDS.put(Symbol.of(kind.name()), kind);
        KINDS.put(new UnsignedLong(code), kind);
    }

    /**
     * Checks the filters of a source.
     *
     * @throws IllegalArgumentException naming the filter and what it should be
     */
    static void check(Map<Symbol, @Nullable Object> filters) {
        filters.forEach((name, filter) -> {
            if (filter != null) {
                check("the filter '" + name + "'", filter);
            }
        });
    }

    /** Tells whether a peer's filter is what its type says. */
    static boolean isWellFormed(@Nullable Object filter) {
        try {
            if (filter != null) {
                check("it", filter);
            }
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Returns how long filters are: the characters of the texts in them, and one for each other value.
     *
     * @param value filters, or a part of them, no deeper than a decoder lets it be
     */
    static long length(@Nullable Object value) {
        if (value instanceof CharSequence text) {
            return text.length();
        }
        if (value instanceof Symbol symbol) {
            return symbol.length();
        }
        if (value instanceof Binary octets) {
            return octets.length();
        }
        if (value instanceof Described described) {
            return length(described.descriptor()) + length(described.value());
        }
        long length = 1;
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                length += length(entry.getKey()) + length(entry.getValue());
            }
        } else if (value instanceof Collection<?> list) {
            for (Object part : list) {
                length += length(part);
            }
        } else if (value instanceof AmqpArray array) {
            return 1 + length(array.asList());
        }
        return length;
    }

    private static void check(String which, @Nullable Object filter) {
        if (!(filter instanceof Described described)) {
            throw new IllegalArgumentException(which
                    + " must be a described value, such as new Described(Symbol.of(\"apache.org:selector-filter:string\"),"
                    + " \"colour = 'red'\"), not " + typeOf(filter));
        }
        Kind kind = KINDS.get(described.descriptor());
        if (kind == null) {
            if (!(described.descriptor() instanceof Symbol) && !(described.descriptor() instanceof UnsignedLong)) {
                throw new IllegalArgumentException(
                        which + " must be described by a symbol or an ulong, not " + typeOf(described.descriptor()));
            }
            return;
        }
        Object value = described.value();
        if (!kind.value().isInstance(value)) {
            throw new IllegalArgumentException(which + " is described as " + kind.name() + ", so its value must be a "
                    + kind.value().getSimpleName() + ", not " + typeOf(value));
        }
        if (value instanceof Map<?, ?> map && kind.keys() != null) {
            checkKeys(which, kind, kind.keys(), map.keySet());
        } else if (kind.name().matches("amqp:(all|any|not)-filter") && value instanceof Collection<?> parts) {
            for (Object part : parts) {
                check(which + ", in " + kind.name() + ", ", part);
            }
        }
    }

    private static void checkKeys(String which, Kind kind, Class<?> type, Set<?> keys) {
        for (Object key : keys) {
            if (!type.isInstance(key)) {
                throw new IllegalArgumentException(which + " is described as " + kind.name()
                        + ", so its keys must be of" + " the class " + type.getSimpleName() + ", not " + typeOf(key));
            }
            if (!kind.fields().isEmpty() && !kind.fields().contains(key.toString())) {
                throw new IllegalArgumentException(
                        which + " is described as " + kind.name() + ", which has no field '" + key + "'");
            }
        }
    }

    private static String typeOf(@Nullable Object value) {
        return value == null ? "null" : value.getClass().getSimpleName();
    }
}
