package io.amqp10.spring.boot.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * Warns of keys that look like ours and are not: Boot ignores them, and the application runs with a default that its owner
 * believes to have changed. Keys that an application has invented under our prefix for itself are left alone.
 */
final class UnknownKeys {

    private static final Logger LOG = LoggerFactory.getLogger(UnknownKeys.class);

    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("amqp10");

    /** So many letters wrong are a slip, more are another word. */
    private static final int SLIP = 2;

    private final List<ConfigurationPropertyName> known = new ArrayList<>();
    private final Set<ConfigurationPropertyName> groups = new HashSet<>();

    private UnknownKeys() {
        collect(PREFIX, Amqp10Properties.class);
    }

    private void collect(ConfigurationPropertyName parent, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            ConfigurationPropertyName name = parent.append(DataObjectPropertyName.toDashedForm(component.getName()));
            if (component.getType().isRecord()) {
                groups.add(name);
                collect(name, component.getType());
            } else {
                known.add(name);
            }
        }
    }

    /** Warns of all of them, each once. */
    static void warn(Environment environment) {
        UnknownKeys keys = new UnknownKeys();
        Set<ConfigurationPropertyName> seen = new HashSet<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream()
                        .filter(name -> PREFIX.isAncestorOf(name) && seen.add(name))
                        .forEach(name -> keys.look(name, source));
            }
        }
    }

    private void look(ConfigurationPropertyName name, ConfigurationPropertySource source) {
        if (known.stream().anyMatch(key -> key.equals(name) || key.isAncestorOf(name))) {
            return;
        }
        ConfigurationPropertyName nearest = nearest(name);
        String set = origin(source, name);
        if (nearest != null && set != null && set.equals(origin(source, nearest))) {
            return; // Boot reads AMQP10_CONNECT_TIMEOUT as either
        }
        boolean slip = nearest != null && distance(nearest.toString(), name.toString()) <= SLIP;
        if (slip || groups.contains(name.getParent())) {
            LOG.warn(
                    "{} has no effect, since there is no such key{}{}",
                    name,
                    nearest == null ? "" : "; is " + nearest + " meant?",
                    set == null ? "" : " (it is set by " + set + ")");
        }
    }

    /** Returns where a key is set, as text, since not all origins of Boot know their equals. */
    private static @Nullable String origin(ConfigurationPropertySource source, ConfigurationPropertyName name) {
        ConfigurationProperty property = source.getConfigurationProperty(name);
        return property == null || property.getOrigin() == null
                ? null
                : property.getOrigin().toString();
    }

    private @Nullable ConfigurationPropertyName nearest(ConfigurationPropertyName name) {
        ConfigurationPropertyName nearest = null;
        int least = 2 * SLIP + 1;
        for (ConfigurationPropertyName key : known) {
            int distance = distance(key.toString(), name.toString());
            if (distance < least) {
                least = distance;
                nearest = key;
            }
        }
        return nearest;
    }

    /** Returns how many letters are to be put in, left out or replaced to make one text of the other. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
