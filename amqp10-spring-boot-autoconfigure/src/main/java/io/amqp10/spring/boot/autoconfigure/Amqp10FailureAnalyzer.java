package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.Amqp10Exception;
import io.amqp10.spring.Diagnosis;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains why an application that is to fail fast did not start: broker away, credentials or address refused. */
final class Amqp10FailureAnalyzer extends AbstractFailureAnalyzer<Amqp10Exception> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, Amqp10Exception cause) {
        Diagnosis diagnosis = Diagnosis.of(cause);
        return new FailureAnalysis(
                "AMQP 1.0: " + diagnosis.description(),
                diagnosis.action() + " To start without the broker, set amqp10.fail-fast to false.",
                cause);
    }
}
