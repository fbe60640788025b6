package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.ConnectionOptions;
import io.amqp10.ContainerOptions;
import io.amqp10.Delivery;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.Endpoint;
import io.amqp10.ProxyOptions;
import io.amqp10.ReconnectOptions;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.TemplateOptions;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.listener.AcknowledgeMode;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.FailurePolicy;
import io.amqp10.spring.listener.ListenerOptions;
import io.amqp10.spring.listener.Verdict;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Where each property goes. */
class PropertiesTest {

    @RegisterExtension
    private final Warnings warned = new Warnings();

    /** Values that are no defaults, for all keys. */
    private static final Map<String, String> VALUES = new LinkedHashMap<>();

    static {
        VALUES.put("amqp10.url", "amqps://127.0.0.1:1, 127.0.0.1:2");
        VALUES.put("amqp10.username", "guest");
        VALUES.put("amqp10.password", "secret");
        VALUES.put("amqp10.container-id", "me");
        VALUES.put("amqp10.virtual-host", "vhost:one");
        VALUES.put("amqp10.connect-timeout", "3s");
        VALUES.put("amqp10.idle-timeout", "4s");
        VALUES.put("amqp10.fail-fast", "false"); // StartupFailureIT shows what true does
        VALUES.put("amqp10.trace-frames", "true");
        VALUES.put("amqp10.sasl.mechanisms", "PLAIN,EXTERNAL");
        VALUES.put("amqp10.sasl.allow-plain-without-tls", "true");
        VALUES.put("amqp10.ssl.bundle", ""); // TlsIT shows what one does
        VALUES.put("amqp10.ssl.verify-hostname", "false");
        VALUES.put("amqp10.proxy.host", "proxy.example");
        VALUES.put("amqp10.proxy.port", "3128");
        VALUES.put("amqp10.proxy.type", "http");
        VALUES.put("amqp10.proxy.username", "through");
        VALUES.put("amqp10.proxy.password", "proxy-secret");
        VALUES.put("amqp10.reconnect.enabled", "false");
        VALUES.put("amqp10.reconnect.initial-delay", "5s");
        VALUES.put("amqp10.reconnect.max-delay", "50s");
        VALUES.put("amqp10.reconnect.multiplier", "3.5");
        VALUES.put("amqp10.reconnect.max-attempts", "6");
        VALUES.put("amqp10.reconnect.after-clean-close", "false");
        VALUES.put("amqp10.listener.concurrency", "7");
        VALUES.put("amqp10.listener.credit", "8");
        VALUES.put("amqp10.listener.guarantee", "at-most-once");
        VALUES.put("amqp10.listener.acknowledge-mode", "manual");
        VALUES.put("amqp10.listener.auto-startup", "false");
        VALUES.put("amqp10.listener.shutdown-timeout", "9s");
        VALUES.put("amqp10.listener.retry.initial-delay", "10s");
        VALUES.put("amqp10.listener.retry.max-delay", "25s");
        VALUES.put("amqp10.listener.retry.multiplier", "1.5");
        VALUES.put("amqp10.listener.retry.max-deliveries", "11");
        VALUES.put("amqp10.template.default-address", "there");
        VALUES.put("amqp10.template.guarantee", "at-most-once");
        VALUES.put("amqp10.template.durable", "false");
        VALUES.put("amqp10.template.time-to-live", "12s");
        VALUES.put("amqp10.template.priority", "13");
        VALUES.put("amqp10.template.send-timeout", "14s");
        VALUES.put("amqp10.template.receive-timeout", "15s");
        VALUES.put("amqp10.template.reply-timeout", "16s");
        VALUES.put("amqp10.template.reply-address", "here");
        VALUES.put("amqp10.template.max-links", "17");
        VALUES.put("management.health.amqp10.enabled", "false"); // of the health's auto-configuration
    }

    record Listening() {
        @AmqpListener(id = "listening", address = "x")
        void listen(Delivery delivery) {
            delivery.accept();
        }
    }

