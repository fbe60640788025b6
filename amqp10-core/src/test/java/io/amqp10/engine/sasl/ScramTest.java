package io.amqp10.engine.sasl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.types.Binary;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dialogues that the RFCs print, and what may go wrong in one. */
class ScramTest {

    /** The dialogue of RFC 5802, section 5, and that of RFC 7677, section 3. */
    private enum Example {
        SHA_1(
                SaslMechanism.SCRAM_SHA_1,
                "fyko+d2lbbFgONRv9qkxdawL",
                "3rfcNHYJY1ZVvWVs7j",
                "QSXCR+Q6sek8bf92",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="),
        SHA_256(
                SaslMechanism.SCRAM_SHA_256,
                "rOprNGfwEbeRWgbNEkqO",
                "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
                "W22ZaJ0SNY7soEsUEjb6gQ==",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");

        private final SaslMechanism mechanism;
        private final String clientNonce;
        private final String serverNonce;
        private final String salt;
        private final String clientFinal;
        private final String serverFinal;

        Example(
                SaslMechanism mechanism,
                String clientNonce,
                String serverNonce,
                String salt,
                String clientFinal,
                String serverFinal) {
            this.mechanism = mechanism;
            this.clientNonce = clientNonce;
            this.serverNonce = serverNonce;
            this.salt = salt;
            this.clientFinal = clientFinal;
            this.serverFinal = serverFinal;
        }

        String clientFirst() {
            return "n,,n=user,r=" + clientNonce;
        }

        String serverFirst() {
            return "r=" + clientNonce + serverNonce + ",s=" + salt + ",i=4096";
        }
    }

    private static final SaslClientSettings USER =
            SaslClientSettings.builder().credentials("user", "pencil").build();

    @ParameterizedTest
    @EnumSource(Example.class)
    void clientSaysWhatTheRfcPrints(Example example) throws Exception {
        ScramClient client = new ScramClient(example.mechanism, USER, example.clientNonce);

        assertThat(text(client.initialResponse())).isEqualTo(example.clientFirst());
        assertThat(text(client.respond(octets(example.serverFirst())))).isEqualTo(example.clientFinal);
        client.verify(octets(example.serverFinal));
    }

    @ParameterizedTest
    @EnumSource(Example.class)
    void serverSaysWhatTheRfcPrints(Example example) throws Exception {
        ScramServer server = new ScramServer(example.mechanism, storing(example), example.serverNonce);

        ServerMechanism.Answer first = server.receive(octets(example.clientFirst()));
        assertThat(text(first.challenge())).isEqualTo(example.serverFirst());
        ServerMechanism.Answer last = server.receive(octets(example.clientFinal));
        assertThat(last.accepted()).isTrue();
        assertThat(Objects.requireNonNull(last.client()).getName()).isEqualTo("user");
        assertThat(text(last.additionalData())).isEqualTo(example.serverFinal);
    }

    @Test
    void clientTakesTheSignatureAsAChallengeToo() throws Exception {
        ScramClient client = afterFirst(Example.SHA_256);
        client.respond(octets(Example.SHA_256.serverFirst()));

        assertThat(client.respond(octets(Example.SHA_256.serverFinal)).length()).isZero();
        client.verify(null);
    }

    @Test
    void clientRefusesAnOutcomeWithoutSignature() throws Exception {
        ScramClient client = afterFirst(Example.SHA_256);
        client.respond(octets(Example.SHA_256.serverFirst()));

        assertThatThrownBy(() -> client.verify(null)).hasMessageContaining("without proving");
        assertThatThrownBy(() -> client.verify(octets(""))).hasMessageContaining("without proving");
    }

    @Test
    void clientRefusesAnOutcomeBeforeAnyChallenge() throws Exception {
        ScramClient client = afterFirst(Example.SHA_256);

        assertThatThrownBy(() -> client.verify(octets(Example.SHA_256.serverFinal)))
                .isInstanceOf(MechanismException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
                "v=",
                "v=AAAA",
                "v=!!!",
                "e=invalid-proof",
                "x",
            })
    void clientRefusesAWrongSignature(String serverFinal) throws Exception {
        ScramClient client = afterFirst(Example.SHA_256);
        client.respond(octets(Example.SHA_256.serverFirst()));

        assertThatThrownBy(() -> client.verify(octets(serverFinal))).isInstanceOf(MechanismException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 4095, 1_000_001, Integer.MAX_VALUE})
    void clientRefusesIterationsOutOfBounds(int iterations) throws Exception {
        ScramClient client = afterFirst(Example.SHA_256);
        String challenge = Example.SHA_256.serverFirst().replace("i=4096", "i=" + iterations);

        assertThatThrownBy(() -> client.respond(octets(challenge)))
                .isInstanceOf(MechanismException.class)
                .hasMessageContaining("iterations");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096",
                "r=rOprNGfwEbeRWgbNEkqOx,s=*,i=4096",
                "r=rOprNGfwEbeRWgbNEkqOx,i=4096",
                "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=4096000000000",
                "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=x",
                "r=rOprNGfwEbeRWgbNEkqO\u0001x,s=AAAA,i=4096",
                "m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=4096",
                "",
                ",,,",
                "\u00ff",
            })
    void clientRefusesAMalformedChallenge(String challenge) throws Exception {
        ScramClient client = afterFirst(Example.SHA_256);

        assertThatThrownBy(() -> client.respond(octets(challenge))).isInstanceOf(MechanismException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n",
                "n,,",
                "n,,n=user",
                "n,,r=abc",
                "n,,n=,r=abc",
                "n,,n=us=er,r=abc",
                "n,,n=user,r=",
                "n,,n=user,r=a\u0001b",
                "n,x,n=user,r=abc",
                "n,,m=ext,n=user,r=abc",
                "p=tls-unique,,n=user,r=abc",
            })
    void serverRefusesAMalformedFirstMessage(String message) {
        ScramServer server = new ScramServer(SaslMechanism.SCRAM_SHA_256, CredentialsVerifier.NOBODY, Scram.nonce());

        assertThatThrownBy(() -> server.receive(octets(message))).isInstanceOf(MechanismException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
                "c=biws,r=other,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AAAA",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=!",
            })
    void serverRefusesAMalformedLastMessage(String message) throws Exception {
        ScramServer server =
                new ScramServer(Example.SHA_256.mechanism, storing(Example.SHA_256), Example.SHA_256.serverNonce);
        server.receive(octets(Example.SHA_256.clientFirst()));

        assertThatThrownBy(() -> server.receive(octets(message))).isInstanceOf(MechanismException.class);
    }

