package io.amqp10;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Which way the doors open between the rooms of the core, and what may stand in them. */
final class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.amqp10");
    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("io.amqp10");

    private static final String ROOT = "io.amqp10";
    private static final String TYPES = "io.amqp10.types..";
    private static final String CODEC = "io.amqp10.codec..";
    private static final String ENGINE = "io.amqp10.engine..";
    private static final String TRANSPORT = "io.amqp10.transport..";
    private static final String INTERNAL = "io.amqp10.internal..";
    private static final String STORE = "io.amqp10.store..";
    private static final String NETTY = "io.netty..";
    private static final String NETTY_BUFFERS = "io.netty.buffer..";

    /** What users and the neighbouring rooms may call. Everything else in these packages is package-private. */
    private static final Map<String, Set<String>> DOORS = Map.of(
            "io.amqp10.codec",
            Set.of(
                    "AmqpDecoder",
                    "AmqpEncoder",
                    "DecodeException",
                    "DecodeLimits",
                    "PerformativeDecoder",
                    "PerformativeEncoder",
                    "SaslCodec",
                    "SectionReader",
                    "SectionType",
                    "SectionVisitor",
                    "SectionWriter"),
            "io.amqp10.engine",
            Set.of(
                    "ConnectionEngine",
                    "ConnectionListener",
                    "ConnectionState",
                    "ControlBodies",
                    "ControlLink",
                    "CoordinatorLink",
                    "EngineOptions",
                    "FrameTooLargeException",
                    "IncomingDelivery",
                    "LinkDelivery",
                    "LinkEndpoint",
                    "OctetPieces",
                    "OutgoingDelivery",
                    "ReceiverLink",
                    "ReceiverLinkListener",
                    "SenderLink",
                    "SenderLinkListener",
                    "SessionEngine",
                    "SessionListener",
                    "SessionSettings",
                    "StopReason"),
            "io.amqp10.engine.sasl",
            Set.of(
                    "CredentialsVerifier",
                    "SaslClientContext",
                    "SaslClientNegotiation",
                    "SaslClientSettings",
                    "SaslFailure",
                    "SaslIdentity",
                    "SaslMechanism",
                    "SaslNegotiation",
                    "SaslServerContext",
                    "SaslServerNegotiation",
                    "SaslServerSettings",
                    "SaslStep",
                    "ScramCredentials"),
            "io.amqp10.transport",
            Set.of(
                    "Amqp10Transport",
                    "ClientTransportOptions",
                    "EngineFactory",
                    "EventLoops",
                    "IoSettings",
                    "ProxySettings",
                    "ServerTransportOptions",
                    "TlsSettings",
                    "Transport",
                    "TransportException",
                    "TransportInfo",
                    "TransportListener",
                    "WebSocketSettings"),
            "io.amqp10.internal",
            Set.of("Containers", "MessageBuilder", "MessageCodec"));

    @Test
    void typesKnowTheJdkOnly() {
        check(classes()
                .that()
                .resideInAPackage(TYPES)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(TYPES, "java..", "org.jspecify.annotations"));
    }

    @Test
    void codecKnowsTypesAndBuffersOnly() {
        check(classes()
                .that()
                .resideInAPackage(CODEC)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        CODEC, TYPES, NETTY_BUFFERS, "io.netty.util", "java..", "org.jspecify.annotations"));
        check(noClasses()
                .that()
                .resideInAPackage(CODEC)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.io..", "java.nio.channels..", "java.nio.file.."));
    }

    @Test
    void engineKnowsTypesAndBuffersOnly() {
        check(classes()
                .that()
                .resideInAPackage(ENGINE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ENGINE, TYPES, NETTY_BUFFERS, "java..", "javax.crypto..", "org.jspecify.annotations"));
    }

    @Test
    void engineHasNoSocketThreadOrClock() {
        check(noClasses()
                .that()
                .resideInAPackage(ENGINE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..", "java.io..", "java.nio.channels..", "java.nio.file..", "java.util.concurrent..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, java.time.Clock.class, java.time.Instant.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis"));
    }

    @Test
    void onlyTransportAndInternalKnowNettyBeyondItsBuffers() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(TRANSPORT, INTERNAL)
                .should()
                .dependOnClassesThat(
                        resideInAPackage(NETTY).and(not(resideInAnyPackage(NETTY_BUFFERS, "io.netty.util")))));
    }

    @Test
    void publicApiShowsNoNetty() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ROOT, STORE, TYPES)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(NETTY));
    }

    @Test
    void transportKnowsNothingAboveIt() {
        check(noClasses()
                .that()
                .resideInAPackage(TRANSPORT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT, INTERNAL, STORE));
    }

    @Test
    void onlyTheApiKnowsItsImplementation() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, INTERNAL)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(INTERNAL));
    }

    @Test
    void apiReachesTheRoomsBelowThroughInternalOnly() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CODEC, ENGINE, TRANSPORT));
    }

    @Test
    void typesArePiledUpWithoutCycles() {
        check(slices().matching("io.amqp10.types.(**)").should().beFreeOfCycles());
        check(noClasses()
                .that()
                .resideInAPackage("io.amqp10.types")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.amqp10.types.messaging..",
                        "io.amqp10.types.transport..",
                        "io.amqp10.types.sasl..",
                        "io.amqp10.types.transaction.."));
        check(noClasses()
                .that()
                .resideInAnyPackage("io.amqp10.types.messaging..", "io.amqp10.types.sasl..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.amqp10.types.transport.."));
    }

    @Test
    void roomsHaveNoCycles() {
        check(slices().matching("io.amqp10.(*)..").should().beFreeOfCycles());
    }

    @Test
    void onlyDoorsArePublic() {
        DescribedPredicate<JavaClass> door =
                DescribedPredicate.describe("doors", type -> DOORS.getOrDefault(type.getPackageName(), Set.of())
                        .contains(type.getSimpleName()));
        check(classes()
                .that()
                .resideInAnyPackage(CODEC, ENGINE, TRANSPORT, INTERNAL)
                .and()
                .areTopLevelClasses()
                .and(not(door))
                .should()
                .notBePublic()
                .because("a public class there is a decision: add it to the doors of this test"));
    }

    @Test
    void testsNeverSleep() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .orShould()
                .callMethod(TimeUnit.class, "sleep", long.class)
                .because("a test that sleeps is slow or flaky: use virtual time, a latch or Awaitility")
                .check(TESTS);
    }

    @Test
    void testsAssertWithAssertJ() {
        noClasses()
                .should()
                .callMethodWhere(target(owner(JavaClass.Predicates.assignableTo(Assertions.class)))
                        .and(target(nameStartingWith("assert")))
                        .and(not(target(nameStartingWith("assertTimeout")))))
                .check(TESTS);
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(MAIN);
    }
}
