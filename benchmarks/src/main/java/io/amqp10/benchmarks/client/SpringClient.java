package io.amqp10.benchmarks.client;

import io.amqp10.SenderOptions;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.annotation.AmqpListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Ours through Spring Boot: a template that sends strings, a listener method that takes them. */
final class SpringClient implements ClientUnderTest {

    private final String body;
    private int port;
    private @Nullable ConfigurableApplicationContext context;

    SpringClient(Load load) {
        body = Bodies.text(Bodies.ofSize(load.bodyBytes()));
    }

    @Override
    public void connect(Target target) {
        // Whether there is a listener, and for what, is told when the application starts.
        port = target.port();
    }

    private ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("amqp10.url=amqp://127.0.0.1:" + port);
        all.add("spring.main.banner-mode=off");
        ConfigurableApplicationContext started = new SpringApplicationBuilder(configuration)
                .web(WebApplicationType.NONE)
                .properties(all.toArray(String[]::new))
                .run();
        context = started;
        return started;
    }

    @Override
    public void send(String address, boolean settled, Meter meter) throws Exception {
        if (settled) {
            throw ClientUnderTest.notMeasured();
        }
        AmqpTemplate template = start(Application.class).getBean(AmqpTemplate.class);
        Semaphore room = new Semaphore(SenderOptions.DEFAULT_MAX_QUEUED);
        CompletableFuture<Void> failure = new CompletableFuture<>();
        while (!meter.isStopped()) {
            room.acquire();
            template.convertAndSendAsync(address, body).whenComplete((outcome, error) -> {
                if (error != null) {
                    failure.completeExceptionally(error);
                } else if (!outcome.isAccepted()) {
                    failure.completeExceptionally(new IllegalStateException("not accepted: " + outcome));
                }
                room.release();
                meter.completed(1);
            });
            meter.sent(1);
        }
        if (!room.tryAcquire(SenderOptions.DEFAULT_MAX_QUEUED, 60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("outcomes are missing");
        }
        failure.getNow(null);
    }

    @Override
    public void receive(String address, Meter meter) throws Exception {
        ConfigurableApplicationContext started =
                start(Listening.class, "benchmark.address=" + address, "benchmark.credit=" + CREDIT_WINDOW);
        Counter counter = started.getBean(Counter.class);
        counter.begin(meter, body.length());
        while (!meter.isStopped()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        counter.failure.getNow(null);
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
        }
    }

    /** An application that only sends. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    /** An application with a listener. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Listening {

        @Bean
        Counter counter() {
            return new Counter();
        }
    }

    /** The listener. */
    static class Counter {

        final CompletableFuture<Void> failure = new CompletableFuture<>();
        private final CompletableFuture<Meter> begun = new CompletableFuture<>();
        private int length;

        void begin(Meter meter, int bodyLength) {
            length = bodyLength;
            begun.complete(meter);
        }

        /**
         * Counts.
         *
         * @param body the message
         */
        @AmqpListener(address = "${benchmark.address}", credit = "${benchmark.credit}")
        public void onMessage(String body) {
            Meter meter = begun.join();
            if (body.length() != length) {
                failure.completeExceptionally(new IllegalStateException("not the body that was sent"));
            }
            meter.completed(1);
        }
    }
}
