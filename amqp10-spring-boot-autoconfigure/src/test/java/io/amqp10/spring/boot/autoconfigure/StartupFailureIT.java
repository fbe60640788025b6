package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.listener.AcknowledgeMode;
import io.amqp10.testkit.ArtemisBroker;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.messaging.handler.annotation.Payload;

/** Each mistake in the configuration gives one message that names what is wrong and says what to do. */
@ExtendWith(SharedBroker.class)
class StartupFailureIT {

    private static final Logger PRINTED =
            (Logger) LoggerFactory.getLogger("org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter");

    /** What an application prints that does not start, by what Boot itself reports failures with. */
    private static String explained(ApplicationContextRunner runner) {
        AtomicReference<@Nullable ConfigurableApplicationContext> made = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        runner.withInitializer(made::set).run(context -> failure.set(context.getStartupFailure()));
        ConfigurableApplicationContext failed = made.get();
        Throwable why = failure.get();
        assertThat(failed).isNotNull();
        assertThat(why).as("start-up failure").isNotNull();
        ListAppender<ILoggingEvent> printed = new ListAppender<>();
        printed.start();
        PRINTED.addAppender(printed);
        try {
            boolean explained = SpringFactoriesLoader.forDefaultResourceLocation(
                            SpringApplication.class.getClassLoader())
                    .load(
                            SpringBootExceptionReporter.class,
                            ArgumentResolver.of(ConfigurableApplicationContext.class, failed))
                    .stream()
                    .anyMatch(reporter -> reporter.reportException(why));
            if (!explained) {
                throw new AssertionError("nobody explains it", why);
            }
        } finally {
            PRINTED.detachAppender(printed);
        }
        assertThat(printed.list).as("messages").hasSize(1);
        return printed.list.get(0).getFormattedMessage();
    }

    private static ApplicationContextRunner failingFast(ArtemisBroker broker) {
        return SharedBroker.contexts(broker).withPropertyValues("amqp10.fail-fast=true", "amqp10.connect-timeout=60s");
    }

    @Test
    void failFastStartsWhenAllIsThere(ArtemisBroker broker) {
        failingFast(broker).withBean(Fine.class).run(context -> assertThat(context)
                .hasNotFailed());
    }

    record Fine() {
        @AmqpListener("startup.fine")
        void fine(String text) {
            assertThat(text).isNotNull();
        }
    }

    @Test
    void wrongHostIsNamed(ArtemisBroker broker) {
        assertThat(explained(failingFast(broker).withPropertyValues("amqp10.url=no-such-host.invalid:5672")))
                .contains("no-such-host.invalid", "amqp10.url", "resolved")
                .contains("amqp10.fail-fast");
    }

    @Test
    void refusedPortIsNamed(ArtemisBroker broker) {
        assertThat(explained(failingFast(broker).withPropertyValues("amqp10.url=127.0.0.1:1")))
                .contains("127.0.0.1:1", "refused", "amqp10.url", "running");
    }

    @Test
    void proxyThatIsNotThereIsNamed(ArtemisBroker broker) {
        assertThat(explained(
                        failingFast(broker).withPropertyValues("amqp10.proxy.host=127.0.0.1", "amqp10.proxy.port=1")))
                .contains("SOCKS5 proxy", "127.0.0.1:1", "amqp10.proxy");
    }

    @Test
    void wrongPasswordNamesThePropertiesAndNotThePassword(ArtemisBroker broker) {
        assertThat(explained(failingFast(broker).withPropertyValues("amqp10.password=wrong-secret")))
                .contains("amqp10.username", "amqp10.password")
                .doesNotContain("wrong-secret");
    }

    record Unknown() {
        @AmqpListener("nocreate.startup")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    @Test
    void unknownAddressIsNamed(ArtemisBroker broker) {
        assertThat(explained(failingFast(broker).withBean(Unknown.class)))
                .contains("nocreate.startup", "amqp:not-found", "Create the address");
    }

