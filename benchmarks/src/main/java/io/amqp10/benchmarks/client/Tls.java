package io.amqp10.benchmarks.client;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** TLS by the JDK, with one certificate that is made for each run. */
public final class Tls {

    private static final String PASSWORD = "benchmarks";
    private static final long KEYTOOL_SECONDS = 60;
    private static final int PEM_LINE = 64;

    private Tls() {}

    /**
     * Makes a key and a certificate for the loopback interface.
     *
     * @param store where to write the PKCS #12 file; the certificate alone goes into {@link #certificate}
     * @throws IOException if the JDK's keytool cannot
     */
    public static void makeStore(Path store) throws IOException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=DNS:localhost,IP:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!keytool.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                keytool.destroyForcibly();
                throw new IOException("keytool made no certificate");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        try {
            Base64.Encoder lines = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'});
            Files.writeString(
                    certificate(store),
                    "-----BEGIN CERTIFICATE-----\n"
                            + lines.encodeToString(certificate(store.toFile()).getEncoded())
                            + "\n-----END CERTIFICATE-----\n");
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /**
     * Returns where the certificate is in PEM, for a client that reads no PKCS #12.
     *
     * @param store the PKCS #12 file
     * @return the file
     */
    public static Path certificate(Path store) {
        return Path.of(store + ".pem");
    }

    private static Certificate certificate(File store) throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(store, PASSWORD.toCharArray()).getCertificate("server");
    }

    /**
     * Returns what a client needs.
     *
     * @param store the PKCS #12 file with the certificate to trust
     * @return a context
     * @throws GeneralSecurityException if the file does not fit
     * @throws IOException if it cannot be read
     */
    public static SSLContext client(String store) throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trust(store)}, null);
        return context;
    }

    /** Returns what trusts the certificate of a file. */
    static TrustManager trust(String store) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", certificate(new File(store)));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return trust.getTrustManagers()[0];
    }

    /**
     * Returns what a server needs.
     *
     * @param store the PKCS #12 file with its key
     * @return a context
     * @throws GeneralSecurityException if the file does not fit
     * @throws IOException if it cannot be read
     */
    public static SSLContext server(String store) throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(Path.of(store).toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
