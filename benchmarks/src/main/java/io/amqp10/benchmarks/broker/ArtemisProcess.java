package io.amqp10.benchmarks.broker;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** Artemis in memory, with queues made by those who use them. */
public final class ArtemisProcess {

    private static final int COMMAND_LENGTH = 2;

    private ArtemisProcess() {}

    /**
     * Runs a broker: prints {@code READY port}, then answers each line of its input, {@code count QUEUE} or
     * {@code delete QUEUE}, with one line. It ends with its input.
     *
     * @param args none
     * @throws Exception if it cannot be started
     */
    public static void main(String[] args) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        broker.setConfiguration(configuration(port));
        broker.start();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println("READY " + port);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", COMMAND_LENGTH);
            SimpleString name = SimpleString.of(words[1]);
            Queue queue = broker.getActiveMQServer().locateQueue(name);
            out.println(queue == null ? "messages=0 acknowledged=0" : counts(queue));
            if (queue != null && words[0].equals("delete")) {
                broker.getActiveMQServer().destroyQueue(name, null, false, true);
            }
        }
        broker.stop();
        System.exit(0);
    }

    private static String counts(Queue queue) {
        queue.flushExecutor();
        return "messages=" + queue.getMessageCount() + " acknowledged=" + queue.getMessagesAcknowledged();
    }

    private static ConfigurationImpl configuration(int port) throws Exception {
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setName("benchmarks");
        configuration.setPersistenceEnabled(false);
        configuration.setSecurityEnabled(false);
        configuration.setGlobalMaxSize(-1);
        configuration.setMaxDiskUsage(-1);
        configuration.addAcceptorConfiguration("amqp", "tcp://127.0.0.1:" + port + "?protocols=AMQP");
        configuration.addAddressSetting(
                "#",
                new AddressSettings()
                        .setAutoCreateAddresses(true)
                        .setAutoCreateQueues(true)
                        .setAutoDeleteAddresses(false)
                        .setAutoDeleteQueues(false)
                        .setDefaultAddressRoutingType(RoutingType.ANYCAST)
                        .setDefaultQueueRoutingType(RoutingType.ANYCAST)
                        .setMaxSizeBytes(-1));
        return configuration;
    }
}
