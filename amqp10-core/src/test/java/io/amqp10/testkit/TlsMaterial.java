package io.amqp10.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Certificates for tests, made by this JDK's keytool once per build directory. Each identity exists as PKCS #12 key
 * store with its chain, as PEM certificate and as PEM private key; each store's and key's password is {@link
 * #PASSWORD}.
 */
public final class TlsMaterial {

    /** The password of every key store and key. */
    public static final String PASSWORD = "changeit";

    /** The distinguished name of {@link Identity#CLIENT}, as keytool and the brokers print it. */
    public static final String CLIENT_NAME = "CN=client, O=amqp10";

    /** Part of the directory's name: to be raised whenever what is generated changes. */
    private static final int VERSION = 1;

    private static final System.Logger LOGGER = System.getLogger(TlsMaterial.class.getName());

    private final Path directory;

    private TlsMaterial(Path directory) {
        this.directory = directory;
    }

    /** Whom a certificate is for. */
    public enum Identity {
        /** {@code localhost}, {@code 127.0.0.1} and {@code ::1}, by the trusted authority. */
        SERVER("server"),
        /** {@code CN=client}, by the trusted authority: what SASL EXTERNAL makes the user {@code client}. */
        CLIENT("client"),
        /** {@code CN=client} too, but by an authority that nobody trusts. */
        STRANGER("stranger"),
        /** By the trusted authority for the host {@code elsewhere.test}: host name verification must fail. */
        WRONG_HOST("wronghost"),
        /** As {@link #SERVER}, but no longer valid. */
        EXPIRED("expired");

        private final String alias;

        Identity(String alias) {
            this.alias = alias;
        }
    }

    /**
     * Returns the certificates of this build, after making them where there are none yet.
     *
     * @return the certificates, the same for each call in this JVM
     */
    public static TlsMaterial get() {
        return Holder.MATERIAL;
    }

    private static final class Holder {
        static final TlsMaterial MATERIAL = new TlsMaterial(generateOnce());
    }

    /**
     * Returns a PKCS #12 store with the private key and the chain of an identity.
     *
     * @param identity whose
     * @return the file
     */
    public Path keyStore(Identity identity) {
        return directory.resolve(identity.alias + ".p12");
    }

    /**
     * Returns a PKCS #12 store with the trusted authority's certificate.
     *
     * @return the file
     */
    public Path trustStore() {
        return directory.resolve("truststore.p12");
    }

    /**
     * Returns the PEM certificate of an identity.
     *
     * @param identity whose
     * @return the file
     */
    public Path certificate(Identity identity) {
        return directory.resolve(identity.alias + ".pem");
    }

    /**
     * Returns the PEM private key (PKCS #8, not encrypted) of an identity.
     *
     * @param identity whose
     * @return the file
     */
    public Path privateKey(Identity identity) {
        return directory.resolve(identity.alias + ".key");
    }

    /**
     * Returns the trusted authority's PEM certificate.
     *
     * @return the file
     */
    public Path authority() {
        return directory.resolve("ca.pem");
    }

    /**
     * Makes an SSL context that trusts the authority.
     *
     * @param identity whose key it shows, null for none
     * @return a new context
     */
    public SSLContext sslContext(@Nullable Identity identity) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(load(trustStore()));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            if (identity != null) {
                keys.init(load(keyStore(identity)), PASSWORD.toCharArray());
            } else {
                keys.init(null, null);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no SSL context from " + directory, e);
        }
    }

    private static Path generateOnce() {
        Path build = Path.of("target");
        try {
            Path parent = Files.isDirectory(build) ? build : Path.of(System.getProperty("java.io.tmpdir"));
            Path ready = parent.resolve("amqp10-tls-" + VERSION).toAbsolutePath();
            if (!Files.isDirectory(ready)) {
                Path fresh = Files.createTempDirectory(parent, "amqp10-tls-");
                generate(fresh.toAbsolutePath());
                moveUnlessThere(fresh, ready);
            }
            return ready;
        } catch (IOException e) {
            throw new UncheckedIOException("no test certificates", e);
        }
    }

    /** Two JVMs that make the directory at the same time both end up with the one that came first. */
    private static void moveUnlessThere(Path fresh, Path ready) throws IOException {
        try {
            Files.move(fresh, ready, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(ready)) {
                throw e;
            }
            LOGGER.log(System.Logger.Level.DEBUG, "another process made {0} first", ready);
            try (Stream<Path> files = Files.walk(fresh)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void generate(Path directory) throws IOException {
        Path all = directory.resolve("all.p12");
        for (String authority : List.of("ca", "other-ca")) {
            keytool(
                    all,
                    authority,
                    "CN=" + authority + ", O=amqp10",
                    "-ext",
                    "bc:c",
                    "-ext",
                    "ku:c=keyCertSign,cRLSign");
        }
        String local = "san=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1";
        leaf(all, Identity.SERVER, "ca", "CN=localhost, O=amqp10", "-ext", local, "-ext", "eku=serverAuth");
        leaf(all, Identity.CLIENT, "ca", CLIENT_NAME, "-ext", "eku=clientAuth");
        leaf(all, Identity.STRANGER, "other-ca", CLIENT_NAME, "-ext", "eku=clientAuth");
        String elsewhere = "elsewhere.test";
        leaf(
                all,
                Identity.WRONG_HOST,
                "ca",
                "CN=" + elsewhere,
                "-ext",
                "san=dns:" + elsewhere,
                "-ext",
                "eku=serverAuth");
        // the last of two -validity counts
        String[] past = {"-startdate", "-30d", "-validity", "10", "-ext", local, "-ext", "eku=serverAuth"};
        leaf(all, Identity.EXPIRED, "ca", "CN=localhost, O=amqp10", past);
        try {
            split(directory, load(all));
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot split " + all, e);
        }
        Files.delete(all);
    }

    private static void leaf(Path store, Identity identity, String signer, String name, String... more)
            throws IOException {
        String[] arguments =
                Stream.concat(Stream.of("-signer", signer), Stream.of(more)).toArray(String[]::new);
        keytool(store, identity.alias, name, arguments);
    }

    private static void keytool(Path store, String alias, String name, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "3650",
                "-dname",
                name));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool could not make " + alias + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool made " + alias, e);
        }
    }

    private static void split(Path directory, KeyStore all) throws IOException, GeneralSecurityException {
        Certificate authority = all.getCertificate("ca");
        writePem(directory.resolve("ca.pem"), "CERTIFICATE", authority.getEncoded());
        KeyStore trust = empty();
        trust.setCertificateEntry("ca", authority);
        store(trust, directory.resolve("truststore.p12"));
        for (Identity identity : Identity.values()) {
            Key key = all.getKey(identity.alias, PASSWORD.toCharArray());
            KeyStore own = empty();
            own.setKeyEntry(identity.alias, key, PASSWORD.toCharArray(), all.getCertificateChain(identity.alias));
            store(own, directory.resolve(identity.alias + ".p12"));
            byte[] certificate = all.getCertificate(identity.alias).getEncoded();
            writePem(directory.resolve(identity.alias + ".pem"), "CERTIFICATE", certificate);
            writePem(directory.resolve(identity.alias + ".key"), "PRIVATE KEY", key.getEncoded());
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static KeyStore load(Path file) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return store;
    }

    private static void store(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    private static void writePem(Path file, String kind, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }
}
