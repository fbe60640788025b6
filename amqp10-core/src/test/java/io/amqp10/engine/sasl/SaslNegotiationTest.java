package io.amqp10.engine.sasl;

import static io.amqp10.engine.sasl.SaslMechanism.ANONYMOUS;
import static io.amqp10.engine.sasl.SaslMechanism.EXTERNAL;
import static io.amqp10.engine.sasl.SaslMechanism.PLAIN;
import static io.amqp10.engine.sasl.SaslMechanism.SCRAM_SHA_1;
import static io.amqp10.engine.sasl.SaslMechanism.SCRAM_SHA_256;
import static io.amqp10.engine.sasl.SaslMechanism.SCRAM_SHA_512;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.engine.sasl.SaslFailure.Reason;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.sasl.SaslChallenge;
import io.amqp10.types.sasl.SaslCode;
import io.amqp10.types.sasl.SaslFrame;
import io.amqp10.types.sasl.SaslInit;
import io.amqp10.types.sasl.SaslMechanisms;
import io.amqp10.types.sasl.SaslOutcome;
import io.amqp10.types.sasl.SaslResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Our client against our server, and each against a peer that does not keep the rules. */
class SaslNegotiationTest {

    private static final CredentialsVerifier USERS =
            CredentialsVerifier.ofPasswords(Map.of("alice", "alice-secret", "b=o,b", "caf\u00e9"));
    private static final X500Principal OWNER = new X500Principal("CN=client");

    private static final SaslClientContext TLS = new SaslClientContext("broker.example", true, false, false);
    private static final SaslClientContext REMOTE = new SaslClientContext("broker.example", false, false, false);
    private static final SaslClientContext LOOPBACK = new SaslClientContext("localhost", false, true, false);
    private static final SaslClientContext CERTIFICATE = new SaslClientContext("broker.example", true, false, true);

    private record Ends(SaslStep client, SaslStep server) {}

    /** Carries frames between the two ends until neither says anything more. */
    private static Ends dialogue(SaslNegotiation client, SaslNegotiation server) {
        SaslStep clientStep = client.start();
        SaslStep serverStep = server.start();
        while (true) {
            SaslFrame toClient = serverStep.reply();
            if (toClient == null) {
                return new Ends(clientStep, serverStep);
            }
            clientStep = client.receive(toClient);
            SaslFrame toServer = clientStep.reply();
            if (toServer == null) {
                return new Ends(clientStep, serverStep);
            }
            serverStep = server.receive(toServer);
        }
    }

    private static SaslClientSettings user(String name, String password, SaslMechanism... allowed) {
        return SaslClientSettings.builder()
                .credentials(name, password)
                .allowed(List.of(allowed))
                .build();
    }

    private static SaslServerNegotiation server(SaslMechanism... offered) {
        return new SaslServerNegotiation(
                new SaslServerSettings(USERS, List.of(offered), true, true), new SaslServerContext(true, true, OWNER));
    }

    private static SaslClientNegotiation client(SaslClientSettings settings) {
        return new SaslClientNegotiation(settings, TLS);
    }

    private static SaslMechanisms offer(Object... names) {
        return new SaslMechanisms(
                Stream.of(names).map(name -> Symbol.of(name.toString())).toList());
    }

    @ParameterizedTest
    @EnumSource(
            value = SaslMechanism.class,
            names = {"PLAIN", "SCRAM_SHA_1", "SCRAM_SHA_256", "SCRAM_SHA_512"})
    void rightPasswordIsAccepted(SaslMechanism mechanism) {
        for (String[] user : new String[][] {{"alice", "alice-secret"}, {"b=o,b", "caf\u0065\u0301"}}) {
            Ends ends = dialogue(client(user(user[0], user[1])), server(mechanism));

            assertThat(ends.client().failure()).isNull();
            assertThat(ends.client().identity()).isEqualTo(new SaslIdentity(mechanism, user[0], "broker.example"));
            assertThat(ends.server().identity()).isEqualTo(new SaslIdentity(mechanism, user[0], "broker.example"));
        }
    }

    static Stream<List<String>> wrongCredentials() {
        return Stream.of(
                List.of("alice", "wrong"),
                List.of("alice", ""),
                List.of("mallory", "alice-secret"),
                List.of("ALICE", "alice-secret"));
    }

