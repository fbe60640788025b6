package io.amqp10.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.management.QueueControl;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.postoffice.impl.LocalQueueBinding;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.ActivateCallback;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.jspecify.annotations.Nullable;

/**
 * An ActiveMQ Artemis broker in this JVM, on 127.0.0.1: one port plain, one with TLS, one that demands a client
 * certificate and offers EXTERNAL only. Its journal survives {@link #stop()} and {@link #start()}, which keep the
 * ports.
 *
 * <p>Users are {@link #USER}, who may do everything, and {@link #CONSUMER}, who may only consume. The user of EXTERNAL
 * is {@code client} and may do everything; so may who comes anonymously.
 *
 * <p>Addresses with a meaning (but for {@link Builder#stockSettings}): {@code topic.#} is multicast, {@code
 * nocreate.#} is not created on demand, {@code noentry.#} is forbidden to all, {@code full.#} refuses messages beyond
 * 100 kB, and {@code small.#} withholds credit there. Three failed deliveries bring a message to {@code DLQ}, but for
 * {@code undead.#}, which has no dead letters: a message may fail there for ever, and is dropped when it is rejected.
 */
public final class ArtemisBroker implements LocalBroker {

    /** Who may do everything. */
    public static final String USER = "alice";

    /** The password of {@link #USER}. */
    public static final String PASSWORD = "alice-secret";

    /** Who may only consume. */
    public static final String CONSUMER = "bob";

    /** The password of {@link #CONSUMER}. */
    public static final String CONSUMER_PASSWORD = "bob-secret";

    private static final List<String> ALL_MECHANISMS = List.of("PLAIN", "ANONYMOUS", "SCRAM-SHA-256", "SCRAM-SHA-512");

    private final List<String> mechanisms;
    private final boolean stock;
    private final String acceptorParameters;
    private final TlsMaterial.Identity identity;
    private final Path data;
    private final int port = FreePorts.next();
    private final int tlsPort = FreePorts.next();
    private final int mutualTlsPort = FreePorts.next();
    private @Nullable EmbeddedActiveMQ broker;

