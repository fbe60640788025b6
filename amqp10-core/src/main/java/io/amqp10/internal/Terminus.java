package io.amqp10.internal;

import io.amqp10.ReceiverOptions;
import io.amqp10.engine.SenderLink;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.transport.Attach;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What our termini have in common. */
final class Terminus {

    /** The outcomes that we understand and use. */
    static final List<Symbol> OUTCOMES = ReceiverOptions.DEFAULT_OUTCOMES;

    /** What becomes of a message that a peer settled in a transaction which is rolled back, if its source names nothing. */
    static final Outcome DEFAULT_OUTCOME = ReceiverOptions.DEFAULT_DEFAULT_OUTCOME;

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
