package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.TimedOutException;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.SendOptions;
import io.amqp10.testkit.ArtemisBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.converter.MessageConversionException;

/** The template at a real broker. */
@ExtendWith(SharedBroker.class)
class TemplateIT {

    @Test
    void outcomeIsTheResultAlsoWhenTheBrokerRejects(ArtemisBroker broker) {
        SharedBroker.contexts(broker).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            assertThat(template.convertAndSend("template.send", "x").isAccepted())
                    .isTrue();

            SendOutcome outcome = SendOutcome.ACCEPTED;
            byte[] large = new byte[60_000];
            for (int i = 0; i < 10 && outcome.isAccepted(); i++) {
                outcome = template.convertAndSend("full.template", large);
            }

            assertThat(outcome.status()).isEqualTo(SendOutcome.Status.REJECTED);
            assertThat(outcome.error()).isNotNull();
        });
    }

    @Test
    void messagesAreDurableAndCarryWhatPropertiesTemplateAndCallSay(ArtemisBroker broker) {
        SharedBroker.contexts(broker)
                .withPropertyValues("amqp10.template.priority=7", "amqp10.template.time-to-live=1h")
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    template.convertAndSend("template.header", "properties");
                    template.with(SendOptions.NONE.durable(false)).convertAndSend("template.header", "template");
                    template.convertAndSend(
                            "template.header",
                            "call",
                            SendOptions.NONE.priority(2).timeToLive(Duration.ofMinutes(1)));
                    template.convertAndSend("template.header", "own", m -> m.priority(9));

                    Message own = received(template);
                    assertThat(own.bodyAsString()).isEqualTo("own"); // the broker's order is that of priority
                    assertThat(own.durable()).isTrue();
                    assertThat(own.timeToLive()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
                    Message properties = received(template);
                    assertThat(properties.bodyAsString()).isEqualTo("properties");
                    assertThat(properties.durable()).isTrue();
                    assertThat(properties.priority()).isEqualTo(7);
                    assertThat(properties.timeToLive()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
                    Message variant = received(template);
                    assertThat(variant.durable()).isFalse();
                    assertThat(variant.priority()).isEqualTo(7);
                    Message call = received(template);
                    assertThat(call.priority()).isEqualTo(2);
                    assertThat(call.durable()).isTrue();
                    assertThat(call.timeToLive()).isLessThanOrEqualTo(Duration.ofMinutes(1));
                });
    }

    private static Message received(AmqpTemplate template) {
        Message message = template.receive("template.header", Duration.ofSeconds(60));
        assertThat(message).isNotNull();
        return message;
    }

    @Test
    void messageSentAtMostOnceIsUnconfirmed(ArtemisBroker broker) {
        SharedBroker.contexts(broker).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            SendOutcome outcome = template.convertAndSend(
                    "template.once", "x", SendOptions.NONE.guarantee(DeliveryGuarantee.AT_MOST_ONCE));

            assertThat(outcome).isEqualTo(SendOutcome.UNCONFIRMED);
            await().untilAsserted(() ->
                    assertThat(broker.messageCount("template.once")).isOne());
        });
    }

    @Test
    void thousandsOfAsyncSendsAllGetTheirOutcomes(ArtemisBroker broker) {
        SharedBroker.contexts(broker).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            List<CompletableFuture<SendOutcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                outcomes.add(template.convertAndSendAsync("template.async", "m" + i));
            }
            for (CompletableFuture<SendOutcome> outcome : outcomes) {
                assertThat(outcome.get(60, TimeUnit.SECONDS).isAccepted()).isTrue();
            }
            await().untilAsserted(() ->
                    assertThat(broker.messageCount("template.async")).isEqualTo(500));
        });
    }

    @Test
    void sendersUnusedTheLongestAreClosedBeyondTheLimit(ArtemisBroker broker) {
        SharedBroker.contexts(broker)
                .withPropertyValues("amqp10.template.max-links=3")
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    for (int i = 0; i < 10; i++) {
                        template.convertAndSend("template.many." + i, "x");
                    }

                    Connection connection = context.getBean(Connection.class);
                    await().untilAsserted(() -> assertThat(connection.links())
                            .extracting(io.amqp10.Link::address)
                            .containsExactlyInAnyOrder("template.many.7", "template.many.8", "template.many.9"));
                    assertThat(template.convertAndSend("template.many.0", "x").isAccepted())
                            .isTrue();
                });
    }

    @Test
    void receiveTakesOneMessageAndLeavesTheOthers(ArtemisBroker broker) {
        SharedBroker.contexts(broker).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            assertThat(template.receive("template.receive", Duration.ZERO)).isNull();
            assertThat(template.receive("template.receive", Duration.ofMillis(200)))
                    .isNull();
            template.convertAndSend("template.receive", "1");
            template.convertAndSend("template.receive", 2);
            template.convertAndSend("template.receive", "3");

            assertThat(template.receiveAndConvert("template.receive", String.class))
                    .isEqualTo("1");
            await().untilAsserted(() ->
                    assertThat(broker.messageCount("template.receive")).isEqualTo(2));
            assertThat(template.receiveAndConvertAsync("template.receive", Long.class, Duration.ofSeconds(60))
                            .get())
                    .isEqualTo(2L);
            // one receiver did all that
            await().untilAsserted(() ->
                    assertThat(broker.consumerCount("template.receive")).isOne());
            assertThat(template.<String>receive(
                            "template.receive", Duration.ofSeconds(60), delivery -> delivery.message()
                                    .bodyAsString()))
                    .isEqualTo("3");
            await().untilAsserted(() ->
                    assertThat(broker.messageCount("template.receive")).isZero());
        });
    }

    @Test
    void receivedMessageComesAgainWhenTheWorkFailsAndIsRejectedWhenItCannotBeConverted(ArtemisBroker broker) {
        SharedBroker.contexts(broker).run(context -> {
            long dead = broker.messageCount("DLQ");
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("template.failing", "no number");

            assertThatThrownBy(() -> template.receive("template.failing", Duration.ofSeconds(60), delivery -> {
                        throw new IllegalStateException("on purpose");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(
                            () -> template.receiveAndConvert("template.failing", Integer.class, Duration.ofSeconds(60)))
                    .isInstanceOf(MessageConversionException.class);
            await().untilAsserted(() -> assertThat(broker.messageCount("DLQ")).isEqualTo(dead + 1));
            await().untilAsserted(() ->
                    assertThat(broker.messageCount("template.failing")).isZero());
        });
    }

    @Test
    void refusedAddressIsAnExceptionWithTheBrokersWordsAndNotForEver(ArtemisBroker broker) {
        SharedBroker.contexts(broker).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            assertThatThrownBy(() -> template.convertAndSend("nocreate.template", "x"))
                    .isInstanceOf(LinkRefusedException.class)
                    .hasMessageContaining("nocreate.template")
                    .hasMessageContaining("amqp:not-found");
            assertThatThrownBy(() -> template.receive("nocreate.template", Duration.ofSeconds(60)))
                    .isInstanceOf(LinkRefusedException.class);

            broker.createQueue("nocreate.template");

            assertThat(template.convertAndSend("nocreate.template", "x").isAccepted())
                    .isTrue();
            assertThat(template.receive("nocreate.template", Duration.ofSeconds(60)))
                    .isNotNull();
        });
    }

    @Test
    void callbacksAreToldTheVeryExceptionThatIsPromised(ArtemisBroker broker) {
        SharedBroker.contexts(broker).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            String refused = "nocreate.callbacks";
            Duration soon = Duration.ofSeconds(20);
            SendOptions patient = SendOptions.NONE.replyTimeout(soon);
            assertThat(failure(template.convertAndSendAsync(refused, "x"))).isInstanceOf(LinkRefusedException.class);
            assertThat(failure(template.convertAndSendAsync(refused, "x", SendOptions.NONE.timeout(soon))))
                    .isInstanceOf(LinkRefusedException.class);
            assertThat(failure(template.receiveAsync(refused, soon))).isInstanceOf(LinkRefusedException.class);
            assertThat(failure(template.sendAndReceiveAsync(refused, Message.of("x"), patient)))
                    .isInstanceOf(LinkRefusedException.class);
            assertThat(failure(template.convertSendAndReceiveAsync(refused, "x", String.class, patient)))
                    .isInstanceOf(LinkRefusedException.class);
            assertThat(failure(template.convertSendAndReceiveAsync(
                            refused, "x", new ParameterizedTypeReference<List<String>>() {}, patient)))
                    .isInstanceOf(LinkRefusedException.class);
        });
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return future.handle((result, error) -> error)
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void withoutABrokerSendsAndReceivesTimeOutAndSayWhy(ArtemisBroker broker) {
        SharedBroker.contexts(broker)
                .withPropertyValues("amqp10.url=127.0.0.1:1", "amqp10.template.send-timeout=300ms")
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    Connection connection = context.getBean(Connection.class);
                    await("what is to be said").until(() -> connection.error() != null);
                    assertThatThrownBy(() -> template.convertAndSend("x", "x"))
                            .isInstanceOf(TimedOutException.class)
                            .hasMessageContaining("127.0.0.1:1");
                    assertThatThrownBy(() -> template.receive("x", Duration.ofMillis(10)))
                            .isInstanceOf(TimedOutException.class)
                            .hasMessageContaining("127.0.0.1:1");
                    CompletableFuture<@Nullable String> reply = template.convertSendAndReceiveAsync(
                            "x", "x", String.class, SendOptions.NONE.replyTimeout(Duration.ofMillis(300)));
                    assertThatThrownBy(reply::get)
                            .hasCauseInstanceOf(TimedOutException.class)
                            .hasMessageContaining("127.0.0.1:1");
                });
    }
}
