package io.amqp10.benchmarks;

import io.amqp10.benchmarks.client.ClientKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What to run.
 *
 * @param areas which parts
 * @param clients which libraries
 * @param rounds how often each client is measured, in turn
 * @param maxSeconds how long all of it may take
 * @param messages how many messages a window has at most
 * @param warmUpMillis how long each client warms up at least
 * @param windowMillis how long a window is at most
 * @param bodyBytes the size of a message's body where the part does not say
 * @param growthMessages how many messages a connection has at most in the part about growth
 * @param quick whether this is only to see that everything works
 * @param guard whether to hold figures against the committed bounds instead
 * @param toStandardOutput whether the figures go to standard output, as JSON, instead of tables
 * @param json where to write the figures, or null
 * @param docs the directory of documents to write tables and plots into, or null
 */
record Options(
        Set<Area> areas,
        Set<ClientKind> clients,
        int rounds,
        long maxSeconds,
        long messages,
        long warmUpMillis,
        long windowMillis,
        int bodyBytes,
        long growthMessages,
        boolean quick,
        boolean guard,
        boolean toStandardOutput,
        @Nullable Path json,
        @Nullable Path docs) {

    /** The parts that can be run alone. */
    enum Area {
        CODEC(145, true),
        SINK(350, true),
        SPRING(35, true),
        SIZES(455, true),
        TLS(500, true),
        IDLE(50, true),
        GROWTH(540, true),
        WAYS(160, false),
        LINKS(100, false),
        LATENCY(355, false),
        ARTEMIS(425, false),
        RABBITMQ(565, false);

        private final int weight;
        private final boolean hasGoals;

        Area(int weight, boolean hasGoals) {
            this.weight = weight;
            this.hasGoals = hasGoals;
        }

        /** About how many seconds a round of it takes, and so its share of the time. */
        int weight() {
            return weight;
        }

        /** Whether the project set itself goals for it. */
        boolean hasGoals() {
            return hasGoals;
        }

        String title() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Area titled(String title) {
            return valueOf(title.toUpperCase(Locale.ROOT));
        }
    }

    static final String USAGE =
            """
            Usage: benchmarks/run.sh [options]
              --only PART        %s;
                                 may be given again (default: all)
              --client NAME      %s;
                                 may be given again (default: all)
              --rounds N         how often each client is measured at most, in turn (default 3; with --full 9)
              --minutes N        how long all of it may take (default 60); each part has its share of that
              --messages N       how many messages a window has at most (default: as many as fit into its time)
              --seconds N        how long a window is at most (default 2)
              --body BYTES       the size of a message's body where the part does not say (default 256)
              --json [FILE]      goals and figures as JSON, in a file; without one on standard output, and no tables there
              --growth N         how many messages a connection has at most in the part "growth" (default %d)
              --full             writes figures, tables and plots into docs/. Of all parts, those with goals measure after
                                 the first round only what these compare; parts that are not chosen keep what is there
              --quick            one short round, to see that everything works; its figures mean little
              --guard            instead: holds allocations, writes and dispositions of amqp10 against bounds.properties
            """.formatted(names(Area.values()), names(ClientKind.values()), Options.DEFAULT_GROWTH_MESSAGES);

    private static final long DEFAULT_GROWTH_MESSAGES = 100_000_000;
    private static final int DEFAULT_ROUNDS = 3;
    private static final int FULL_ROUNDS = 9;
    private static final long DEFAULT_MINUTES = 60;
    private static final long DEFAULT_WARM_UP_MILLIS = 2_000;
    private static final long DEFAULT_WINDOW_MILLIS = 2_000;
    private static final long FULL_WINDOW_MILLIS = 1_500;
    private static final long QUICK_MILLIS = 300;
    private static final long GUARD_MESSAGES = 200_000;
    private static final int DEFAULT_BODY_BYTES = 256;

    private static String names(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it is wrong; the message says how
     */
    static Options parse(String... arguments) {
        Set<Area> areas = EnumSet.noneOf(Area.class);
        Set<ClientKind> clients = EnumSet.noneOf(ClientKind.class);
        int rounds = 0;
        long minutes = 0;
        long messages = Long.MAX_VALUE;
        long windowMillis = 0;
        int bodyBytes = DEFAULT_BODY_BYTES;
        long growthMessages = DEFAULT_GROWTH_MESSAGES;
        boolean quick = false;
        boolean full = false;
        boolean guard = false;
        boolean toStandardOutput = false;
        Path json = null;
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            switch (option) {
                case "--quick" -> quick = true;
                case "--full" -> full = true;
                case "--guard" -> guard = true;
                case "--only" -> areas.add(constant(Area.class, value(arguments, ++i)));
                case "--client" -> clients.add(constant(ClientKind.class, value(arguments, ++i)));
                case "--rounds" -> rounds = (int) number(option, value(arguments, ++i));
                case "--minutes" -> minutes = number(option, value(arguments, ++i));
                case "--messages" -> messages = number(option, value(arguments, ++i));
                case "--seconds" -> windowMillis = 1_000 * number(option, value(arguments, ++i));
                case "--body" -> bodyBytes = (int) number(option, value(arguments, ++i));
                case "--growth" -> growthMessages = number(option, value(arguments, ++i));
                case "--json" -> {
                    if (i + 1 == arguments.length || arguments[i + 1].startsWith("--")) {
                        toStandardOutput = true;
                    } else {
                        json = Path.of(arguments[++i]);
                    }
                }
                default -> throw new IllegalArgumentException("unknown option: " + option);
            }
        }
        if (full && (quick || !clients.isEmpty())) {
            throw new IllegalArgumentException("--full takes neither --quick nor --client: its figures are to stay");
        }
        long defaultWindowMillis = quick ? QUICK_MILLIS : full ? FULL_WINDOW_MILLIS : DEFAULT_WINDOW_MILLIS;
        return new Options(
                areas.isEmpty() ? EnumSet.allOf(Area.class) : areas,
                clients.isEmpty() ? EnumSet.allOf(ClientKind.class) : clients,
                rounds > 0 ? rounds : quick ? 1 : full ? FULL_ROUNDS : DEFAULT_ROUNDS,
                TimeUnit.MINUTES.toSeconds(minutes > 0 ? minutes : DEFAULT_MINUTES),
                messages,
                quick ? QUICK_MILLIS : DEFAULT_WARM_UP_MILLIS,
                windowMillis > 0 ? windowMillis : defaultWindowMillis,
                bodyBytes,
                growthMessages,
                quick,
                guard,
                toStandardOutput,
                json,
                full ? Path.of(System.getProperty("amqp10.benchmarks.docs", "docs")) : null);
    }

    /** Tells whether parts with goals measure after the first round only what these compare: all else would take hours. */
    boolean repeatsOnlyGoals() {
        return docs != null && areas.size() == Area.values().length;
    }

    /** Returns those that the guard measures with: fewer messages than for a comparison, but enough for the compiler. */
    static Options forGuard() {
        return parse("--messages", "" + GUARD_MESSAGES, "--seconds", "10", "--guard");
    }

    private static String value(String[] arguments, int index) {
        if (index >= arguments.length) {
            throw new IllegalArgumentException("a value is missing after " + arguments[index - 1]);
        }
        return arguments[index];
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        try {
            return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " is none of " + names(type.getEnumConstants()), e);
        }
    }

    private static long number(String option, String value) {
        long number;
        try {
            number = Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " needs a number, not '" + value + "'", e);
        }
        if (number < 1) {
            throw new IllegalArgumentException(option + " must be at least 1");
        }
        return number;
    }
}
