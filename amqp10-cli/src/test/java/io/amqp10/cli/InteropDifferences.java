package io.amqp10.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is another in a message that came than in the one that was sent, each as a text such as {@code header.durable: absent
 * -> true}. It makes no difference how the same values are encoded, and whether what has a default is said or left out.
 */
final class InteropDifferences {

    private static final int SHOWN = 100;

    private InteropDifferences() {}

    /**
     * Returns a message as JSON in the one form in which it can be compared.
     *
     * @throws IllegalArgumentException if it is no message
     */
    static Map<String, @Nullable Object> canonical(String line) {
        Map<String, @Nullable Object> json = JsonMessages.toJson(JsonMessages.fromJson(line));
        json.remove("octets");
        if (json.get("header") instanceof Map<?, ?> header) {
            Map<Object, @Nullable Object> said = new LinkedHashMap<>(header);
            said.values().removeIf(Boolean.FALSE::equals);
            said.remove("priority", new JsonNumber("4"));
            said.remove("delivery-count", new JsonNumber("0"));
            json.put("header", said);
        }
        // An empty section says the same as none.
        json.values().removeIf(section -> section instanceof Map<?, ?> map && map.isEmpty());
        return json;
    }

    /** Compares two messages in canonical form. */
    static List<String> between(Map<String, @Nullable Object> sent, Map<String, @Nullable Object> came) {
        List<String> differences = new ArrayList<>();
        for (String section : keys(sent, came)) {
            Object before = sent.get(section);
            Object after = came.get(section);
            if ((before == null || before instanceof Map) && (after == null || after instanceof Map)) {
                compare(section, before == null ? Map.of() : (Map<?, ?>) before, (Map<?, ?>) after, differences);
            } else if (!Objects.equals(before, after)) {
                differences.add(difference(section, before != null, before, after != null, after));
            }
        }
        return differences;
    }

    private static void compare(String section, Map<?, ?> sent, @Nullable Map<?, ?> arrived, List<String> differences) {
        Map<?, ?> came = arrived == null ? Map.of() : arrived;
        for (Object name : keys(sent, came)) {
            Object before = sent.get(name);
            Object after = came.get(name);
            boolean both = sent.containsKey(name) && came.containsKey(name);
            if (!both || !Objects.equals(before, after)) {
                differences.add(difference(
                        section + "." + name, sent.containsKey(name), before, came.containsKey(name), after));
            }
        }
        // The standard takes maps for ordered, §1.6.23.
        boolean entries = !section.equals("header") && !section.equals("properties");
        if (entries && sent.equals(came) && !List.copyOf(sent.keySet()).equals(List.copyOf(came.keySet()))) {
            differences.add(section + ": in another order");
        }
    }

    private static <K> Set<K> keys(Map<? extends K, ?> one, Map<? extends K, ?> other) {
        Set<K> keys = new LinkedHashSet<>(one.keySet());
        keys.addAll(other.keySet());
        return keys;
    }

    private static String difference(
            String path, boolean sent, @Nullable Object before, boolean came, @Nullable Object after) {
        return path + ": " + (sent ? shown(before) : "absent") + " -> " + (came ? shown(after) : "absent");
    }

    private static String shown(@Nullable Object json) {
        String text = JsonText.write(json);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "... (" + text.length() + ")";
    }
}
