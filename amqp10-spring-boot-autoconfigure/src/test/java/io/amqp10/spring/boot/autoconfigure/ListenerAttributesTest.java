package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Amqp10Exception;
import io.amqp10.Delivery;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.Tracker;
import io.amqp10.spring.Diagnosis;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.listener.AcknowledgeMode;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.InvalidListenerException;
import io.amqp10.spring.listener.ListenerContainer;
import io.amqp10.spring.listener.ListenerOptions;
import io.amqp10.spring.listener.ListenerState;
import jakarta.validation.Valid;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.scheduling.annotation.Async;
import org.springframework.validation.Validator;

/** What a peer sees of the attributes of a listener, and that they are stronger than the properties. */
class ListenerAttributesTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final DirectPeer peer = new DirectPeer();

    @AfterEach
    void close() {
        peer.close();
    }

    record Listeners() {

        @AmqpListener(
                id = "said",
                address = "said",
                concurrency = "3",
                credit = "7",
                guarantee = DeliveryGuarantee.AT_MOST_ONCE,
                acknowledgeMode = AcknowledgeMode.AUTO,
                autoStartup = "true")
        void said(String text) {
            assertThat(text).isNotNull();
        }

        @AmqpListener(id = "unsaid", address = "unsaid")
        void unsaid(Delivery delivery) {
            delivery.accept();
        }

        @AmqpListener(id = "manual", address = "manual", autoStartup = "true")
        void manual(Delivery delivery, String text) {
            switch (text) {
                case "reject" -> delivery.reject(null);
                case "settled" -> {
                    delivery.accept();
                    throw new IllegalStateException("after it was settled");
                }
                case "fail" -> throw new IllegalStateException("on purpose");
                default -> delivery.accept();
            }
        }
    }

    @Test
    void attributesAreStrongerThanProperties() {
        peer.contexts()
                .withPropertyValues(
                        "amqp10.listener.concurrency=2",
                        "amqp10.listener.credit=5",
                        "amqp10.listener.acknowledge-mode=manual",
                        "amqp10.listener.auto-startup=false")
                .withBean(Listeners.class)
                .run(context -> {
                    AmqpListenerRegistry registry = context.getBean(AmqpListenerRegistry.class);
                    ListenerOptions said = registry.listener("said").options();
                    assertThat(said.concurrency()).isEqualTo(3);
                    assertThat(said.acknowledgeMode()).isEqualTo(AcknowledgeMode.AUTO);
                    Sender sender = peer.sender("said");
                    await().untilAsserted(() -> assertThat(sender.credit()).isEqualTo(7));
                    assertThat(sender.guarantee()).isEqualTo(DeliveryGuarantee.AT_MOST_ONCE);

                    ListenerOptions unsaid = registry.listener("unsaid").options();
                    assertThat(unsaid.concurrency()).isEqualTo(2);
                    assertThat(unsaid.credit()).isEqualTo(5);
                    assertThat(unsaid.guarantee()).isEqualTo(DeliveryGuarantee.AT_LEAST_ONCE);
                    assertThat(unsaid.acknowledgeMode()).isEqualTo(AcknowledgeMode.MANUAL);
                    assertThat(unsaid.autoStartup()).isFalse();
                });
    }

    @Test
    void manualListenerDecidesAndItsFailuresAreGivenBack() {
        peer.contexts()
                .withPropertyValues("amqp10.listener.acknowledge-mode=manual", "amqp10.listener.auto-startup=false")
                .withBean(Listeners.class)
                .run(context -> {
                    Sender sender = peer.sender("manual");
                    Tracker rejected = sender.send(Message.of("reject"));
                    Tracker settled = sender.send(Message.of("settled"));
                    Tracker failed = sender.send(Message.of("fail"));
                    Tracker accepted = sender.send(Message.of("fine"));
                    assertThat(rejected.await(SOON).status()).isEqualTo(SendOutcome.Status.REJECTED);
                    assertThat(settled.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
                    SendOutcome givenBack = failed.await(SOON);
                    assertThat(givenBack.status()).isEqualTo(SendOutcome.Status.MODIFIED);
                    assertThat(accepted.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
                });
    }

    record Selecting() {
        @AmqpListener(id = "selecting", address = "selected", selector = "color = 'green'")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    @Test
    void selectorThatThePeerDoesNotKnowFailsTheListenerInsteadOfLettingEverythingIn() {
        peer.contexts().withBean(Selecting.class).run(context -> {
            ListenerContainer listener =
                    context.getBean(AmqpListenerRegistry.class).listener("selecting");
            await().until(() -> listener.state() == ListenerState.FAILED);
            Amqp10Exception error = listener.error();
            assertThat(error).hasMessageContaining("selected").hasMessageContaining("selector-filter");
            assertThat(Diagnosis.of(Objects.requireNonNull(error)).action()).contains("selector");
        });
    }

    // --- @SendTo

    interface Answering {
        String answer(String text);

        String answerElsewhere(String text);
    }

    @SendTo("answers")
    static class Answers implements Answering {

        @Override
        @AmqpListener(id = "answer", address = "questions")
        public String answer(String text) {
            return text;
        }

        @Override
        @AmqpListener(id = "elsewhere", address = "questions")
        @SendTo("elsewhere")
        public String answerElsewhere(String text) {
            return text;
        }
    }

    static class MoreAnswers extends Answers {}

    private void assertAnswers(ApplicationContextRunner contexts) {
        contexts.run(context -> {
            AmqpListenerRegistry registry = context.getBean(AmqpListenerRegistry.class);
            assertThat(registry.listener("answer").options().replyAddress()).isEqualTo("answers");
            assertThat(registry.listener("elsewhere").options().replyAddress()).isEqualTo("elsewhere");
        });
    }

    @Test
    void repliesGoWhereTheClassSaysUnlessTheMethodDoes() {
        assertAnswers(peer.contexts().withBean(Answers.class));
        assertAnswers(peer.contexts().withBean(MoreAnswers.class));
    }

    @Test
    void repliesGoWhereTheClassBehindAProxyOfItsInterfaceSays() {
        assertAnswers(peer.contexts().withBean("answers", Answering.class, () -> {
            ProxyFactory factory = new ProxyFactory(new Answers());
            factory.setProxyTargetClass(false);
            return (Answering) factory.getProxy();
        }));
    }

    // --- validation

    record Validating() {
        @AmqpListener(id = "validating", address = "validated")
        void listen(@Valid @Payload Object payload) {
            assertThat(payload).isNotNull();
        }
    }

    private ApplicationContextRunner validating(int validators, boolean primary) {
        ApplicationContextRunner contexts = peer.contexts().withBean(Validating.class);
        for (int i = 0; i < validators; i++) {
            boolean first = i == 0;
            contexts = contexts.withBean(
                    "validator" + i,
                    Validator.class,
                    () -> Validator.forType(Object.class, (payload, errors) -> {}),
                    definition -> definition.setPrimary(primary && first));
        }
        return contexts;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void payloadThatNobodyWouldValidateIsAMistake(int validators) {
        validating(validators, false).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOf(InvalidListenerException.class)
                .hasMessageContaining("Validating.listen")
                .hasMessageContaining("Validator"));
    }

    record Color(String name) {}

    record ValidatingColors() {
        @AmqpListener(id = "validating", address = "validated")
        void listen(@Valid Color payload) {
            assertThat(payload).isNotNull();
        }
    }

    /** As one for web requests that has no provider. */
    @Test
    void payloadThatTheValidatorDoesNotValidateIsAMistake() {
        peer.contexts()
                .withBean(ValidatingColors.class)
                .withBean(Validator.class, () -> Validator.forType(String.class, (payload, errors) -> {}))
                .run(context -> assertThat(context.getStartupFailure())
                        .isInstanceOf(InvalidListenerException.class)
                        .hasMessageContaining("ValidatingColors.listen")
                        .hasMessageContaining("does not validate it"));
    }

    // --- threads

    record Elsewhere() {
        @Async
        @AmqpListener(id = "elsewhere", address = "elsewhere")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    @Async
    record AllElsewhere() {
        @AmqpListener(id = "elsewhere", address = "elsewhere")
        Object listen(String text) {
            return text;
        }
    }

    record ElsewhereButTold() {
        @Async
        @AmqpListener(id = "elsewhere", address = "elsewhere")
        CompletableFuture<Void> listen(String text) {
            assertThat(text).isNotNull();
            return CompletableFuture.completedFuture(null);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Elsewhere.class, AllElsewhere.class})
    void methodThatReturnsBeforeItsWorkIsDoneIsAMistake(Class<?> listener) {
        peer.contexts().withBean(listener).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOf(InvalidListenerException.class)
                .hasMessageContaining("lsewhere.listen")
                .hasMessageContaining("@Async"));
    }

    @Test
    void methodMayWorkElsewhereIfItTellsWhenItIsDone() {
        peer.contexts().withBean(ElsewhereButTold.class).run(context -> assertThat(context)
                .hasNotFailed());
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface ValidColor {}

    record ValidatingElsewhere() {
        @AmqpListener(id = "elsewhere", address = "elsewhere")
        void listen(@ValidColor @Header("color") String color, @Valid Delivery delivery, @Payload Object payload) {
            assertThat(payload).isNotNull();
        }
    }

    @Test
    void onlyPayloadsNeedAValidator() {
        peer.contexts().withBean(ValidatingElsewhere.class).run(context -> assertThat(context)
                .hasNotFailed());
    }

    @Test
    void oneOfSeveralValidatorsMayBePrimary() {
        validating(2, true).run(context -> assertThat(context).hasNotFailed());
        validating(1, false).run(context -> assertThat(context).hasNotFailed());
    }
}
