package io.amqp10.benchmarks.client;

import com.sun.management.OperatingSystemMXBean;
import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Receiver;
import io.amqp10.Sender;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Opens connections to the raw server that then do nothing, and tells what they take of memory and processor. */
public final class IdleProcess {

    private static final String THREADS = "amqp10";
    private static final int AT_ONCE = 200;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private IdleProcess() {}

    /**
     * Measures, and prints one line {@code RESULT key=value ...}: bytes for all connections, for the sender and the receiver
     * that are then opened on each, and what happens while all are idle, which begins with a line {@code IDLE}. The
     * connections stay open until the input ends.
     *
     * @param arguments the server's port, the number of connections and for how many seconds they are idle
     * @throws Exception if one cannot be opened
     */
    public static void main(String[] arguments) throws Exception {
        try (Container container = Container.create()) {
            System.out.println("RESULT "
                    + run(
                            container,
                            "amqp://127.0.0.1:" + arguments[0],
                            Integer.parseInt(arguments[1]),
                            Long.parseLong(arguments[2])));
            while (System.in.read() >= 0) {
                // Only the end matters.
            }
        } catch (Exception e) {
            e.printStackTrace();
            System.out.println("ERROR " + e);
        }
        System.exit(0);
    }

    static String run(Container container, String uri, int number, long seconds) throws Exception {
        // The first connection loads classes and makes what all share.
        Connection first = container.connect(uri).awaitOpen();
        first.openSender("sink").awaitOpen();
        first.openReceiver("nothing").awaitOpen();
        Memory none = Memory.now();
        List<Connection> connections = new ArrayList<>();
        while (connections.size() < number) {
            int from = connections.size();
            while (connections.size() < Math.min(number, from + AT_ONCE)) {
                connections.add(container.connect(uri));
            }
            connections.subList(from, connections.size()).forEach(Connection::awaitOpen);
        }
        Memory connected = Memory.now();
        List<Sender> senders = new ArrayList<>();
        connections.forEach(connection -> senders.add(connection.openSender("sink")));
        senders.forEach(Sender::awaitOpen);
        Memory sending = Memory.now();
        List<Receiver> receivers = new ArrayList<>();
        connections.forEach(connection -> receivers.add(connection.openReceiver("nothing")));
        receivers.forEach(Receiver::awaitOpen);
        Memory receiving = Memory.now();
        System.out.println("IDLE begins");
        long cpu = SYSTEM.getProcessCpuTime();
        Map<Path, Long> sleeps = sleeps();
        TimeUnit.SECONDS.sleep(seconds);
        String result = String.format(
                Locale.ROOT,
                "open=%d heap=%d direct=%d sender=%d senderDirect=%d receiver=%d receiverDirect=%d idleCpuNanos=%d"
                        + " wakeUps=%d",
                number + 1,
                connected.heap - none.heap,
                connected.direct - none.direct,
                sending.total() - connected.total(),
                sending.direct - connected.direct,
                receiving.total() - sending.total(),
                receiving.direct - sending.direct,
                SYSTEM.getProcessCpuTime() - cpu,
                wakeUpsSince(sleeps));
        // What is measured must not be garbage before.
        if (connections.size() != number || senders.size() != number || receivers.size() != number) {
            throw new IllegalStateException("not all connections were opened");
        }
        return result;
    }

    /** What is held after the garbage is gone. */
    private record Memory(long heap, long direct) {

        static Memory now() throws InterruptedException {
            for (int i = 0; i < 4; i++) {
                System.gc();
                TimeUnit.MILLISECONDS.sleep(100);
            }
            long pools = 0;
            for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                pools += pool.getMemoryUsed();
            }
            // Netty counts what it frees without the JVM's help; the JVM may count it as well.
            long direct = Math.max(pools, PlatformDependent.usedDirectMemory());
            return new Memory(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), direct);
        }

        long total() {
            return heap + direct;
        }
    }

    /** Returns how often our threads woke up; one that has ended since does not count. */
    private static long wakeUpsSince(Map<Path, Long> before) throws IOException {
        long wakeUps = 0;
        for (Map.Entry<Path, Long> thread : sleeps().entrySet()) {
            wakeUps += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
        }
        return wakeUps;
    }

    /** Returns how often each of our threads has gone to sleep, the JVM's own left out; nothing where the kernel does not tell. */
    private static Map<Path, Long> sleeps() throws IOException {
        Path tasks = Path.of("/proc/self/task");
        if (!Files.isDirectory(tasks)) {
            return Map.of();
        }
        Map<Path, Long> sleeps = new HashMap<>();
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : threads.toList()) {
                try {
                    if (Files.readString(thread.resolve("comm")).startsWith(THREADS)) {
                        sleeps.put(thread, switches(thread.resolve("status")));
                    }
                } catch (NoSuchFileException e) {
                    sleeps.remove(thread); // it has ended while it was looked at
                }
            }
        }
        return sleeps;
    }

    private static long switches(Path status) throws IOException {
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("voluntary_ctxt_switches:")) {
                return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return 0;
    }
}
