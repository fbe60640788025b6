package io.amqp10.internal;

import io.amqp10.engine.SenderLink;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.transport.Attach;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What our termini have in common. */
final class Terminus {

    /** The outcomes that we understand and use. */
    static final List<Symbol> OUTCOMES = List.of(
            Symbol.of("amqp:accepted:list"),
            Symbol.of("amqp:rejected:list"),
            Symbol.of("amqp:released:list"),
            Symbol.of("amqp:modified:list"));

    /** What becomes of a message that we settled in a transaction which is rolled back. */
    static final Outcome DEFAULT_OUTCOME = new Modified(true, false, Map.of());

    private Terminus() {}

    /** Returns the outcomes that a peer can use: those that it asks for, as far as we have them. */
    static List<Symbol> outcomes(List<Symbol> asked) {
        List<Symbol> known = asked.stream().filter(OUTCOMES::contains).toList();
        return known.isEmpty() ? OUTCOMES : known;
    }

    /** Returns the outcome of what is settled on a link without one, as its source names it; null if that names none. */
    static @Nullable Outcome defaultOutcome(@Nullable SenderLink link) {
        Attach local = link == null ? null : link.localAttach();
        Source source = local == null ? null : local.source();
        Outcome named = source == null ? null : source.defaultOutcome();
        return named instanceof Declared ? null : named; // which no message can have
    }
}