    @ParameterizedTest
    @MethodSource("wrongCredentials")
    void wrongCredentialsAreRefusedWithoutSayingWhy(List<String> credentials) {
        for (SaslMechanism mechanism : List.of(PLAIN, SCRAM_SHA_1, SCRAM_SHA_256, SCRAM_SHA_512)) {
            Ends ends = dialogue(client(user(credentials.get(0), credentials.get(1))), server(mechanism));

            assertThat(ends.server().reply()).isEqualTo(new SaslOutcome(SaslCode.AUTH, null));
            assertThat(ends.server().identity()).isNull();
            SaslFailure failure = failure(ends.client());
            assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
            assertThat(failure.code()).isEqualTo(SaslCode.AUTH);
            assertThat(failure.isTemporary()).isFalse();
            assertThat(failure.message()).contains(credentials.get(0)).doesNotContain("secret");
        }
    }

    @Test
    void anonymousClientIsLetInWhereAllowed() {
        Ends ends = dialogue(client(SaslClientSettings.ANONYMOUS), server());

        assertThat(ends.server().identity()).isEqualTo(new SaslIdentity(ANONYMOUS, null, "broker.example"));
        assertThat(ends.client().identity()).isNotNull();
    }

    @Test
    void certificateOwnerIsTheUserOfExternal() {
        Ends ends = dialogue(new SaslClientNegotiation(SaslClientSettings.ANONYMOUS, CERTIFICATE), server());

        assertThat(ends.server().identity()).isEqualTo(new SaslIdentity(EXTERNAL, "CN=client", "broker.example"));
    }

    @Test
    void actingAsSomeoneElseIsRefused() {
        for (SaslMechanism mechanism : List.of(PLAIN, SCRAM_SHA_256, EXTERNAL)) {
            SaslClientSettings settings = SaslClientSettings.builder()
                    .credentials("alice", "alice-secret")
                    .authorizationId("root")
                    .allowed(List.of(mechanism))
                    .build();
            Ends ends = dialogue(new SaslClientNegotiation(settings, CERTIFICATE), server(mechanism));

            assertThat(failure(ends.client()).code()).isEqualTo(SaslCode.AUTH);
        }
    }

    @Test
    void actingAsOneselfIsAccepted() {
        for (SaslMechanism mechanism : List.of(PLAIN, SCRAM_SHA_256)) {
            SaslClientSettings settings = SaslClientSettings.builder()
                    .credentials("alice", "alice-secret")
                    .authorizationId("alice")
                    .build();
            Ends ends = dialogue(client(settings), server(mechanism));

            assertThat(ends.client().failure()).isNull();
        }
    }

    @Test
    void strongestOfferedIsTaken() {
        SaslClientSettings alice = user("alice", "alice-secret");

        assertThat(picked(alice, TLS, ANONYMOUS, PLAIN, EXTERNAL, SCRAM_SHA_1, SCRAM_SHA_256, SCRAM_SHA_512))
                .isEqualTo(SCRAM_SHA_512);
        assertThat(picked(alice, TLS, PLAIN, SCRAM_SHA_1, SCRAM_SHA_256)).isEqualTo(SCRAM_SHA_256);
        assertThat(picked(alice, TLS, PLAIN, SCRAM_SHA_1, ANONYMOUS)).isEqualTo(SCRAM_SHA_1);
        assertThat(picked(alice, CERTIFICATE, PLAIN, EXTERNAL, ANONYMOUS)).isEqualTo(PLAIN);
        assertThat(picked(user("alice", "x", EXTERNAL, PLAIN), CERTIFICATE, PLAIN, EXTERNAL))
                .isEqualTo(EXTERNAL);
        assertThat(picked(user("alice", "x", PLAIN), TLS, PLAIN, SCRAM_SHA_512)).isEqualTo(PLAIN);
        assertThat(picked(SaslClientSettings.ANONYMOUS, CERTIFICATE, ANONYMOUS, EXTERNAL))
                .isEqualTo(EXTERNAL);
        assertThat(picked(SaslClientSettings.ANONYMOUS, CERTIFICATE, ANONYMOUS)).isEqualTo(ANONYMOUS);
        assertThat(picked(SaslClientSettings.ANONYMOUS, TLS, PLAIN, EXTERNAL, ANONYMOUS))
                .isEqualTo(ANONYMOUS);
    }

