package io.amqp10.sample;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class NewOrderTest {

    @Test
    void usualOrderIsValid() {
        assertThat(messages("Coffee", 1)).isEmpty();
        assertThat(messages("x".repeat(40), 100)).isEmpty();
    }

    @Test
    void itemMustSayWhat() {
        assertThat(messages(null, 1)).containsExactly("Say what you would like.");
        assertThat(messages(" ", 1)).containsExactly("Say what you would like.");
        assertThat(messages("x".repeat(41), 1)).containsExactly("At most 40 characters.");
    }

    @Test
    void quantityMustBeSensible() {
        assertThat(messages("Coffee", null)).containsExactly("Say how many.");
        assertThat(messages("Coffee", 0)).containsExactly("At least 1.");
        assertThat(messages("Coffee", 101)).containsExactly("At most 100.");
    }

    private static List<String> messages(@Nullable String item, @Nullable Integer quantity) {
        try (ValidatorFactory factory = Validation.buildDefaultValidatorFactory()) {
            Validator validator = factory.getValidator();
            return validator.validate(new NewOrder(item, quantity)).stream()
                    .map(violation -> violation.getMessage())
                    .toList();
        }
    }
}
