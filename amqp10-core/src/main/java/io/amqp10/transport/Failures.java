package io.amqp10.transport;

import io.amqp10.transport.TransportException.Kind;
import io.amqp10.transport.TransportException.Stage;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Tells what a throwable of Netty or Java means for the user. */
final class Failures {

    /** Causes may go in a circle; no chain of interest is longer. */
    private static final int MAX_CHAIN = 16;

    private Failures() {}

    static TransportException of(Throwable thrown, String peer, boolean client, Stage stage) {
        TransportException known = find(thrown, TransportException.class);
        if (known != null) {
            return known;
        }
        if (find(thrown, UnknownHostException.class) != null
                || find(thrown, UnresolvedAddressException.class) != null) {
            return new TransportException(
                    Kind.UNKNOWN_HOST, stage, "the host of " + peer + " is unknown: check the name", thrown);
        }
        if (find(thrown, ConnectTimeoutException.class) != null) {
            return new TransportException(
                    Kind.TIMED_OUT, stage, peer + " did not answer while " + Stage.CONNECT.text(), thrown);
        }
        if (stage == Stage.CONNECT
                && (find(thrown, ConnectException.class) != null
                        || find(thrown, NoRouteToHostException.class) != null)) {
            return new TransportException(
                    Kind.REFUSED,
                    stage,
                    "no connection to " + peer + ": " + firstLine(thrown.getMessage())
                            + "; does anything listen there?",
                    thrown);
        }
        SSLException tls = find(thrown, SSLException.class);
        if (tls != null) {
            return new TransportException(
                    Kind.TLS_FAILED, stage, "TLS with " + peer + " failed: " + tlsReason(tls, client), thrown);
        }
        return new TransportException(
                Kind.IO_ERROR,
                stage,
                "the connection with " + peer + " broke during " + stage.text() + ": "
                        + firstLine(thrown.getMessage() == null ? thrown.toString() : thrown.getMessage()),
                thrown);
    }

    private static String tlsReason(SSLException thrown, boolean client) {
        if (thrown instanceof NotSslRecordException) {
            return (client ? "the server" : "the client") + " sent something that is not TLS";
        }
        // The validator's own words name the certificate's fault; what wraps them says less.
        Throwable validator = find(thrown, CertPathValidatorException.class);
        Throwable certificate = validator == null ? find(thrown, CertificateException.class) : validator;
        String who = client ? "the server's certificate" : "the client's certificate";
        if (certificate != null) {
            return who + " was not accepted: " + firstLine(certificate.getMessage());
        }
        String message = firstLine(thrown.getMessage());
        if (message.contains("alert: ") && message.contains("certificate")) {
            return "the peer did not accept " + (client ? "the client's" : "the server's")
                    + " certificate, or got none (" + message + ")";
        }
        return message;
    }

    private static String firstLine(@Nullable String message) {
        return message == null
                ? "no reason given"
                : FrameTrace.escape(message.lines().findFirst().orElse(""));
    }

    static <T extends Throwable> @Nullable T find(Throwable thrown, Class<T> type) {
        Throwable cause = thrown;
        for (int i = 0; i < MAX_CHAIN && cause != null; i++) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
            cause = cause.getCause();
        }
        return null;
    }
}
