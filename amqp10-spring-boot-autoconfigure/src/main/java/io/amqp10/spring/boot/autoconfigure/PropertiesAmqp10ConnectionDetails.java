package io.amqp10.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/** The connection details that the properties give. */
final class PropertiesAmqp10ConnectionDetails implements Amqp10ConnectionDetails {

    private final Amqp10Properties properties;
    private volatile @Nullable SslBundle sslBundle;

    PropertiesAmqp10ConnectionDetails(Amqp10Properties properties, @Nullable SslBundles bundles) {
        this.properties = properties;
        String name = properties.ssl().bundle();
        if (StringUtils.hasText(name)) {
            useBundle(name, bundles);
        }
    }

    private void useBundle(String name, @Nullable SslBundles bundles) {
        if (bundles == null) {
            throw missing(name, "this application has no SSL bundles at all", null);
        }
        try {
            sslBundle = bundles.getBundle(name);
            bundles.addBundleUpdateHandler(name, reloaded -> sslBundle = reloaded);
        } catch (NoSuchSslBundleException e) {
            throw missing(name, "there is no SSL bundle of this name, only " + bundles.getBundleNames(), e);
        }
    }

    private static InvalidConfigurationPropertyValueException missing(
            String name, String what, @Nullable Throwable cause) {
        return new InvalidConfigurationPropertyValueException(
                "amqp10.ssl.bundle",
                name,
                what + ". Define it by spring.ssl.bundle.pem." + name + ".* or spring.ssl.bundle.jks." + name
                        + ".*, or leave the property empty.",
                cause);
    }

    @Override
    public String getUrl() {
        return properties.url();
    }

    @Override
    public @Nullable String getUsername() {
        return properties.username();
    }

    @Override
    public @Nullable String getPassword() {
        return properties.password();
    }

    @Override
    public @Nullable SslBundle getSslBundle() {
        return sslBundle;
    }
}
