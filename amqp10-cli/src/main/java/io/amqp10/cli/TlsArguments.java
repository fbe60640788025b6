package io.amqp10.cli;

import io.amqp10.TlsOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom to trust, and how to show who we are. */
final class TlsArguments {

    static final String KEY_PASSWORD_VARIABLE = "AMQP10_KEY_PASSWORD";

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Trusted certificates, PEM or PKCS#12. Default: those of the JDK.")
    private @Nullable Path trusted;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "Our certificate and its chain, PEM; or PKCS#12 with the key in it.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Our private key, PEM (PKCS#8, not encrypted).")
    private @Nullable Path key;

    @Option(
            names = "--store-password-file",
            paramLabel = "FILE",
            description = "Holds the password of the PKCS#12 files. Default: $" + KEY_PASSWORD_VARIABLE + ".")
    private @Nullable Path storePasswordFile;

    @Option(
            names = "--insecure",
            description = "Trusts whoever answers, whatever certificate it shows. For tests only.")
    private boolean insecure;

    @Option(names = "--no-verify-host", description = "Takes a certificate that is not the host's.")
    private boolean noHostVerification;

    /** Returns options for a listener, which asks for client certificates if it is told whom to trust. */
    TlsOptions serverOptions() {
        return options().clientAuth(trusted == null ? TlsOptions.ClientAuth.NONE : TlsOptions.ClientAuth.NEED);
    }

    boolean hasCertificate() {
        return certificate != null;
    }

    TlsOptions options() {
        TlsOptions options = TlsOptions.DEFAULT.verifyHostname(!insecure && !noHostVerification);
        if (trusted == null && certificate == null && key == null && !insecure) {
            return options;
        }
        return options.sslContext(TlsFiles.context(trusted, certificate, key, storePasswordFile, insecure));
    }
}
