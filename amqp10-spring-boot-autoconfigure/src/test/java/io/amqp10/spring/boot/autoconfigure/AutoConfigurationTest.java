package io.amqp10.spring.boot.autoconfigure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.LifecycleState;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.MetricsCollector;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.AmqpTransactionManager;
import io.amqp10.spring.ManagedConnection;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.boot.autoconfigure.health.Amqp10HealthContributorAutoConfiguration;
import io.amqp10.spring.boot.autoconfigure.health.Amqp10HealthIndicator;
import io.amqp10.spring.boot.autoconfigure.metrics.Amqp10MetricsAutoConfiguration;
import io.amqp10.spring.converter.AmqpMessageConverter;
import io.amqp10.spring.converter.BodyMessageConverter;
import io.amqp10.spring.converter.JacksonMessageConverter;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.FailurePolicy;
import io.amqp10.spring.listener.ListenerContainer;
import io.amqp10.spring.listener.ListenerFactory;
import io.amqp10.spring.listener.ListenerState;
import io.amqp10.spring.listener.ReplySender;
import io.amqp10.spring.listener.Verdict;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.annotation.Order;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import tools.jackson.databind.json.JsonMapper;

/** What is configured when, and gives way to the application's own. */
class AutoConfigurationTest {

    private final DirectPeer peer = new DirectPeer();

    @AfterEach
    void close() {
        peer.close();
    }

    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

    private Object next() throws InterruptedException {
        return Objects.requireNonNull(heard.poll(60, TimeUnit.SECONDS), "what the listener heard");
    }

    record Listening(BlockingQueue<Object> heard) {
        @AmqpListener(id = "listening", address = "in")
        void listen(String text) {
            heard.add(Thread.currentThread() + text);
        }
    }

    @Test
    void containerConnectionTemplateAndListenersAreThere() throws Exception {
        peer.contexts().withBean(Listening.class, heard).run(context -> {
            assertThat(context)
                    .hasSingleBean(Container.class)
                    .hasSingleBean(Connection.class)
                    .hasSingleBean(AmqpTemplate.class)
                    .hasSingleBean(AmqpListenerRegistry.class)
                    .hasSingleBean(JacksonMessageConverter.class)
                    .doesNotHaveBean(MetricsCollector.class)
                    .doesNotHaveBean(HealthContributor.class);
            assertThat(context.getBean(AmqpTemplate.class)
                            .convertAndSend("out", "hello")
                            .isAccepted())
                    .isTrue();
            assertThat(peer.next().body()).isEqualTo("hello");
            peer.sender("in").send(Message.of("you"));
            assertThat(next()).asString().endsWith("you").contains("amqp10-");
        });
    }

