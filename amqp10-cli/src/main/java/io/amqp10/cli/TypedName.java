package io.amqp10.cli;

import org.jspecify.annotations.Nullable;

/**
 * A name with a value of a certain type, such as {@code retries:int=3}.
 *
 * @param name the name
 * @param value the value
 */
record TypedName(String name, @Nullable Object value) {

    /**
     * Reads {@code NAME=VALUE}, a string, or {@code NAME:TYPE=VALUE}. What follows the last colon of the name counts as
     * part of it if it is no type.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static TypedName parse(String text) {
        int equal = text.indexOf('=');
        if (equal <= 0) {
            throw new IllegalArgumentException("'" + text + "' is not NAME=VALUE or NAME:TYPE=VALUE");
        }
        String name = text.substring(0, equal);
        String value = text.substring(equal + 1);
        int colon = name.lastIndexOf(':');
        if (colon > 0 && Literals.isType(name.substring(colon + 1))) {
            return new TypedName(name.substring(0, colon), Literals.parse(name.substring(colon + 1), value));
        }
        return new TypedName(name, value);
    }
}
