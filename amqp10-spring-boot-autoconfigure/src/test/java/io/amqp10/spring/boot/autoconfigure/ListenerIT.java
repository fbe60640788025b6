package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.listener.AcknowledgeMode;
import io.amqp10.spring.listener.AmqpHeaders;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.ListenerContainer;
import io.amqp10.spring.listener.ListenerState;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.TerminusDurability;
import io.amqp10.types.messaging.TerminusExpiryPolicy;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;

/** Listener methods at a real broker: what they get and how they run. */
@ExtendWith(SharedBroker.class)
class ListenerIT {

    record Order(String item, @Min(1) int count) {}

    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

    private Object next() throws InterruptedException {
        Object value = received.poll(60, TimeUnit.SECONDS);
        assertThat(value).as("what the listener got").isNotNull();
        return value;
    }

    // --- topics

    record Subscriber(BlockingQueue<Object> received) {
        @AmqpListener(id = "news", address = "it.news")
        void read(String text) {
            received.add(text);
        }
    }

    @Test
    void durableSubscriptionOutlastsTheApplication(ArtemisBroker broker) throws Exception {
        List<Symbol> topic = List.of(Symbol.of("topic"));
        ApplicationContextRunner publisher = SharedBroker.contexts(broker)
                .withPropertyValues("amqp10.container-id=newsstand")
                .withBean(Amqp10SenderCustomizer.class, () -> options -> options.capabilities(topic));
        ApplicationContextRunner subscriber = publisher
                .withBean(Subscriber.class, received)
                .withBean(
                        Amqp10ReceiverCustomizer.class,
                        () -> (options, id) -> options.name("news")
                                .capabilities(topic)
                                .durability(TerminusDurability.UNSETTLED_STATE)
                                .expiryPolicy(TerminusExpiryPolicy.NEVER));
        subscriber.run(context -> {
            context.getBean(AmqpListenerRegistry.class).listener("news").awaitRunning(Duration.ofSeconds(60));
            context.getBean(AmqpTemplate.class).convertAndSend("it.news", "while it is there");
            assertThat(next()).isEqualTo("while it is there");
        });

        publisher.run(context -> context.getBean(AmqpTemplate.class).convertAndSend("it.news", "while it is away"));

        subscriber.run(context -> assertThat(next()).isEqualTo("while it is away"));
    }

    // --- arguments

    record Arguments(BlockingQueue<Object> received) {

        @AmqpListener("it.json")
        void json(Order order) {
            received.add(order);
        }

        @AmqpListener("it.generic")
        void generic(List<Order> orders) {
            received.add(orders);
        }

        @AmqpListener("it.text")
        void text(String text) {
            received.add(text);
        }

        @AmqpListener("it.octets")
        void octets(byte[] octets) {
            received.add(octets);
        }

        @AmqpListener("it.map")
        void map(Map<String, Object> map) {
            received.add(map);
        }

        @AmqpListener("it.list")
        void list(List<Object> list) {
            received.add(list);
        }

        @AmqpListener("it.number")
        void number(int number) {
            received.add(number);
        }

        @AmqpListener("it.optional")
        void optional(Optional<String> text) {
            received.add(text);
        }

        @AmqpListener("it.native")
        void nativeTypes(Message message, Delivery delivery, Connection connection, @Payload String text) {
            received.add(
                    message.subject() + " " + (delivery.message() == message) + " " + connection.state() + " " + text);
        }

        @AmqpListener("it.headers")
        void headers(
                String text,
                @Header("color") String color,
                @Header(name = "missing", required = false) @Nullable String missing,
                @Header(AmqpHeaders.SUBJECT) String subject,
                @Header(AmqpHeaders.DELIVERY_COUNT) long deliveries,
                @Headers Map<String, Object> all) {
            received.add(
                    text + " " + color + " " + missing + " " + subject + " " + deliveries + " " + all.get("weight"));
        }

        @AmqpListener("it.spring")
        void spring(org.springframework.messaging.Message<Order> message) {
            received.add(
                    message.getPayload().item() + " " + message.getHeaders().get("color"));
        }
    }

    @Test
    void listenerMethodsGetWhatTheirParametersAskFor(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Arguments.class, received).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            long dead = broker.messageCount("DLQ");

            template.convertAndSend("it.json", new Order("tea", 3));
            assertThat(next()).isEqualTo(new Order("tea", 3));

            template.convertAndSend("it.generic", List.of(new Order("a", 1), new Order("b", 2)));
            assertThat(next()).isEqualTo(List.of(new Order("a", 1), new Order("b", 2)));

            template.convertAndSend("it.text", "hello");
            assertThat(next()).isEqualTo("hello");

