package io.amqp10.cli;

import io.amqp10.ListenOptions;
import io.amqp10.PeerLimits;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import picocli.CommandLine.Option;

/** What peers may make a listener hold or do, each limit by the name that the errors give it. */
final class LimitArguments {

    /** Sets a limit to what the command line says. */
    @FunctionalInterface
    private interface Limit {
        ListenOptions set(ListenOptions options, String value);
    }

    private static final Map<String, Limit> LIMITS = new LinkedHashMap<>();

    static {
        LIMITS.put("maxConnections", (options, value) -> options.maxConnections(number(value)));
        LIMITS.put("maxHandshakes", (options, value) -> options.maxHandshakes(number(value)));
        LIMITS.put("handshakeTimeout", (options, value) -> options.handshakeTimeout(Quantities.duration(value)));
        LIMITS.put("idleTimeout", (options, value) -> options.idleTimeout(Quantities.duration(value)));
        LIMITS.put("maxFrameSize", (options, value) -> options.maxFrameSize(number(value)));
        LIMITS.put("channelMax", (options, value) -> options.channelMax(number(value)));
        peer("maxSessions", (limits, value) -> limits.maxSessions(number(value)));
        peer("maxLinksPerSession", (limits, value) -> limits.maxLinksPerSession(number(value)));
        peer("maxNameLength", (limits, value) -> limits.maxNameLength(number(value)));
        peer("maxFilterLength", (limits, value) -> limits.maxFilterLength(number(value)));
        peer("maxBufferedBytes", (limits, value) -> limits.maxBufferedBytes(Long.parseLong(value)));
        peer("maxFramesPerDelivery", (limits, value) -> limits.maxFramesPerDelivery(number(value)));
        peer("maxUnsettled", (limits, value) -> limits.maxUnsettled(number(value)));
        peer("maxUnsettledEntries", (limits, value) -> limits.maxUnsettledEntries(number(value)));
        peer("endpointBurst", (limits, value) -> limits.endpointBurst(number(value)));
        peer("endpointsPerSecond", (limits, value) -> limits.endpointsPerSecond(number(value)));
        peer("flowsPerSecond", (limits, value) -> limits.flowsPerSecond(number(value)));
        peer("emptyFramesPerSecond", (limits, value) -> limits.emptyFramesPerSecond(number(value)));
        peer("maxDepth", (limits, value) -> limits.maxDepth(number(value)));
        peer("maxValues", (limits, value) -> limits.maxValues(number(value)));
        peer("maxZeroWidthElements", (limits, value) -> limits.maxZeroWidthElements(number(value)));
        peer("maxBodySections", (limits, value) -> limits.maxBodySections(number(value)));
        peer("symbolCacheSize", (limits, value) -> limits.symbolCacheSize(number(value)));
        peer("minIdleTimeout", (limits, value) -> limits.minIdleTimeout(Quantities.duration(value)));
        peer("writeStallTimeout", (limits, value) -> limits.writeStallTimeout(Quantities.duration(value)));
    }

    @Option(
            names = "--limit",
            paramLabel = "NAME=VALUE",
            description =
                    "What a peer may make us hold or do, by the name that errors give: maxSessions=10 for example. "
                            + "May be given several times; an unknown name lists them all.")
    private Map<String, String> limits = new LinkedHashMap<>();

    private static void peer(String name, BiFunction<PeerLimits, String, PeerLimits> limit) {
        LIMITS.put(name, (options, value) -> options.limits(limit.apply(options.limits(), value)));
    }

    private static int number(String value) {
        return Integer.parseInt(value);
    }

    ListenOptions apply(ListenOptions options) {
        ListenOptions result = options;
        for (Map.Entry<String, String> limit : limits.entrySet()) {
            Limit known = LIMITS.get(limit.getKey());
            if (known == null) {
                throw CliException.usage(
                        "there is no limit '" + limit.getKey() + "', but " + String.join(", ", LIMITS.keySet()));
            }
            try {
                result = known.set(result, limit.getValue());
            } catch (NumberFormatException e) {
                throw wrong(limit, "'" + limit.getValue() + "' is no such number", e);
            } catch (IllegalArgumentException e) {
                throw wrong(limit, String.valueOf(e.getMessage()), e);
            }
        }
        return result;
    }

    private static CliException wrong(Map.Entry<String, String> limit, String why, Exception cause) {
        String message = String.format(Locale.ROOT, "--limit %s: %s", limit.getKey(), why);
        return new CliException(ExitCode.USAGE, message, cause);
    }
}
