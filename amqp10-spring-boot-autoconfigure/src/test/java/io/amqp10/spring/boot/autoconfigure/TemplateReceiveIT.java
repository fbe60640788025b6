package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.testkit.ArtemisBroker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.converter.MessageConversionException;

/** What becomes of a message that nobody waits for any more, or whose work fails. */
@ExtendWith(SharedBroker.class)
class TemplateReceiveIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    private static void awaitCredit(ApplicationContext context, String address) {
        Connection connection = context.getBean(Connection.class);
        await().atMost(LONG).until(() -> connection.links().stream()
                .anyMatch(link -> link instanceof Receiver && address.equals(link.address()) && link.credit() == 1));
    }

    private static void assertInterruptTakesNothing(
            ArtemisBroker broker, String address, Consumer<AmqpTemplate> receive) {
        SharedBroker.contexts(broker).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            Thread waiting = new Thread(() -> {
                try {
                    receive.accept(template);
                    flag.completeExceptionally(new AssertionError("it returned"));
                } catch (Amqp10Exception e) {
                    flag.complete(Thread.currentThread().isInterrupted());
                }
            });
            waiting.start();
            awaitCredit(context, address);
            waiting.interrupt();
            assertThat(flag.get(60, TimeUnit.SECONDS)).isTrue();

            assertStillThere(template, address);
        });
    }

    private static void assertStillThere(AmqpTemplate template, String address) {
        for (String text : new String[] {"first", "second"}) {
            template.convertAndSend(address, text);
        }
        for (String text : new String[] {"first", "second"}) {
            assertThat(template.receiveAndConvert(address, String.class, LONG)).isEqualTo(text);
        }
    }

    @Test
    void interruptedReceiveTakesNoMessage(ArtemisBroker broker) {
        assertInterruptTakesNothing(
                broker, "receive.interrupted", template -> template.receive("receive.interrupted", LONG));
    }

    @Test
    void interruptedReceiveWithWorkTakesNoMessage(ArtemisBroker broker) {
        assertInterruptTakesNothing(
                broker,
                "receive.interruptedWork",
                template -> template.receive("receive.interruptedWork", LONG, delivery -> "x"));
    }

    private static void assertEndTakesNothing(
            ArtemisBroker broker,
            String address,
            Function<CompletableFuture<@Nullable Message>, CompletableFuture<@Nullable Message>> end) {
        SharedBroker.contexts(broker).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            CompletableFuture<@Nullable Message> message = template.receiveAsync(address, LONG);
            awaitCredit(context, address);
            assertThatThrownBy(() -> end.apply(message).get(60, TimeUnit.SECONDS))
                    .isNotNull();
            assertThat(message).isCompletedExceptionally();

            assertStillThere(template, address);
        });
    }

    @Test
    void receiveThatIsCancelledTakesNoMessage(ArtemisBroker broker) {
        assertEndTakesNothing(broker, "receive.cancelled", message -> {
            assertThat(message.cancel(true)).isTrue();
            return message;
        });
    }

    @Test
    void receiveWithATimeOutOfTheCallerTakesNoMessage(ArtemisBroker broker) {
        assertEndTakesNothing(broker, "receive.timeout", message -> message.orTimeout(10, TimeUnit.MILLISECONDS));
    }

    @Test
    void workThatFailsToConvertSomethingElseGivesTheMessageBack(ArtemisBroker broker) {
        SharedBroker.contexts(broker).run(context -> {
            long dead = broker.messageCount("DLQ");
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("receive.work", "good");

            assertThatThrownBy(() -> template.receive("receive.work", LONG, delivery -> {
                        throw new MessageConversionException("what the work wants to send");
                    }))
                    .isInstanceOf(MessageConversionException.class);

            Message again = template.receive("receive.work", LONG);
            assertThat(again).isNotNull();
            assertThat(again.deliveryCount()).isOne();
            assertThat(broker.messageCount("DLQ")).isEqualTo(dead);
        });
    }
}
