package io.amqp10.benchmarks;

import io.amqp10.benchmarks.client.ClientKind;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to run.
 *
 * @param areas which parts
 * @param clients which libraries
 * @param rounds how often each client is measured, in turn
 * @param messages how many messages a window has at most
 * @param warmUpMillis how long each client warms up
 * @param windowMillis how long a window is at most
 * @param bodyBytes the size of a message's body
 * @param quick whether this is only to see that everything works
 * @param json where to write the figures, or null
 */
record Options(
        Set<Area> areas,
        Set<ClientKind> clients,
        int rounds,
        long messages,
        long warmUpMillis,
        long windowMillis,
        int bodyBytes,
        boolean quick,
        @Nullable Path json) {

    /** The parts that can be run alone. */
    enum Area {
        CODEC,
        SINK,
        ARTEMIS
    }

    static final String USAGE = """
            Usage: benchmarks/run.sh [options]
              --only PART        codec, sink or artemis; may be given again (default: all)
              --client NAME      amqp10, protonj2, qpid_jms, vertx_loop, vertx_thread or raw; may be given again (default: all)
              --rounds N         how often each client is measured, in turn (default 3)
              --messages N       how many messages a window has at most (default: as many as fit into its time)
              --seconds N        how long a window is at most (default 2)
              --body BYTES       the size of a message's body (default 256)
              --json FILE        writes the figures to a file as well
              --quick            one short round, to see that everything works; its figures mean little
            """;

    private static final int DEFAULT_ROUNDS = 3;
    private static final long DEFAULT_WARM_UP_MILLIS = 6_000;
    private static final long DEFAULT_WINDOW_MILLIS = 2_000;
    private static final long QUICK_MILLIS = 300;
    private static final int DEFAULT_BODY_BYTES = 256;

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it is wrong; the message says how
     */
    static Options parse(String... arguments) {
        Set<Area> areas = EnumSet.noneOf(Area.class);
        Set<ClientKind> clients = EnumSet.noneOf(ClientKind.class);
        int rounds = 0;
        long messages = Long.MAX_VALUE;
        long windowMillis = 0;
        int bodyBytes = DEFAULT_BODY_BYTES;
        boolean quick = false;
        Path json = null;
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            if (option.equals("--quick")) {
                quick = true;
                continue;
            }
            if (++i == arguments.length) {
                throw new IllegalArgumentException("unknown option, or its value is missing: " + option);
            }
            String value = arguments[i];
            switch (option) {
                case "--only" -> areas.add(constant(Area.class, value));
                case "--client" -> clients.add(constant(ClientKind.class, value));
                case "--rounds" -> rounds = (int) number(option, value);
                case "--messages" -> messages = number(option, value);
                case "--seconds" -> windowMillis = 1_000 * number(option, value);
                case "--body" -> bodyBytes = (int) number(option, value);
                case "--json" -> json = Path.of(value);
                default -> throw new IllegalArgumentException("unknown option: " + option);
            }
        }
        return new Options(
                areas.isEmpty() ? EnumSet.allOf(Area.class) : areas,
                clients.isEmpty() ? EnumSet.allOf(ClientKind.class) : clients,
                rounds > 0 ? rounds : quick ? 1 : DEFAULT_ROUNDS,
                messages,
                quick ? QUICK_MILLIS : DEFAULT_WARM_UP_MILLIS,
                windowMillis > 0 ? windowMillis : quick ? QUICK_MILLIS : DEFAULT_WINDOW_MILLIS,
                bodyBytes,
                quick,
                json);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
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