    record Forbidden() {
        @AmqpListener("noentry.startup")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    @Test
    void addressThatIsNotAllowedIsNamed(ArtemisBroker broker) {
        assertThat(explained(failingFast(broker).withBean(Forbidden.class)))
                .contains("noentry.startup", "amqp:unauthorized-access", "amqp10.username");
    }

    @Test
    void refusalOfWhatTheApplicationDoesWhileItStartsIsExplainedToo(ArtemisBroker broker) {
        assertThat(explained(
                        SharedBroker.contexts(broker).withInitializer(context -> ((GenericApplicationContext) context)
                                .registerBean("greeting", Object.class, () -> context.getBean(AmqpTemplate.class)
                                        .convertAndSend("nocreate.greeting", "hello")))))
                .contains("nocreate.greeting", "amqp:not-found", "Create the address")
                .doesNotContain("fail-fast");
    }

    @Test
    void certificateThatNobodyTrustsIsSaidWithThePropertyThatTrustsIt(ArtemisBroker broker) {
        assertThat(explained(
                        failingFast(broker).withPropertyValues("amqp10.url=amqps://localhost:" + broker.tlsPort())))
                .contains("TLS with localhost:" + broker.tlsPort(), "certificate was not accepted")
                .contains("amqp10.ssl.bundle", "amqp10.url");
    }

    @ParameterizedTest
    @CsvSource({"amqp, use amqps", "amqps, use amqp"})
    void portThatDoesNotSpeakWhatTheUrlSaysIsNamedWithWhatToWrite(String scheme, String advice, ArtemisBroker broker) {
        int port = scheme.equals("amqp") ? broker.tlsPort() : broker.port();
        assertThat(explained(failingFast(broker)
                        .withPropertyValues(
                                "amqp10.url=" + scheme + "://localhost:" + port, "amqp10.connect-timeout=5s")))
                .contains("localhost:" + port, advice, "amqp10.url");
    }

    @Test
    void missingSslBundleIsNamed(ArtemisBroker broker) {
        assertThat(explained(SharedBroker.contexts(broker)
                        .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
                        .withPropertyValues("amqp10.url=localhost", "amqp10.ssl.bundle=nowhere")))
                .contains("amqp10.ssl.bundle", "nowhere", "spring.ssl.bundle.pem.nowhere");
    }

    @ParameterizedTest
    @ValueSource(strings = {"amqp", "amqpws", "ws"})
    void urlWithoutTlsBesideAnSslBundleIsRefused(String scheme, ArtemisBroker broker) {
        assertThat(explained(SharedBroker.contexts(broker)
                        .withBean(Amqp10ConnectionDetails.class, () -> new Amqp10ConnectionDetails() {
                            @Override
                            public String getUrl() {
                                return scheme + "://localhost";
                            }

                            @Override
                            public SslBundle getSslBundle() {
                                return SslBundle.of(null);
                            }
                        })))
                .contains("amqp10.ssl.bundle", "write " + scheme + "s://");
    }

    @Test
    void wrongUrlIsExplainedWithoutItsPassword(ArtemisBroker broker) {
        assertThat(explained(SharedBroker.contexts(broker)
                        .withPropertyValues("amqp10.url=http://user:url-secret@localhost:5672")))
                .contains("amqp10.url", "amqp", "http")
                .doesNotContain("url-secret");
    }

