package io.amqp10.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.apache.qpid.protonj2.client.SenderOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArtemisBrokerIT {

    private static ArtemisBroker broker;

    @BeforeAll
    static void start() {
        broker = ArtemisBroker.started();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
    void passwordsAreCheckedByEachMechanism(String mechanism) throws Exception {
        try (ForeignClient client = ForeignClient.connect(
                broker.port(), ForeignClient.passwords(ArtemisBroker.USER, ArtemisBroker.PASSWORD, mechanism))) {
            assertThat(client.send("passwords", mechanism)).isEqualTo(1);
            assertThat(client.receive("passwords")).isEqualTo(mechanism);
        }
        assertThatThrownBy(() -> ForeignClient.connect(
                        broker.port(), ForeignClient.passwords(ArtemisBroker.USER, "wrong", mechanism)))
                .hasMessageContaining("SASL");
    }

    @Test
    void anonymousMayDoEverything() throws Exception {
        try (ForeignClient client = ForeignClient.connect(broker.port(), ForeignClient.anonymous())) {
            assertThat(client.send("anonymous", "hello")).isEqualTo(1);
        }
    }

    @Test
    void tlsPortShowsTheServersCertificate() throws Exception {
        try (ForeignClient client = ForeignClient.connect(
                broker.tlsPort(),
                ForeignClient.trusting(ForeignClient.passwords(ArtemisBroker.USER, ArtemisBroker.PASSWORD)))) {
            assertThat(client.send("tls", "hello")).isEqualTo(1);
        }
    }

    @Test
    void mutualTlsPortKnowsTheClientByItsCertificate() throws Exception {
        try (ForeignClient client =
                ForeignClient.connect(broker.mutualTlsPort(), ForeignClient.certified(TlsMaterial.Identity.CLIENT))) {
            assertThat(client.send("external", "hello")).isEqualTo(1);
        }
        assertThatThrownBy(() ->
                ForeignClient.connect(broker.mutualTlsPort(), ForeignClient.certified(TlsMaterial.Identity.STRANGER)));
    }

    @Test
    void consumerMayNotSend() throws Exception {
        broker.createQueue("consumers");
        try (ForeignClient all = ForeignClient.connect(broker.port());
                ForeignClient consumer = ForeignClient.connect(
                        broker.port(),
                        ForeignClient.passwords(ArtemisBroker.CONSUMER, ArtemisBroker.CONSUMER_PASSWORD))) {
            all.send("consumers", "hello");

            assertThat(consumer.receive("consumers")).isEqualTo("hello");
            assertThatThrownBy(() -> consumer.send("consumers", "hello")).hasMessageContaining("not have permission");
        }
    }

    @Test
    void offersOnlyTheMechanismsAskedFor() {
        try (ArtemisBroker strict =
                ArtemisBroker.builder().saslMechanisms("SCRAM-SHA-512").start()) {
            assertThatThrownBy(() -> ForeignClient.connect(
                    strict.port(),
                    ForeignClient.passwords(ArtemisBroker.USER, ArtemisBroker.PASSWORD, "PLAIN", "SCRAM-SHA-256")));
        }
    }

    @Test
    void countsMessagesAndConsumers() throws Exception {
        try (ForeignClient client = ForeignClient.connect(broker.port())) {
            client.send("counts", "one", "two", "three");
            await().untilAsserted(
                            () -> assertThat(broker.messageCount("counts")).isEqualTo(3));
            client.receive("counts");
        }

        await().untilAsserted(() -> {
            assertThat(broker.messageCount("counts")).isEqualTo(2);
            assertThat(broker.messagesAdded("counts")).isEqualTo(3);
            assertThat(broker.consumerCount("counts")).isZero();
        });
        assertThat(broker.messageCount("no such queue")).isZero();
    }

    @Test
    void durableMessagesSurviveAStopOnTheSamePort() throws Exception {
        try (ArtemisBroker stopped = ArtemisBroker.started()) {
            try (ForeignClient client = ForeignClient.connect(stopped.port())) {
                client.send("kept", "before");
            }

            stopped.stop();
            assertThatThrownBy(() -> ForeignClient.connect(stopped.port()));
            stopped.start();

            try (ForeignClient client = ForeignClient.connect(stopped.port())) {
                assertThat(client.receive("kept")).isEqualTo("before");
            }
        }
    }

    @Test
    void stockSettingsSwallowWhatIsSentWithoutCapability() throws Exception {
        try (ArtemisBroker stock = ArtemisBroker.builder().stockSettings().start();
                ForeignClient client = ForeignClient.connect(stock.port())) {
            assertThat(client.send("swallowed", "hello")).isEqualTo(1);

            SenderOptions queue = new SenderOptions();
            queue.targetOptions().capabilities("queue");
            assertThat(client.send("kept", true, queue, "hello")).isEqualTo(1);
            await().untilAsserted(() -> assertThat(stock.messageCount("kept")).isEqualTo(1));
            assertThat(stock.messageCount("swallowed")).isZero();
        }
    }
}