    @Test
    void serverRefusesAWrongProof() throws Exception {
        ScramServer server =
                new ScramServer(Example.SHA_256.mechanism, storing(Example.SHA_256), Example.SHA_256.serverNonce);
        server.receive(octets(Example.SHA_256.clientFirst()));
        String wrong = Example.SHA_256.clientFinal.replace("p=d", "p=e");

        assertThat(server.receive(octets(wrong)).accepted()).isFalse();
    }

    @Test
    void namesWithCommaAndEqualsSignSurvive() throws Exception {
        String name = "a=b,c=2C=3D";

        assertThat(ScramText.unescape(ScramText.escape(name))).isEqualTo(name);
        assertThat(ScramText.escape(name)).doesNotContain(",");
    }

    @Test
    void derivesForAnEmptyPasswordToo() {
        ScramCredentials credentials = ScramCredentials.derive(SaslMechanism.SCRAM_SHA_256, "", octets("salt"), 4096);

        assertThat(credentials.storedKey().length()).isEqualTo(32);
    }

    @Test
    void storedCredentialsShowNoKey() {
        ScramCredentials credentials =
                ScramCredentials.derive(SaslMechanism.SCRAM_SHA_512, "pencil", octets("salt"), 4096);

        assertThat(credentials.toString()).isEqualTo("ScramCredentials[iterations=4096]");
    }

    private static ScramClient afterFirst(Example example) throws MechanismException {
        ScramClient client = new ScramClient(example.mechanism, USER, example.clientNonce);
        client.initialResponse();
        return client;
    }

    private static CredentialsVerifier storing(Example example) {
        Binary salt = Binary.wrap(Base64.getDecoder().decode(example.salt));
        ScramCredentials credentials = ScramCredentials.derive(example.mechanism, "pencil", salt, 4096);
        return new CredentialsVerifier() {
            @Override
            public Set<SaslMechanism> mechanisms() {
                return Set.of(example.mechanism);
            }

            @Override
            public boolean verifyPassword(String user, String password) {
                return false;
            }

            @Override
            public @Nullable ScramCredentials scramCredentials(SaslMechanism mechanism, String user) {
                return user.equals("user") ? credentials : null;
            }
        };
    }

    private static Binary octets(String text) {
        return Binary.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(@Nullable Binary octets) {
        return octets == null ? "null" : new String(octets.toByteArray(), StandardCharsets.UTF_8);
    }
}
