package io.amqp10.engine.sasl;

import io.amqp10.types.sasl.SaslCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a dialogue ended without an identity.
 *
 * @param reason the kind of failure
 * @param message what happened and what can be done, without secrets
 * @param code the outcome that the server gave, null if it did not come to one
 * @param offered the names of the mechanisms that the server offered, empty if it did not come to that
 */
public record SaslFailure(
        Reason reason, String message, @Nullable SaslCode code, List<String> offered) {

    /** The kinds of failure. */
    public enum Reason {
        /** No mechanism that the server offers is allowed and usable here; no credentials were sent. */
        NO_COMMON_MECHANISM,

        /** The server did not accept the client; {@link SaslFailure#code()} says in which way. */
        REFUSED,

        /** The server could not prove that it knows the password, so it may be someone else. */
        PEER_NOT_PROVED,

        /** The supplier of tokens failed, so none was sent; another try may succeed. */
        NO_TOKEN,

        /** The peer broke the rules of the dialogue or of the mechanism. */
        PROTOCOL_VIOLATION
    }

    /**
     * Copies the list.
     *
     * @param reason the kind of failure
     * @param message what happened
     * @param code the outcome, or null
     * @param offered the names
     */
    public SaslFailure {
        offered = List.copyOf(offered);
    }

    /**
     * Tells whether another try with the same configuration can succeed, which {@link SaslCode#SYS_TEMP} and
     * {@link Reason#NO_TOKEN} say.
     *
     * @return whether it can
     */
    public boolean isTemporary() {
        return code == SaslCode.SYS_TEMP || reason == Reason.NO_TOKEN;
    }
}
