package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Message;
import io.amqp10.TimedOutException;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.AmqpTransactionManager;
import io.amqp10.spring.SendOptions;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.testkit.ArtemisBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.transaction.support.TransactionTemplate;

/** Requests of the template and replies of listeners, at a real broker. */
@ExtendWith(SharedBroker.class)
class ReplyIT {

    record Quote(String item, int price) {}

    record Server(AtomicInteger served) {

        @AmqpListener(address = "reply.upper", concurrency = "4")
        String upper(String text) {
            served.incrementAndGet();
            return text.toUpperCase(java.util.Locale.ROOT);
        }

        @AmqpListener("reply.quotes")
        CompletableFuture<List<Quote>> quotes(String item) {
            return CompletableFuture.supplyAsync(() -> List.of(new Quote(item, 7)));
        }

        @AmqpListener("reply.native")
        Message nativeReply(Message request) {
            return Message.builder()
                    .subject("re: " + request.subject())
                    .body("done")
                    .build();
        }

        @AmqpListener("reply.null")
        @Nullable
        String nothing(String text) {
            return null;
        }

        @AmqpListener("reply.sendTo")
        @SendTo("reply.results")
        String sendTo(String text) {
            return "result of " + text;
        }
    }

    private final AtomicInteger served = new AtomicInteger();

    @Test
    void manyRequestsAtATimeGetTheirOwnReplies(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Server.class, served).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            SendOptions patient = SendOptions.NONE.replyTimeout(Duration.ofSeconds(60));
            List<CompletableFuture<@Nullable String>> replies = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                replies.add(template.convertSendAndReceiveAsync("reply.upper", "a" + i, String.class, patient));
            }
            for (int i = 0; i < replies.size(); i++) {
                assertThat(replies.get(i).get()).isEqualTo("A" + i);
            }
            assertThat(served).hasValue(200);
            // one link for all replies, and one sender that answers
            assertThat(context.getBean(io.amqp10.Connection.class).links()).hasSizeLessThan(9);
        });
    }

    record Slow(CountDownLatch wanted) {
        @AmqpListener("reply.slow")
        String answer(String text) throws InterruptedException {
            assertThat(wanted.await(60, TimeUnit.SECONDS)).isTrue();
            return text;
        }
    }

    @Test
    void whoIsToldOfAReplyMayWaitForTheNextAndKeepsNoOther(ArtemisBroker broker) {
        CountDownLatch wanted = new CountDownLatch(1);
        SharedBroker.contexts(broker).withBean(Slow.class, wanted).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            SendOptions how = SendOptions.NONE.replyTimeout(Duration.ofSeconds(10));
            CompletableFuture<@Nullable String> next = template.convertSendAndReceiveAsync(
                            "reply.slow", "1", String.class, how)
                    .thenApply(reply -> template.convertSendAndReceive("reply.slow", "2", String.class, how));
            wanted.countDown();

            assertThat(next.get(60, TimeUnit.SECONDS)).isEqualTo("2");
        });
    }

    record Late(BlockingQueue<CompletableFuture<String>> answers) {
        @AmqpListener("reply.late")
        CompletableFuture<String> answer(String text) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            answers.add(answer);
            return answer;
        }
    }

    @Test
    void replyTakesNoPartInATransactionOfWhoKnowsIt(ArtemisBroker broker) {
        BlockingQueue<CompletableFuture<String>> answers = new LinkedBlockingQueue<>();
        SharedBroker.contexts(broker).withBean(Late.class, answers).run(context -> {
            CompletableFuture<@Nullable String> reply = context.getBean(AmqpTemplate.class)
                    .convertSendAndReceiveAsync("reply.late", "?", String.class, SendOptions.NONE);
            CompletableFuture<String> answer = answers.poll(60, TimeUnit.SECONDS);
            assertThat(answer).isNotNull();

            new TransactionTemplate(new AmqpTransactionManager(context.getBean(AmqpTemplate.class)))
                    .executeWithoutResult(status -> {
                        answer.complete("now");
                        status.setRollbackOnly();
                    });

            assertThat(reply.get(60, TimeUnit.SECONDS)).isEqualTo("now");
        });
    }

    @Test
    void whoIsToldOfAMessageMayWaitForTheNext(ArtemisBroker broker) {
        SharedBroker.contexts(broker).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            CompletableFuture<@Nullable Message> second = template.receiveAsync("reply.two", Duration.ofSeconds(60))
                    .thenApply(first -> template.receive("reply.two", Duration.ofSeconds(10)));
            template.convertAndSend("reply.two", "a");
            template.convertAndSend("reply.two", "b");

            assertThat(second.get(60, TimeUnit.SECONDS)).isNotNull().satisfies(message -> assertThat(message.body())
                    .isEqualTo("b"));
        });
    }

    @Test
    void repliesAreConvertedToGenericTypesAndNativeOnesGoOutAsTheyAre(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Server.class, served).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);

            assertThat(template.convertSendAndReceive(
                            "reply.quotes", "tea", new ParameterizedTypeReference<List<Quote>>() {}, SendOptions.NONE))
                    .containsExactly(new Quote("tea", 7));

            Message reply = template.sendAndReceive(
                    "reply.native",
                    Message.builder().subject("x").correlationId("mine").body(1).build());
            assertThat(reply.subject()).isEqualTo("re: x");
            assertThat(reply.correlationId()).isEqualTo("mine");

            Message withId = template.sendAndReceive(
                    "reply.native", Message.builder().messageId(17L).body(1).build());
            assertThat(withId.correlationId()).isEqualTo(io.amqp10.types.UnsignedLong.of(17));
        });
    }

    @Test
    void replyThatDoesNotComeEndsInATimeOutThatNamesTheAddress(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Server.class, served).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);

            assertThatThrownBy(() -> template.convertSendAndReceive(
                            "reply.null", "x", String.class, SendOptions.NONE.replyTimeout(Duration.ofMillis(300))))
                    .isInstanceOf(TimedOutException.class)
                    .hasMessageContaining("reply.null")
                    .hasMessageContaining("PT0.3S");
            await().untilAsserted(
                            () -> assertThat(broker.messageCount("reply.null")).isZero());
        });
    }

    @Test
    void replyGoesToTheMethodsAddressWhenTheMessageNamesNone(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Server.class, served).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("reply.sendTo", "x", m -> m.messageId("id-1"));

            Message reply = template.receive("reply.results", Duration.ofSeconds(60));
            assertThat(reply).isNotNull();
            assertThat(reply.bodyAsString()).isEqualTo("result of x");
            assertThat(reply.correlationId()).isEqualTo("id-1");
        });
    }

    @Test
    void requestWhoseReplyAddressIsGoneIsRejectedAndNotServedAgain(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Server.class, served).run(context -> {
            long dead = broker.messageCount("DLQ");
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("reply.upper", "x", m -> m.replyTo("nocreate.gone"));

            await().untilAsserted(() -> assertThat(broker.messageCount("DLQ")).isEqualTo(dead + 1));
            assertThat(served).hasValue(1);
        });
    }

    @Test
    void repliesComeToTheConfiguredAddress(ArtemisBroker broker) {
        SharedBroker.contexts(broker)
                .withPropertyValues("amqp10.template.reply-address=reply.mine")
                .withBean(Server.class, served)
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);

                    assertThat(template.convertSendAndReceive("reply.upper", "a", String.class))
                            .isEqualTo("A");
                    assertThat(broker.messagesAdded("reply.mine")).isOne();
                });
    }
}
