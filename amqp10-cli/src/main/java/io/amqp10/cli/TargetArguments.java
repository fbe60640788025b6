package io.amqp10.cli;

import io.amqp10.DeliveryGuarantee;
import io.amqp10.SenderOptions;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a link to send on is opened. */
final class TargetArguments {

    @Option(
            names = {"-g", "--guarantee"},
            paramLabel = "GUARANTEE",
            converter = GuaranteeName.class,
            description =
                    "at-least-once: each message's outcome is awaited; at-most-once: sent settled, nobody says what "
                            + "became of it. Default: at-least-once.")
    private DeliveryGuarantee guarantee = DeliveryGuarantee.AT_LEAST_ONCE;

    @Option(
            names = "--settle-mode",
            paramLabel = "MODE",
            description =
                    "unsettled and settled are the same as the two guarantees; mixed: each message says by itself "
                            + "whether it is settled.")
    private @Nullable SenderSettleMode settleMode;

    @Option(
            names = "--receiver-settle-mode",
            paramLabel = "MODE",
            defaultValue = "first",
            description = "first: the receiver settles with its outcome; second: after the sender has. "
                    + "Default: ${DEFAULT-VALUE}.")
    private ReceiverSettleMode receiverSettleMode = ReceiverSettleMode.FIRST;

    @Option(
            names = "--dynamic",
            description = "The peer makes up a node, whose address is printed to standard error; there is no ADDRESS.")
    private boolean dynamic;

    @Option(
            names = "--anonymous",
            description =
                    "Sends on a link without an address: each message goes to its own 'to', which ADDRESS fills in "
                            + "where it is missing.")
    private boolean anonymous;

    @Option(names = "--link-name", paramLabel = "NAME", description = "The link's name. Default: a random one.")
    private @Nullable String linkName;

    @Option(
            names = "--capability",
            paramLabel = "NAME",
            split = ",",
            description = "Capabilities that the target should have, such as queue or topic; an empty one for none. "
                    + "Default: queue.")
    private @Nullable List<String> capabilities;

    boolean isDynamic() {
        return dynamic;
    }

    boolean isAnonymous() {
        return anonymous;
    }

    SenderOptions options(@Nullable String address) {
        SenderOptions options = dynamic
                ? SenderOptions.dynamicNode()
                : anonymous || address == null ? SenderOptions.anonymous() : SenderOptions.of(address);
        options = options.guarantee(GuaranteeName.effective(guarantee, settleMode))
                .mixedSettlement(settleMode == SenderSettleMode.MIXED)
                .receiverSettleMode(receiverSettleMode)
                .name(linkName);
        return capabilities == null ? options : options.capabilities(symbols(capabilities));
    }

    static List<Symbol> symbols(List<String> names) {
        return names.stream().filter(name -> !name.isEmpty()).map(Symbol::of).toList();
    }
}
