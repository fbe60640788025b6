package io.amqp10.cli;

import io.amqp10.DeliveryGuarantee;
import io.amqp10.types.SenderSettleMode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;

/** Reads a guarantee as it is spelled in texts. */
final class GuaranteeName implements ITypeConverter<DeliveryGuarantee> {

    /** Returns the guarantee that a settle mode stands for, or the given one. */
    static DeliveryGuarantee effective(DeliveryGuarantee guarantee, @Nullable SenderSettleMode settleMode) {
        if (settleMode == SenderSettleMode.SETTLED) {
            return DeliveryGuarantee.AT_MOST_ONCE;
        }
        return settleMode == SenderSettleMode.UNSETTLED ? DeliveryGuarantee.AT_LEAST_ONCE : guarantee;
    }

    @Override
    public DeliveryGuarantee convert(String text) {
        return switch (text) {
            case "at-least-once" -> DeliveryGuarantee.AT_LEAST_ONCE;
            case "at-most-once" -> DeliveryGuarantee.AT_MOST_ONCE;
            default -> throw new IllegalArgumentException("'" + text + "' is not at-least-once or at-most-once");
        };
    }
}
