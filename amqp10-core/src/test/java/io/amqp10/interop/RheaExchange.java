package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.AuthenticationException;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a server on rhea is good for, however it is reached. */
interface RheaExchange extends ServerExchange {

    /** How the server is reached, without a user. */
    String uri();

    @Override
    default List<Message> bodies() {
        return Bodies.portable();
    }

    @Test
    default void wrongPasswordEndsTheConnectionWithOneClearSentence() {
        ConnectionOptions wrong = ConnectionOptions.of(uri()).user("alice").password("wrong");
        try (Connection refused = connection().container().connect(wrong)) {
            assertThatThrownBy(refused::awaitOpen)
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining("alice")
                    .hasMessageNotContaining("wrong");
        }
    }
}
