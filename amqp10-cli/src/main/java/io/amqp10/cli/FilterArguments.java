package io.amqp10.cli;

import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of a node's messages come. */
class FilterArguments {

    private static final Symbol SELECTOR = Symbol.of("apache.org:selector-filter:string");
    private static final UnsignedLong SELECTOR_CODE = new UnsignedLong(0x0000_468C_0000_0004L);
    private static final Symbol NO_LOCAL = Symbol.of("apache.org:no-local-filter:list");
    private static final UnsignedLong NO_LOCAL_CODE = new UnsignedLong(0x0000_468C_0000_0003L);

    @Option(
            names = "--selector",
            paramLabel = "EXPRESSION",
            description = "Only messages that a JMS selector fits, such as \"colour = 'red' AND size > 3\".")
    private @Nullable String selector;

    @Option(names = "--no-local", description = "No messages that came on the same connection.")
    private boolean noLocal;

    @Option(
            names = "--filter",
            paramLabel = "NAME=JSON",
            description = "Any other filter, its value spelled as --json does. Can be repeated.")
    private Map<String, String> filters = Map.of();

    final Map<Symbol, @Nullable Object> filterSet() {
        Map<Symbol, @Nullable Object> set = new LinkedHashMap<>();
        if (selector != null) {
            set.put(SELECTOR, new Described(SELECTOR_CODE, selector));
        }
        if (noLocal) {
            set.put(NO_LOCAL, new Described(NO_LOCAL_CODE, List.of()));
        }
        filters.forEach((name, json) -> set.put(Symbol.of(name), filter(name, json)));
        return set;
    }

    private static Described filter(String name, String json) {
        Object filter;
        try {
            filter = JsonValues.fromJson(JsonText.read(json));
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--filter " + name + ": " + e.getMessage(), e);
        }
        if (filter instanceof Described described) {
            return described;
        }
        throw new CliException(
                ExitCode.USAGE,
                "--filter " + name + ": a filter is a described value, such as"
                        + " {\"described\":{\"descriptor\":{\"symbol\":\"amqp:sql-filter\"},\"value\":\"n > 1\"}}");
    }
}
