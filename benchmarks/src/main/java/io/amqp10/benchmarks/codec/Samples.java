package io.amqp10.benchmarks.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The values that all libraries encode. */
final class Samples {

    static final int BUFFER_BYTES = 16 * 1024;

    private static final int ELEMENTS = 1_000;
    private static final int BODY_BYTES = 256;
    private static final int STEP = 7_919;

    private Samples() {}

    static byte[] body() {
        return new byte[BODY_BYTES];
    }

    static byte[] tag() {
        return new byte[] {0, 0, 0x12, 0x34};
    }

    static Map<String, Object> applicationProperties() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("customer", "c-4711");
        map.put("attempt", 3);
        map.put("amount", 199_900_000_000L);
        map.put("express", true);
        map.put("weight", 12.5);
        return map;
    }

    /** Returns 20 entries of types that all libraries represent by the same classes. */
    static Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < 4; i++) {
            map.put("text-" + i, "value number " + i);
            map.put("int-" + i, i * STEP);
            map.put("long-" + i, i * 10_000_000_000L);
            map.put("double-" + i, i * 1.5);
        }
        map.put("true", true);
        map.put("false", false);
        map.put("uuid", new UUID(0x1234_5678_9abc_def0L, 0x0fed_cba9_8765_4321L));
        map.put("byte", (byte) 7);
        return map;
    }

    static List<Integer> list() {
        List<Integer> list = new ArrayList<>(ELEMENTS);
        for (int i = 0; i < ELEMENTS; i++) {
            list.add(i * STEP);
        }
        return list;
    }

    static int[] array() {
        return list().stream().mapToInt(Integer::intValue).toArray();
    }
}
