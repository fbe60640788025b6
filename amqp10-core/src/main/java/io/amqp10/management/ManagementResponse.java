package io.amqp10.management;

import io.amqp10.Message;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a management node answered.
 *
 * @param status the status code, by the rules of HTTP; 0 if the answer has none
 * @param description what the node said about it, null for nothing
 * @param message the whole answer
 */
public record ManagementResponse(int status, @Nullable String description, Message message) {

    private static final int MAX_SHOWN = 500;

    static ManagementResponse of(Message message) {
        Map<String, @Nullable Object> properties = message.applicationProperties();
        Object status = first(properties, "statusCode", "status-code");
        Object description = first(properties, "statusDescription", "status-description");
        if (status == null) {
            status = message.subject();
        }
        Object body = message.body();
        if (description == null && body instanceof String text) {
            description = text;
        }
        return new ManagementResponse(number(status), description == null ? null : description.toString(), message);
    }

    private static @Nullable Object first(Map<String, @Nullable Object> properties, String one, String other) {
        Object value = properties.get(one);
        return value != null ? value : properties.get(other);
    }

    private static int number(@Nullable Object status) {
        try {
            return status == null ? 0 : Integer.parseInt(status.toString());
        } catch (NumberFormatException e) {
            return 0; // an answer without a code is no success
        }
    }

    /**
     * Tells whether the node did what it was asked for.
     *
     * @return whether the code is from 200 to 299
     */
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /**
     * Returns the answer's body.
     *
     * @return the body, null if it is null
     */
    public @Nullable Object body() {
        return message.body();
    }

    /**
     * Returns the answer's body as a map.
     *
     * @return the entries by name, empty if the body is no map
     */
    public Map<?, ?> bodyAsMap() {
        return message.body() instanceof Map<?, ?> map ? map : Map.of();
    }

    /** Returns what the node said, for people. */
    String said() {
        if (description == null) {
            return "status " + status;
        }
        StringBuilder shown = new StringBuilder("status " + status + ", ");
        for (int i = 0; i < description.length() && i < MAX_SHOWN; i++) {
            char c = description.charAt(i);
            shown.append(
                    Character.isISOControl(c) ? String.format(Locale.ROOT, "\\u%04x", (int) c) : String.valueOf(c));
        }
        return description.length() > MAX_SHOWN ? shown.append("...").toString() : shown.toString();
    }
}
