package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import org.junit.jupiter.api.Test;

/** What the servers are good for that were written for these tests on another engine: they answer as the address asks. */
interface ServerExchange extends MessageExchange {

    @Override
    default String unknownAddress() {
        return "nowhere";
    }

    @Override
    default int many() {
        return 10_000;
    }

    @Test
    default void everyOutcomeIsTold() {
        assertThat(outcomeOf("reject.it").status()).isEqualTo(SendOutcome.Status.REJECTED);
        assertThat(outcomeOf("reject.it").toString()).isEqualTo("rejected app:refused: as asked");
        assertThat(outcomeOf("release.it").status()).isEqualTo(SendOutcome.Status.RELEASED);
        assertThat(outcomeOf("modify.it").status()).isEqualTo(SendOutcome.Status.MODIFIED);
    }

    private SendOutcome outcomeOf(String address) {
        try (Sender sender = connection().openSender(address)) {
            return sender.send(Message.of("message")).await();
        }
    }
}
