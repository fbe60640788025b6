package io.amqp10.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message to send, and to find again unchanged at the other end.
 *
 * @param group what it is about, a row of the table
 * @param name which of the group it is
 * @param alone whether it may end a connection, and is not to take others with it
 * @param line the message as JSON on a line
 */
record InteropCase(String group, String name, boolean alone, String line) {

    /** The application property that says which case a message is. */
    static final String PROPERTY = "case";

    /** Is sent last, and comes last but where priorities change the order. */
    static final InteropCase END = named("end", "", false, "{\"body\":{\"value\":\"this is the end\"}}");

    /** The cases of this group come without a name. */
    private static final String PLAIN = "plain";

    private static final String ALONE = "!";
    private static final String FILE = "/interop/cases.txt";
    private static final Pattern FILLING = Pattern.compile("<(\\d+) (octets|letters)>");

    /** Returns all cases of the file, in its order. */
    static List<InteropCase> all() {
        List<InteropCase> cases = new ArrayList<>();
        String group = "";
        for (String line : read(FILE).lines().toList()) {
            if (line.startsWith("[")) {
                group = line.substring(1, line.length() - 1);
            } else if (!line.isBlank() && !line.startsWith("#")) {
                int colon = line.indexOf(": {");
                boolean alone = line.startsWith(ALONE);
                String name = line.substring(alone ? ALONE.length() : 0, colon);
                cases.add(named(group, name, alone, filled(line.substring(colon + 2))));
            }
        }
        return cases;
    }

    /** Returns a file of the test resources. */
    static String read(String resource) {
        try (InputStream in = InteropCase.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InteropCase named(String group, String name, boolean alone, String line) {
        if (group.equals(PLAIN)) {
            return new InteropCase(group, name, alone, line);
        }
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.putAll(object(JsonText.read(line)));
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put(PROPERTY, id(group, name));
        properties.putAll(object(json.getOrDefault("application-properties", Map.of())));
        json.put("application-properties", properties);
        return new InteropCase(group, name, alone, JsonText.write(json));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> object(@Nullable Object json) {
        return (Map<String, @Nullable Object>) java.util.Objects.requireNonNull(json);
    }

    /** Puts octets and letters into a line that only says how many; the same in each run. */
    private static String filled(String line) {
        Matcher matcher = FILLING.matcher(line);
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            int count = Integer.parseInt(matcher.group(1));
            matcher.appendReplacement(text, matcher.group(2).equals("octets") ? octets(count) : letters(count));
        }
        return matcher.appendTail(text).toString();
    }

    private static String octets(int count) {
        byte[] octets = new byte[count];
        new Random(count).nextBytes(octets);
        return Base64.getEncoder().encodeToString(octets);
    }

    private static String letters(int count) {
        StringBuilder letters = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            letters.append((char) ('a' + i % 26));
        }
        return letters.toString();
    }

    private static String id(String group, String name) {
        return name.isEmpty() ? group : group + "/" + name;
    }

    String id() {
        return id(group, name);
    }
}
