package io.amqp10.spring.boot.autoconfigure;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** What the library warns of during a test, as text. */
final class Warnings extends AppenderBase<ILoggingEvent> implements BeforeEachCallback, AfterEachCallback {

    private static final Logger OURS = (Logger) LoggerFactory.getLogger("io.amqp10");

    private final List<String> texts = new CopyOnWriteArrayList<>();

    /** Returns the warnings so far; more may come. */
    List<String> texts() {
        return texts;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        start();
        OURS.addAppender(this);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        OURS.detachAppender(this);
        stop();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            texts.add(event.getFormattedMessage());
        }
    }
}
