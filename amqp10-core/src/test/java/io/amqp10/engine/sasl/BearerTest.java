package io.amqp10.engine.sasl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.engine.sasl.SaslFailure.Reason;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.sasl.SaslChallenge;
import io.amqp10.types.sasl.SaslCode;
import io.amqp10.types.sasl.SaslInit;
import io.amqp10.types.sasl.SaslMechanisms;
import io.amqp10.types.sasl.SaslOutcome;
import io.amqp10.types.sasl.SaslResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OAUTHBEARER and XOAUTH2, octet by octet, and what is never shown. */
final class BearerTest {

    private static final SaslClientContext SAFE = new SaslClientContext("host", true, false, false);

    private static Binary octets(String text) {
        return Binary.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static SaslClientNegotiation client(SaslClientSettings.Builder settings) {
        return new SaslClientNegotiation(settings.build(), SAFE);
    }

    private static SaslStep offer(SaslClientNegotiation client, String... mechanisms) {
        client.start();
        return client.receive(
                new SaslMechanisms(List.of(mechanisms).stream().map(Symbol::of).toList()));
    }

    private static SaslInit init(SaslStep step) {
        assertThat(step.failure()).isNull();
        return (SaslInit) java.util.Objects.requireNonNull(step.reply());
    }

    @Test
    void clientSaysItsTokenAsRfc7628Wants() {
        SaslInit init = init(offer(client(SaslClientSettings.builder().tokens(() -> "abc.d-e_f~+/=")), "OAUTHBEARER"));
        assertThat(init.mechanism()).isEqualTo(Symbol.of("OAUTHBEARER"));
        assertThat(init.initialResponse()).isEqualTo(octets("n,,\1auth=Bearer abc.d-e_f~+/=\1\1"));
        assertThat(init.toString()).doesNotContain("abc");
    }

    @Test
    void userIsWhomTheClientWantsToBe() {
        SaslClientSettings.Builder settings =
                SaslClientSettings.builder().credentials("a,l=i", null).tokens(() -> "t");
        assertThat(init(offer(client(settings), "OAUTHBEARER")).initialResponse())
                .isEqualTo(octets("n,a=a=2Cl=3Di,\1auth=Bearer t\1\1"));
        assertThat(init(offer(client(settings), "XOAUTH2")).initialResponse())
                .isEqualTo(octets("user=a,l=i\1auth=Bearer t\1\1"));
    }

    @Test
    void tokenIsAskedForInEachDialogueAndNothingElseIsUsed() {
        int[] count = new int[1];
        SaslClientSettings.Builder settings =
                SaslClientSettings.builder().credentials("alice", "a-password").tokens(() -> "token-" + ++count[0]);
        offer(client(settings), "XOAUTH2");
        SaslInit second = init(offer(client(settings), "SCRAM-SHA-256", "PLAIN", "ANONYMOUS", "XOAUTH2"));
        assertThat(second.initialResponse()).isEqualTo(octets("user=alice\1auth=Bearer token-2\1\1"));
        SaslFailure failure = offer(client(settings), "PLAIN", "ANONYMOUS").failure();
        assertThat(failure).isNotNull();
        assertThat(failure.message()).contains("has a token").doesNotContain("a-password", "token-");
        assertThat(settings.build().toString()).doesNotContain("a-password", "token-");
    }

    @Test
    void tokenIsNotSentInTheClear() {
        SaslClientSettings settings =
                SaslClientSettings.builder().tokens(() -> "t").build();
        SaslClientNegotiation client =
                new SaslClientNegotiation(settings, new SaslClientContext("host", false, false, false));
        SaslFailure failure = offer(client, "OAUTHBEARER").failure();
        assertThat(failure).isNotNull();
        assertThat(failure.message()).contains("the token would be sent in the clear");
        assertThat(failure.isTemporary()).isFalse();
    }

    @Test
    void supplierThatThrowsMayBeTriedAgainAndItsWordsAreNotRepeated() {
        SaslStep step = offer(
                client(SaslClientSettings.builder().tokens(() -> {
                    throw new IllegalStateException("secret");
                })),
                "OAUTHBEARER");
        assertThat(step.failure()).isNotNull();
        assertThat(step.failure().reason()).isEqualTo(Reason.NO_TOKEN);
        assertThat(step.failure().isTemporary()).isTrue();
        assertThat(step.failure().message()).contains("IllegalStateException").doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\1b", "a\r\n", "ü"})
    void whatIsNoTokenIsNotSent(String token) {
        SaslStep step = offer(client(SaslClientSettings.builder().tokens(() -> token)), "OAUTHBEARER");
        assertThat(step.reply()).isNull();
        assertThat(step.failure()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"OAUTHBEARER, 01", "XOAUTH2, ''"})
    void clientAnswersTheServersReasonAndIsRefused(String mechanism, String answer) {
        SaslClientNegotiation client = client(SaslClientSettings.builder().tokens(() -> "t"));
        offer(client, mechanism);
        SaslStep step = client.receive(new SaslChallenge(octets("{\"status\":\"invalid_token\"}")));
        assertThat(step.reply()).isEqualTo(new SaslResponse(octets(answer.isEmpty() ? "" : "\1")));
        SaslStep end = client.receive(new SaslOutcome(SaslCode.AUTH, null));
        assertThat(end.failure()).isNotNull();
        assertThat(end.failure().message()).contains("refused the client's token");
    }

    @Test
    void onlyDialoguesWithTokensHaveLongFrames() {
        SaslClientNegotiation bearer = client(SaslClientSettings.builder().tokens(() -> "t"));
        assertThat(bearer.maxFrameSize()).isEqualTo(512);
        offer(bearer, "OAUTHBEARER");
        assertThat(bearer.maxFrameSize()).isEqualTo(16_384);
        assertThat(client(SaslClientSettings.builder()).maxFrameSize()).isEqualTo(512);
        assertThat(server(new Tokens()).maxFrameSize()).isEqualTo(16_384);
        assertThat(server(CredentialsVerifier.NOBODY).maxFrameSize()).isEqualTo(512);
    }

    /** Knows one token. */
    private static class Tokens implements CredentialsVerifier {

        @Override
        public Set<SaslMechanism> mechanisms() {
            return EnumSet.of(SaslMechanism.OAUTHBEARER, SaslMechanism.XOAUTH2);
        }

        @Override
        public @Nullable String verifyToken(String token) {
            return token.equals("good") ? "alice" : null;
        }

        @Override
        public boolean verifyPassword(String user, String password) {
            return false;
        }

        @Override
        public @Nullable ScramCredentials scramCredentials(SaslMechanism mechanism, String user) {
            return null;
        }
    }

    private static SaslServerNegotiation server(CredentialsVerifier verifier) {
        return new SaslServerNegotiation(
                new SaslServerSettings(verifier, List.of(), true, false), new SaslServerContext(true, false, null));
    }

    private static SaslStep say(SaslServerNegotiation server, String mechanism, String response) {
        server.start();
        return server.receive(new SaslInit(Symbol.of(mechanism), octets(response), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OAUTHBEARER|n,,\1auth=Bearer good\1\1",
                "OAUTHBEARER|y,,\1host=h\1port=5672\1auth=bearer good\1\1",
                "OAUTHBEARER|n,a=alice,\1auth=Bearer good\1\1",
                "XOAUTH2|user=alice\1auth=Bearer good\1\1",
                "XOAUTH2|user=\1auth=Bearer good\1\1"
            })
    void serverLetsInWhomTheTokenNames(String row) {
        SaslStep step =
                say(server(new Tokens()), row.substring(0, row.indexOf('|')), row.substring(row.indexOf('|') + 1));
        assertThat(step.identity()).isNotNull();
        assertThat(step.identity().name()).isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OAUTHBEARER|n,,\1auth=Bearer bad\1\1",
                "OAUTHBEARER|n,a=bob,\1auth=Bearer good\1\1",
                "XOAUTH2|user=bob\1auth=Bearer good\1\1"
            })
    void serverSaysWhyItDoesNotTakeATokenAndRefuses(String row) {
        SaslServerNegotiation server = server(new Tokens());
        SaslStep step = say(server, row.substring(0, row.indexOf('|')), row.substring(row.indexOf('|') + 1));
        assertThat(step.reply()).isInstanceOf(SaslChallenge.class);
        SaslStep end = server.receive(new SaslResponse(octets("\1")));
        assertThat(end.identity()).isNull();
        assertThat(end.reply()).isEqualTo(new SaslOutcome(SaslCode.AUTH, null));
        assertThat(end.failure()).isNotNull();
        assertThat(end.failure().message()).doesNotContain("good", "bad");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\1\1",
                "n,,",
                "n,,\1auth=Bearer good",
                "n,,\1auth=Bearer good\1",
                "p=tls,,\1auth=Bearer good\1\1",
                "n,\1auth=Bearer good\1\1",
                "n,b=alice,\1auth=Bearer good\1\1",
                "n,,\1auth=Basic good\1\1",
                "n,,\1auth=Bearer \1\1",
                "n,,\1host=h\1\1",
                "auth=Bearer good\1\1"
            })
    void malformedResponseIsRefused(String response) {
        SaslStep step = say(server(new Tokens()), "OAUTHBEARER", response);
        assertThat(step.identity()).isNull();
        assertThat(step.reply()).isEqualTo(new SaslOutcome(SaslCode.AUTH, null));
    }

    @Test
    void verifierThatThrowsIsAPassingErrorWithoutItsWords() {
        SaslStep step = say(
                server(new Tokens() {
                    @Override
                    public String verifyToken(String token) {
                        throw new IllegalStateException(token);
                    }
                }),
                "XOAUTH2",
                "user=\1auth=Bearer good\1\1");
        assertThat(step.reply()).isEqualTo(new SaslOutcome(SaslCode.SYS_TEMP, null));
        assertThat(step.failure()).isNotNull();
        assertThat(step.failure().message()).doesNotContain("good");
    }

    @Test
    void serversWithoutTokensOfferNone() {
        SaslStep step = server(CredentialsVerifier.ofPasswords(java.util.Map.of("alice", "secret")))
                .start();
        assertThat(((SaslMechanisms) java.util.Objects.requireNonNull(step.reply())).mechanisms())
                .doesNotContain(Symbol.of("OAUTHBEARER"), Symbol.of("XOAUTH2"));
        assertThatThrownBy(() -> SaslMechanism.parse(List.of("BEARER"))).isInstanceOf(IllegalArgumentException.class);
    }
}
