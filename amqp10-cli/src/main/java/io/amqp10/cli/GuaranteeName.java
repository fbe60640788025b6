package io.amqp10.cli;

import io.amqp10.DeliveryGuarantee;
import picocli.CommandLine.ITypeConverter;

/** Reads a guarantee as it is spelled in texts. */
final class GuaranteeName implements ITypeConverter<DeliveryGuarantee> {

    @Override
    public DeliveryGuarantee convert(String text) {
        return switch (text) {
            case "at-least-once" -> DeliveryGuarantee.AT_LEAST_ONCE;
            case "at-most-once" -> DeliveryGuarantee.AT_MOST_ONCE;
            default -> throw new IllegalArgumentException("'" + text + "' is not at-least-once or at-most-once");
        };
    }
}
