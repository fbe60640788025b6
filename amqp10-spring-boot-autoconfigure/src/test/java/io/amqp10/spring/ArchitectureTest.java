package io.amqp10.spring;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PRIVATE;
import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.conditions.ArchConditions.have;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** What Spring Boot's conventions, and those who do without one of the optional parts, can rely on. */
final class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.amqp10.spring");
    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("io.amqp10.spring");

    @Test
    void autoConfigurationsArePublicAndFinal() {
        check(classes()
                .that()
                .areAnnotatedWith(AutoConfiguration.class)
                .should()
                .bePublic()
                .andShould()
                .haveModifier(JavaModifier.FINAL)
                .andShould(have(describe("no public members", ArchitectureTest::hasNoPublicMembers))));
    }

    @Test
    void beanMethodsArePackagePrivate() {
        check(methods()
                .that()
                .areAnnotatedWith(Bean.class)
                .should(have(describe("package visibility", method -> Stream.of(PUBLIC, PROTECTED, PRIVATE)
                        .noneMatch(method.getModifiers()::contains)))));
    }

    @Test
    void beansBackOffFromTheApplicationsOwn() {
        check(methods()
                .that()
                .areAnnotatedWith(Bean.class)
                .should(have(describe("a condition on a missing bean", ArchitectureTest::backsOff))));
    }

    @Test
    void classConditionsAreOnClasses() {
        check(noMethods()
                .should()
                .beAnnotatedWith(ConditionalOnClass.class)
                .because("a method's types are loaded before"));
    }

    @Test
    void onlyMetricsKnowMicrometer() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("..metrics..", "..observation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micrometer..", "org.springframework.boot.micrometer.."));
    }

    @Test
    void onlyHealthKnowsActuator() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("..health..", "..metrics..", "..endpoint..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.boot.health..", "org.springframework.boot.actuate.."));
    }

    @Test
    void coreIsKnownByItsApiOnly() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.amqp10.internal..", "io.amqp10.engine..", "io.amqp10.codec..", "io.amqp10.transport.."));
    }

    @Test
    void packagesHaveNoCycles() {
        // an annotation names the enums of its attributes, wherever they live
        check(slices().matching("io.amqp10.spring.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(
                        resideInAPackage("io.amqp10.spring.annotation"), describe("enums", JavaClass::isEnum)));
    }

    @Test
    void testsNeverSleep() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(TimeUnit.class, "sleep", long.class)
                .because("a test that sleeps is slow or flaky: use a latch or Awaitility")
                .check(TESTS);
    }

    private static boolean hasNoPublicMembers(JavaClass type) {
        return type.getMembers().stream()
                .filter(member -> !member.getName().equals("<init>"))
                .map(JavaMember::getModifiers)
                .noneMatch(modifiers -> modifiers.contains(PUBLIC));
    }

    private static boolean backsOff(JavaMethod method) {
        // nobody else can have a bean of a hidden type, and the processor of annotations is no bean to replace
        return method.isAnnotatedWith(ConditionalOnMissingBean.class)
                || method.getOwner().isAnnotatedWith(ConditionalOnMissingBean.class)
                || !method.getRawReturnType().getModifiers().contains(PUBLIC)
                || method.getRawReturnType().isAssignableTo(BeanPostProcessor.class);
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(MAIN);
    }
}
