package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.ReceiverOptions;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** Applies all customizers of receivers in their order. */
final class ReceiverCustomizers implements BiFunction<@Nullable String, ReceiverOptions, ReceiverOptions> {

    private final List<Amqp10ReceiverCustomizer> customizers;

    private ReceiverCustomizers(List<Amqp10ReceiverCustomizer> customizers) {
        this.customizers = customizers;
    }

    static ReceiverCustomizers of(ObjectProvider<Amqp10ReceiverCustomizer> customizers) {
        return new ReceiverCustomizers(customizers.orderedStream().toList());
    }

    @Override
    public ReceiverOptions apply(@Nullable String listenerId, ReceiverOptions options) {
        ReceiverOptions customized = options;
        for (Amqp10ReceiverCustomizer customizer : customizers) {
            customized = customizer.customize(customized, listenerId);
        }
        return customized;
    }
}