            template.convertAndSend("it.octets", new byte[] {1, 2});
            assertThat(next()).isEqualTo(new byte[] {1, 2});

            template.convertAndSend("it.map", Map.of("a", 1, "b", List.of("x")));
            assertThat(next()).isEqualTo(Map.of("a", 1, "b", List.of("x")));

            template.convertAndSend("it.list", List.of("x", 1L));
            assertThat(next()).isEqualTo(List.of("x", 1L));

            template.convertAndSend("it.number", 5L);
            assertThat(next()).isEqualTo(5);

            template.convertAndSend("it.optional", null);
            assertThat(next()).isEqualTo(Optional.empty());

            template.convertAndSend("it.native", "hi", m -> m.subject("news"));
            assertThat(next()).isEqualTo("news true OPEN hi");

            template.convertAndSend("it.headers", "hi", m -> m.subject("news")
                    .property("color", "red")
                    .property("weight", 7));
            assertThat(next()).isEqualTo("hi red null news 0 7");

            template.convertAndSend("it.spring", new Order("tea", 1), m -> m.property("color", "red"));
            assertThat(next()).isEqualTo("tea red");

            await().untilAsserted(
                            () -> assertThat(broker.messageCount("it.spring")).isZero());
            assertThat(broker.messageCount("DLQ")).isEqualTo(dead);
        });
    }

    // --- settling

    record Slow(Supplier<Long> atBroker, BlockingQueue<Object> seen) {

        @AmqpListener(id = "slow", address = "it.slow")
        void slow(Delivery delivery) {
            // the broker hears of an outcome long before it could be asked so often
            await().during(Duration.ofMillis(300)).until(() -> !delivery.isSettled() && atBroker.get() == 1);
            seen.add(delivery);
        }
    }

    @Test
    void messageIsAcceptedOnlyAfterTheMethodReturned(ArtemisBroker broker) {
        Supplier<Long> atBroker = () -> broker.messageCount("it.slow");
        SharedBroker.contexts(broker).withBean(Slow.class, atBroker, received).run(context -> {
            context.getBean(AmqpTemplate.class).convertAndSend("it.slow", "x");

            Delivery delivery = (Delivery) next();
            await().untilAsserted(() -> assertThat(atBroker.get()).isZero());
            assertThat(delivery.isSettled()).isTrue();
            await().until(() ->
                    context.getBean(AmqpListenerRegistry.class).listener("slow").unfinished() == 0);
            assertThat(received).as("worked with once").isEmpty();
        });
    }

    record Manual(BlockingQueue<Object> received) {

        @AmqpListener(id = "manual", address = "it.manual", acknowledgeMode = AcknowledgeMode.MANUAL)
        void manual(Delivery delivery) {
            received.add(delivery);
        }
    }

    @Test
    void manualListenerSettlesWhenItWants(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Manual.class, received).run(context -> {
            context.getBean(AmqpTemplate.class).convertAndSend("it.manual", "x");

            Delivery delivery = (Delivery) next();
            assertThat(delivery.isSettled()).isFalse();
            assertThat(broker.messageCount("it.manual")).isOne();
            delivery.accept();
            await().untilAsserted(
                            () -> assertThat(broker.messageCount("it.manual")).isZero());
        });
    }

    // --- running

    record Parallel(AtomicInteger now, AtomicInteger most, CountDownLatch all) {

        @AmqpListener(address = "it.parallel", concurrency = "4", credit = "${it.credit}")
        void parallel(String text) throws InterruptedException {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            all.countDown();
            assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
            now.decrementAndGet();
        }
    }

    @Test
    void concurrencyIsHowManyMessagesAreWorkedWithAtATime(ArtemisBroker broker) {
        AtomicInteger most = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(4);
        SharedBroker.contexts(broker)
                .withPropertyValues("it.credit=20")
                .withBean(Parallel.class, new AtomicInteger(), most, all)
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    for (int i = 0; i < 12; i++) {
                        template.convertAndSend("it.parallel", "m" + i);
                    }

                    await().untilAsserted(() ->
                            assertThat(broker.messageCount("it.parallel")).isZero());
                    assertThat(most).hasValue(4);
                    assertThat(broker.consumerCount("it.parallel")).isOne();
                });
    }

    record Controlled(BlockingQueue<Object> received) {

        @AmqpListener(id = "controlled", address = "it.#{'control'}led", autoStartup = "false")
        void controlled(String text) {
            received.add(text);
        }
    }

    @Test
    void registryStartsPausesResumesAndStopsAListener(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Controlled.class, received).run(context -> {
            AmqpListenerRegistry registry = context.getBean(AmqpListenerRegistry.class);
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            assertThat(registry.ids()).containsExactly("controlled");
            assertThat(registry.listener("controlled").state()).isEqualTo(ListenerState.STOPPED);

            registry.start("controlled");
            await().until(() -> registry.listener("controlled").state() == ListenerState.RUNNING);
            template.convertAndSend("it.controlled", "1");
            assertThat(next()).isEqualTo("1");

            registry.pause("controlled");
            assertThat(registry.listener("controlled").state()).isEqualTo(ListenerState.PAUSED);
            await().until(() -> registry.listener("controlled").unfinished() == 0);
            await().until(() -> creditOf(context.getBean(Connection.class), "it.controlled") == 0);
            template.convertAndSend("it.controlled", "2");
            assertThat(received.poll(300, TimeUnit.MILLISECONDS)).isNull();

            registry.resume("controlled");
            assertThat(next()).isEqualTo("2");

            registry.stop("controlled").get(60, TimeUnit.SECONDS);
            assertThat(registry.listener("controlled").state()).isEqualTo(ListenerState.STOPPED);
            template.convertAndSend("it.controlled", "3");
            assertThat(received.poll(300, TimeUnit.MILLISECONDS)).isNull();

            registry.start("controlled");
            assertThat(next()).isEqualTo("3");
        });
    }

    private static int creditOf(Connection connection, String address) {
        return connection.links().stream()
                .filter(link -> address.equals(link.address()) && link instanceof io.amqp10.Receiver)
                .mapToInt(io.amqp10.Link::credit)
                .sum();
    }

    record Selecting(BlockingQueue<Object> received) {

        @AmqpListener(address = "it.selected", selector = "color = 'green'")
        void green(String text) {
            received.add(text);
        }
    }

    @Test
    void selectorKeepsOtherMessagesAway(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Selecting.class, received).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("it.selected", "no", m -> m.property("color", "red"));
            template.convertAndSend("it.selected", "yes", m -> m.property("color", "green"));

            assertThat(next()).isEqualTo("yes");
            await().untilAsserted(
                            () -> assertThat(broker.messageCount("it.selected")).isOne());
            assertThat(received).isEmpty();
        });
    }

    // --- stopping

    record Finishing(CountDownLatch entered, CountDownLatch release, BlockingQueue<Object> received) {

        @AmqpListener(id = "stopping", address = "it.stopping")
        void work(String text) throws InterruptedException {
            entered.countDown();
            assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            received.add(text);
        }
    }

    @Test
    void stoppingTheContextFinishesWhatIsBegunAndGivesTheRestBack(ArtemisBroker broker) {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        SharedBroker.contexts(broker)
                .withBean(Finishing.class, entered, release, received)
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    for (int i = 0; i < 10; i++) {
                        template.convertAndSend("it.stopping", "m" + i);
                    }
                    assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
                    Thread stopper = new Thread(
                            () -> context.getSourceApplicationContext().stop());
                    stopper.start();
                    ListenerContainer stopping =
                            context.getBean(AmqpListenerRegistry.class).listener("stopping");
                    // only then is nothing more worked with, of all that came or is still to come
                    await().until(() -> stopping.state() == ListenerState.STOPPED && stopping.unfinished() == 1);
                    release.countDown();
                    stopper.join();

                    assertThat(received).containsExactly("m0");
                    await().untilAsserted(() ->
                            assertThat(broker.messageCount("it.stopping")).isEqualTo(9));
                    await().untilAsserted(() ->
                            assertThat(broker.consumerCount("it.stopping")).isZero());

                    context.getSourceApplicationContext().start();
                    await().untilAsserted(() -> assertThat(received).hasSize(10));
                    SendOutcome again = template.convertAndSend("it.stopping", "m10");
                    assertThat(again.isAccepted()).isTrue();
                    await().untilAsserted(() -> assertThat(received).hasSize(11));
                });
    }

    // --- validation

    record Validating(BlockingQueue<Object> received) {

        @AmqpListener("it.validated")
        void order(@Valid Order order) {
            received.add(order);
        }
    }

    @Test
    void invalidPayloadIsRejectedOnceAndTheNextIsWorkedWith(ArtemisBroker broker) {
        SharedBroker.contexts(broker).withBean(Validating.class, received).run(context -> {
            long dead = broker.messageCount("DLQ");
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("it.validated", new Order("tea", 0));
            template.convertAndSend("it.validated", new Order("tea", 1));

            assertThat(next()).isEqualTo(new Order("tea", 1));
            await().untilAsserted(() -> assertThat(broker.messageCount("DLQ")).isEqualTo(dead + 1));
            assertThat(received).isEmpty();
        });
    }
}
