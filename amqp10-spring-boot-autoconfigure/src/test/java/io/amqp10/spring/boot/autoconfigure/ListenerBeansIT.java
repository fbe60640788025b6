package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Message;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.listener.AmqpHeaders;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedByte;
import io.amqp10.types.UnsignedInteger;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.Header;

/** Listener methods wherever people put them, and payloads as people have them. */
@ExtendWith(SharedBroker.class)
class ListenerBeansIT {

    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

    private Object next() throws InterruptedException {
        return Objects.requireNonNull(received.poll(60, TimeUnit.SECONDS), "what the listener got");
    }

    private ApplicationContextRunner contexts(ArtemisBroker broker) {
        return SharedBroker.contexts(broker).withBean("received", BlockingQueue.class, () -> received);
    }

    // --- payloads

    /** No record: a class with a constructor without parameters and setters, as older code has them. */
    static class Customer {
        private String name = "";
        private LocalDate born = LocalDate.EPOCH;

        public String getName() {
            return name;
        }

        public void setName(String value) {
            name = value;
        }

        public LocalDate getBorn() {
            return born;
        }

        public void setBorn(LocalDate value) {
            born = value;
        }
    }

    enum Color {
        RED,
        GREEN
    }

    record Price(BigDecimal amount, Color color, Optional<String> note) {}

    abstract static class Generic<T> {

        private final BlockingQueue<Object> received;

        Generic(BlockingQueue<Object> received) {
            this.received = received;
        }

        @AmqpListener("beans.#{'generic'}")
        void handle(T payload) {
            received.add(payload);
        }

        @AmqpListener("beans.generics")
        void handleAll(List<T> payloads) {
            received.addAll(payloads);
        }
    }

    static class Prices extends Generic<Price> {
        Prices(BlockingQueue<Object> received) {
            super(received);
        }
    }

    record Payloads(BlockingQueue<Object> received) {

        @AmqpListener("beans.pojo")
        void pojo(Customer customer) {
            received.add(customer.getName() + " " + customer.getBorn());
        }

        @AmqpListener("beans.enum")
        void enumeration(Color color) {
            received.add(color);
        }

        @AmqpListener("beans.decimal")
        void decimal(BigDecimal number) {
            received.add(number);
        }

        @AmqpListener("beans.optional")
        void optional(Optional<List<Price>> prices) {
            received.add(prices.map(List::size));
        }

        @AmqpListener("beans.object")
        void object(Object anything) {
            received.add(anything);
        }

        @AmqpListener("beans.mapOf")
        void mapOf(Map<String, Price> prices) {
            received.add(prices);
        }

        @AmqpListener("beans.springGeneric")
        void spring(org.springframework.messaging.Message<List<Price>> message) {
            received.add(message.getPayload().get(0));
        }
    }

    @Test
    void payloadsOfAllKindsComeAsTheyWereSent(ArtemisBroker broker) {
        contexts(broker)
                .withBean(Payloads.class, received)
                .withBean(Prices.class, received)
                .run(context -> {
                    long dead = broker.messageCount("DLQ");
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    Price price = new Price(new BigDecimal("1.50"), Color.GREEN, Optional.of("cheap"));

                    Customer customer = new Customer();
                    customer.setName("Ann");
                    customer.setBorn(LocalDate.of(2001, 2, 3));
                    template.convertAndSend("beans.pojo", customer);
                    assertThat(next()).isEqualTo("Ann 2001-02-03");
                    template.convertAndSend("beans.pojo", "{\"name\":\"Bob\",\"born\":\"1999-12-31\"}");
                    assertThat(next()).as("JSON as text").isEqualTo("Bob 1999-12-31");
                    template.send("beans.pojo", Message.of(Map.of("name", "Cid", "born", "1999-12-31")));
                    assertThat(next()).as("a map of AMQP").isEqualTo("Cid 1999-12-31");
                    template.send("beans.pojo", Message.of("{\"name\":\"Dan\"}".getBytes(StandardCharsets.UTF_8)));
                    assertThat(next())
                            .as("octets that say nothing of themselves")
                            .isEqualTo("Dan 1970-01-01");

                    template.convertAndSend("beans.generic", price);
                    assertThat(next()).isEqualTo(price);
                    template.convertAndSend("beans.generics", List.of(price));
                    assertThat(next()).isEqualTo(price);
                    template.convertAndSend("beans.enum", Color.RED);
                    assertThat(next()).isEqualTo(Color.RED);
                    template.convertAndSend("beans.enum", "GREEN");
                    assertThat(next()).isEqualTo(Color.GREEN);
                    template.convertAndSend("beans.decimal", new BigDecimal("0.10"));
                    assertThat(next()).isEqualTo(new BigDecimal("0.10"));
                    template.convertAndSend("beans.decimal", 3);
                    assertThat(next()).isEqualTo(new BigDecimal("3"));
                    template.convertAndSend("beans.optional", List.of(price, price));
                    assertThat(next()).isEqualTo(Optional.of(2));
                    template.convertAndSend("beans.optional", null);
                    assertThat(next()).isEqualTo(Optional.empty());
                    template.convertAndSend("beans.object", "text");
                    assertThat(next()).isEqualTo("text");
                    template.convertAndSend("beans.object", new byte[] {1});
                    assertThat(next()).isEqualTo(new byte[] {1});
                    template.convertAndSend("beans.mapOf", Map.of("a", price));
                    assertThat(next()).isEqualTo(Map.of("a", price));
                    template.convertAndSend("beans.springGeneric", List.of(price));
                    assertThat(next()).isEqualTo(price);

                    assertThat(broker.messageCount("DLQ")).isEqualTo(dead);
                });
    }

