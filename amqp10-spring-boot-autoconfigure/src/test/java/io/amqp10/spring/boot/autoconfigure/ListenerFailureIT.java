package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.DeliveryGuarantee;
import io.amqp10.Message;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.AmqpRejectException;
import io.amqp10.spring.listener.AmqpReleaseException;
import io.amqp10.spring.listener.ListenerState;
import io.amqp10.testkit.ArtemisBroker;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.Header;

/** What becomes of messages that listeners fail with, with exact counts. The broker gives up after three deliveries. */
@ExtendWith(SharedBroker.class)
class ListenerFailureIT {

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private long dead;

    @BeforeEach
    void countDeadLetters(ArtemisBroker broker) {
        dead = broker.messageCount("DLQ");
    }

    private void awaitDead(ArtemisBroker broker, int count) {
        await().untilAsserted(() -> assertThat(broker.messageCount("DLQ")).isEqualTo(dead + count));
    }

    record Failing(List<String> calls) {

        @AmqpListener(id = "failing", address = "fail.some", credit = "10")
        void fail(String text) {
            calls.add(text);
            switch (text) {
                case "reject" -> throw new AmqpRejectException("no such customer");
                case "exception" -> throw new IllegalStateException("on purpose");
                case "error" -> throw new StackOverflowError("on purpose");
                default -> {}
            }
        }
    }

    @Test
    void rejectedMessageComesOnceAndIsDeadWhileOthersAreWorkedWith(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Failing.class, calls).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("fail.some", "reject");
            template.convertAndSend("fail.some", "good");

