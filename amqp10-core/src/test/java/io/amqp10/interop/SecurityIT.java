package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.Amqp10Exception;
import io.amqp10.AuthenticationException;
import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Message;
import io.amqp10.ReconnectOptions;
import io.amqp10.Sender;
import io.amqp10.TlsOptions;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.BrokerJ;
import io.amqp10.testkit.TlsMaterial;
import io.amqp10.testkit.TlsMaterial.Identity;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each SASL mechanism and each way of TLS that real brokers have. */
final class SecurityIT {

    private static ArtemisBroker artemis;
    private static BrokerJ brokerJ;
    private static Container container;

    @BeforeAll
    static void start() {
        artemis = ArtemisBroker.started();
        brokerJ = BrokerJ.started();
        container = Container.create("security");
    }

    @AfterAll
    static void stop() {
        container.close();
        brokerJ.close();
        artemis.close();
    }

    @ParameterizedTest
    @CsvSource({
        "Artemis, PLAIN",
        "Artemis, SCRAM-SHA-256",
        "Artemis, SCRAM-SHA-512",
        "Broker-J, PLAIN",
        "Broker-J, SCRAM-SHA-1",
        "Broker-J, SCRAM-SHA-256"
    })
    void passwordIsProvedByEachMechanism(String broker, String mechanism) {
        ConnectionOptions options = plain(broker).user(ArtemisBroker.USER).saslMechanisms(List.of(mechanism));

        exchange(options.password(ArtemisBroker.PASSWORD));

        assertThatThrownBy(() -> container.connect(options.password("wrong")).awaitOpen())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContainingAll(ArtemisBroker.USER, mechanism)
                .hasMessageNotContaining("wrong");
        assertThatThrownBy(() -> container
                        .connect(options.user("nobody").password("wrong"))
                        .awaitOpen())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("nobody");
    }

