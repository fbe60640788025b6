package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.Delivery;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.LifecycleState;
import io.amqp10.LinkAcceptor;
import io.amqp10.ReceiverOptions;
import io.amqp10.SendOutcome;
import io.amqp10.TimedOutException;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.SendOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What a peer sees of guarantees and time-outs that properties, templates and calls ask for. */
@Timeout(600)
class SendOptionsTest {

    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Leaves what comes to the test. */
    private static final class SlowPeer extends DirectPeer {

        /** A delivery, and whether it was settled when it came. */
        record Arrived(Delivery delivery, boolean settled) {}

        private final BlockingQueue<Arrived> deliveries = new LinkedBlockingQueue<>();

        SlowPeer(int credit) {
            super(accepting(credit));
        }

        private static LinkAcceptor accepting(int credit) {
            return request -> request.accept(ReceiverOptions.of(String.valueOf(request.address()))
                    .autoAccept(false)
                    .creditWindow(credit));
        }

        @Override
        public void onMessage(Delivery delivery) {
            deliveries.add(new Arrived(delivery, delivery.isSettled()));
        }

        Arrived arrived() throws InterruptedException {
            return Objects.requireNonNull(deliveries.poll(60, TimeUnit.SECONDS), "a message that came to the peer");
        }
    }

    private SlowPeer peer = new SlowPeer(10);

    @AfterEach
    void close() {
        peer.close();
    }

    private ApplicationContextRunner contexts() {
        return peer.contexts()
                .withBean(
                        Amqp10ConnectionCustomizer.class,
                        () -> options -> options.closeTimeout(MOMENT)); // nothing is settled here any more
    }

    // --- time-outs

    @Test
    void timeOutOfACallEndsItsWaitingForTheOutcomeLongBeforeThatOfTheProperty() {
        contexts().withPropertyValues("amqp10.template.send-timeout=1h").run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            SendOptions impatient = SendOptions.NONE.timeout(MOMENT);
            assertThatThrownBy(() -> template.convertAndSend("a", "by call", impatient))
                    .isInstanceOf(TimedOutException.class);
            assertThatThrownBy(() -> template.with(impatient).convertAndSend("a", "by variant"))
                    .isInstanceOf(TimedOutException.class);
            CompletableFuture<SendOutcome> later = template.convertAndSendAsync("a", "async", impatient);
            assertThatThrownBy(() -> later.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(TimedOutException.class);
            assertThat(peer.arrived().delivery().message().body()).isEqualTo("by call");
        });
    }

    @Test
    void timeOutOfACallEndsItsWaitingWhereThePeerGivesNoCredit() {
        peer.close();
        peer = new SlowPeer(0);
        contexts().withPropertyValues("amqp10.template.send-timeout=1h").run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            CompletableFuture<SendOutcome> first = template.convertAndSendAsync("a", "w");
            Connection connection = context.getBean(Connection.class);
            await().until(() -> connection.links().stream().anyMatch(link -> link.state() == LifecycleState.OPEN));

            assertThatThrownBy(() -> template.convertAndSend("a", "x", SendOptions.NONE.timeout(MOMENT)))
                    .isInstanceOf(TimedOutException.class)
                    .hasMessageContaining("no credit");
            assertThat(first).as("has no time-out of its own").isNotDone();
        });
    }

    @Test
    void timeOutOfACallMayBeLongerThanThatOfTheProperty() {
        contexts().withPropertyValues("amqp10.template.send-timeout=1ms").run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            CompletableFuture<SendOutcome> sent = CompletableFuture.supplyAsync(
                    () -> template.convertAndSend("a", "x", SendOptions.NONE.timeout(SOON)));
            Delivery delivery = peer.arrived().delivery();
            // what was sent after it is long over by its own, shorter time-out
            assertThatThrownBy(() -> template.convertAndSend("a", "y")).isInstanceOf(TimedOutException.class);
            delivery.accept();
            assertThat(sent.get(60, TimeUnit.SECONDS)).isEqualTo(SendOutcome.ACCEPTED);
        });
    }

    // --- guarantees

    @Test
    void messagesAreSentUnsettledUnlessThePropertySaysOtherwise() {
        contexts().run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            CompletableFuture<SendOutcome> sent = template.convertAndSendAsync("a", "x");
            SlowPeer.Arrived arrived = peer.arrived();
            assertThat(arrived.settled()).isFalse();
            assertThat(sent).isNotDone();
            arrived.delivery().accept();
            assertThat(sent.get(60, TimeUnit.SECONDS)).isEqualTo(SendOutcome.ACCEPTED);

            assertThat(template.convertAndSend("a", "y", SendOptions.NONE.guarantee(DeliveryGuarantee.AT_MOST_ONCE)))
                    .isEqualTo(SendOutcome.UNCONFIRMED);
            assertThat(peer.arrived().settled()).isTrue();
        });
    }

    @Test
    void propertyHasMessagesSentSettledAndACallHasThemUnsettledAgain() {
        contexts().withPropertyValues("amqp10.template.guarantee=at-most-once").run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            assertThat(template.convertAndSend("a", "x")).isEqualTo(SendOutcome.UNCONFIRMED);
            assertThat(peer.arrived().settled()).isTrue();

            SendOptions sure = SendOptions.NONE.guarantee(DeliveryGuarantee.AT_LEAST_ONCE);
            CompletableFuture<SendOutcome> sent = template.with(sure).convertAndSendAsync("a", "y");
            SlowPeer.Arrived arrived = peer.arrived();
            assertThat(arrived.settled()).isFalse();
            arrived.delivery().release();
            assertThat(sent.get(60, TimeUnit.SECONDS)).isEqualTo(SendOutcome.RELEASED);
        });
    }
}
