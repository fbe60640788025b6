package io.amqp10.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.postoffice.impl.LocalQueueBinding;
import org.apache.activemq.artemis.core.server.ActivateCallback;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * A real broker, ActiveMQ Artemis, in this process: it listens on 127.0.0.1 for AMQP, keeps its messages in a journal,
 * and puts rejected ones to {@value #DEAD_LETTERS}. It can be stopped and started again, on the same port and journal.
 */
final class EmbeddedBroker implements AutoCloseable {

    static final String DEAD_LETTERS = "DLQ";

    // not from the ephemeral range: there, a client that knocks while the broker is down may meet itself
    private static final int LOWEST_PORT = 20_000;
    private static final int HIGHEST_PORT = 32_000;
    private static final Duration LONGEST_GIVING_BACK = Duration.ofSeconds(10);
    private static final String NETTY_WITHOUT_UNSAFE = "io.netty.noUnsafe";

    static {
        // The broker's journal frees its buffers by Netty, which from Java 25 on can't do that without Unsafe.
        if (System.getProperty(NETTY_WITHOUT_UNSAFE) == null) {
            System.setProperty(NETTY_WITHOUT_UNSAFE, "false");
        }
    }

    private final Path directory;
    private final int port;
    private final FileChannel lockFile;
    private @Nullable EmbeddedActiveMQ broker;

    /** Reserves the directory and the port; {@link #start()} comes next. */
    EmbeddedBroker(Path directory, int port) {
        this.directory = directory.toAbsolutePath().normalize();
        this.port = port == 0 ? freePort() : port;
        this.lockFile = lock(this.directory);
    }

    String url() {
        return "amqp://127.0.0.1:" + port;
    }

    Path directory() {
        return directory;
    }

    synchronized boolean isRunning() {
        return broker != null;
    }

    /** Starts; returns when clients can connect. Does nothing if it runs. */
    synchronized void start() {
        if (broker != null) {
            return;
        }
        EmbeddedActiveMQ starting = new EmbeddedActiveMQ();
        try {
            starting.setConfiguration(configuration());
            starting.start();
            if (!starting.getActiveMQServer().isActive()) {
                starting.stop();
                throw new IllegalStateException("it has logged why");
            }
        } catch (Exception e) {
            throw new IllegalStateException("the embedded broker did not start on " + url() + " in " + directory, e);
        }
        ActiveMQServer server = starting.getActiveMQServer();
        server.registerActivateCallback(new ActivateCallback() {
            @Override
            public void deActivate() {
                closeConnections(server);
            }
        });
        broker = starting;
    }

    /** Stops; its messages stay on the disk. Does nothing if it does not run. */
    synchronized void stop() {
        EmbeddedActiveMQ stopping = broker;
        broker = null;
        if (stopping != null) {
            try {
                stopping.stop();
            } catch (Exception e) {
                throw new IllegalStateException("the embedded broker did not stop", e);
            }
        }
    }

    // Artemis itself doesn't wait till consumers have given back what they had. Then they may wait for each other for
    // ever: it has the storage and wants a queue, they the reverse.
    private static void closeConnections(ActiveMQServer server) {
        try {
            server.getRemotingService().prepareStop(false, Set.of());
            long start = System.nanoTime();
            while (hasConsumers(server) && System.nanoTime() - start < LONGEST_GIVING_BACK.toNanos()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        } catch (Exception e) {
            throw new IllegalStateException("the embedded broker did not close its connections", e);
        }
    }

    private static boolean hasConsumers(ActiveMQServer server) {
        return server.getPostOffice()
                .getAllBindings()
                .anyMatch(binding -> binding instanceof LocalQueueBinding local
                        && local.getQueue().getConsumerCount() > 0);
    }

    @Override
    public void close() throws IOException {
        stop();
        lockFile.close();
    }

    private ConfigurationImpl configuration() throws Exception {
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setName("sample");
        configuration.addAcceptorConfiguration("amqp", "tcp://127.0.0.1:" + port + "?protocols=AMQP");
        configuration.setSecurityEnabled(false);
        configuration.setJMXManagementEnabled(false);
        configuration.setGracefulShutdownEnabled(false);

        configuration.setJournalType(JournalType.NIO);
        configuration.setJournalDirectory(directory.resolve("journal").toString());
        configuration.setBindingsDirectory(directory.resolve("bindings").toString());
        configuration.setPagingDirectory(directory.resolve("paging").toString());
        configuration.setLargeMessagesDirectory(
                directory.resolve("large-messages").toString());
        configuration.setNodeManagerLockDirectory(directory.resolve("lock").toString());
        configuration.setJournalFileSize(1 << 20).setJournalMinFiles(2);
        configuration.setMaxDiskUsage(-1);

        configuration.addAddressSetting(
                "#",
                kept().setDeadLetterAddress(SimpleString.of(DEAD_LETTERS))
                        .setExpiryAddress(SimpleString.of("ExpiryQueue")));
        // what is rejected there would be put there again, for ever; an empty name stands for none
        configuration.addAddressSetting(DEAD_LETTERS, kept().setDeadLetterAddress(SimpleString.of("")));
        configuration.addAddressConfiguration(new CoreAddressConfiguration()
                .setName(DEAD_LETTERS)
                .addRoutingType(RoutingType.ANYCAST)
                .addQueueConfiguration(QueueConfiguration.of(DEAD_LETTERS).setRoutingType(RoutingType.ANYCAST)));
        return configuration;
    }

    private static AddressSettings kept() {
        return new AddressSettings()
                .setDefaultAddressRoutingType(RoutingType.ANYCAST)
                .setDefaultQueueRoutingType(RoutingType.ANYCAST)
                .setAutoDeleteAddresses(false)
                .setAutoDeleteQueues(false);
    }

    // Artemis itself would wait for the other one, silently and for ever
    private static FileChannel lock(Path directory) {
        try {
            Files.createDirectories(directory);
            FileChannel file =
                    FileChannel.open(directory.resolve("in-use"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock lock = file.tryLock();
                if (lock != null) {
                    return file;
                }
            } catch (OverlappingFileLockException ofThisProcess) {
                // same answer
            }
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use sample.broker.directory=" + directory, e);
        }
        throw new InvalidConfigurationPropertyValueException(
                "sample.broker.directory",
                directory,
                "Another application uses it. Stop that, or give this one a directory of its own.");
    }

    private static int freePort() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (true) {
            int candidate = random.nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), candidate));
                return candidate;
            } catch (IOException taken) {
                // so try the next one
            }
        }
    }
}
