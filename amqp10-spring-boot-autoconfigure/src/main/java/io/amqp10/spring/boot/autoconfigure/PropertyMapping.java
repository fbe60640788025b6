package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.ConnectionOptions;
import io.amqp10.ProxyOptions;
import io.amqp10.ReconnectOptions;
import io.amqp10.TlsOptions;
import io.amqp10.spring.Backoff;
import io.amqp10.spring.TemplateOptions;
import io.amqp10.spring.listener.DefaultFailurePolicy;
import io.amqp10.spring.listener.FailurePolicy;
import io.amqp10.spring.listener.ListenerOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.util.StringUtils;

/** Makes options of properties and connection details. A value out of range is reported with its property's name. */
final class PropertyMapping {

    private static final Set<String> WITHOUT_TLS = Set.of("amqp", "amqpws", "ws");

    private final Amqp10Properties properties;

    PropertyMapping(Amqp10Properties properties) {
        this.properties = properties;
    }

    ConnectionOptions connection(Amqp10ConnectionDetails details, @Nullable Amqp10TokenSupplier tokens) {
        ConnectionOptions options = hosts(details);
        if (StringUtils.hasLength(details.getUsername())) {
            options = options.user(details.getUsername());
        }
        if (StringUtils.hasLength(details.getPassword())) {
            options = options.password(details.getPassword());
        }
        options = set(options, "connect-timeout", properties.connectTimeout(), ConnectionOptions::connectTimeout);
        options = set(options, "idle-timeout", properties.idleTimeout(), ConnectionOptions::idleTimeout);
        options = set(options, "sasl.mechanisms", properties.sasl().mechanisms(), ConnectionOptions::saslMechanisms);
        return options.virtualHost(present(properties.virtualHost()))
                .allowPlainWithoutTls(properties.sasl().allowPlainWithoutTls())
                .tls(tls(details))
                .tokenSupplier(tokens)
                .proxy(proxy())
                .reconnect(reconnect())
                .traceFrames(properties.traceFrames());
    }

