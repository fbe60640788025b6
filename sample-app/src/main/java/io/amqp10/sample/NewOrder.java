package io.amqp10.sample;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What the page and {@code POST /orders} send. The messages are shown beside the fields.
 *
 * @param item what
 * @param quantity how many
 */
record NewOrder(
        @NotBlank(message = "Say what you would like.") @Size(max = 40, message = "At most 40 characters.") @Nullable
        String item,

        @NotNull(message = "Say how many.")
        @Min(value = 1, message = "At least 1.")
        @Max(value = 100, message = "At most 100.")
        @Nullable
        Integer quantity) {}
