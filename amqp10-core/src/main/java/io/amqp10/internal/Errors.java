package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.AuthenticationException;
import io.amqp10.ClosedException;
import io.amqp10.ConnectionLostException;
import io.amqp10.DeliveryFailedException;
import io.amqp10.Endpoint;
import io.amqp10.GuaranteeNotSupportedException;
import io.amqp10.LinkRefusedException;
import io.amqp10.MessageFormatException;
import io.amqp10.NoCreditException;
import io.amqp10.SendOutcome;
import io.amqp10.TimedOutException;
import io.amqp10.TransactionInDoubtException;
import io.amqp10.TransactionRolledBackException;
import io.amqp10.engine.sasl.SaslFailure;
import io.amqp10.transport.TransportException;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.Symbol;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Translates what ends connections and links into what applications see, and tells what is worth another try. */
final class Errors {

    /** What a peer says of a connection that another try would not change. */
    private static final Set<Symbol> FATAL_FOR_CONNECTION = Set.of(
            AmqpError.UNAUTHORIZED_ACCESS,
            AmqpError.NOT_ALLOWED,
            AmqpError.INVALID_FIELD,
            AmqpError.NOT_IMPLEMENTED,
            AmqpError.DECODE_ERROR,
            ConnectionError.FRAMING_ERROR,
            ConnectionError.REDIRECT);

    /** What a peer says of a link that passes by itself. */
    private static final Set<Symbol> PASSING_FOR_LINK =
            Set.of(LinkError.DETACH_FORCED, AmqpError.INTERNAL_ERROR, AmqpError.RESOURCE_LOCKED);

    /** What a peer says of a message when it was the peer that failed; the latter is Artemis's. */
    private static final Set<Symbol> FAILED_ITSELF = Set.of(AmqpError.INTERNAL_ERROR, Symbol.of("failed"));

    private Errors() {}

    /** Tells whether a connection that the peer closed with this is worth another try. */
    static boolean passesForConnection(@Nullable ErrorCondition error) {
        // Whoever gave way to another connection of the same container must not drive that one out in turn.
        return error != null
                && !FATAL_FOR_CONNECTION.contains(error.condition())
                && !error.info().containsKey(Settings.SOLE_CONNECTION_ENFORCEMENT);
    }

    /** Tells whether a link that the peer detached with this is worth another try. */
    static boolean passesForLink(@Nullable ErrorCondition error) {
        return error != null && PASSING_FOR_LINK.contains(error.condition());
    }

    /** Tells whether a peer rejected a message because something is wrong with the peer. */
    static boolean isAboutPeer(SendOutcome outcome) {
        ErrorCondition error = outcome.error();
        return error != null && FAILED_ITSELF.contains(error.condition());
    }

    /** Tells whether a peer speaks of what its client is allowed. */
    static boolean isAboutRights(ErrorCondition error) {
        return error.condition().equals(AmqpError.UNAUTHORIZED_ACCESS);
    }

    static AuthenticationException unauthorized(Amqp10Exception cause) {
        return new AuthenticationException(String.valueOf(cause.getMessage()), cause.condition(), null);
    }

