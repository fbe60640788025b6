package io.amqp10.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Reads certificates and keys as administrators have them: PEM, or PKCS#12. */
final class TlsFiles {

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final char[] NO_PASSWORD = new char[0];

    private TlsFiles() {}

    static SSLContext context(
            @Nullable Path trusted,
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable Path storePasswordFile,
            boolean insecure) {
        char[] password = storePassword(storePasswordFile);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager @Nullable [] trust =
                    insecure ? new TrustManager[] {new TrustsAll()} : trust(trusted, password);
            context.init(keys(certificate, key, password), trust, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot set up TLS: " + e.getMessage(), e);
        }
    }

    private static char[] storePassword(@Nullable Path file) {
        String fromVariable = System.getenv(TlsArguments.KEY_PASSWORD_VARIABLE);
        if (file == null) {
            return fromVariable == null ? NO_PASSWORD : fromVariable.toCharArray();
        }
        try {
            return Files.readString(file).lines().findFirst().orElse("").toCharArray();
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read a password from " + file + ": " + e, e);
        }
    }

    private static TrustManager @Nullable [] trust(@Nullable Path trusted, char[] password)
            throws GeneralSecurityException, IOException {
        if (trusted == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        if (isPem(trusted)) {
            for (Certificate certificate : certificates(trusted)) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
        } else {
            store = load(trusted, password);
        }
        if (store.size() == 0) {
            throw new GeneralSecurityException("there is no certificate in " + trusted);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager @Nullable [] keys(@Nullable Path certificate, @Nullable Path key, char[] password)
            throws GeneralSecurityException, IOException {
        if (certificate == null) {
            if (key != null) {
                throw new GeneralSecurityException("--key needs --cert");
            }
            return null;
        }
        KeyStore store;
        if (isPem(certificate)) {
            Path keyFile = key == null ? certificate : key;
            store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "key",
                    privateKey(keyFile),
                    password,
                    certificates(certificate).toArray(new Certificate[0]));
        } else {
            store = load(certificate, password);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private static KeyStore load(Path file, char[] password) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(Files.readAllBytes(file)), password);
        return store;
    }

    private static boolean isPem(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
    }

    private static List<Certificate> certificates(Path file) throws GeneralSecurityException, IOException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Certificate> certificates = new ArrayList<>();
        Matcher blocks = PEM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (blocks.find()) {
            if (blocks.group(1).endsWith("CERTIFICATE")) {
                certificates.add(factory.generateCertificate(new ByteArrayInputStream(octets(blocks.group(2)))));
            }
        }
        return certificates;
    }

    private static PrivateKey privateKey(Path file) throws GeneralSecurityException, IOException {
        Matcher blocks = PEM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (blocks.find()) {
            if (blocks.group(1).equals("PRIVATE KEY")) {
                PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(octets(blocks.group(2)));
                for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
                    try {
                        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
                    } catch (InvalidKeySpecException e) {
                        // a key of another algorithm
                        continue;
                    }
                }
            }
        }
        throw new GeneralSecurityException("there is no private key in " + file
                + " that is PEM, PKCS#8 and not encrypted (openssl pkcs8 -topk8 -nocrypt makes one)");
    }

    private static byte[] octets(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }

    /** For {@code --insecure}: the user said so. */
    private static final class TrustsAll extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