    @Test
    void listenersStopWithTheirOwnContext() throws Exception {
        healthy().run(parent -> {
            List<ListenerContainer> listening = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                healthy().withParent(parent).withBean(Listening.class, heard).run(child -> {
                    listening.add(child.getBean(AmqpListenerRegistry.class).listener("listening"));
                    listening.get(0).awaitRunning(Duration.ofSeconds(60));
                    assertThat(child.getBean(Connection.class)).isSameAs(parent.getBean(Connection.class));
                    assertThat(Objects.requireNonNull(child.getBean(Amqp10HealthIndicator.class)
                                            .health())
                                    .getDetails()
                                    .toString())
                            .contains("listening");
                });
                assertThat(listening.remove(0).state()).isEqualTo(ListenerState.STOPPED);
            }
            assertThat(parent.getBean(AmqpListenerRegistry.class).ids()).isEmpty();
        });
    }

    // --- what listeners get

    record Headed(BlockingQueue<Object> heard) {
        @AmqpListener("in")
        void listen(
                String text,
                @Header("id") String id,
                @Header("timestamp") String timestamp,
                @Headers Map<String, Object> all,
                MessageHeaders headers,
                org.springframework.messaging.Message<String> message) {
            heard.add(Arrays.asList(
                    id,
                    timestamp,
                    all.get("id"),
                    message.getHeaders().get("timestamp"),
                    headers.getId(),
                    headers.getTimestamp()));
        }
    }

    @Test
    void propertiesWithTheNamesOfSpringsOwnHeadersAreHeaders() throws Exception {
        UUID id = UUID.randomUUID();
        peer.contexts().withBean(Headed.class, heard).run(context -> {
            peer.sender("in")
                    .send(Message.builder()
                            .property("id", "o-1")
                            .property("timestamp", "noon")
                            .body("x")
                            .build());
            assertThat(next()).isEqualTo(Arrays.asList("o-1", "noon", "o-1", "noon", null, null));
            peer.sender("in")
                    .send(Message.builder()
                            .property("id", id)
                            .property("timestamp", 7L)
                            .body("x")
                            .build());
            assertThat(next()).isEqualTo(Arrays.asList(id.toString(), "7", id, 7L, id, 7L));
        });
    }

    record Plain(BlockingQueue<Object> heard) {
        @AmqpListener("map")
        void map(Map<String, Object> map) {
            heard.add(map);
        }

        @AmqpListener("list")
        void list(List<Object> list) {
            heard.add(list);
        }

        @AmqpListener("nested")
        void nested(Collection<Map<String, ?>> nested) {
            heard.add(nested);
        }

        @AmqpListener("typed")
        void typed(Map<String, Integer> typed) {
            heard.add(typed);
        }

        @AmqpListener("keys")
        void keys(Map<String, Object> keys) {
            heard.add(keys);
        }
    }

    @Test
    void elementsThatMayBeAnythingKeepTheirTypes() throws Exception {
        List<Object> values = Arrays.asList(UUID.randomUUID(), Instant.ofEpochMilli(1), 1.5f, (short) 2, null);
        Map<String, Object> map = new HashMap<>();
        values.forEach(value -> map.put("key" + value, value));
        peer.contexts().withBean(Plain.class, heard).run(context -> {
            peer.sender("map").send(Message.of(map));
            assertThat(next()).isEqualTo(map);
            peer.sender("list").send(Message.of(values));
            assertThat(next()).isEqualTo(values);
            peer.sender("nested").send(Message.of(List.of(map)));
            assertThat(next()).isEqualTo(List.of(map));

            peer.sender("typed").send(Message.of(Map.of("a", 1L, "b", Symbol.of("2"))));
            assertThat(next()).isEqualTo(Map.of("a", 1, "b", 2));
            peer.sender("keys").send(Message.of(Map.of(1, Symbol.of("x"))));
            assertThat(next()).isEqualTo(Map.of("1", "x"));
        });
    }

    // --- lifecycle

    @Test
    void containerAndConnectionLiveAsLongAsTheContext() {
        Container[] container = new Container[1];
        Connection[] connection = new Connection[1];
        peer.contexts().run(context -> {
            container[0] = context.getBean(Container.class);
            connection[0] = context.getBean(Connection.class);
            await().until(() -> connection[0].state() == LifecycleState.OPEN);

            context.getSourceApplicationContext().stop();
            assertThat(connection[0].state()).isEqualTo(LifecycleState.CLOSED);
            assertThat(container[0].connections()).isEmpty();

            context.getSourceApplicationContext().start();
            await().until(() -> connection[0].state() == LifecycleState.OPEN);
            assertThat(context.getBean(AmqpTemplate.class)
                            .convertAndSend("out", "hello")
                            .isAccepted())
                    .isTrue();
        });
        assertThat(connection[0].state()).isEqualTo(LifecycleState.CLOSED);
        assertThat(container[0].connections()).isEmpty();
    }

    @Test
    void connectionIsThereBeforeWebServersAndExecutorsAndListenersAreAfterThem() {
        int webServer = Integer.MAX_VALUE - 2048; // WebServerApplicationContext's, where its shutdown is graceful also
        assertThat(ManagedConnection.PHASE).isLessThan(webServer);
        assertThat(ManagedConnection.PHASE).isLessThan(new ThreadPoolTaskExecutor().getPhase());
        assertThat(AmqpListenerRegistry.PHASE).isGreaterThan(webServer);
    }

    /** Does its last work when it is stopped, in the phase of executors. */
    private static final class LastWork implements SmartLifecycle {

        private final AmqpTemplate template;
        private final CompletableFuture<SendOutcome> outcome;
        private volatile boolean running;

        LastWork(AmqpTemplate template, CompletableFuture<SendOutcome> outcome) {
            this.template = template;
            this.outcome = outcome;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            try {
                outcome.complete(template.convertAndSend("out", "the last one"));
            } catch (RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return new ThreadPoolTaskExecutor().getPhase();
        }
    }

    @Test
    void whatStopsInThePhaseOfExecutorsCanStillSend() {
        CompletableFuture<SendOutcome> outcome = new CompletableFuture<>();
        peer.contexts()
                .withInitializer(context -> ((GenericApplicationContext) context)
                        .registerBean(LastWork.class, () -> new LastWork(context.getBean(AmqpTemplate.class), outcome)))
                .run(context -> assertThat(context).hasNotFailed());
        assertThat(outcome).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(SendOutcome.ACCEPTED);
    }

    record Waiting() {
        @AmqpListener(id = "waiting", address = "in")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    @Test
    void listenerThatStaysWithoutItsLinkIsUnhealthyAlthoughTheConnectionIsOpen() {
        try (DirectPeer undecided =
                new DirectPeer(request -> assertThat(request.address()).isNotNull())) {
            undecided.contexts().withBean(Waiting.class).run(context -> {
                Connection connection = context.getBean(Connection.class);
                AmqpListenerRegistry registry = context.getBean(AmqpListenerRegistry.class);
                await().until(() -> connection.state() == LifecycleState.OPEN);
                Amqp10HealthIndicator patient =
                        new Amqp10HealthIndicator(connection, registry::listeners, Duration.ofHours(1));
                Amqp10HealthIndicator impatient =
                        new Amqp10HealthIndicator(connection, registry::listeners, Duration.ofMillis(1));
                await().until(() ->
                        Objects.requireNonNull(impatient.health()).getStatus().equals(Status.DOWN));
                assertThat(Objects.requireNonNull(patient.health()).getStatus()).isEqualTo(Status.UP);
            });
        }
    }

    private static List<Thread> keptAliveBy() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("amqp10"))
                .filter(thread -> !thread.isDaemon())
                .toList();
    }

    private static void awaitNothingLeftOfOthers() {
        await().untilAsserted(() -> assertThat(keptAliveBy()).isEmpty());
    }

    @Test
    void applicationThatListensStaysAliveUntilItsContextIsClosed() {
        awaitNothingLeftOfOthers();
        peer.contexts().withBean(Listening.class, heard).run(context -> {
            assertThat(keptAliveBy()).hasSize(1);
            context.getSourceApplicationContext().stop();
            await().untilAsserted(() -> assertThat(keptAliveBy()).isEmpty());
            context.getSourceApplicationContext().start();
            assertThat(keptAliveBy()).hasSize(1);
        });
        await().untilAsserted(() -> assertThat(keptAliveBy()).isEmpty());
    }

    @Test
    void listenerWhoseLinkIsNeverAnsweredDoesNotDelayTheEnd() {
        awaitNothingLeftOfOthers();
        try (DirectPeer undecided =
                new DirectPeer(request -> assertThat(request.address()).isNotNull())) {
            // so long the link itself waits for its peer
            Amqp10ConnectionCustomizer patient = options -> options.closeTimeout(Duration.ofHours(1));
            undecided
                    .contexts()
                    .withBean(Amqp10ConnectionCustomizer.class, () -> patient)
                    .withPropertyValues("amqp10.listener.shutdown-timeout=1h")
                    .withBean(Waiting.class)
                    .run(context -> {
                        ListenerContainer listener =
                                context.getBean(AmqpListenerRegistry.class).listener("waiting");
                        await().until(() -> context.getBean(Connection.class).state() == LifecycleState.OPEN);
                        assertThat(listener.state()).isEqualTo(ListenerState.RECOVERING);
                        assertThat(listener.stop()).succeedsWithin(Duration.ofMinutes(1));
                    });
        }
        await().untilAsserted(() -> assertThat(keptAliveBy()).isEmpty());
    }

    @Test
    void nothingKeepsTheApplicationAliveWhenItsContainerWasClosedBefore() {
        awaitNothingLeftOfOthers();
        peer.contexts().withBean(Listening.class, heard).run(context -> {
            await().until(() -> context.getBean(AmqpListenerRegistry.class)
                            .listener("listening")
                            .state()
                    == ListenerState.RUNNING);
            context.getBean(Container.class).close();
        });
        await().untilAsserted(() -> assertThat(keptAliveBy()).isEmpty());
    }

    /** Works with its message for longer than Spring waits. */
    record Stuck(CountDownLatch entered, CountDownLatch release) {
        @AmqpListener(id = "stuck", address = "in")
        void listen(String text) throws InterruptedException {
            entered.countDown();
            release.await();
        }
    }

    @Test
    void nothingKeepsTheApplicationAliveWhenSpringWaitsNoLongerForAListener() {
        awaitNothingLeftOfOthers();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        peer.contexts()
                .withBean("lifecycleProcessor", DefaultLifecycleProcessor.class, () -> {
                    DefaultLifecycleProcessor impatient = new DefaultLifecycleProcessor();
                    impatient.setTimeoutPerShutdownPhase(100);
                    return impatient;
                })
                .withBean(Stuck.class, entered, release)
                .run(context -> {
                    peer.sender("in").send(Message.of("x"));
                    assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
                });
        try {
            await().untilAsserted(() -> assertThat(keptAliveBy()).isEmpty());
        } finally {
            release.countDown();
        }
    }

    @Test
    void applicationThatOnlySendsEndsByItself() {
        awaitNothingLeftOfOthers();
        peer.contexts().run(context -> {
            context.getBean(AmqpTemplate.class).convertAndSend("out", "hello");
            assertThat(keptAliveBy()).isEmpty();
        });
    }

    @Test
    void listenerThatIsStartedByHandKeepsTheApplicationAliveToo() {
        awaitNothingLeftOfOthers();
        peer.contexts()
                .withPropertyValues("amqp10.listener.auto-startup=false")
                .withBean(Listening.class, heard)
                .run(context -> {
                    assertThat(keptAliveBy()).isEmpty();
                    context.getBean(AmqpListenerRegistry.class).start("listening");
                    assertThat(keptAliveBy()).hasSize(1);
                });
        await().untilAsserted(() -> assertThat(keptAliveBy()).isEmpty());
    }

    @Test
    void beansThatListenAreMadeAlsoWhereOthersAreLazy() throws Exception {
        peer.contexts()
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .withBean(Listening.class, heard)
                .run(context -> {
                    peer.sender("in").send(Message.of("you"));
                    assertThat(next()).asString().endsWith("you");
                });
    }

    @Test
    void beanThatIsMadeLateListensFromThenOn() throws Exception {
        peer.contexts()
                .withBean("late", Listening.class, () -> new Listening(heard), definition -> ((AbstractBeanDefinition)
                                definition)
                        .setLazyInit(true))
                .run(context -> {
                    assertThat(context.getBean(AmqpListenerRegistry.class).ids())
                            .isEmpty();
                    assertThat(context.getBean("late")).isNotNull();
                    peer.sender("in").send(Message.of("you"));
                    assertThat(next()).asString().endsWith("you");
                });
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void listenersRunOnVirtualThreadsWhereBootUsesThem() throws Exception {
        peer.contexts()
                .withPropertyValues("spring.threads.virtual.enabled=true")
                .withBean(Listening.class, heard)
                .run(context -> {
                    peer.sender("in").send(Message.of("you"));
                    assertThat(next()).asString().startsWith("VirtualThread[").endsWith("you");
                    // and their replies and blocking calls work there
                    assertThat(context.getBean(AmqpTemplate.class)
                                    .convertAndSend("out", "hello")
                                    .isAccepted())
                            .isTrue();
                });
    }

    // --- the application's own

    @Configuration(proxyBeanMethods = false)
    static class Own {

        @Bean(destroyMethod = "close")
        Container ownContainer() {
            return Container.create("own");
        }

        @Bean
        AmqpMessageConverter ownConverter() {
            return new BodyMessageConverter();
        }

        @Bean
        FailurePolicy ownPolicy() {
            return (delivery, failures, failure) ->
                    new Verdict.Reject(ErrorCondition.of(Symbol.of("own:error"), "own words"));
        }

        @Bean
        AmqpListenerRegistry ownRegistry() {
            return new AmqpListenerRegistry();
        }

        @Bean
        MessageHandlerMethodFactory amqp10MessageHandlerMethodFactory() {
            return ListenerFactory.methodFactory(new BodyMessageConverter(), null);
        }

        @Bean
        ReplySender ownReplies(AmqpTemplate template) {
            return new ReplySender() {
                @Override
                public Message toMessage(@Nullable Object payload) {
                    return Message.of("own reply: " + payload);
                }

                @Override
                public CompletableFuture<SendOutcome> send(String address, Message reply) {
                    return template.sendAsync(address, reply);
                }
            };
        }
    }

    record Echo() {
        @AmqpListener("in")
        String echo(String text) {
            if (text.equals("bad")) {
                throw new IllegalStateException("on purpose");
            }
            return text;
        }
    }

    @Test
    void beansOfTheApplicationTakeThePlaceOfOurs() throws Exception {
        peer.contexts().withUserConfiguration(Own.class).withBean(Echo.class).run(context -> {
            assertThat(context)
                    .hasSingleBean(Container.class)
                    .hasSingleBean(AmqpMessageConverter.class)
                    .hasSingleBean(FailurePolicy.class)
                    .hasSingleBean(AmqpListenerRegistry.class)
                    .hasSingleBean(MessageHandlerMethodFactory.class)
                    .hasSingleBean(ReplySender.class);
            assertThat(context.getBean(Connection.class).container()).isSameAs(context.getBean("ownContainer"));
            assertThat(context.getBean(AmqpListenerRegistry.class).listeners()).hasSize(1);

            peer.sender("in").send(Message.builder().replyTo("out").body("x").build());
            assertThat(peer.next().body()).isEqualTo("own reply: x");
            assertThat(peer.sender("in").send(Message.of("bad")).await(Duration.ofSeconds(60)))
                    .satisfies(outcome -> assertThat(outcome.error())
                            .isEqualTo(ErrorCondition.of(Symbol.of("own:error"), "own words")));
        });
    }

    @Test
    void connectionAndTemplateOfTheApplicationAreUsed() {
        peer.contexts()
                .withPropertyValues("amqp10.url=127.0.0.1:1")
                .withBean(Container.class, () -> Container.create("own"))
                .withBean("ownConnection", Connection.class, () -> Container.create("mine")
                        .connect(peer.url()))
                .run(context -> {
                    assertThat(context).hasSingleBean(Connection.class).doesNotHaveBean(ManagedConnection.class);
                    assertThat(context.getBean(AmqpTemplate.class)
                                    .convertAndSend("out", "hello")
                                    .isAccepted())
                            .isTrue();
                    context.getBean(Connection.class).container().close();
                });
        try (Container mine = Container.create("mine")) {
            peer.contexts()
                    .withBean("ownTemplate", AmqpTemplate.class, () -> new AmqpTemplate(mine.connect(peer.url())))
                    .run(context -> {
                        assertThat(context).hasSingleBean(AmqpTemplate.class).hasBean("ownTemplate");
                    });
        }
    }

    @Test
    void connectionDetailsReplaceTheProperties() {
        peer.contexts()
                .withPropertyValues("amqp10.url=127.0.0.1:1", "amqp10.username=not-asked")
                .withBean(Amqp10ConnectionDetails.class, () -> peer::url)
                .run(context -> {
                    assertThat(context).hasSingleBean(Amqp10ConnectionDetails.class);
                    assertThat(context.getBean(AmqpTemplate.class)
                                    .convertAndSend("out", "hello")
                                    .isAccepted())
                            .isTrue();
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {

        @Bean
        @Order(2)
        Amqp10ContainerCustomizer secondContainer() {
            return options -> options.ioThreads(options.ioThreads() + 1);
        }

        @Bean
        @Order(1)
        Amqp10ContainerCustomizer firstContainer() {
            return options -> options.ioThreads(1);
        }

        @Bean
        Amqp10ConnectionCustomizer connection(List<Object> seen) {
            return options -> {
                ConnectionOptions changed = options.virtualHost("customized");
                seen.add(changed);
                return changed;
            };
        }

        @Bean
        Amqp10SenderCustomizer senders() {
            return options -> options.properties(Map.of(Symbol.of("of"), Objects.requireNonNull(options.address())));
        }

        @Bean
        Amqp10ReceiverCustomizer receivers(List<Object> seen) {
            return (options, listener) -> {
                seen.add(listener + " " + options.address());
                return options;
            };
        }
    }

    @Test
    void customizersChangeOptionsAfterThePropertiesInTheirOrder() {
        List<Object> seen = new CopyOnWriteArrayList<>();
        peer.contexts()
                .withBean("seen", List.class, () -> seen)
                .withUserConfiguration(Customizers.class)
                .withBean(Listening.class, heard)
                .run(context -> {
                    assertThat(seen.get(0)).isInstanceOfSatisfying(ConnectionOptions.class, options -> assertThat(
                                    options.virtualHost())
                            .isEqualTo("customized"));
                    assertThat(seen).contains("listening in");
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    assertThat(template.convertAndSend("out", "x").isAccepted()).isTrue();
                    assertThat(template.receive("out", Duration.ZERO)).isNull();
                    assertThat(seen).contains("null out");
                });
    }

    @Test
    void connectionThatEndsBeforeThePeerSaysThatItHasNothingIsNotTakenForAnEmptyQueue() {
        try (DirectPeer ending = new DirectPeer() {
            @Override
            public void onDrain(Sender sender) {
                sender.connection().closeAsync();
            }
        }) {
            ending.contexts().run(context -> assertThatThrownBy(
                            () -> context.getBean(AmqpTemplate.class).receive("out", Duration.ZERO))
                    .isInstanceOf(Amqp10Exception.class));
        }
    }

    @Test
    @SuppressWarnings("try") // the peer goes away in the middle
    void linkThatIsAwayWhenTheTimeIsOverIsNotTakenForAnEmptyQueue() {
        try (DirectPeer ending = new DirectPeer()) {
            ending.contexts().run(context -> {
                CompletableFuture<?> waiting =
                        context.getBean(AmqpTemplate.class).receiveAsync("out", Duration.ofSeconds(5));
                ending.sender("out");
                ending.close();

                assertThat(waiting)
                        .failsWithin(Duration.ofSeconds(60))
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(ConnectionLostException.class);
            });
        }
    }

    // --- transactions

    /** Stands for Boot's own of a database. */
    @AutoConfiguration(afterName = "io.amqp10.spring.boot.autoconfigure.Amqp10TransactionAutoConfiguration")
    @EnableTransactionManagement(proxyTargetClass = true)
    static class DatabaseTransactions {

        @Bean
        @ConditionalOnMissingBean(TransactionManager.class)
        PlatformTransactionManager transactionManager(BlockingQueue<Object> heard) {
            return new AbstractPlatformTransactionManager() {
                @Override
                protected Object doGetTransaction() {
                    return new Object();
                }

                @Override
                protected void doBegin(Object transaction, TransactionDefinition definition) {
                    heard.add("database");
                }

                @Override
                protected void doCommit(DefaultTransactionStatus status) {
                    heard.add("committed");
                }

                @Override
                protected void doRollback(DefaultTransactionStatus status) {
                    heard.add("rolled back");
                }
            };
        }
    }

    static class Transactions {

        @Transactional
        public void plain() {}

        @Transactional("amqpTransactionManager")
        public void amqp() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnTransactions {

        @Bean(defaultCandidate = false)
        AmqpTransactionManager amqpTransactionManager(AmqpTemplate template) {
            return new AmqpTransactionManager(template);
        }
    }

    @Test
    void transactionsAreOfTheDatabaseUnlessTheManagerIsNamed() {
        ApplicationContextRunner contexts = peer.contexts()
                .withConfiguration(
                        AutoConfigurations.of(Amqp10TransactionAutoConfiguration.class, DatabaseTransactions.class))
                .withBean("heard", BlockingQueue.class, () -> heard)
                .withBean(Transactions.class);
        for (ApplicationContextRunner each : List.of(contexts, contexts.withUserConfiguration(OwnTransactions.class))) {
            heard.clear();
            each.run(context -> {
                assertThat(context).hasSingleBean(AmqpTransactionManager.class);
                Transactions transactions = context.getBean(Transactions.class);
                transactions.plain();
                assertThat(heard).containsExactly("database", "committed");
                // the peer has no transactions, and says so to who asks for one
                assertThatThrownBy(transactions::amqp)
                        .isInstanceOf(CannotCreateTransactionException.class)
                        .hasMessageContaining("peer");
                assertThat(heard).hasSize(2);
            });
        }
    }

    // --- other ways to a peer

    @Test
    void tokensAreShownToAPeerOverWebSocket() throws Exception {
        BlockingQueue<String> shown = new LinkedBlockingQueue<>();
        try (Container container = Container.create("token-peer")) {
            Listener listener = container.listen(ListenOptions.of("amqpws://127.0.0.1:0/amqp")
                    .handler(new MessagingHandler() {})
                    .tokenVerifier(token -> {
                        shown.add(token);
                        return "somebody";
                    }));
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(JacksonAutoConfiguration.class, Amqp10AutoConfiguration.class))
                    .withPropertyValues("amqp10.url=" + listener.uri())
                    .withBean(Amqp10TokenSupplier.class, () -> () -> "a.b.c")
                    .run(context -> assertThat(context.getBean(AmqpTemplate.class)
                                    .convertAndSend("out", "x")
                                    .isAccepted())
                            .isTrue());
        }
        assertThat(shown).containsExactly("a.b.c");
    }

    // --- what is not there

    @Test
    void withoutJacksonPayloadsAreSentByTheirAmqpTypes() {
        peer.contexts()
                .withClassLoader(new FilteredClassLoader("tools.jackson"))
                .run(context -> {
                    assertThat(context).hasSingleBean(BodyMessageConverter.class);
                    assertThat(context.getBean(AmqpTemplate.class)
                                    .convertAndSend("out", "x")
                                    .isAccepted())
                            .isTrue();
                });
    }

    record Point(int x, int y) {}

    @Test
    void withoutJacksonItIsSaidHowToGetJson() {
        peer.contexts()
                .withClassLoader(new FilteredClassLoader("tools.jackson"))
                .run(context -> {
                    AmqpMessageConverter converter = context.getBean(AmqpMessageConverter.class);
                    assertThatThrownBy(() -> converter.toMessage(new Point(1, 2)))
                            .isInstanceOf(MessageConversionException.class)
                            .hasMessageContaining(Point.class.getName())
                            .hasMessageContaining("spring-boot-starter-jackson");
                    assertThatThrownBy(() -> converter.fromMessage(Message.of("{}".getBytes(UTF_8)), Point.class))
                            .isInstanceOf(MessageConversionException.class)
                            .hasMessageContaining(Point.class.getName())
                            .hasMessageContaining("spring-boot-starter-jackson");
                });
    }

    @Test
    void severalMappersWithoutAPrimaryOneAreNotGuessedAmong() {
        peer.contexts()
                .withBean("one", JsonMapper.class, JsonMapper::shared)
                .withBean("two", JsonMapper.class, JsonMapper::shared)
                .run(context -> assertThat(context).hasSingleBean(BodyMessageConverter.class));
    }

    /** Takes what META-INF lists of ours as an application does: by the conditions on classes first, without loading. */
    static class ListedOfOurs extends AutoConfigurationImportSelector {

        @Override
        protected List<String> getCandidateConfigurations(
                AnnotationMetadata metadata, @Nullable AnnotationAttributes attributes) {
            return super.getCandidateConfigurations(metadata, attributes).stream()
                    .filter(name -> name.startsWith("io.amqp10."))
                    .toList();
        }

        @Override
        protected AnnotationAttributes getAttributes(AnnotationMetadata metadata) {
            return new AnnotationAttributes();
        }

        @Override
        protected Set<String> getExclusions(AnnotationMetadata metadata, @Nullable AnnotationAttributes attributes) {
            return Set.of();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(ListedOfOurs.class)
    static class Application {}

    @Test
    void withoutMicrometerAndActuatorAllElseIsThere() {
        ApplicationContextRunner contexts = new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withPropertyValues("amqp10.url=" + peer.url());
        contexts.run(context -> assertThat(context)
                .hasSingleBean(AmqpTemplate.class)
                .hasSingleBean(Amqp10HealthIndicator.class)
                .hasSingleBean(MetricsCollector.class));
        new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues("amqp10.url=" + peer.url())
                .withClassLoader(new FilteredClassLoader(
                        "io.micrometer",
                        "org.springframework.boot.micrometer",
                        "org.springframework.boot.health",
                        "org.springframework.boot.actuate",
                        "tools.jackson",
                        "jakarta.validation"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(AmqpTemplate.class)
                        .hasSingleBean(BodyMessageConverter.class)
                        .doesNotHaveBean(MetricsCollector.class));
    }

    @Test
    void withoutTheEngineNothingIsConfigured() {
        peer.contexts()
                .withClassLoader(new FilteredClassLoader(Container.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Amqp10AutoConfiguration.class));
    }

    @Test
    void metersAreThereWhereARegistryIs() {
        ApplicationContextRunner contexts =
                peer.contexts().withConfiguration(AutoConfigurations.of(Amqp10MetricsAutoConfiguration.class));
        contexts.run(context -> assertThat(context).doesNotHaveBean(MetricsCollector.class));
        contexts.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean("ownCollector", MetricsCollector.class, () -> new MetricsCollector() {})
                .run(context -> {
                    assertThat(context.getBeansOfType(MetricsCollector.class)).hasSize(2);
                    await().untilAsserted(() -> assertThat(context.getBean(MeterRegistry.class)
                                    .get("amqp10.connections")
                                    .tag("state", "open")
                                    .gauge()
                                    .value())
                            .isOne());
                });
    }

    // --- health

    private ApplicationContextRunner healthy() {
        return peer.contexts().withConfiguration(AutoConfigurations.of(Amqp10HealthContributorAutoConfiguration.class));
    }

    @Test
    void healthIsOfEachConnectionWhereThereAreSeveral() {
        healthy().run(context -> assertThat(context.getBean("amqp10HealthContributor"))
                .isInstanceOf(Amqp10HealthIndicator.class));
        try (Container mine = Container.create()) {
            healthy()
                    .withBean(
                            "one",
                            Connection.class,
                            () -> mine.connect(peer.url()),
                            definition -> ((AbstractBeanDefinition) definition).setPrimary(true))
                    .withBean("two", Connection.class, () -> mine.connect(peer.url()))
                    .run(context -> assertThat(context.getBean("amqp10HealthContributor"))
                            .isInstanceOfSatisfying(CompositeHealthContributor.class, all -> assertThat(
                                            all.stream().map(HealthContributors.Entry::name))
                                    .containsExactlyInAnyOrder("one", "two")));
        }
    }

    @Test
    void healthGivesWayAndCanBeSwitchedOff() {
        healthy().withPropertyValues("management.health.amqp10.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(HealthContributor.class));
        try (Container mine = Container.create()) {
            healthy()
                    .withBean(
                            "amqp10HealthIndicator",
                            HealthContributor.class,
                            () -> new Amqp10HealthIndicator(mine.connect(peer.url()), List::of))
                    .run(context -> assertThat(context).hasSingleBean(HealthContributor.class));
        }
    }

    @Test
    void listenerThatIsStoppedOnPurposeDoesNoHarmToHealth() {
        healthy().withBean(Listening.class, heard).run(context -> {
            Amqp10HealthIndicator health = context.getBean(Amqp10HealthIndicator.class);
            AmqpListenerRegistry registry = context.getBean(AmqpListenerRegistry.class);
            await().until(() -> registry.listener("listening").state() == ListenerState.RUNNING);
            registry.stop("listening").get(60, TimeUnit.SECONDS);
            assertThat(Objects.requireNonNull(health.health()).getStatus().getCode())
                    .isEqualTo("UP");
        });
    }
}
