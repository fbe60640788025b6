package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.testkit.FaultyLink;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of OAuth 2 between two containers. */
@Timeout(600)
final class OAuthTest {

    /** As long as real ones are. */
    private static final String TOKEN = "eyJ0eXAiOiJKV1QifQ." + "x".repeat(3_000);

    private Container server;
    private Container client;
    private Listener listener;

    @BeforeEach
    void create() {
        server = Container.create("server");
        client = Container.create("client");
        listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .tokenVerifier(token -> token.startsWith(TOKEN) ? "alice" : null));
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OAUTHBEARER", "XOAUTH2"})
    void tokenNamesTheUser(String mechanism) {
        client.connect(ConnectionOptions.of(listener.uri())
                        .tokenSupplier(() -> TOKEN)
                        .saslMechanisms(List.of(mechanism)))
                .awaitOpen();
        assertThat(Objects.requireNonNull(server.connections().get(0).remotePrincipal())
                        .getName())
                .isEqualTo("alice");
    }

    @Test
    void wrongTokenIsRefusedAndNotShown() {
        assertThatThrownBy(() -> client.connect(
                                ConnectionOptions.of(listener.uri()).tokenSupplier(() -> "wrong-token"))
                        .awaitOpen())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("refused the client's token")
                .hasMessageNotContaining("wrong-token");
    }

    @Test
    void anonymousPeersAreNotLetInBesideTokens() {
        assertThatThrownBy(() -> client.connect(listener.uri()).awaitOpen())
                .isInstanceOf(AuthenticationException.class);
    }

    @Test
    void freshTokenIsAskedForWhenTheConnectionIsMadeAgainAndAFailingSupplierIsAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        try (FaultyLink network = FaultyLink.to(listener.port())) {
            Connection connection = client.connect(
                            ConnectionOptions.of("127.0.0.1:" + network.port()).tokenSupplier(() -> {
                                if (asked.incrementAndGet() == 2) {
                                    throw new IllegalStateException("the token server is away");
                                }
                                return TOKEN + asked;
                            }))
                    .awaitOpen();
            network.cut();
            await().until(() -> asked.get() >= 3 && connection.state() == LifecycleState.OPEN);
        }
    }

    @Test
    void optionsShowNoToken() {
        assertThat(ConnectionOptions.of("h").tokenSupplier(() -> TOKEN).toString())
                .doesNotContain("eyJ");
    }
}
