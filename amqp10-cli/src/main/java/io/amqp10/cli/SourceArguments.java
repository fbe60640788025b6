package io.amqp10.cli;

import io.amqp10.DeliveryGuarantee;
import io.amqp10.ReceiverOptions;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.TerminusDurability;
import io.amqp10.types.messaging.TerminusExpiryPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a link to receive on is opened. */
final class SourceArguments extends FilterArguments {

    @Option(
            names = {"-g", "--guarantee"},
            paramLabel = "GUARANTEE",
            converter = GuaranteeName.class,
            description = "at-least-once: a message is settled after it was printed; at-most-once: the peer sends it "
                    + "settled. Default: at-least-once.")
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
        options = options.guarantee(GuaranteeName.effective(guarantee, settleMode))
                .mixedSettlement(settleMode == SenderSettleMode.MIXED)
                .receiverSettleMode(receiverSettleMode)
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
}
