package io.amqp10.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.Message;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is remembered of failed messages, for peers of every kind. */
class FailureMemoryTest {

    private long nanos;
    private final FailureMemory memory = new FailureMemory(() -> nanos);

    private static Message plain(String body) {
        return Message.of(body);
    }

    private static Message counted(long deliveries) {
        return Message.builder().deliveryCount(deliveries).body("x").build();
    }

    private static Message first(String body) {
        return Message.builder().firstAcquirer(true).body(body).build();
    }

    private long failedAndGivenBack(Message message) {
        long failures = memory.failed(message);
        memory.givenBack(message);
        return failures;
    }

    private long rejectedAndGivenBack(Message message) {
        long rejections = memory.rejected(message);
        memory.givenBack(message);
        return rejections;
    }

    // --- failures

    @Test
    void messageWithoutAnIdThatThePeerDoesNotCountIsKnownByWhatItLooksLike() {
        assertThat(failedAndGivenBack(plain("x"))).isEqualTo(1);
        assertThat(failedAndGivenBack(plain("x"))).isEqualTo(2);
        assertThat(failedAndGivenBack(plain("y"))).isEqualTo(1);
        assertThat(failedAndGivenBack(plain("x"))).isEqualTo(3);
    }

    @Test
    void octetsOfTheBodyTellMessagesApart() {
        assertThat(failedAndGivenBack(Message.of(new byte[] {1}))).isEqualTo(1);
        assertThat(failedAndGivenBack(Message.of(new byte[] {2}))).isEqualTo(1);
        assertThat(failedAndGivenBack(Message.of(new byte[] {1}))).isEqualTo(2);
    }

    @Test
    void messagesThatOnlyLookTheSameAreNotTakenForOneThatFailsOften() {
        for (int i = 0; i < 20; i++) {
            assertThat(memory.failed(plain("tick"))).isEqualTo(1); // all kept at the same time
        }
        for (int i = 0; i < 20; i++) {
            memory.givenBack(plain("tick"));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(memory.failed(plain("tick"))).isLessThanOrEqualTo(2);
        }
        assertThat(memory.failed(plain("tick"))).isLessThanOrEqualTo(2);
    }

    @Test
    void messageThatNobodyAcquiredBeforeFailsForTheFirstTime() {
        for (int i = 0; i < 20; i++) {
            assertThat(failedAndGivenBack(first("tick"))).isEqualTo(1);
        }
        assertThat(failedAndGivenBack(plain("tick"))).isEqualTo(1);

        assertThat(failedAndGivenBack(first("poison"))).isEqualTo(1);
        assertThat(failedAndGivenBack(plain("poison"))).isEqualTo(2);
        assertThat(failedAndGivenBack(plain("poison"))).isEqualTo(3);
    }

    @Test
    void peerThatCountsIsBelieved() {
        assertThat(failedAndGivenBack(counted(4))).isEqualTo(5);
        for (int i = 0; i < 20; i++) {
            assertThat(failedAndGivenBack(plain("tick"))).isEqualTo(1);
        }
    }

    @Test
    void messageIsForgottenWhenItWasWorkedWith() {
        failedAndGivenBack(plain("x"));
        memory.forget(plain("x"));
        assertThat(memory.isEmpty()).isTrue();
        assertThat(failedAndGivenBack(plain("x"))).isEqualTo(1);
    }

    // --- rejections

    @Test
    void messageWithoutAnIdThatIsSentAroundIsRejectedLaterAndLater() {
        for (int i = 1; i <= 5; i++) {
            assertThat(rejectedAndGivenBack(plain("poison"))).isEqualTo(i);
        }
    }

    @Test
    void manyThatLookTheSameHardlyDelayEachOther() {
        for (int i = 0; i < 200; i++) {
            long rejections = memory.rejected(plain("poison"));
            assertThat(rejections).isLessThanOrEqualTo(2);
            if (rejections == 1) {
                memory.givenBack(plain("poison")); // at once
            }
        }
    }

    @Test
    void rejectionOfLongAgoIsForgotten() {
        rejectedAndGivenBack(plain("poison"));
        nanos += TimeUnit.MINUTES.toNanos(1);
        assertThat(rejectedAndGivenBack(plain("poison"))).isEqualTo(2);
        nanos += TimeUnit.MINUTES.toNanos(3);
        assertThat(rejectedAndGivenBack(plain("poison"))).isEqualTo(1);
    }
}
