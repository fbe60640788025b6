package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Message;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.ListenerState;
import io.amqp10.testkit.ArtemisBroker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a message that always fails where the broker has no place for dead letters and limits nothing. */
@ExtendWith(SharedBroker.class)
class PoisonIT {

    /** A call of the listener. */
    record Call(String text, long nanos) {}

    private final List<Call> calls = new CopyOnWriteArrayList<>();

    @RegisterExtension
    private final Warnings warned = new Warnings();

    private final List<String> warnings = warned.texts();

    record Poisoned(List<Call> calls) {

        @AmqpListener(id = "poisoned", address = "${it.address}")
        void work(String text) {
            calls.add(new Call(text, System.nanoTime()));
            if (text.equals("poison")) {
                throw new IllegalStateException("on purpose");
            }
        }
    }

    private List<Call> poisoned() {
        return calls.stream().filter(call -> call.text().equals("poison")).toList();
    }

    @Test
    void isTriedLaterAndLaterAndThenRejectedAndTheLogSaysWhatThatMeans(ArtemisBroker broker) {
        SharedBroker.contexts(broker)
                .withPropertyValues(
                        "it.address=undead.limited",
                        "amqp10.listener.retry.initial-delay=60ms",
                        "amqp10.listener.retry.max-deliveries=4")
                .withBean(Poisoned.class, calls)
                .run(context -> {
                    long dead = broker.messageCount("DLQ");
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    template.convertAndSend("undead.limited", "poison", m -> m.messageId("bad-1"));
                    template.convertAndSend("undead.limited", "good");

                    await().untilAsserted(() -> assertThat(warnings)
                            .filteredOn(text -> text.contains("is rejected"))
                            .singleElement()
                            .asString()
                            .contains("'poisoned'", "'bad-1'", "failed 4 times", "on purpose", "dead letters"));
                    await().untilAsserted(() ->
                            assertThat(broker.messageCount("undead.limited")).isZero());
                    assertThat(broker.messageCount("DLQ")).isEqualTo(dead);
                    assertThat(calls)
                            .filteredOn(call -> call.text().equals("good"))
                            .hasSize(1);
                    List<Call> poisoned = poisoned();
                    assertThat(poisoned).hasSize(4);
                    for (int i = 1; i < poisoned.size(); i++) {
                        Duration pause = Duration.ofNanos(
                                poisoned.get(i).nanos() - poisoned.get(i - 1).nanos());
                        assertThat(pause).isGreaterThanOrEqualTo(Duration.ofMillis(60L << i - 1));
                    }
                    assertThat(warnings)
                            .filteredOn(text -> text.contains("given back"))
                            .hasSize(3);
                    worksOn(context.getBean(AmqpListenerRegistry.class), template, "undead.limited");
                });
    }

    @Test
    void neverIsRejectedWhereThatIsConfiguredAndStaysWithTheBroker(ArtemisBroker broker) {
        SharedBroker.contexts(broker)
                .withPropertyValues(
                        "it.address=undead.kept",
                        "amqp10.listener.retry.initial-delay=10ms",
                        "amqp10.listener.retry.max-delay=10ms",
                        "amqp10.listener.retry.max-deliveries=0")
                .withBean(Poisoned.class, calls)
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    template.convertAndSend("undead.kept", "poison");

                    await().until(() -> poisoned().size() > 15);
                    // the broker counts what it takes back once more, or not at all, for a moment
                    await().untilAsserted(() ->
                            assertThat(broker.messageCount("undead.kept")).isOne());
                    worksOn(context.getBean(AmqpListenerRegistry.class), template, "undead.kept");
                });
        assertThat(warnings).noneMatch(text -> text.contains("rejected"));
        SharedBroker.contexts(broker).run(context -> {
            Message kept = Objects.requireNonNull(
                    context.getBean(AmqpTemplate.class).receive("undead.kept", Duration.ofSeconds(60)));
            assertThat(kept.bodyAsString()).isEqualTo("poison");
            assertThat(kept.deliveryCount()).isGreaterThan(15);
        });
    }

    private void worksOn(AmqpListenerRegistry registry, AmqpTemplate template, String address) {
        template.convertAndSend(address, "after");
        await().untilAsserted(() -> assertThat(calls)
                .filteredOn(call -> call.text().equals("after"))
                .hasSize(1));
        assertThat(registry.listener("poisoned").state()).isEqualTo(ListenerState.RUNNING);
    }
}