            awaitDead(broker, 1);
            await().untilAsserted(
                            () -> assertThat(broker.messageCount("fail.some")).isZero());
            assertThat(calls).containsExactly("reject", "good");
        });
    }

    @Test
    void exceptionsAndErrorsAreTriedAgainAndNeverKillTheConsumer(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Failing.class, calls).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("fail.some", "exception");
            template.convertAndSend("fail.some", "error");

            awaitDead(broker, 2); // by the broker, which counts
            template.convertAndSend("fail.some", "good");

            await().untilAsserted(() -> assertThat(calls).contains("good"));
            assertThat(calls.stream().filter("exception"::equals)).hasSize(3);
            assertThat(calls.stream().filter("error"::equals)).hasSize(3);
            assertThat(context.getBean(AmqpListenerRegistry.class)
                            .listener("failing")
                            .state())
                    .isEqualTo(ListenerState.RUNNING);
        });
    }

    record Converting(List<String> calls) {
        @AmqpListener("fail.converting")
        void convert(String text) {
            calls.add(text);
            if (calls.size() == 1) {
                throw new MessageConversionException("the answer of another service is none");
            }
        }
    }

    record Wrapped(List<String> calls) {
        @AmqpListener("fail.wrapped")
        void take(org.springframework.messaging.Message<LocalDate> message) {
            calls.add(message.getPayload().toString());
        }
    }

    @Test
    void messageWhosePayloadIsNotWhatAMessageOfSpringIsToHaveIsRejectedAtOnce(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Wrapped.class, calls).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("fail.wrapped", null);
            template.convertAndSend("fail.wrapped", "no date");

            awaitDead(broker, 2);
            assertThat(calls).isEmpty();
            assertThat(context.getBean(AmqpListenerRegistry.class)
                            .listeners()
                            .iterator()
                            .next()
                            .unfinished())
                    .isZero();
        });
    }

    @Test
    void messageIsNotAtFaultForWhatItsListenerCannotConvert(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Converting.class, calls).run(context -> {
            context.getBean(AmqpTemplate.class).convertAndSend("fail.converting", "order");

            await().untilAsserted(() -> assertThat(calls).containsExactly("order", "order"));
            await().untilAsserted(() ->
                    assertThat(broker.messageCount("fail.converting")).isZero());
        });
        assertThat(broker.messageCount("DLQ")).isEqualTo(dead);
    }

    @Test
    void messageIsRejectedAtTheLastDeliveryThatIsConfigured(ArtemisBroker broker) {
        SharedBroker.contexts(broker)
                .withPropertyValues("amqp10.listener.retry.max-deliveries=2")
                .withBean(Failing.class, calls)
                .run(context -> {
                    context.getBean(AmqpTemplate.class).convertAndSend("fail.some", "exception");

                    awaitDead(broker, 1);
                    assertThat(calls).containsExactly("exception", "exception");
                });
    }

    @Test
    void messageWaitsForItsNextTryWhileOthersAreWorkedWith(ArtemisBroker broker) {
        SharedBroker.contexts(broker)
                .withPropertyValues("amqp10.listener.retry.initial-delay=1h", "amqp10.listener.retry.max-delay=1h")
                .withBean(Failing.class, calls)
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    template.convertAndSend("fail.some", "exception");
                    for (int i = 0; i < 50; i++) {
                        template.convertAndSend("fail.some", "good");
                    }

                    await().untilAsserted(() -> assertThat(calls).hasSize(51));
                    await().untilAsserted(() ->
                            assertThat(broker.messageCount("fail.some")).isOne());
                    assertThat(context.getBean(AmqpListenerRegistry.class)
                                    .listener("failing")
                                    .unfinished())
                            .isOne();
                });
        // stopping gave it back at once, as a failed delivery
        assertThat(broker.messageCount("fail.some")).isOne();
        SharedBroker.contexts(broker).run(context -> {
            Message left = context.getBean(AmqpTemplate.class).receive("fail.some", Duration.ofSeconds(60));
            assertThat(left).isNotNull();
            assertThat(left.deliveryCount()).isOne();
        });
    }

    record Unreadable(List<String> calls) {

        record Order(String item) {}

        @AmqpListener("fail.unreadable")
        void order(Order order) {
            calls.add(order.item());
        }

        @AmqpListener("fail.header")
        void header(@Header("needed") String needed) {
            calls.add(needed);
        }
    }

    @Test
    void messagesThatDoNotFitTheMethodAreRejectedOnce(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Unreadable.class, calls).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("fail.unreadable", "no json");
            template.convertAndSend("fail.unreadable", new byte[] {1, 2, 3}, m -> m.contentType("application/pdf"));
            template.convertAndSend("fail.header", "x");
            template.convertAndSend("fail.unreadable", new Unreadable.Order("tea"));
            template.convertAndSend("fail.header", "x", m -> m.property("needed", "here"));

            awaitDead(broker, 3);
            await().untilAsserted(() -> assertThat(calls).containsExactlyInAnyOrder("tea", "here"));
        });
    }

    record Releasing(List<String> calls) {

        @AmqpListener("fail.released")
        void release(String text, @Header(name = "amqp10_deliveryCount") long deliveries) {
            calls.add(text + deliveries);
            if (calls.size() < 6) {
                throw new AmqpReleaseException("not now", Duration.ofMillis(20), null);
            }
        }
    }

    @Test
    void releasedMessageComesAgainAsOftenAsTheListenerWantsUncounted(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Releasing.class, calls).run(context -> {
            context.getBean(AmqpTemplate.class).convertAndSend("fail.released", "x");

            await().untilAsserted(() -> assertThat(calls).hasSize(6).containsOnly("x0"));
            await().untilAsserted(() ->
                    assertThat(broker.messageCount("fail.released")).isZero());
            assertThat(broker.messageCount("DLQ")).isEqualTo(dead);
        });
    }

    record Later(List<String> calls) {

        @AmqpListener("fail.later")
        CompletableFuture<Void> later(String text) {
            calls.add(text);
            return CompletableFuture.runAsync(
                    () -> {
                        if (text.equals("bad")) {
                            throw new AmqpRejectException("later");
                        }
                    },
                    CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void futureThatFailsIsAFailureAndOneThatCompletesIsAccepted(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Later.class, calls).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("fail.later", "bad");
            template.convertAndSend("fail.later", "good");

            awaitDead(broker, 1);
            await().untilAsserted(
                            () -> assertThat(broker.messageCount("fail.later")).isZero());
            assertThat(calls).containsExactly("bad", "good");
        });
    }

    record AtMostOnce(List<String> calls) {

        @AmqpListener(address = "fail.atMostOnce", guarantee = DeliveryGuarantee.AT_MOST_ONCE)
        void fail(String text) {
            calls.add(text);
            throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void failureWithAMessageAtMostOnceDoesNotBringItAgain(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(AtMostOnce.class, calls).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("fail.atMostOnce", "1");
            template.convertAndSend("fail.atMostOnce", "2");

            await().untilAsserted(() -> assertThat(calls).containsExactly("1", "2"));
            await().untilAsserted(() ->
                    assertThat(broker.messageCount("fail.atMostOnce")).isZero());
            assertThat(broker.messageCount("DLQ")).isEqualTo(dead);
        });
    }
}