    /** Returns what an application sees of a network connection that could not be made or broke. */
    static Amqp10Exception fromTransport(@Nullable Throwable thrown, Endpoint to) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (cause instanceof TransportException known) {
            SaslFailure sasl = known.saslFailure();
            String message = known.getMessage() == null ? "no connection to " + to : known.getMessage();
            if (known.kind() == TransportException.Kind.MISSING_LIBRARY) {
                return new Amqp10Exception(message, known);
            }
            return sasl != null && !sasl.isTemporary()
                    ? new AuthenticationException(message, null, known)
                    : new ConnectionLostException(message, null, known);
        }
        return new ConnectionLostException(
                "the connection to " + to + " broke: "
                        + (cause == null
                                ? "the peer ended the stream"
                                : cause.getMessage() == null ? cause : cause.getMessage()),
                null,
                cause);
    }

    /** Tells whether a connection that could not be made for this is worth another try. */
    static boolean passesForConnecting(Amqp10Exception cause) {
        return !(cause instanceof AuthenticationException)
                && !(cause.getCause() instanceof TransportException known
                        && known.kind() == TransportException.Kind.MISSING_LIBRARY);
    }

    static ConnectionLostException connectionClosedByPeer(String where, @Nullable ErrorCondition error) {
        return new ConnectionLostException(
                "the peer at " + where + " closed the connection" + (error == null ? "" : ": " + text(error)),
                error,
                null);
    }

    static LinkRefusedException linkRefused(String what, String where, ErrorCondition error) {
        return new LinkRefusedException(
                what + " was refused by the peer at " + where + ": " + text(error), error, null);
    }

    static LinkRefusedException linkClosedByPeer(String what, String where, @Nullable ErrorCondition error) {
        return new LinkRefusedException(
                what + " was closed by the peer at " + where + (error == null ? "" : ": " + text(error)), error, null);
    }

    /** Returns why a redirect was not followed, after what the peer said. */
    static ConnectionLostException notFollowed(ConnectionLostException said, String why) {
        return new ConnectionLostException(said.getMessage() + "; " + why, said.condition(), null);
    }

    /** Returns why a redirect was not followed, after what the peer said. */
    static LinkRefusedException notFollowed(LinkRefusedException said, String why) {
        return new LinkRefusedException(said.getMessage() + "; " + why, said.condition(), null);
    }

    /** Tells whether a link that lost the place it was redirected to may try where it came from. */
    static boolean passesForRedirectedLink(Amqp10Exception error) {
        ErrorCondition said = error.condition();
        return error instanceof ConnectionLostException
                ? said == null || passesForConnection(said)
                : passesForLink(said);
    }

    static ClosedException closed(String what) {
        return new ClosedException(what + " is closed", null, null);
    }

    static Amqp10Exception detachedHere(String what, ErrorCondition error) {
        return new Amqp10Exception(what + " was detached by this end: " + text(error), error, null);
    }

    /** Returns an error condition for people: one line without control characters, of bounded length. */
    static String text(ErrorCondition error) {
        String description = error.description();
        return description == null || description.isBlank()
                ? error.condition().toString()
                : error.condition() + " (" + printable(description) + ")";
    }

    private static final int MAX_SHOWN = 500;

    /** Returns text of a peer for people: one line without control characters, of bounded length. */
    static String printable(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX_SHOWN));
        for (int i = 0; i < text.length() && i < MAX_SHOWN; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                shown.append(
                        c == '\n' || c == '\r' || c == '\t' ? " " : String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return text.length() > MAX_SHOWN ? shown.append("...").toString() : shown.toString();
    }

    /** Returns an exception of the same kind for another thread to throw, so that its stack trace tells where it waited. */
    static Amqp10Exception rethrown(@Nullable Throwable error) {
        String message = error == null || error.getMessage() == null ? "failed" : error.getMessage();
        ErrorCondition condition = error instanceof Amqp10Exception known ? known.condition() : null;
        if (error instanceof AuthenticationException) {
            return new AuthenticationException(message, condition, error);
        }
        if (error instanceof ConnectionLostException) {
            return new ConnectionLostException(message, condition, error);
        }
        if (error instanceof LinkRefusedException) {
            return new LinkRefusedException(message, condition, error);
        }
        if (error instanceof DeliveryFailedException) {
            return new DeliveryFailedException(message, condition, error);
        }
        if (error instanceof NoCreditException) {
            return new NoCreditException(message, condition, error);
        }
        if (error instanceof TimedOutException) {
            return new TimedOutException(message, condition, error);
        }
        if (error instanceof GuaranteeNotSupportedException) {
            return new GuaranteeNotSupportedException(message, condition, error);
        }
        if (error instanceof ClosedException) {
            return new ClosedException(message, condition, error);
        }
        if (error instanceof TransactionRolledBackException) {
            return new TransactionRolledBackException(message, condition, error);
        }
        if (error instanceof TransactionInDoubtException) {
            return new TransactionInDoubtException(message, condition, error);
        }
        if (error instanceof MessageFormatException) {
            return new MessageFormatException(message, condition, error);
        }
        return new Amqp10Exception(message, condition, error);
    }
}