    private static ConnectionOptions hosts(Amqp10ConnectionDetails details) {
        List<String> hosts = Arrays.stream(details.getUrl().split(",", -1))
                .map(String::strip)
                .toList();
        if (details.getSslBundle() != null) {
            hosts = hosts.stream().map(PropertyMapping::withTls).toList();
        }
        try {
            return ConnectionOptions.of(hosts.toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            throw new InvalidUrlException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String withTls(String host) {
        if (!host.contains("://")) {
            return "amqps://" + host;
        }
        String scheme = host.substring(0, host.indexOf("://"));
        if (WITHOUT_TLS.contains(scheme)) {
            throw new InvalidUrlException(
                    "it asks for a connection without TLS by " + scheme + "://, but an SSL bundle is set by"
                            + " amqp10.ssl.bundle; write " + scheme + "s:// to use TLS, or leave the bundle empty",
                    new IllegalArgumentException(scheme + ":// with an SSL bundle"));
        }
        return host;
    }

    private @Nullable ProxyOptions proxy() {
        Amqp10Properties.Proxy from = properties.proxy();
        String host = present(from.host());
        if (host == null) {
            return null;
        }
        ProxyOptions options =
                switch (from.type()) {
                    case SOCKS5 -> set(host, "proxy.port", from.port(), ProxyOptions::socks5);
                    case HTTP -> set(host, "proxy.port", from.port(), ProxyOptions::http);
                };
        String user = present(from.username());
        return user == null ? options : options.credentials(user, from.password() == null ? "" : from.password());
    }

    private TlsOptions tls(Amqp10ConnectionDetails details) {
        TlsOptions options = TlsOptions.DEFAULT.verifyHostname(properties.ssl().verifyHostname());
        SslBundle bundle = details.getSslBundle();
        if (bundle == null) {
            return options;
        }
        SslOptions limits = bundle.getOptions();
        if (limits.getEnabledProtocols() != null) {
            options = options.protocols(List.of(limits.getEnabledProtocols()));
        }
        if (limits.getCiphers() != null) {
            options = options.cipherSuites(List.of(limits.getCiphers()));
        }
        return options.sslContextSupplier(new ReloadedContext(details, bundle));
    }

    /** Makes a context anew when the bundle was reloaded. */
    private static final class ReloadedContext implements Supplier<SSLContext> {

        private record Made(SslBundle bundle, SSLContext context) {}

        private final Amqp10ConnectionDetails details;
        private volatile Made made;

        ReloadedContext(Amqp10ConnectionDetails details, SslBundle bundle) {
            this.details = details;
            this.made = new Made(bundle, bundle.createSslContext());
        }

        @Override
        public SSLContext get() {
            Made present = made;
            SslBundle bundle = details.getSslBundle();
            if (bundle != null && bundle != present.bundle()) {
                present = new Made(bundle, bundle.createSslContext());
                made = present;
            }
            return present.context();
        }
    }

    private ReconnectOptions reconnect() {
        Amqp10Properties.Reconnect from = properties.reconnect();
        ReconnectOptions options =
                ReconnectOptions.DEFAULT.enabled(from.enabled()).afterCleanClose(from.afterCleanClose());
        options = set(options, "reconnect.initial-delay", from.initialDelay(), ReconnectOptions::initialDelay);
        options = set(options, "reconnect.max-delay", from.maxDelay(), ReconnectOptions::maxDelay);
        options = set(options, "reconnect.multiplier", from.multiplier(), ReconnectOptions::multiplier);
        return set(options, "reconnect.max-attempts", from.maxAttempts(), ReconnectOptions::maxAttempts);
    }

    ListenerOptions listener() {
        Amqp10Properties.Listener from = properties.listener();
        ReconnectOptions reconnect = reconnect();
        ListenerOptions options = ListenerOptions.DEFAULT
                .guarantee(from.guarantee())
                .acknowledgeMode(from.acknowledgeMode())
                .autoStartup(from.autoStartup())
                .recovery(new Backoff(reconnect.initialDelay(), reconnect.multiplier(), reconnect.maxDelay()));
        options = set(options, "listener.concurrency", from.concurrency(), ListenerOptions::concurrency);
        options = set(options, "listener.credit", from.credit(), ListenerOptions::credit);
        return set(options, "listener.shutdown-timeout", from.shutdownTimeout(), ListenerOptions::shutdownTimeout);
    }

    FailurePolicy failurePolicy() {
        Amqp10Properties.Retry from = properties.listener().retry();
        Backoff delays = DefaultFailurePolicy.DEFAULT_DELAYS;
        delays = set(
                delays,
                "listener.retry.initial-delay",
                from.initialDelay(),
                (d, value) -> new Backoff(value, d.multiplier(), d.maxDelay()));
        delays = set(
                delays,
                "listener.retry.max-delay",
                from.maxDelay(),
                (d, value) -> new Backoff(d.initialDelay(), d.multiplier(), value));
        delays = set(
                delays,
                "listener.retry.multiplier",
                from.multiplier(),
                (d, value) -> new Backoff(d.initialDelay(), value, d.maxDelay()));
        return set(delays, "listener.retry.max-deliveries", from.maxDeliveries(), DefaultFailurePolicy::new);
    }

    TemplateOptions template() {
        Amqp10Properties.Template from = properties.template();
        TemplateOptions options = TemplateOptions.DEFAULT
                .defaultAddress(present(from.defaultAddress()))
                .guarantee(from.guarantee())
                .durable(from.durable())
                .replyAddress(present(from.replyAddress()));
        if (from.timeToLive() != null) {
            options = set(options, "template.time-to-live", from.timeToLive(), TemplateOptions::timeToLive);
        }
        options = set(options, "template.priority", from.priority(), TemplateOptions::priority);
        options = set(options, "template.send-timeout", from.sendTimeout(), TemplateOptions::sendTimeout);
        options = set(options, "template.receive-timeout", from.receiveTimeout(), TemplateOptions::receiveTimeout);
        options = set(options, "template.reply-timeout", from.replyTimeout(), TemplateOptions::replyTimeout);
        return set(options, "template.max-links", from.maxLinks(), TemplateOptions::maxLinks);
    }

    /** A property that is there but empty, as profiles leave them, is as good as none. */
    private static @Nullable String present(@Nullable String value) {
        return StringUtils.hasText(value) ? value : null;
    }

    private interface Setter<O, V, R> {
        R set(O options, V value);
    }

    private static <O, V, R> R set(O options, String key, V value, Setter<O, V, R> setter) {
        try {
            return setter.set(options, value);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(
                    "amqp10." + key, value, "it is out of range: " + e.getMessage(), e);
        }
    }
}
