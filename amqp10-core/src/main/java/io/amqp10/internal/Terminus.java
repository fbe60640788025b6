package io.amqp10.internal;

import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Outcome;
import java.util.List;
import java.util.Map;

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
}
