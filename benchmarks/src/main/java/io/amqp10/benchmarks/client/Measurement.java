package io.amqp10.benchmarks.client;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What the process had used, and the client had done, at one moment.
 *
 * @param allocatedBytes by thread
 */
record Measurement(long nanos, long completed, long cpuNanos, Map<Long, Long> allocatedBytes, long writeCalls) {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final Path IO = Path.of("/proc/self/io");
    private static final boolean HAS_IO = Files.isReadable(IO);

    static Measurement now(Meter meter) throws IOException {
        Map<Long, Long> allocated = new HashMap<>();
        long[] threads = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(threads);
        for (int i = 0; i < threads.length; i++) {
            allocated.put(threads[i], bytes[i]);
        }
        return new Measurement(
                System.nanoTime(), meter.completed(), SYSTEM.getProcessCpuTime(), allocated, countWriteCalls());
    }

    /** Returns what the threads that are still there have allocated since then. */
    long allocatedBytesSince(Measurement start) {
        return allocatedBytes.entrySet().stream()
                .mapToLong(thread -> thread.getValue() - start.allocatedBytes.getOrDefault(thread.getKey(), 0L))
                .sum();
    }

    /** Returns how often this process called the kernel to write; 0 where the kernel does not tell. */
    private static long countWriteCalls() throws IOException {
        if (!HAS_IO) {
            return 0;
        }
        for (String line : Files.readAllLines(IO)) {
            if (line.startsWith("syscw: ")) {
                return Long.parseLong(line.substring(7));
            }
        }
        return 0;
    }
}
