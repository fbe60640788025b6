package io.amqp10.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes times as people do. */
final class Quantities {

    private static final Pattern SHORT = Pattern.compile("(\\d+(?:\\.\\d+)?)(us|ms|s|m|h|d)?");

    private Quantities() {}

    /**
     * Reads a time.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Duration duration(String text) {
        Matcher matcher = SHORT.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            try {
                return Duration.parse(text);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("'" + text + "' is no time such as 500ms, 10s, 2.5m or 1h", e);
            }
        }
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        long nanos =
                switch (unit) {
                    case "us" -> 1_000L;
                    case "ms" -> 1_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "h" -> 3_600_000_000_000L;
                    case "d" -> 86_400_000_000_000L;
                    default -> 1_000_000_000L;
                };
        try {
            return Duration.ofNanos(new BigDecimal(matcher.group(1))
                    .multiply(BigDecimal.valueOf(nanos))
                    .toBigInteger()
                    .longValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'" + text + "' is too long a time", e);
        }
    }

    /** Shows a time with three digits or so. */
    static String show(Duration time) {
        double millis = time.toNanos() / 1e6;
        if (millis < 1) {
            return String.format(Locale.ROOT, "%.0f us", millis * 1000);
        }
        if (millis < 1000) {
            return String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%.0f ms", millis);
        }
        double seconds = millis / 1000;
        if (seconds < 120) {
            String text = String.format(Locale.ROOT, seconds < 10 ? "%.2f" : "%.1f", seconds);
            return text.replaceAll("\\.?0+$", "") + " s";
        }
        return String.format(Locale.ROOT, "%d min %d s", time.toMinutes(), time.toSecondsPart());
    }
}
