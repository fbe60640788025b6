package io.amqp10.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.Receiver;
import io.amqp10.SendOutcome;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

/** That every delivery gets its outcome, and its end is told once, whatever throws. */
class DeliveryWorkTest {

    private static final ReplySender NOBODY = new ReplySender() {
        @Override
        public Message toMessage(@Nullable Object payload) {
            return Message.of(payload);
        }

        @Override
        public CompletableFuture<SendOutcome> send(String address, Message reply) {
            return CompletableFuture.completedFuture(SendOutcome.ACCEPTED);
        }
    };

    private final Container container = Container.create("work");
    private final Delays delays = new Delays(container);
    private final Delivery delivery = mock(Delivery.class);
    private final AtomicInteger over = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();

    @BeforeEach
    void prepare() {
        delays.hurry();
        Receiver receiver = mock(Receiver.class);
        when(receiver.state()).thenReturn(LifecycleState.OPEN);
        when(delivery.receiver()).thenReturn(receiver);
        when(delivery.message()).thenReturn(Message.of("x"));
    }

    @AfterEach
    void close() {
        container.close();
    }

    private void work(DeliveryListener listener, FailurePolicy policy) {
        new DeliveryWork("id", ListenerOptions.DEFAULT, listener, policy, NOBODY, delays)
                .begin(delivery, over::incrementAndGet, finished::incrementAndGet);
    }

    /** As one whose reply-to is a number. */
    private static Message malformed() {
        MessageFormatException malformed = new MessageFormatException("properties: reply-to is no string", null, null);
        return mock(Message.class, call -> {
            throw malformed;
        });
    }

    private void assertRejectedAsMalformed() {
        ArgumentCaptor<ErrorCondition> error = ArgumentCaptor.forClass(ErrorCondition.class);
        verify(delivery).reject(error.capture());
        assertThat(error.getValue().condition()).isEqualTo(AmqpError.DECODE_ERROR);
        assertThat(finished).hasValue(1);
        assertThat(over).hasPositiveValue();
    }

    @Test
    void messageThatNobodyCanReplyToSinceItIsMalformedIsRejected() {
        when(delivery.message()).thenReturn(malformed());
        work(each -> "reply", new DefaultFailurePolicy());
        assertRejectedAsMalformed();
    }

    @Test
    void messageThatNobodyCanReplyToLaterSinceItIsMalformedIsRejected() {
        when(delivery.message()).thenReturn(malformed());
        work(each -> CompletableFuture.completedFuture("reply"), new DefaultFailurePolicy());
        assertRejectedAsMalformed();
    }

    @Test
    void malformedMessageWhoseListenerFailsIsRejectedSinceNobodyCanCountIt() {
        when(delivery.message()).thenReturn(malformed());
        work(
                each -> {
                    throw new IllegalStateException("on purpose");
                },
                new DefaultFailurePolicy());
        assertRejectedAsMalformed();
    }

    @Test
    void malformedMessageThatThePolicyFailsWithIsRejected() {
        when(delivery.message()).thenReturn(malformed());
        work(
                each -> {
                    throw new IllegalStateException("on purpose");
                },
                (each, failures, failure) -> {
                    throw new MessageFormatException(
                            String.valueOf(each.message().messageId()), null, null);
                });
        assertRejectedAsMalformed();
    }

    @Test
    void deliveryThatCannotBeAcceptedFailsAndIsFinishedOnce() {
        doThrow(new IllegalStateException("on purpose")).when(delivery).accept();
        work(each -> null, new DefaultFailurePolicy());
        verify(delivery).modify(true, false);
        assertThat(finished).hasValue(1);
    }

    @Test
    void deliveryThatCanHaveNoOutcomeIsFinishedOnceAllTheSame() {
        doThrow(new IllegalStateException("on purpose")).when(delivery).reject(any(ErrorCondition.class));
        work(
                each -> {
                    throw new AmqpRejectException("never");
                },
                new DefaultFailurePolicy());
        verify(delivery).reject(any(ErrorCondition.class));
        assertThat(finished).hasValue(1);

        doThrow(new IllegalStateException("on purpose")).when(delivery).modify(eq(true), eq(false));
        work(
                each -> {
                    throw new IllegalStateException("once more");
                },
                new DefaultFailurePolicy());
        verify(delivery).modify(true, false);
        assertThat(finished).hasValue(2);
    }
}
