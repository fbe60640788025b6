package io.amqp10.internal;

import io.amqp10.types.Symbol;
import java.util.List;

/** What our termini have in common. */
final class Terminus {

    /** The outcomes that we understand and use. */
    static final List<Symbol> OUTCOMES = List.of(
            Symbol.of("amqp:accepted:list"),
            Symbol.of("amqp:rejected:list"),
            Symbol.of("amqp:released:list"),
            Symbol.of("amqp:modified:list"));

    private Terminus() {}
}