    @Test
    void nothingWeakerIsTakenSilently() {
        SaslClientSettings alice = user("alice", "alice-secret");

        for (SaslMechanisms offered : List.of(
                offer(ANONYMOUS),
                offer(ANONYMOUS, EXTERNAL),
                offer("CRAM-MD5", ANONYMOUS),
                new SaslMechanisms(List.of()))) {
            SaslFailure failure = failure(new SaslClientNegotiation(alice, CERTIFICATE).receive(offered));
            assertThat(failure.reason()).isEqualTo(Reason.NO_COMMON_MECHANISM);
            assertThat(failure.offered())
                    .isEqualTo(
                            offered.mechanisms().stream().map(Symbol::toString).toList());
            assertThat(failure.message())
                    .contains(failure.offered().toString(), "alice")
                    .doesNotContain("secret");
        }
    }

    @Test
    void allowedMechanismsAreALimit() {
        SaslFailure failure =
                failure(client(user("alice", "alice-secret", SCRAM_SHA_512)).receive(offer(SCRAM_SHA_256, PLAIN)));

        assertThat(failure.reason()).isEqualTo(Reason.NO_COMMON_MECHANISM);
    }

    @Test
    void plainNeedsTlsOrLoopbackOrConsent() {
        SaslClientSettings alice = user("alice", "alice-secret");
        SaslClientSettings consenting = SaslClientSettings.builder()
                .credentials("alice", "alice-secret")
                .allowPlainWithoutTls(true)
                .build();

        SaslFailure failure = failure(new SaslClientNegotiation(alice, REMOTE).receive(offer(PLAIN, ANONYMOUS)));
        assertThat(failure.reason()).isEqualTo(Reason.NO_COMMON_MECHANISM);
        assertThat(failure.message()).contains("in the clear", "amqps");
        assertThat(picked(alice, REMOTE, PLAIN, SCRAM_SHA_1)).isEqualTo(SCRAM_SHA_1);
        assertThat(picked(alice, LOOPBACK, PLAIN)).isEqualTo(PLAIN);
        assertThat(picked(alice, TLS, PLAIN)).isEqualTo(PLAIN);
        assertThat(picked(consenting, REMOTE, PLAIN)).isEqualTo(PLAIN);
    }

    @Test
    void userWithoutPasswordHasNoMechanism() {
        SaslClientSettings alice =
                SaslClientSettings.builder().credentials("alice", null).build();

        assertThat(failure(client(alice).receive(offer(PLAIN, ANONYMOUS))).message())
                .contains("the user has no password");
    }

