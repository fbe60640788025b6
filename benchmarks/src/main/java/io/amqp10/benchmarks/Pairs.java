package io.amqp10.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/** Numbers by name, as processes tell them to each other in one line. */
record Pairs(Map<String, Long> values) {

    static Pairs parse(String line) {
        Map<String, Long> values = new LinkedHashMap<>();
        for (String pair : line.split(" ", -1)) {
            int equals = pair.indexOf('=');
            values.put(pair.substring(0, equals), Long.valueOf(pair.substring(equals + 1)));
        }
        return new Pairs(values);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    long get(String name) {
        Long value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " in " + values);
        }
        return value;
    }
}
