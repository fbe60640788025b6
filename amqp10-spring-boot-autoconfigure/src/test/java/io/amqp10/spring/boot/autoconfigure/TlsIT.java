package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.LifecycleState;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.TlsMaterial;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** TLS by SSL bundles, at a real broker. */
@ExtendWith(SharedBroker.class)
class TlsIT {

    private static ApplicationContextRunner contexts(ArtemisBroker broker) {
        return SharedBroker.contexts(broker)
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
                .withPropertyValues(
                        "amqp10.url=localhost:" + broker.tlsPort(),
                        "amqp10.ssl.bundle=broker",
                        "amqp10.reconnect.max-delay=200ms");
    }

    @Test
    void bundleOfPropertiesMakesAConnectionWithTls(ArtemisBroker broker) {
        contexts(broker)
                .withPropertyValues("spring.ssl.bundle.pem.broker.truststore.certificate=file:"
                        + TlsMaterial.get().authority())
                .run(context -> {
                    assertThat(context.getBean(AmqpTemplate.class)
                                    .convertAndSend("tls.send", "x")
                                    .isAccepted())
                            .isTrue();
                    assertThat(context.getBean(Connection.class).remoteAddress())
                            .endsWith(":" + broker.tlsPort());
                });
    }

    @Test
    void clientCertificateOfTheBundleIsShown(ArtemisBroker broker) {
        contexts(broker)
                .withPropertyValues(
                        "amqp10.url=amqps://localhost:" + broker.mutualTlsPort(),
                        "amqp10.username=",
                        "amqp10.password=",
                        "amqp10.sasl.mechanisms=EXTERNAL",
                        "spring.ssl.bundle.pem.broker.truststore.certificate=file:"
                                + TlsMaterial.get().authority(),
                        "spring.ssl.bundle.pem.broker.keystore.certificate=file:"
                                + TlsMaterial.get().certificate(TlsMaterial.Identity.CLIENT),
                        "spring.ssl.bundle.pem.broker.keystore.private-key=file:"
                                + TlsMaterial.get().privateKey(TlsMaterial.Identity.CLIENT))
                .run(context -> assertThat(context.getBean(AmqpTemplate.class)
                                .convertAndSend("tls.send", "x")
                                .isAccepted())
                        .isTrue());
    }

    @Test
    void newConnectionsUseTheBundleThatWasReloaded(ArtemisBroker broker) {
        SslBundle trustingNobodyHere = bundle(TlsMaterial.get().keyStore(TlsMaterial.Identity.STRANGER));
        DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry("broker", trustingNobodyHere);
        SharedBroker.contexts(broker)
                .withBean("sslBundleRegistry", DefaultSslBundleRegistry.class, () -> registry)
                .withPropertyValues(
                        "amqp10.url=localhost:" + broker.tlsPort(),
                        "amqp10.ssl.bundle=broker",
                        "amqp10.reconnect.max-delay=200ms")
                .run(context -> {
                    Connection connection = context.getBean(Connection.class);
                    await().until(() -> connection.error() != null);
                    assertThat(connection.state()).isNotEqualTo(LifecycleState.OPEN);

                    registry.updateBundle("broker", bundle(TlsMaterial.get().trustStore()));

                    await().atMost(Duration.ofSeconds(60)).until(() -> connection.state() == LifecycleState.OPEN);
                });
    }

    private static SslBundle bundle(java.nio.file.Path trustStore) {
        SslStoreBundle stores = new JksSslStoreBundle(
                null, new JksSslStoreDetails("PKCS12", null, "file:" + trustStore, TlsMaterial.PASSWORD));
        return SslBundle.of(stores);
    }
}