    @ParameterizedTest
    @EnumSource(
            value = SaslCode.class,
            names = {"AUTH", "SYS", "SYS_PERM", "SYS_TEMP"})
    void outcomeCodesAreKept(SaslCode code) {
        SaslClientNegotiation client = client(SaslClientSettings.ANONYMOUS);
        client.receive(offer(ANONYMOUS));

        SaslFailure failure = failure(client.receive(new SaslOutcome(code, null)));

        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.isTemporary()).isEqualTo(code == SaslCode.SYS_TEMP);
    }

    @Test
    void serverThatCannotProveItselfIsRefused() {
        SaslClientNegotiation client = client(user("alice", "alice-secret"));
        client.receive(offer(SCRAM_SHA_256));

        SaslFailure failure = failure(client.receive(new SaslOutcome(SaslCode.OK, null)));

        assertThat(failure.reason()).isEqualTo(Reason.PEER_NOT_PROVED);
    }

    @Test
    void clientRefusesFramesOutOfTurn() {
        assertViolation(client(SaslClientSettings.ANONYMOUS).receive(new SaslOutcome(SaslCode.OK, null)));
        assertViolation(client(SaslClientSettings.ANONYMOUS).receive(new SaslChallenge(octets("x"))));
        assertViolation(client(SaslClientSettings.ANONYMOUS).receive(new SaslInit(PLAIN.symbol(), null, null)));
        assertViolation(client(SaslClientSettings.ANONYMOUS).receive(new SaslResponse(octets("x"))));

        SaslClientNegotiation begun = client(SaslClientSettings.ANONYMOUS);
        begun.receive(offer(ANONYMOUS));
        assertViolation(begun.receive(offer(ANONYMOUS)));

        SaslClientNegotiation challenged = client(SaslClientSettings.ANONYMOUS);
        challenged.receive(offer(ANONYMOUS));
        assertViolation(challenged.receive(new SaslChallenge(octets("x"))));
    }

    @Test
    void serverRefusesFramesOutOfTurn() {
        assertViolation(server().receive(new SaslResponse(octets("x"))));
        assertViolation(server().receive(offer(PLAIN)));
        assertViolation(server().receive(new SaslChallenge(octets("x"))));
        assertViolation(server().receive(new SaslOutcome(SaslCode.OK, null)));

        SaslServerNegotiation begun = server();
        begun.receive(new SaslInit(PLAIN.symbol(), null, null));
        assertViolation(begun.receive(new SaslInit(PLAIN.symbol(), null, null)));
    }

    @Test
    void serverRefusesAMechanismThatItDidNotOffer() {
        SaslServerNegotiation server = server(SCRAM_SHA_256);

        SaslStep step = server.receive(new SaslInit(ANONYMOUS.symbol(), null, null));

        assertThat(step.reply()).isEqualTo(new SaslOutcome(SaslCode.AUTH, null));
        assertThat(step.identity()).isNull();
        assertThat(failure(server(PLAIN).receive(new SaslInit(Symbol.of("X"), null, null)))
                        .code())
                .isEqualTo(SaslCode.AUTH);
    }

    @Test
    void serverAsksForAHeldBackInitialResponse() {
        SaslServerNegotiation server = server(PLAIN);

        SaslStep asked = server.receive(new SaslInit(PLAIN.symbol(), null, null));
        assertThat(asked.reply()).isEqualTo(new SaslChallenge(octets("")));
        SaslStep done = server.receive(new SaslResponse(octets("\0alice\0alice-secret")));

        assertThat(done.identity()).isEqualTo(new SaslIdentity(PLAIN, "alice", null));
    }

    static Stream<String> malformedPlain() {
        return Stream.of(
                "",
                "alice",
                "\0",
                "\0alice",
                "alice\0alice-secret",
                "\0\0",
                "\0alice\0",
                "\0\0alice-secret",
                "\0alice\0alice-secret\0",
                "root\0alice\0alice-secret",
                "\0alice\0alice-secret\u0007");
    }

    @ParameterizedTest
    @MethodSource("malformedPlain")
    void malformedPlainIsRefusedLikeAWrongPassword(String message) {
        SaslStep step = server(PLAIN).receive(new SaslInit(PLAIN.symbol(), octets(message), null));

        assertThat(step.reply()).isEqualTo(new SaslOutcome(SaslCode.AUTH, null));
    }

    @Test
    void plainThatIsNoUtf8IsRefused() {
        Binary message = Binary.copyOf((byte) 0, (byte) 0xff, (byte) 0, (byte) 0xff);

        assertThat(server(PLAIN)
                        .receive(new SaslInit(PLAIN.symbol(), message, null))
                        .reply())
                .isEqualTo(new SaslOutcome(SaslCode.AUTH, null));
    }

    @Test
    void unknownUserGetsASaltAndAChallengeLikeAnyOther() {
        SaslChallenge first = challengeFor("mallory");
        SaslChallenge second = challengeFor("mallory");
        SaslChallenge known = challengeFor("alice");

        assertThat(salt(first)).isEqualTo(salt(second));
        assertThat(salt(first)).hasSameSizeAs(salt(known)).isNotEqualTo(salt(known));
        assertThat(iterations(first)).isEqualTo(iterations(known));
    }

    @Test
    void serverOffersOnlyWhatItsConnectionAllows() {
        SaslServerSettings users = new SaslServerSettings(USERS, List.of(), false, false);

        assertThat(offered(users, new SaslServerContext(false, false, null)))
                .containsExactly(SCRAM_SHA_512, SCRAM_SHA_256, SCRAM_SHA_1);
        assertThat(offered(users, new SaslServerContext(false, true, null))).contains(PLAIN);
        assertThat(offered(users, new SaslServerContext(true, false, OWNER)))
                .containsExactly(SCRAM_SHA_512, SCRAM_SHA_256, SCRAM_SHA_1, EXTERNAL, PLAIN);
        assertThat(offered(SaslServerSettings.ANONYMOUS, new SaslServerContext(true, false, OWNER)))
                .containsExactly(EXTERNAL, ANONYMOUS);
        assertThat(offered(SaslServerSettings.ANONYMOUS, new SaslServerContext(false, true, null)))
                .containsExactly(ANONYMOUS);
    }

    @Test
    void serverWithNothingToOfferFails() {
        SaslServerSettings nobody = new SaslServerSettings(CredentialsVerifier.NOBODY, List.of(), false, false);
        SaslStep step = new SaslServerNegotiation(nobody, new SaslServerContext(true, true, null)).start();

        assertThat(step.reply()).isNull();
        assertThat(failure(step).reason()).isEqualTo(Reason.NO_COMMON_MECHANISM);
    }

    @Test
    void verifierThatFailsIsATemporaryError() {
        CredentialsVerifier broken = new CredentialsVerifier() {
            @Override
            public boolean verifyPassword(String user, String password) {
                throw new IllegalStateException("the database is down");
            }

            @Override
            public @Nullable ScramCredentials scramCredentials(SaslMechanism mechanism, String user) {
                throw new IllegalStateException("the database is down");
            }
        };
        for (SaslMechanism mechanism : List.of(PLAIN, SCRAM_SHA_256)) {
            SaslServerNegotiation server = new SaslServerNegotiation(
                    new SaslServerSettings(broken, List.of(mechanism), false, true),
                    new SaslServerContext(true, true, null));
            Ends ends = dialogue(client(user("alice", "alice-secret")), server);

            assertThat(failure(ends.client()).isTemporary()).isTrue();
            assertThat(failure(ends.server()).message())
                    .contains("java.lang.IllegalStateException at " + SaslNegotiationTest.class.getName())
                    .doesNotContain("the database is down");
        }
    }

    @Test
    void settingsShowNoPassword() {
        assertThat(user("alice", "alice-secret").toString()).contains("alice").doesNotContain("alice-secret");
        assertThat(USERS.toString()).doesNotContain("secret");
    }

    @Test
    void settingsRefuseWhatPlainCannotCarry() {
        assertThatThrownBy(() -> user("alice", "a\0b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SaslClientSettings.builder().iterations(0, 1).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unknownMechanismNameNamesThoseThatExist() {
        assertThat(SaslMechanism.parse(List.of("PLAIN", "SCRAM-SHA-1"))).containsExactly(PLAIN, SCRAM_SHA_1);
        assertThatThrownBy(() -> SaslMechanism.parse(List.of("SCRAM")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SCRAM-SHA-256");
    }

    private static SaslMechanism picked(
            SaslClientSettings settings, SaslClientContext context, SaslMechanism... offered) {
        SaslStep step = new SaslClientNegotiation(settings, context).receive(offer((Object[]) offered));
        if (!(step.reply() instanceof SaslInit init)) {
            throw new AssertionError("nothing was picked: " + step);
        }
        return SaslMechanism.parse(List.of(init.mechanism().toString())).get(0);
    }

    private static List<SaslMechanism> offered(SaslServerSettings settings, SaslServerContext context) {
        SaslFrame frame = new SaslServerNegotiation(settings, context).start().reply();
        return SaslMechanism.parse(((SaslMechanisms) Objects.requireNonNull(frame))
                .mechanisms().stream().map(Symbol::toString).toList());
    }

    private static SaslChallenge challengeFor(String user) {
        SaslServerNegotiation server = server(SCRAM_SHA_256);
        SaslStep step = server.receive(new SaslInit(SCRAM_SHA_256.symbol(), octets("n,,n=" + user + ",r=abc"), null));
        if (!(step.reply() instanceof SaslChallenge challenge)) {
            throw new AssertionError("no challenge: " + step);
        }
        return challenge;
    }

    private static String salt(SaslChallenge challenge) {
        return text(challenge).split(",", -1)[1];
    }

    private static String iterations(SaslChallenge challenge) {
        return text(challenge).split(",", -1)[2];
    }

    private static String text(SaslChallenge challenge) {
        return new String(challenge.challenge().toByteArray(), StandardCharsets.UTF_8);
    }

    private static void assertViolation(SaslStep step) {
        assertThat(failure(step).reason()).isEqualTo(Reason.PROTOCOL_VIOLATION);
        assertThat(step.identity()).isNull();
    }

    private static SaslFailure failure(SaslStep step) {
        SaslFailure failure = step.failure();
        if (failure == null) {
            throw new AssertionError("no failure: " + step);
        }
        return failure;
    }

    private static Binary octets(String text) {
        return Binary.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
