package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.ContainerOptions;
import io.amqp10.Link;
import io.amqp10.MessagingHandler;
import io.amqp10.Session;
import io.amqp10.engine.HostileStage.Side;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * A container that hostile peers attack, honest connections of it in both directions on the same I/O thread, and what must
 * be left of each attack: nothing. Whoever opens this must call {@link #leaveNothing} or {@link #close}.
 */
final class HostileSurroundings implements AutoCloseable {

    /** A password that clients of the attacked container are to use. */
    static final String SECRET = Bystander.SECRET;

    private static final List<String> SECRETS = List.of(SECRET, "s3cret");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SOME_CHUNKS = 24L << 20;
    private static final long SOME_HEAP = 32L << 20;
    private static final int LONGEST_LINE = 2_200;

    /** Keeps what is unfit for a log only, so that the log itself takes no memory. */
    private static final class Censor extends AppenderBase<ILoggingEvent> {
        final Queue<String> unfit = new ConcurrentLinkedQueue<>();
        final AtomicInteger lines = new AtomicInteger();

        @Override
        protected void append(ILoggingEvent event) {
            String message = event.getFormattedMessage();
            lines.incrementAndGet();
            boolean raw = message.chars().anyMatch(c -> c < ' ' || c >= 0x7f && c < 0xa0);
            IThrowableProxy thrown = event.getThrowableProxy();
            String all = thrown == null ? message : message + ThrowableProxyUtil.asString(thrown);
            boolean secret = SECRETS.stream().anyMatch(all::contains);
            if (raw || secret || message.length() > LONGEST_LINE || message.contains("LEAK")) {
                unfit.add(event.getLoggerName() + ": " + all);
            }
        }
    }

    /** An application that writes down what it is told, as most do. */
    static class Noting implements MessagingHandler {

        private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("io.amqp10.application");

        @Override
        public void onDisconnected(Connection connection, Amqp10Exception cause) {
            LOG.info("{} is disconnected", connection, cause);
        }

        @Override
        public void onConnectionError(Connection connection, Amqp10Exception error) {
            LOG.warn("{} failed", connection, error);
        }

        @Override
        public void onSessionError(Session session, Amqp10Exception error) {
            LOG.warn("{} failed", session, error);
        }

        @Override
        public void onLinkError(Link link, Amqp10Exception error) {
            LOG.warn("{} failed", link, error);
        }
    }

    private final Logger ours = (Logger) LoggerFactory.getLogger("io.amqp10");
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Censor log = new Censor();
    private final ResourceLeakDetector.Level leakLevel = ResourceLeakDetector.getLevel();
    private final Set<Thread> threadsBefore = threads();
    private final Container attacked =
            Container.create(ContainerOptions.of("attacked").ioThreads(1));
    private final Container honest =
            Container.create(ContainerOptions.of("honest").ioThreads(1));
    private final Bystander served;
    private final Bystander serving;
    private final Set<Thread> io;
    private long directBefore;
    private long heapBefore;
    private boolean closed;

    HostileSurroundings() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ours.setLevel(Level.DEBUG);
        ours.setAdditive(false);
        log.start();
        ours.addAppender(log);
        root.addAppender(log);
        served = new Bystander(honest, attacked);
        serving = new Bystander(attacked, honest);
        io = ioThreads();
    }

    Container attacked() {
        return attacked;
    }

    /** Notes how much memory there is in use, once everything has been used. */
    void warm() {
        directBefore = directMemory();
        heapBefore = usedHeap();
    }

    /** Waits for a bystander's next messages, and looks at the log. */
    void goOn(Side attackedAs) {
        (attackedAs == Side.SERVER ? served : serving).isUnaffected();
        assertThat(log.unfit).as("unfit for a log").isEmpty();
    }

    /** Ends it all and looks at what is left. */
    void leaveNothing() throws InterruptedException {
        assertThat(ioThreads()).as("no I/O thread was lost or replaced").isEqualTo(io);
        served.rests();
        serving.rests();
        await("the end of all hostile connections")
                .atMost(PATIENCE)
                .until(() -> attacked.connections().size() == 2);
        await("the memory of all hostile connections")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(directMemory() - directBefore).isLessThan(SOME_CHUNKS));
        await("the heap of all hostile connections")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(usedHeap() - heapBefore).isLessThan(SOME_HEAP));
        assertThat(log.lines.get()).as("lines of log").isPositive();
        closeContainers();
        lookForLeaks();
        assertThat(log.unfit).as("unfit for a log").isEmpty();
        await("the end of all threads").atMost(PATIENCE).until(() -> threadsBefore.containsAll(threads()));
        close();
    }

    private void closeContainers() {
        served.close();
        serving.close();
        honest.close();
        attacked.close();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        closeContainers();
        ours.detachAppender(log);
        root.detachAppender(log);
        ours.setAdditive(true);
        ours.setLevel(null);
        ResourceLeakDetector.setLevel(leakLevel);
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("amqp10")
                        || thread.getName().startsWith("hostile"))
                .collect(Collectors.toSet());
    }

    private Set<Thread> ioThreads() {
        return threads().stream()
                .filter(thread -> thread.getName().startsWith("amqp10-io") && !threadsBefore.contains(thread))
                .collect(Collectors.toSet());
    }

    private static long directMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    /** Returns how much of the heap is in use by what cannot be collected. */
    static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Has Netty look for buffers that were lost, which it tells to the log. */
    private static void lookForLeaks() {
        for (int i = 0; i < 5; i++) {
            System.gc();
            ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer();
            buffer.release();
        }
    }
}