    @Test
    void valueOutOfRangeNamesItsProperty(ArtemisBroker broker) {
        assertThat(explained(SharedBroker.contexts(broker).withPropertyValues("amqp10.reconnect.multiplier=0.5")))
                .contains("amqp10.reconnect.multiplier", "0.5", "from 1 to 1000");
        assertThat(explained(SharedBroker.contexts(broker).withPropertyValues("amqp10.listener.concurrency=0")))
                .contains("amqp10.listener.concurrency", "at least 1");
        assertThat(explained(SharedBroker.contexts(broker)
                        .withPropertyValues("amqp10.proxy.host=proxy.example", "amqp10.proxy.port=0")))
                .contains("amqp10.proxy.port", "from 1 to 65535");
        assertThat(explained(SharedBroker.contexts(broker).withPropertyValues("amqp10.connect-timeout=-1s")))
                .contains("amqp10.connect-timeout");
        assertThat(explained(SharedBroker.contexts(broker).withPropertyValues("amqp10.template.priority=256")))
                .contains("amqp10.template.priority", "255");
        assertThat(explained(
                        SharedBroker.contexts(broker).withPropertyValues("amqp10.listener.retry.initial-delay=0s")))
                .contains("amqp10.listener.retry.initial-delay", "positive");
        assertThat(explained(SharedBroker.contexts(broker).withPropertyValues("amqp10.sasl.mechanisms=PLAIN,CRAM-MD5")))
                .contains("amqp10.sasl.mechanisms", "CRAM-MD5", "SCRAM-SHA-256");
    }

    @Test
    void valueOfAWrongTypeNamesItsProperty(ArtemisBroker broker) {
        assertThat(explained(SharedBroker.contexts(broker).withPropertyValues("amqp10.listener.guarantee=perhaps")))
                .contains("amqp10.listener.guarantee", "perhaps");
    }

    record NoDelivery() {
        @AmqpListener(address = "startup.x", acknowledgeMode = AcknowledgeMode.MANUAL)
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    record NoNumber() {
        @AmqpListener(address = "startup.x", concurrency = "many")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    record Twice() {
        @AmqpListener(id = "same", address = "startup.x")
        @AmqpListener(id = "same", address = "startup.y")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    @Test
    void wrongListenerIsNamed(ArtemisBroker broker) {
        assertThat(explained(SharedBroker.contexts(broker).withBean(NoDelivery.class)))
                .contains("NoDelivery.listen", "MANUAL", "io.amqp10.Delivery");
        assertThat(explained(SharedBroker.contexts(broker).withBean(NoNumber.class)))
                .contains("NoNumber.listen", "concurrency", "many");
        assertThat(explained(SharedBroker.contexts(broker).withBean(Twice.class)))
                .contains("two listeners", "same");
    }

    static class Prototype {
        @AmqpListener("startup.x")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    record Unresolved() {
        @AmqpListener("${no.such.property}")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    record WrongExpression() {
        @AmqpListener("#{@noSuchBean.address}")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    record PayloadExpression() {
        @AmqpListener("startup.x")
        void listen(@Payload("name") String text) {
            assertThat(text).isNotNull();
        }
    }

    interface Something {
        void other();
    }

    static class OnlyInTheClass implements Something {
        @Override
        public void other() {}

        @AmqpListener("startup.x")
        public void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    @Test
    void listenerThatCannotBeMadeIsNamed(ArtemisBroker broker) {
        assertThat(explained(SharedBroker.contexts(broker)
                        .withBean(
                                "many", Prototype.class, Prototype::new, definition -> definition.setScope("prototype"))
                        .withInitializer(context -> ((GenericApplicationContext) context)
                                .registerBean("needs", Object.class, () -> context.getBean("many")))))
                .contains("Prototype.listen", "'many'", "singleton");
        assertThat(explained(SharedBroker.contexts(broker)
                        .withConfiguration(AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class))
                        .withBean(Unresolved.class)))
                .contains("nresolved.listen", "address", "${no.such.property}", "no.such.property");
        assertThat(explained(SharedBroker.contexts(broker).withBean(WrongExpression.class)))
                .contains("rongExpression.listen", "address", "noSuchBean");
        assertThat(explained(SharedBroker.contexts(broker).withBean(PayloadExpression.class)))
                .contains("PayloadExpression.listen", "expression 'name'");
        assertThat(explained(SharedBroker.contexts(broker).withBean("proxied", Something.class, () -> {
                    ProxyFactory factory = new ProxyFactory(new OnlyInTheClass());
                    factory.setProxyTargetClass(false);
                    return (Something) factory.getProxy();
                })))
                .contains("OnlyInTheClass.listen", "proxy", "interface");
    }
}