    /** What was tried is told when it fails; the brokers offer PLAIN too, and Broker-J no SCRAM-SHA-512. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Artemis  |                             | SCRAM-SHA-512",
                "Artemis  | PLAIN SCRAM-SHA-256         | SCRAM-SHA-256",
                "Artemis  | SCRAM-SHA-512 SCRAM-SHA-256 | SCRAM-SHA-512",
                "Broker-J |                             | SCRAM-SHA-256",
                "Broker-J | PLAIN SCRAM-SHA-1           | SCRAM-SHA-1",
                "Broker-J | SCRAM-SHA-512 PLAIN         | PLAIN"
            })
    void strongestMechanismThatIsOfferedAndAllowedIsTaken(String broker, @Nullable String allowed, String taken) {
        ConnectionOptions options = plain(broker).user(ArtemisBroker.USER);
        if (allowed != null) {
            options = options.saslMechanisms(List.of(allowed.split(" ")));
        }
        exchange(options.password(ArtemisBroker.PASSWORD));

        ConnectionOptions wrong = options.password("wrong");
        assertThatThrownBy(() -> container.connect(wrong).awaitOpen())
                .isInstanceOf(AuthenticationException.class)
                .satisfies(refused -> assertThat(mechanismsIn(refused)).containsExactly(taken));
    }

    private static Set<String> mechanismsIn(Throwable refused) {
        return Pattern.compile("PLAIN|SCRAM-SHA-\\d+")
                .matcher(String.valueOf(refused.getMessage()))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    @Test
    void anonymousNeedsNoCredentials() {
        exchange(ConnectionOptions.of("127.0.0.1:" + artemis.port()));
        exchange(ConnectionOptions.of("127.0.0.1:" + brokerJ.anonymousPort()));
    }

    @Test
    void mechanismThatTheBrokerDoesNotOfferIsNamedWithThoseItOffers() {
        ConnectionOptions options = plain("Broker-J")
                .user(ArtemisBroker.USER)
                .password(ArtemisBroker.PASSWORD)
                .saslMechanisms(List.of("SCRAM-SHA-512"));
        assertThatThrownBy(() -> container.connect(options).awaitOpen())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContainingAll("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN");
    }

    @Test
    void anonymousIsRefusedWhereCredentialsAreDemanded() {
        assertThatThrownBy(
                        () -> container.connect("127.0.0.1:" + brokerJ.port()).awaitOpen())
                .isInstanceOf(AuthenticationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Artemis", "Broker-J"})
    void tlsWithPassword(String broker) {
        exchange(tls(broker, "localhost", null).user(ArtemisBroker.USER).password(ArtemisBroker.PASSWORD));
        exchange(tls(broker, "127.0.0.1", null)
                .user(ArtemisBroker.USER)
                .password(ArtemisBroker.PASSWORD)
                .saslMechanisms(List.of("PLAIN")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Artemis", "Broker-J"})
    void clientCertificateIsTheUserByExternal(String broker) {
        exchange(mutual(broker, Identity.CLIENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Artemis", "Broker-J"})
    void clientCertificateOfAStrangerIsRefused(String broker) {
        assertRefusedTls(mutual(broker, Identity.STRANGER));
        assertRefusedTls(mutual(broker, null));
    }

    @ParameterizedTest
    @CsvSource({"WRONG_HOST, localhost", "EXPIRED, localhost"})
    void serverCertificateThatIsWrongIsRefused(Identity identity, String told) {
        try (ArtemisBroker impostor =
                ArtemisBroker.builder().certificate(identity).start()) {
            ConnectionOptions options = ConnectionOptions.of("amqps://localhost:" + impostor.tlsPort())
                    .user(ArtemisBroker.USER)
                    .password(ArtemisBroker.PASSWORD)
                    .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(null)));
            assertRefusedTls(options).hasMessageContaining(told);
            if (identity == Identity.WRONG_HOST) {
                exchange(options.tls(options.tls().verifyHostname(false)));
            }
        }
    }

    @Test
    void authorityThatIsNotTrustedIsRefused() {
        assertRefusedTls(ConnectionOptions.of("amqps://localhost:" + artemis.tlsPort())
                .user(ArtemisBroker.USER)
                .password(ArtemisBroker.PASSWORD));
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefusedTls(
            ConnectionOptions options) {
        return assertThatThrownBy(() -> container.connect(once(options)).awaitOpen())
                .isInstanceOf(Amqp10Exception.class)
                .isInstanceOfAny(ConnectionLostException.class, AuthenticationException.class);
    }

    /** One attempt, which may take its time. */
    private static ConnectionOptions once(ConnectionOptions options) {
        return options.reconnect(ReconnectOptions.OFF)
                .connectTimeout(MessageExchange.PATIENCE)
                .openTimeout(MessageExchange.PATIENCE.multipliedBy(2));
    }

    private static void exchange(ConnectionOptions options) {
        try (Connection connection = container.connect(once(options));
                Sender sender = connection.openSender("security")) {
            assertThat(sender.send(Message.of("hello")).await().isAccepted()).isTrue();
        }
    }

    private static ConnectionOptions plain(String broker) {
        return ConnectionOptions.of("127.0.0.1:" + (broker.equals("Artemis") ? artemis.port() : brokerJ.port()));
    }

    private static ConnectionOptions tls(String broker, String host, @Nullable Identity identity) {
        int port = broker.equals("Artemis") ? artemis.tlsPort() : brokerJ.tlsPort();
        return secured(host + ":" + port, identity);
    }

    private static ConnectionOptions mutual(String broker, @Nullable Identity identity) {
        int port = broker.equals("Artemis") ? artemis.mutualTlsPort() : brokerJ.mutualTlsPort();
        return secured("localhost:" + port, identity);
    }

    private static ConnectionOptions secured(String where, @Nullable Identity identity) {
        return ConnectionOptions.of("amqps://" + where)
                .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(identity)));
    }
}
