package io.amqp10.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives what tests wait for a minute instead of Awaitility's ten seconds: what comes, comes soon, and on a machine that is
 * busy with something else it is still no failure. Found by JUnit itself in each module that has this package's jar.
 */
public final class PatientAwaits implements BeforeAllCallback {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(PATIENCE);
    }
}
