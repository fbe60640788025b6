package io.amqp10.cli;

import io.amqp10.DeliveryGuarantee;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.TerminusDurability;
import io.amqp10.types.messaging.TerminusExpiryPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a link to receive on is opened. */
final class SourceArguments {

    private static final Symbol SELECTOR = Symbol.of("apache.org:selector-filter:string");
    private static final UnsignedLong SELECTOR_CODE = new UnsignedLong(0x0000_468C_0000_0004L);
    private static final Symbol NO_LOCAL = Symbol.of("apache.org:no-local-filter:list");
    private static final UnsignedLong NO_LOCAL_CODE = new UnsignedLong(0x0000_468C_0000_0003L);

    @Option(
            names = {"-g", "--guarantee"},
            paramLabel = "GUARANTEE",
            converter = GuaranteeName.class,
            description = "at-least-once: a message is settled after it was printed; at-most-once: the peer sends it "
                    + "settled. Default: at-least-once.")
    private DeliveryGuarantee guarantee = DeliveryGuarantee.AT_LEAST_ONCE;

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

    @Option(
            names = "--dynamic",
            description = "The peer makes up a node, whose address is printed to standard error; there is no ADDRESS.")
    private boolean dynamic;

    @Option(
            names = "--durable",
            description = "A durable subscription: it lives on after the command ends. Needs --link-name and "
                    + "--container-id, by which it is found again.")
    private boolean durable;

    @Option(names = "--unsubscribe", description = "Ends a durable subscription afterwards.")
    private boolean unsubscribe;

    @Option(names = "--link-name", paramLabel = "NAME", description = "The link's name. Default: a random one.")
    private @Nullable String linkName;

    @Option(
            names = "--capability",
            paramLabel = "NAME",
            split = ",",
            description = "Capabilities that the source should have, such as queue, topic or shared; an empty one for "
                    + "none. Default: queue; topic with --durable.")
    private @Nullable List<String> capabilities;

    boolean isDynamic() {
        return dynamic;
    }

    /** Tells whether the link is only detached at the end. */
    boolean keepsSubscription() {
        return durable && !unsubscribe;
    }

    void check(boolean hasContainerId) {
        if (durable && (linkName == null || !hasContainerId)) {
            throw CliException.usage(
                    "--durable needs --link-name and --container-id, by which the subscription is " + "found again");
        }
        if (unsubscribe && !durable) {
            throw CliException.usage("--unsubscribe needs --durable");
        }
    }

    ReceiverOptions options(@Nullable String address) {
        ReceiverOptions options =
                dynamic || address == null ? ReceiverOptions.dynamicNode() : ReceiverOptions.of(address);
        options = options.guarantee(guarantee)
                .name(linkName)
                .filters(filterSet())
                .creditWindow(0)
                .autoAccept(false);
        if (durable) {
            options = options.durability(TerminusDurability.UNSETTLED_STATE)
                    .expiryPolicy(TerminusExpiryPolicy.NEVER)
                    .capabilities(List.of(Symbol.of("topic")));
        }
        return capabilities == null ? options : options.capabilities(TargetArguments.symbols(capabilities));
    }

    private Map<Symbol, @Nullable Object> filterSet() {
        Map<Symbol, @Nullable Object> set = new LinkedHashMap<>();
        if (selector != null) {
            set.put(SELECTOR, new Described(SELECTOR_CODE, selector));
        }
        if (noLocal) {
            set.put(NO_LOCAL, new Described(NO_LOCAL_CODE, List.of()));
        }
        filters.forEach((name, json) -> {
            try {
                set.put(Symbol.of(name), JsonValues.fromJson(JsonText.read(json)));
            } catch (IllegalArgumentException e) {
                throw new CliException(ExitCode.USAGE, "--filter " + name + ": " + e.getMessage(), e);
            }
        });
        return set;
    }

    /** Refuses to go on with messages that were not asked for: a peer says which filters it applies. */
    void checkAnswer(Receiver receiver) {
        Source source = receiver.remoteSource();
        for (Symbol name : filterSet().keySet()) {
            if (source == null || !source.filter().containsKey(name)) {
                throw new CliException(
                        ExitCode.REFUSED,
                        "the peer does not apply the filter " + name + " to '" + receiver.address()
                                + "'; without it all messages would come");
            }
        }
    }
}
