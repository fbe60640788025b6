package io.amqp10.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of octets.
 *
 * @param octets from 0 to what an array can hold
 */
record ByteSize(int octets) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,10})([kmg]?)(?:i?b)?");
    private static final int MAX = Integer.MAX_VALUE - 16;

    /**
     * Reads a size such as {@code 512}, {@code 64k} or {@code 1M}, where k is 1024.
     *
     * @throws IllegalArgumentException if it is none
     */
    static ByteSize parse(String text) {
        Matcher matcher = TEXT.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no size such as 512, 64k or 1M");
        }
        int shift =
                switch (matcher.group(2)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    default -> 0;
                };
        long octets = Long.parseLong(matcher.group(1)) << shift;
        if (octets > MAX) {
            throw new IllegalArgumentException("'" + text + "' is more than a message can be here");
        }
        return new ByteSize((int) octets);
    }
}