    // --- headers

    record HeaderTypes(BlockingQueue<Object> received) {

        @AmqpListener("beans.headers")
        void headers(
                @Header("ubyte") int ubyte,
                @Header("uint") long uint,
                @Header("uint") String uintText,
                @Header("text") int number,
                @Header(AmqpHeaders.MESSAGE_ID) String id,
                @Header(AmqpHeaders.CORRELATION_ID) long correlation,
                @Header("x-opt-place") String annotation,
                @Header("missing") Optional<String> missing,
                @Header(name = "absent", defaultValue = "7") int absent) {
            received.add(List.of(ubyte, uint, uintText, number, id, correlation, annotation, missing, absent));
        }
    }

    @Test
    void headersOfTypesThatOnlyAmqpHasBecomeWhatParametersWant(ArtemisBroker broker) {
        contexts(broker).withBean(HeaderTypes.class, received).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            Message good = Message.builder()
                    .messageId(18L)
                    .correlationId(19L)
                    .property("ubyte", UnsignedByte.of(200))
                    .property("uint", UnsignedInteger.of(4_000_000_000L))
                    .property("text", "12")
                    .annotation("x-opt-place", Symbol.of("here"))
                    .body("x")
                    .build();
            template.send("beans.headers", good);
            assertThat(next())
                    .isEqualTo(List.of(200, 4_000_000_000L, "4000000000", 12, "18", 19L, "here", Optional.empty(), 7));

            long dead = broker.messageCount("DLQ");
            long added = broker.messagesAdded("beans.headers");
            template.send(
                    "beans.headers", good.toBuilder().property("text", "none").build());
            await().untilAsserted(() -> assertThat(broker.messageCount("DLQ")).isEqualTo(dead + 1));
            assertThat(broker.messagesAdded("beans.headers")).as("it came once").isEqualTo(added + 1);
        });
    }

    // --- places

    record Two(BlockingQueue<Object> received) {

        @AmqpListener("beans.shared")
        void one(String text) {
            received.add("one");
        }

        @AmqpListener("beans.shared")
        void two(String text) {
            received.add("two");
        }
    }

    @Test
    void twoListenersOfOneAddressShareItsMessages(ArtemisBroker broker) {
        contexts(broker).withBean(Two.class, received).run(context -> {
            await().until(() -> broker.consumerCount("beans.shared") == 2);
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            for (int i = 0; i < 20; i++) {
                template.convertAndSend("beans.shared", "x");
            }
            await().untilAsserted(() -> assertThat(received).hasSize(20));
            assertThat(received).contains("one", "two");
            assertThat(context.getBean(AmqpListenerRegistry.class).ids())
                    .allMatch(id -> id.contains("Two.one") || id.contains("Two.two"));
        });
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @AmqpListener(concurrency = "2")
    @interface Important {
        @AliasFor(annotation = AmqpListener.class, attribute = "address")
        String value();
    }

    static class Addresses {
        public String first() {
            return "beans.ofBean";
        }
    }

    @Configuration
    static class InConfiguration {

        @Bean
        Addresses addresses() {
            return new Addresses();
        }

        @AmqpListener("${beans.address}")
        String placeholder(String text) {
            return "placeholder " + text;
        }

        @AmqpListener("#{@addresses.first()}")
        protected String ofBean(String text) {
            return "bean " + text;
        }

        @Important("beans.composed")
        String composed(String text) {
            return "composed " + text;
        }

        @AmqpListener(id = "a", address = "beans.repeated1")
        @AmqpListener(id = "b", address = "beans.repeated2")
        String repeated(String text, @Header(AmqpHeaders.SOURCE_ADDRESS) String from) {
            return from;
        }

        @AmqpListener("beans.static")
        static String noInstance(String text) {
            return "static " + text;
        }
    }

    @Test
    void configurationClassesListenAtPlaceholdersExpressionsAndComposedAnnotations(ArtemisBroker broker) {
        contexts(broker)
                .withUserConfiguration(InConfiguration.class)
                .withPropertyValues("beans.address=beans.placeholder")
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    assertThat(template.convertSendAndReceive("beans.placeholder", "x", String.class))
                            .isEqualTo("placeholder x");
                    assertThat(template.convertSendAndReceive("beans.ofBean", "x", String.class))
                            .isEqualTo("bean x");
                    assertThat(template.convertSendAndReceive("beans.composed", "x", String.class))
                            .isEqualTo("composed x");
                    assertThat(template.convertSendAndReceive("beans.repeated1", "x", String.class))
                            .isEqualTo("beans.repeated1");
                    assertThat(template.convertSendAndReceive("beans.repeated2", "x", String.class))
                            .isEqualTo("beans.repeated2");
                    assertThat(template.convertSendAndReceive("beans.static", "x", String.class))
                            .isEqualTo("static x");
                    AmqpListenerRegistry registry = context.getBean(AmqpListenerRegistry.class);
                    assertThat(registry.listeners())
                            .filteredOn(listener -> listener.address().equals("beans.composed"))
                            .singleElement()
                            .satisfies(listener ->
                                    assertThat(listener.options().concurrency()).isEqualTo(2));
                });
    }

    interface Greeter {
        @AmqpListener("beans.interface")
        String greet(@Header("who") String who, String text);
    }

    static class Polite implements Greeter {
        @Override
        public String greet(String who, String text) {
            return text + " " + who;
        }
    }

    static class Plain {
        @AmqpListener("beans.class")
        String shout(String text) {
            return text + "!";
        }
    }

    /** Puts every bean of ours into a proxy that says it was there, as transactions or security do. */
    static class Proxies implements BeanPostProcessor {

        private final BlockingQueue<Object> received;
        private final boolean ofClass;

        Proxies(BlockingQueue<Object> received, boolean ofClass) {
            this.received = received;
            this.ofClass = ofClass;
        }

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            if (!(bean instanceof Polite || bean instanceof Plain)) {
                return bean;
            }
            ProxyFactory factory = new ProxyFactory(bean);
            factory.setProxyTargetClass(ofClass || bean instanceof Plain);
            factory.addAdvice((org.aopalliance.intercept.MethodInterceptor) call -> {
                received.add("through the proxy: " + call.getMethod().getName());
                return call.proceed();
            });
            return factory.getProxy();
        }
    }

    @Test
    void listenersOfProxiesAreCalledThroughThem(ArtemisBroker broker) {
        for (boolean ofClass : new boolean[] {true, false}) {
            contexts(broker)
                    .withBean(Proxies.class, received, ofClass)
                    .withBean(Polite.class)
                    .withBean(Plain.class)
                    .run(context -> {
                        AmqpTemplate template = context.getBean(AmqpTemplate.class);
                        Message reply = template.sendAndReceive(
                                "beans.interface",
                                Message.builder()
                                        .property("who", "Ann")
                                        .body("Hello")
                                        .build());
                        assertThat(reply.body()).isEqualTo("Hello Ann");
                        assertThat(next()).isEqualTo("through the proxy: greet");
                        assertThat(template.convertSendAndReceive("beans.class", "Hello", String.class))
                                .isEqualTo("Hello!");
                        assertThat(next()).isEqualTo("through the proxy: shout");
                        assertThat(context.getBean(AmqpListenerRegistry.class).ids())
                                .hasSize(2);
                    });
        }
    }

    @Test
    void scopedBeanListensOnceThroughItsProxy(ArtemisBroker broker) {
        contexts(broker)
                .withInitializer(context -> {
                    context.getBeanFactory().registerScope("each", new SimpleThreadScope());
                    RootBeanDefinition definition = new RootBeanDefinition(Plain.class);
                    definition.setScope("each");
                    BeanDefinitionRegistry beans = (GenericApplicationContext) context;
                    BeanDefinitionHolder proxy = ScopedProxyUtils.createScopedProxy(
                            new BeanDefinitionHolder(definition, "scoped"), beans, true);
                    beans.registerBeanDefinition("scoped", proxy.getBeanDefinition());
                })
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    for (int i = 0; i < 3; i++) {
                        assertThat(template.convertSendAndReceive("beans.class", "Hi", String.class))
                                .isEqualTo("Hi!");
                    }
                    assertThat(context.getBean(AmqpListenerRegistry.class).ids())
                            .containsExactly("scoped.shout");
                });
    }
}