    private final AtomicReference<@Nullable ConnectionOptions> connection = new AtomicReference<>();
    private final AtomicReference<@Nullable ContainerOptions> container = new AtomicReference<>();

    private ApplicationContextRunner contexts() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, Amqp10AutoConfiguration.class))
                .withBean(Amqp10ConnectionCustomizer.class, () -> options -> {
                    connection.set(options);
                    return options;
                })
                .withBean(Amqp10ContainerCustomizer.class, () -> options -> {
                    container.set(options);
                    return options;
                })
                .withBean(Listening.class);
    }

    private static String[] all() {
        return VALUES.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
    }

    @Test
    void allKeysAreTriedHere() throws IOException {
        assertThat(new TreeSet<>(VALUES.keySet()))
                .containsExactlyElementsOf(MetadataTest.keys().keySet());
    }

    @Test
    void propertiesOfTheConnectionReachIt() {
        contexts().withPropertyValues(all()).run(context -> {
            assertThat(Objects.requireNonNull(container.get()).id()).isEqualTo("me");
            ConnectionOptions options = Objects.requireNonNull(connection.get());
            assertThat(options.endpoints())
                    .extracting(Endpoint::hostAndPort)
                    .containsExactly("127.0.0.1:1", "127.0.0.1:2");
            assertThat(options.endpoints()).extracting(Endpoint::tls).containsExactly(true, false);
            assertThat(options.user()).isEqualTo("guest");
            assertThat(options.password()).isEqualTo("secret");
            assertThat(options.virtualHost()).isEqualTo("vhost:one");
            assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
            assertThat(options.idleTimeout()).isEqualTo(Duration.ofSeconds(4));
            assertThat(options.traceFrames()).isTrue();
            assertThat(options.saslMechanisms()).containsExactly("PLAIN", "EXTERNAL");
            assertThat(options.allowPlainWithoutTls()).isTrue();
            assertThat(options.tls().verifyHostname()).isFalse();
            ProxyOptions proxy = Objects.requireNonNull(options.proxy());
            assertThat(proxy.protocol()).isEqualTo(ProxyOptions.Protocol.HTTP);
            assertThat(proxy.host()).isEqualTo("proxy.example");
            assertThat(proxy.port()).isEqualTo(3128);
            assertThat(proxy.user()).isEqualTo("through");
            assertThat(proxy.password()).isEqualTo("proxy-secret");
            ReconnectOptions reconnect = options.reconnect();
            assertThat(reconnect.enabled()).isFalse();
            assertThat(reconnect.initialDelay()).isEqualTo(Duration.ofSeconds(5));
            assertThat(reconnect.maxDelay()).isEqualTo(Duration.ofSeconds(50));
            assertThat(reconnect.multiplier()).isEqualTo(3.5);
            assertThat(reconnect.maxAttempts()).isEqualTo(6);
            assertThat(reconnect.afterCleanClose()).isFalse();
        });
    }

    @Test
    void propertiesOfListenersAreTheirDefaults() {
        contexts().withPropertyValues(all()).run(context -> {
            ListenerOptions options = context.getBean(AmqpListenerRegistry.class)
                    .listener("listening")
                    .options();
            assertThat(options.concurrency()).isEqualTo(7);
            assertThat(options.credit()).isEqualTo(8);
            assertThat(options.guarantee()).isEqualTo(DeliveryGuarantee.AT_MOST_ONCE);
            assertThat(options.acknowledgeMode()).isEqualTo(AcknowledgeMode.MANUAL);
            assertThat(options.autoStartup()).isFalse();
            assertThat(options.shutdownTimeout()).isEqualTo(Duration.ofSeconds(9));
            assertThat(options.recovery().delay(1)).isEqualTo(Duration.ofSeconds(5));

            FailurePolicy policy = context.getBean(FailurePolicy.class);
            assertThat(verdict(policy, 1)).isEqualTo(new Verdict.Retry(Duration.ofSeconds(10)));
            assertThat(verdict(policy, 2)).isEqualTo(new Verdict.Retry(Duration.ofSeconds(15)));
            assertThat(verdict(policy, 10)).isEqualTo(new Verdict.Retry(Duration.ofSeconds(25)));
            assertThat(verdict(policy, 11)).isInstanceOf(Verdict.Reject.class);
        });
    }

    private static Verdict verdict(FailurePolicy policy, int failures) {
        Delivery delivery = (Delivery) Proxy.newProxyInstance(
                PropertiesTest.class.getClassLoader(), new Class<?>[] {Delivery.class}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
        return policy.decide(delivery, failures, new IllegalStateException("on purpose"));
    }

    @Test
    void propertiesOfTheTemplateAreItsOptions() {
        contexts().withPropertyValues(all()).run(context -> {
            TemplateOptions options = context.getBean(AmqpTemplate.class).options();
            assertThat(options.defaultAddress()).isEqualTo("there");
            assertThat(options.guarantee()).isEqualTo(DeliveryGuarantee.AT_MOST_ONCE);
            assertThat(options.durable()).isFalse();
            assertThat(options.timeToLive()).isEqualTo(Duration.ofSeconds(12));
            assertThat(options.priority()).isEqualTo(13);
            assertThat(options.sendTimeout()).isEqualTo(Duration.ofSeconds(14));
            assertThat(options.receiveTimeout()).isEqualTo(Duration.ofSeconds(15));
            assertThat(options.replyTimeout()).isEqualTo(Duration.ofSeconds(16));
            assertThat(options.replyAddress()).isEqualTo("here");
            assertThat(options.maxLinks()).isEqualTo(17);
        });
    }

    @Test
    void defaultsAreThoseOfThePlainApi() {
        contexts().run(context -> {
            ConnectionOptions plain = ConnectionOptions.of("localhost");
            ConnectionOptions options = Objects.requireNonNull(connection.get());
            assertThat(options.endpoints()).isEqualTo(plain.endpoints());
            assertThat(options.user()).isNull();
            assertThat(options.password()).isNull();
            assertThat(options.virtualHost()).isNull();
            assertThat(options.connectTimeout()).isEqualTo(plain.connectTimeout());
            assertThat(options.idleTimeout()).isEqualTo(plain.idleTimeout());
            assertThat(options.tls().verifyHostname()).isTrue();
            assertThat(options.reconnect())
                    .usingRecursiveComparison()
                    .isEqualTo(ReconnectOptions.DEFAULT.afterCleanClose(true));

            assertThat(context.getBean(AmqpListenerRegistry.class)
                            .listener("listening")
                            .options())
                    .usingRecursiveComparison()
                    .ignoringFields("receiver")
                    .isEqualTo(ListenerOptions.DEFAULT);
            assertThat(context.getBean(AmqpTemplate.class).options())
                    .usingRecursiveComparison()
                    .ignoringFields("senders", "receivers", "executor")
                    .isEqualTo(TemplateOptions.DEFAULT);
        });
    }

    @Test
    void emptyValuesAreAsGoodAsNone() {
        contexts()
                .withPropertyValues(
                        "amqp10.url=amqp://u:p@localhost",
                        "amqp10.username=",
                        "amqp10.password=",
                        "amqp10.virtual-host=",
                        "amqp10.ssl.bundle=",
                        "amqp10.container-id=",
                        "amqp10.template.default-address=",
                        "amqp10.template.reply-address=")
                .run(context -> {
                    ConnectionOptions options = Objects.requireNonNull(connection.get());
                    assertThat(options.user()).isEqualTo("u");
                    assertThat(options.password()).isEqualTo("p");
                    assertThat(options.virtualHost()).isNull();
                    assertThat(options.endpoints().get(0).tls()).isFalse();
                    assertThat(Objects.requireNonNull(container.get()).id()).isNotBlank();
                    TemplateOptions template =
                            context.getBean(AmqpTemplate.class).options();
                    assertThat(template.defaultAddress()).isNull();
                    assertThat(template.replyAddress()).isNull();
                });
    }

    @Test
    void namesAreRelaxedAsEverywhereInBoot() {
        contexts()
                .withPropertyValues("amqp10.listener.acknowledgeMode=MANUAL", "amqp10.sasl.mechanisms[0]=plain")
                .withSystemProperties("amqp10.connectTimeout=7s")
                .run(context -> {
                    assertThat(Objects.requireNonNull(connection.get()).connectTimeout())
                            .isEqualTo(Duration.ofSeconds(7));
                    assertThat(Objects.requireNonNull(connection.get()).saslMechanisms())
                            .containsExactly("PLAIN");
                    assertThat(context.getBean(AmqpListenerRegistry.class)
                                    .listener("listening")
                                    .options()
                                    .acknowledgeMode())
                            .isEqualTo(AcknowledgeMode.MANUAL);
                });
    }

    /** Among them may be that nobody listens where the contexts here connect to. */
    private List<String> unknownKeys() {
        return warned.texts().stream()
                .filter(text -> text.contains("has no effect"))
                .toList();
    }

    @Test
    void keysThatAreAlmostOursAreWarnedOfAndThoseOfTheApplicationAreNot() {
        contexts()
                .withPropertyValues(
                        "amqp10.urll=elsewhere",
                        "amqp10.listner.credit=5",
                        "amqp10.listener.retry.max-delivery=3",
                        "amqp10.template.colour=green",
                        "amqp10.orders.address=orders",
                        "amqp10.reconnect.maxDelay=3s",
                        "amqp10.sasl.mechanisms[0]=plain")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(unknownKeys())
                            .hasSize(4)
                            .allMatch(text -> text.contains("set by"))
                            .anyMatch(text -> text.startsWith("amqp10.urll ") && text.contains("is amqp10.url meant?"))
                            .anyMatch(text -> text.contains("is amqp10.listener.credit meant?"))
                            .anyMatch(text -> text.contains("is amqp10.listener.retry.max-deliveries meant?"))
                            .anyMatch(text -> text.startsWith("amqp10.template.colour ") && !text.contains("meant"));
                });
    }

    @Test
    void variablesOfTheEnvironmentAreKnownHoweverTheyAreWritten() {
        Map<String, Object> variables = Map.of(
                "AMQP10_CONNECT_TIMEOUT", "7s",
                "AMQP10_IDLETIMEOUT", "8s",
                "AMQP10_LISTENER_RETRY_MAX_DELIVERIES", "3",
                "AMQP10_SASL_MECHANISMS_0", "plain",
                "AMQP10_RABBITMQ_URL", "amqp://elsewhere",
                "AMQP10_PASWORD", "secret");
        contexts()
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables)))
                .run(context -> {
                    assertThat(Objects.requireNonNull(connection.get()).connectTimeout())
                            .isEqualTo(Duration.ofSeconds(7));
                    assertThat(unknownKeys())
                            .singleElement()
                            .asString()
                            .contains("is amqp10.password meant?")
                            .doesNotContain("secret");
                });
    }

    @Test
    void containerIdIsMadeOfTheApplicationsNameAndIsUnique() {
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < 2; i++) {
            contexts().withPropertyValues("spring.application.name=shop").run(context -> {
                String id = Objects.requireNonNull(container.get()).id();
                assertThat(id).startsWith("shop-");
                ids.add(id);
            });
        }
        assertThat(ids).hasSize(2);
    }

    @Test
    void propertiesNeverShowThePassword() {
        contexts().withPropertyValues(all()).run(context -> assertThat(context.getBean(Amqp10Properties.class))
                .asString()
                .doesNotContain("secret"));
    }
}
