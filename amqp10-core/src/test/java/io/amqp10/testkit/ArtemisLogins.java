package io.amqp10.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.activemq.artemis.spi.core.security.jaas.GuestLoginModule;
import org.apache.activemq.artemis.spi.core.security.jaas.PropertiesLoginModule;
import org.apache.activemq.artemis.spi.core.security.jaas.SCRAMLoginModule;
import org.apache.activemq.artemis.spi.core.security.jaas.SCRAMPropertiesLoginModule;
import org.apache.activemq.artemis.spi.core.security.jaas.TextFileCertificateLoginModule;
import org.jspecify.annotations.Nullable;

/**
 * Who may log in to the embedded Artemis brokers. JAAS knows one configuration per JVM, so this one is installed once,
 * for all brokers, and passes names that are not its own on to the one that was there before.
 */
final class ArtemisLogins extends Configuration {

    static final String PASSWORDS = "amqp10-artemis";
    static final String CERTIFICATES = "amqp10-artemis-certificates";
    static final String SCRAM = "amqp10-artemis-scram";

    private final Map<String, AppConfigurationEntry[]> entries = new HashMap<>();
    private final @Nullable Configuration before;

    private ArtemisLogins(Path directory, @Nullable Configuration before) throws IOException {
        this.before = before;
        Files.writeString(directory.resolve("users.properties"), """
            %s=%s
            %s=%s
            """.formatted(
                ArtemisBroker.USER, ArtemisBroker.PASSWORD, ArtemisBroker.CONSUMER, ArtemisBroker.CONSUMER_PASSWORD));
        Files.writeString(
                directory.resolve("roles.properties"), """
                    all=%s,client
                    read=%s
                    """.formatted(ArtemisBroker.USER, ArtemisBroker.CONSUMER));
        Files.writeString(directory.resolve("names.properties"), "client=" + TlsMaterial.CLIENT_NAME + "\n");

        Map<String, String> users = Map.of(
                "baseDir", directory.toString(),
                "org.apache.activemq.jaas.properties.user", "users.properties",
                "org.apache.activemq.jaas.properties.role", "roles.properties");
        Map<String, String> names = Map.of(
                "baseDir", directory.toString(),
                "org.apache.activemq.jaas.textfiledn.user", "names.properties",
                "org.apache.activemq.jaas.textfiledn.role", "roles.properties");
        Map<String, String> guest = Map.of(
                "credentialsInvalidate", "true",
                "org.apache.activemq.jaas.guest.user", "anonymous",
                "org.apache.activemq.jaas.guest.role", "all");
        LoginModuleControlFlag required = LoginModuleControlFlag.REQUIRED;
        LoginModuleControlFlag sufficient = LoginModuleControlFlag.SUFFICIENT;
        entries.put(SCRAM, new AppConfigurationEntry[] {entry(SCRAMPropertiesLoginModule.class, required, users)});
        entries.put(
                CERTIFICATES,
                new AppConfigurationEntry[] {entry(TextFileCertificateLoginModule.class, required, names)});
        entries.put(PASSWORDS, new AppConfigurationEntry[] {
            entry(SCRAMLoginModule.class, sufficient, Map.of()),
            entry(PropertiesLoginModule.class, sufficient, users),
            entry(GuestLoginModule.class, sufficient, guest)
        });
    }

    /** Installs the configuration unless it is there already. */
    static synchronized void install() {
        Configuration before = current();
        if (before instanceof ArtemisLogins) {
            return;
        }
        try {
            Path directory = Files.createTempDirectory("amqp10-artemis-users-");
            directory.toFile().deleteOnExit(); // what is asked for first is deleted last
            ArtemisLogins logins = new ArtemisLogins(directory, before);
            for (String file : new String[] {"users.properties", "roles.properties", "names.properties"}) {
                directory.resolve(file).toFile().deleteOnExit();
            }
            Configuration.setConfiguration(logins);
        } catch (IOException e) {
            throw new UncheckedIOException("no users for Artemis", e);
        }
    }

    private static @Nullable Configuration current() {
        try {
            return Configuration.getConfiguration();
        } catch (SecurityException none) {
            return null;
        }
    }

    private static AppConfigurationEntry entry(
            Class<?> module, LoginModuleControlFlag flag, Map<String, String> options) {
        return new AppConfigurationEntry(module.getName(), flag, options);
    }

    @Override
    public AppConfigurationEntry @Nullable [] getAppConfigurationEntry(String name) {
        AppConfigurationEntry[] own = entries.get(name);
        if (own != null) {
            return own.clone();
        }
        return before == null ? null : before.getAppConfigurationEntry(name);
    }
}