    private ArtemisBroker(Builder builder) {
        this.mechanisms = builder.mechanisms;
        this.stock = builder.stock;
        this.acceptorParameters = builder.acceptorParameters;
        this.identity = builder.identity;
        try {
            this.data = Files.createTempDirectory("amqp10-artemis-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a broker with every setting at its default.
     *
     * @return the broker, ready
     */
    public static ArtemisBroker started() {
        return builder().start();
    }

    /**
     * Begins to set up a broker.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** How a broker is to be. */
    public static final class Builder {
        private List<String> mechanisms = ALL_MECHANISMS;
        private boolean stock;
        private String acceptorParameters = "";
        private TlsMaterial.Identity identity = TlsMaterial.Identity.SERVER;

        private Builder() {}

        /**
         * Sets the SASL mechanisms of the plain and the TLS port. The default is all that the broker has but EXTERNAL.
         *
         * @param names the mechanisms
         * @return this
         */
        public Builder saslMechanisms(String... names) {
            mechanisms = List.of(names);
            return this;
        }

        /**
         * Leaves addresses as the broker's own distribution sets them up: one that a sender creates without asking for
         * a queue is multicast, so that what is sent before someone subscribes is accepted and thrown away.
         *
         * @return this
         */
        public Builder stockSettings() {
            stock = true;
            return this;
        }

        /**
         * Adds parameters to each acceptor.
         *
         * @param parameters such as {@code maxFrameSize=512;amqpCredits=10;amqpIdleTimeout=2000}
         * @return this
         */
        public Builder acceptorParameters(String parameters) {
            acceptorParameters = ";" + parameters;
            return this;
        }

        /**
         * Sets whose certificate the broker shows. The default is {@link TlsMaterial.Identity#SERVER}.
         *
         * @param value the identity
         * @return this
         */
        public Builder certificate(TlsMaterial.Identity value) {
            identity = value;
            return this;
        }

        /**
         * Starts the broker.
         *
         * @return the broker, ready
         */
        public ArtemisBroker start() {
            ArtemisBroker made = new ArtemisBroker(this);
            made.start();
            return made;
        }
    }

    /**
     * Returns the port without TLS.
     *
     * @return the port, the same for the broker's whole life
     */
    public int port() {
        return port;
    }

    /**
     * Returns the port with TLS.
     *
     * @return the port, the same for the broker's whole life
     */
    public int tlsPort() {
        return tlsPort;
    }

    /**
     * Returns the port with TLS that demands a client certificate; its only mechanism is EXTERNAL.
     *
     * @return the port, the same for the broker's whole life
     */
    public int mutualTlsPort() {
        return mutualTlsPort;
    }

    /**
     * Returns where to connect to as {@link #USER}, without TLS.
     *
     * @return the URI, with credentials
     */
    public String uri() {
        return "amqp://" + USER + ":" + PASSWORD + "@127.0.0.1:" + port;
    }

    /**
     * Returns where to connect to as {@link #USER}, with TLS.
     *
     * @return the URI, with credentials
     */
    public String tlsUri() {
        return "amqps://" + USER + ":" + PASSWORD + "@localhost:" + tlsPort;
    }

    /** Starts the broker again on the same ports with the same journal; returns when it takes connections. */
    public synchronized void start() {
        if (broker != null) {
            throw new IllegalStateException("the broker runs already");
        }
        ArtemisLogins.install();
        EmbeddedActiveMQ starting = new EmbeddedActiveMQ();
        starting.setConfiguration(configuration());
        starting.setSecurityManager(
                new ActiveMQJAASSecurityManager(ArtemisLogins.PASSWORDS, ArtemisLogins.CERTIFICATES));
        try {
            starting.start();
        } catch (Exception e) {
            throw new IllegalStateException("Artemis did not start", e);
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

    /** Stops the broker, as an operator does: connections are closed by its end. Durable messages stay. */
    public synchronized void stop() {
        EmbeddedActiveMQ stopping = broker;
        broker = null;
        if (stopping != null) {
            try {
                stopping.stop();
            } catch (Exception e) {
                throw new IllegalStateException("Artemis did not stop", e);
            }
        }
    }

    /**
     * Does early, behind the end of the sessions, what stopping does next, and waits until consumers have given back what
     * they had. Artemis itself does not wait. The three then wait for each other, now and then and for ever: who stops it
     * for the lock of the storage, which a rollback holds; the rollback for that of the queue; and the commit of an
     * acknowledgement, which has the queue's, for the storage's.
     */
    private static void closeConnections(ActiveMQServer server) {
        try {
            server.getRemotingService().prepareStop(false, Set.of());
            long start = System.nanoTime();
            while (hasConsumers(server) && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10)) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        } catch (Exception e) {
            throw new IllegalStateException("Artemis did not close its connections", e);
        }
    }

    private static boolean hasConsumers(ActiveMQServer server) {
        return server.getPostOffice()
                .getAllBindings()
                .anyMatch(binding -> binding instanceof LocalQueueBinding local
                        && local.getQueue().getConsumerCount() > 0);
    }

    /**
     * Creates a durable anycast queue on an address of the same name.
     *
     * @param queue its name
     */
    public void createQueue(String queue) {
        try {
            server().createQueue(QueueConfiguration.of(queue)
                    .setRoutingType(RoutingType.ANYCAST)
                    .setAutoCreateAddress(true)
                    .setDurable(true));
        } catch (Exception e) {
            throw new IllegalStateException("cannot create queue " + queue, e);
        }
    }

    @Override
    public void deleteQueue(String queue) {
        try {
            server().destroyQueue(SimpleString.of(queue), null, false, true);
        } catch (Exception e) {
            throw new IllegalStateException("cannot delete queue " + queue, e);
        }
    }

    /**
     * Closes the connections of a user, as an administrator may do at any time.
     *
     * @param user whose
     */
    public void closeConnections(String user) {
        try {
            server().getActiveMQServerControl().closeConnectionsForUser(user);
        } catch (Exception e) {
            throw new IllegalStateException("cannot close the connections of " + user, e);
        }
    }

    @Override
    public long messageCount(String queue) {
        awaitSorting(queue);
        QueueControl control = control(queue);
        return control == null ? 0 : control.getMessageCount();
    }

    /**
     * Counts the messages that were put into a queue since the broker was started.
     *
     * @param queue its name
     * @return the count; 0 if there is no such queue
     */
    public long messagesAdded(String queue) {
        awaitSorting(queue);
        QueueControl control = control(queue);
        return control == null ? 0 : control.getMessagesAdded();
    }

    /**
     * Counts a queue's consumers.
     *
     * @param queue its name
     * @return the count; 0 if there is no such queue
     */
    public int consumerCount(String queue) {
        QueueControl control = control(queue);
        return control == null ? 0 : control.getConsumerCount();
    }

    /**
     * Counts the connections that are open, from all clients.
     *
     * @return the count
     */
    public int connectionCount() {
        return server().getConnectionCount();
    }

    /** Stops the broker and deletes its journal. */
    @Override
    public void close() {
        stop();
        Directories.delete(data);
    }

    /** Has the broker count what it has accepted already: it counts messages only when it sorts them into the queue. */
    private void awaitSorting(String queue) {
        Queue sorting = server().locateQueue(queue);
        if (sorting == null) {
            return;
        }
        CountDownLatch sorted = new CountDownLatch(1);
        sorting.flushOnIntermediate(sorted::countDown);
        try {
            if (!sorted.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the broker does not sort what it has accepted into " + queue);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the messages of " + queue + " were counted", e);
        }
    }

    private @Nullable QueueControl control(String queue) {
        return server().getManagementService().getQueueControl(queue);
    }

    private synchronized ActiveMQServer server() {
        EmbeddedActiveMQ running = broker;
        if (running == null) {
            throw new IllegalStateException("the broker is stopped");
        }
        return running.getActiveMQServer();
    }

    private ConfigurationImpl configuration() {
        ConfigurationImpl c = new ConfigurationImpl();
        c.setName("artemis-" + port);
        c.setJournalType(JournalType.NIO);
        c.setJournalDirectory(data.resolve("journal").toString());
        c.setBindingsDirectory(data.resolve("bindings").toString());
        c.setPagingDirectory(data.resolve("paging").toString());
        c.setLargeMessagesDirectory(data.resolve("large").toString());
        c.setNodeManagerLockDirectory(data.resolve("lock").toString());
        // a journal that is synced for real would make these tests ones of the disk
        c.setJournalDatasync(false);
        c.setJournalFileSize(1 << 20).setJournalMinFiles(2).setJournalBufferTimeout_NIO(100_000);
        c.setMessageExpiryScanPeriod(200);
        c.setAddressQueueScanPeriod(500);
        c.setMaxDiskUsage(-1);
        c.setSecurityInvalidationInterval(0);
        c.setJMXManagementEnabled(false);
        c.setGracefulShutdownEnabled(false);
        addAcceptors(c);
        addAddresses(c);
        Role all = new Role("all", true, true, true, true, true, true, true, true, true, true, true, true);
        Role read = new Role("read", false, true, true, false, true, false, false, true, true, false, false, false);
        Role nobody = new Role("nobody", true, true, true, true, true, true, true, true, true, true, true, true);
        c.putSecurityRoles("#", Set.of(all, read));
        c.putSecurityRoles("noentry.#", Set.of(nobody));
        return c;
    }

    private void addAcceptors(ConfigurationImpl c) {
        TlsMaterial tls = TlsMaterial.get();
        String common = "?protocols=AMQP;saslLoginConfigScope=" + ArtemisLogins.SCRAM + acceptorParameters;
        String offered = common + ";saslMechanisms=" + String.join(",", mechanisms);
        String store = ";keyStoreType=PKCS12;keyStorePassword=" + TlsMaterial.PASSWORD;
        String secured = ";sslEnabled=true;keyStorePath=" + tls.keyStore(identity) + store;
        String demanding = secured + ";needClientAuth=true;trustStoreType=PKCS12;trustStorePath=" + tls.trustStore()
                + ";trustStorePassword=" + TlsMaterial.PASSWORD;
        try {
            c.addAcceptorConfiguration("plain", "tcp://127.0.0.1:" + port + offered);
            c.addAcceptorConfiguration("tls", "tcp://127.0.0.1:" + tlsPort + offered + secured);
            c.addAcceptorConfiguration(
                    "mutual", "tcp://127.0.0.1:" + mutualTlsPort + common + ";saslMechanisms=EXTERNAL" + demanding);
        } catch (Exception e) {
            throw new IllegalArgumentException("not an acceptor's parameters: " + acceptorParameters, e);
        }
    }

    private void addAddresses(ConfigurationImpl c) {
        if (stock) {
            c.addAddressSetting("#", deadLetters());
        } else {
            c.addAddressSetting("#", anycast());
            c.addAddressSetting("topic.#", multicast());
            c.addAddressSetting(
                    "nocreate.#", anycast().setAutoCreateAddresses(false).setAutoCreateQueues(false));
            long full = 100_000;
            c.addAddressSetting(
                    "full.#",
                    anycast().setMaxSizeBytes(full).setAddressFullMessagePolicy(AddressFullMessagePolicy.FAIL));
            c.addAddressSetting(
                    "small.#",
                    anycast().setMaxSizeBytes(full).setAddressFullMessagePolicy(AddressFullMessagePolicy.BLOCK));
            // an empty name stands for none
            c.addAddressSetting(
                    "undead.#",
                    anycast().setDeadLetterAddress(SimpleString.of("")).setMaxDeliveryAttempts(-1));
        }
        for (String queue : List.of("DLQ", "ExpiryQueue")) {
            c.addAddressConfiguration(new CoreAddressConfiguration()
                    .setName(queue)
                    .addRoutingType(RoutingType.ANYCAST)
                    .addQueueConfiguration(QueueConfiguration.of(queue)
                            .setRoutingType(RoutingType.ANYCAST)
                            .setDurable(true)));
        }
    }

    private static AddressSettings deadLetters() {
        return new AddressSettings()
                .setDeadLetterAddress(SimpleString.of("DLQ"))
                .setExpiryAddress(SimpleString.of("ExpiryQueue"))
                .setRedeliveryDelay(0);
    }

    private static AddressSettings lasting() {
        return deadLetters()
                .setMaxDeliveryAttempts(3)
                .setAutoDeleteAddresses(false)
                .setAutoDeleteQueues(false);
    }

    private static AddressSettings anycast() {
        return lasting()
                .setDefaultAddressRoutingType(RoutingType.ANYCAST)
                .setDefaultQueueRoutingType(RoutingType.ANYCAST);
    }

    private static AddressSettings multicast() {
        return lasting()
                .setDefaultAddressRoutingType(RoutingType.MULTICAST)
                .setDefaultQueueRoutingType(RoutingType.MULTICAST);
    }
}
