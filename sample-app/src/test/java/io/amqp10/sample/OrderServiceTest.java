package io.amqp10.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfiguration;

/** A test of the whole application on a free port, with fast workers and a broker that begins empty. All share one. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"sample.processing-time=20ms", "amqp10.reconnect.max-delay=500ms"})
@ContextConfiguration(initializers = OrderServiceTest.EmptyBroker.class)
@interface OrderServiceTest {

    /** Gives the broker a directory of its own. */
    final class EmptyBroker implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            TestPropertyValues.of("sample.broker.directory=" + directory()).applyTo(context);
        }

        static Path directory() {
            try {
                return Files.createTempDirectory(
                        Files.createDirectories(Path.of("target", "test-brokers")), "artemis-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
