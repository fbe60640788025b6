package io.amqp10.engine;

import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import org.jspecify.annotations.Nullable;

/**
 * A peer broke the protocol. Carries how much has to stop (the scope) and the error condition to say so with. The engine
 * turns it into a close, an end or a detach in one place, {@link ConnectionEngine}; it does not leave the engine.
 */
final class ProtocolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** How much an error stops. */
    enum Scope {
        CONNECTION,
        SESSION,
        LINK
    }

    private final Scope scope;
    private final transient ErrorCondition condition;
    private final transient @Nullable SessionEngine session;
    private final transient @Nullable LinkEndpoint link;

    private ProtocolException(
            Scope scope, Symbol condition, String text, @Nullable SessionEngine session, @Nullable LinkEndpoint link) {
        super(condition + ": " + text, null, false, false);
        this.scope = scope;
        this.condition = ErrorCondition.of(condition, text);
        this.session = session;
        this.link = link;
    }

    static ProtocolException connectionError(Symbol condition, String text) {
        return new ProtocolException(Scope.CONNECTION, condition, text, null, null);
    }

    static ProtocolException sessionError(SessionEngine session, Symbol condition, String text) {
        return new ProtocolException(Scope.SESSION, condition, text, session, null);
    }

    static ProtocolException linkError(LinkEndpoint link, Symbol condition, String text) {
        return new ProtocolException(Scope.LINK, condition, text, link.session(), link);
    }

    Scope scope() {
        return scope;
    }

    ErrorCondition condition() {
        return condition;
    }

    @Nullable
    SessionEngine session() {
        return session;
    }

    @Nullable
    LinkEndpoint link() {
        return link;
    }
}
