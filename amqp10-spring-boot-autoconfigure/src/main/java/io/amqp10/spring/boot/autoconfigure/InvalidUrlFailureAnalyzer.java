package io.amqp10.spring.boot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains what is wrong with the broker's URL. */
final class InvalidUrlFailureAnalyzer extends AbstractFailureAnalyzer<InvalidUrlException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidUrlException cause) {
        return new FailureAnalysis(
                "The property amqp10.url (or the connection details in its place) is wrong: " + cause.getMessage()
                        + ".",
                "Correct amqp10.url: one or more hosts, separated by commas, such as amqp://localhost:5672 or"
                        + " amqps://broker.example.com:5671. Names and passwords in it must be percent-encoded; better use"
                        + " amqp10.username and amqp10.password.",
                cause);
    }
}
