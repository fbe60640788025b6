package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.Amqp10Exception;
import io.amqp10.spring.Diagnosis;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Explains why an application did not start that is to fail fast, or uses the broker while it starts: broker away,
 * credentials or address refused.
 */
final class Amqp10FailureAnalyzer extends AbstractFailureAnalyzer<Amqp10Exception> {

    private final Environment environment;

    Amqp10FailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, Amqp10Exception cause) {
        Diagnosis diagnosis = Diagnosis.of(cause);
        String action = diagnosis.action();
        if (environment.getProperty("amqp10.fail-fast", Boolean.class, false)) {
            action += " To start without the broker, set amqp10.fail-fast to false.";
        }
        return new FailureAnalysis("AMQP 1.0: " + diagnosis.description(), action, cause);
    }
}
