package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What editors show of the configuration. */
class MetadataTest {

    /** Keys that have no value by default; their descriptions say what is done then. */
    private static final Set<String> WITHOUT_DEFAULT = Set.of(
            "amqp10.username",
            "amqp10.password",
            "amqp10.container-id",
            "amqp10.virtual-host",
            "amqp10.sasl.mechanisms",
            "amqp10.ssl.bundle",
            "amqp10.proxy.host",
            "amqp10.proxy.username",
            "amqp10.proxy.password",
            "amqp10.template.default-address",
            "amqp10.template.reply-address",
            "amqp10.template.time-to-live");

    /** Returns all our keys with what the metadata says about them. */
    static Map<String, JsonNode> keys() throws IOException {
        Map<String, JsonNode> keys = new TreeMap<>();
        List<URL> files = java.util.Collections.list(
                MetadataTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"));
        for (URL file : files) {
            try (InputStream in = file.openStream()) {
                for (JsonNode property :
                        JsonMapper.shared().readTree(in).get("properties").values()) {
                    String name = property.get("name").asString();
                    if (name.startsWith("amqp10.") || name.startsWith("management.health.amqp10.")) {
                        keys.put(name, property);
                    }
                }
            }
        }
        return keys;
    }

    @Test
    void everyKeyHasADescriptionAsBootWritesThem() throws IOException {
        assertThat(keys()).hasSizeGreaterThan(35).allSatisfy((name, property) -> assertThat(
                        property.path("description").asString(""))
                .as(name)
                .hasSizeGreaterThan(10)
                .endsWith(".")
                .doesNotStartWith("The ")
                .doesNotStartWith("A ")
                .doesNotContain("{@"));
    }

    @Test
    void everyKeyHasADefaultOrSaysWhatHappensWithoutAValue() throws IOException {
        assertThat(keys()).allSatisfy((name, property) -> {
            if (WITHOUT_DEFAULT.contains(name)) {
                assertThat(property.has("defaultValue")).as(name).isFalse();
                assertThat(property.get("description").asString()).as(name).contains("By default");
            } else {
                assertThat(property.has("defaultValue")).as(name).isTrue();
            }
        });
        assertThat(keys()).containsKeys(WITHOUT_DEFAULT.toArray(String[]::new));
    }

    @Test
    void switchesBeginWithWhether() throws IOException {
        assertThat(keys().values())
                .filteredOn(property -> property.get("type").asString().equals("java.lang.Boolean"))
                .isNotEmpty()
                .allSatisfy(property ->
                        assertThat(property.get("description").asString()).startsWith("Whether "));
    }

    @Test
    void healthCanBeSwitchedOff() throws IOException {
        assertThat(keys()).containsKey("management.health.amqp10.enabled");
    }
}
