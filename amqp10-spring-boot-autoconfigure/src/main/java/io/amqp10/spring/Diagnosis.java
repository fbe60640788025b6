package io.amqp10.spring;

import io.amqp10.Amqp10Exception;
import io.amqp10.AuthenticationException;
import io.amqp10.ConnectionLostException;
import io.amqp10.GuaranteeNotSupportedException;
import io.amqp10.LinkRefusedException;
import io.amqp10.TimedOutException;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong and what to do about it, for the person who configures the application.
 *
 * @param description what happened, in one sentence
 * @param action what to do, naming properties
 */
public record Diagnosis(String description, String action) {

    /**
     * Explains an error of a connection or link.
     *
     * @param error the error
     * @return the explanation
     */
    public static Diagnosis of(Amqp10Exception error) {
        return new Diagnosis(String.valueOf(error.getMessage()), action(error));
    }

    private static String action(Amqp10Exception error) {
        if (error instanceof AuthenticationException) {
            return "Check amqp10.username and amqp10.password (or the user in amqp10.url, or the token), and that the broker offers a SASL"
                    + " mechanism that the configuration allows: PLAIN goes to another machine only with TLS or with"
                    + " amqp10.sasl.allow-plain-without-tls=true.";
        }
        if (error instanceof GuaranteeNotSupportedException) {
            return "Ask for what the peer grants: another guarantee (amqp10.listener.guarantee, amqp10.template.guarantee, or"
                    + " that of the listener or call), or no selector or filter; or configure the peer to grant it.";
        }
        if (error instanceof LinkRefusedException) {
            return actionForLink(error.condition());
        }
        if (has(error, UnknownHostException.class)) {
            return "Check the host name in amqp10.url, and that it can be resolved from here.";
        }
        if (has(error, ConnectException.class)) {
            return "Check host and port in amqp10.url, and that the broker is running and listens there; with a proxy, check"
                    + " amqp10.proxy too.";
        }
        if (has(error, SSLException.class)) {
            return "Check that the port in amqp10.url speaks TLS, that amqp10.ssl.bundle trusts the broker's certificate, and"
                    + " that the certificate is for the host in amqp10.url.";
        }
        if (error instanceof ConnectionLostException || error instanceof TimedOutException) {
            return "Check amqp10.url, and that a broker that speaks AMQP 1.0 is running there.";
        }
        return "See the cause.";
    }

    private static String actionForLink(@Nullable ErrorCondition said) {
        Symbol condition = said == null ? AmqpError.INTERNAL_ERROR : said.condition();
        if (condition.equals(AmqpError.NOT_FOUND) || condition.equals(AmqpError.RESOURCE_DELETED)) {
            return "Create the address at the broker, or correct it: it must be spelled as the broker wants it, such as"
                    + " /queues/NAME for RabbitMQ.";
        }
        if (condition.equals(AmqpError.UNAUTHORIZED_ACCESS) || condition.equals(AmqpError.NOT_ALLOWED)) {
            return "Have the broker allow the user (amqp10.username) what the link is for, or use an address that it may use.";
        }
        if (condition.equals(AmqpError.INVALID_FIELD)) {
            return "Correct what the broker says is wrong: the address, which must be spelled as it wants it, such as"
                    + " /queues/NAME for RabbitMQ, or the selector or another option of the link.";
        }
        return "Check the address and the options of the link against what the broker says.";
    }

    private static boolean has(Throwable error, Class<? extends Throwable> type) {
        Throwable cause = error;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (type.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    @Override
    public String toString() {
        return description + ". " + action;
    }
}
