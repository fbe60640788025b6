package io.amqp10.spring.listener;

import io.amqp10.Amqp10Exception;
import io.amqp10.Delivery;
import io.amqp10.DeliveryFailedException;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.spring.Backoff;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.Symbol;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;
import org.springframework.util.Assert;
import org.springframework.validation.BindingResult;

/**
 * Decides by what was thrown and how often the message failed:
 *
 * <ul>
 *   <li>{@link AmqpRejectException} and {@link AmqpReleaseException} say it themselves;
 *   <li>a message that cannot be read, converted or validated for the listener is rejected, since it will not become valid; what the
 *       listener itself cannot read or convert, such as a reply to it, is another matter;
 *   <li>a reply that its address refuses for good has its request rejected, since working again would not help; one that
 *       it refuses for the moment, such as for want of room, does not;
 *   <li>anything else is tried again after a growing delay, and rejected at the last delivery.
 * </ul>
 */
public final class DefaultFailurePolicy implements FailurePolicy {

    /** The default number of deliveries after which a message is rejected. */
    public static final int DEFAULT_MAX_DELIVERIES = 10;

    /** The default delays before a failed message is given back. */
    public static final Backoff DEFAULT_DELAYS = new Backoff(Duration.ofSeconds(1), 2.0, Duration.ofSeconds(30));

    /** By name, since bean validation need not be there. */
    private static final String CONSTRAINT_VIOLATION = "jakarta.validation.ConstraintViolationException";

    /** What a peer says of a reply, or the link for it, that passes by itself; the last is Artemis's word for its own failures. */
    private static final Set<Symbol> PASSING = Set.of(
            AmqpError.RESOURCE_LIMIT_EXCEEDED,
            AmqpError.RESOURCE_LOCKED,
            AmqpError.INTERNAL_ERROR,
            LinkError.DETACH_FORCED,
            Symbol.of("failed"));

    private final Backoff delays;
    private final int maxDeliveries;

    /** Makes a policy with the defaults. */
    public DefaultFailurePolicy() {
        this(DEFAULT_DELAYS, DEFAULT_MAX_DELIVERIES);
    }

    /**
     * Makes a policy.
     *
     * @param delays how long failed messages are kept before they are given back
     * @param maxDeliveries the number of deliveries after which a message is rejected, 0 for never
     */
    public DefaultFailurePolicy(Backoff delays, int maxDeliveries) {
        Assert.isTrue(maxDeliveries >= 0, () -> "maxDeliveries must not be negative: " + maxDeliveries);
        this.delays = delays;
        this.maxDeliveries = maxDeliveries;
    }

    @Override
    public Verdict decide(Delivery delivery, long failures, Throwable failure) {
        if (failure instanceof AmqpRejectException reject) {
            return new Verdict.Reject(reject.error());
        }
        if (failure instanceof AmqpReleaseException release) {
            Duration delay = release.delay();
            return new Verdict.Release(delay != null ? delay : delays.delay(1));
        }
        Symbol invalid = invalid(delivery, failure);
        if (invalid != null) {
            return new Verdict.Reject(ErrorCondition.of(invalid, described(failure)));
        }
        if (failure instanceof ReplyFailedException reply && isForGood(reply.getCause())) {
            return new Verdict.Reject(ErrorCondition.of(AmqpError.PRECONDITION_FAILED, described(failure)));
        }
        if (maxDeliveries > 0 && failures >= maxDeliveries) {
            return new Verdict.Reject(ErrorCondition.of(
                    AmqpError.INTERNAL_ERROR,
                    "the listener failed " + failures + " times, at last with " + described(failure)));
        }
        return new Verdict.Retry(delays.delay(failures));
    }

    private static @Nullable Symbol invalid(Delivery delivery, Throwable failure) {
        if (failure instanceof MethodArgumentNotValidException
                || failure.getClass().getName().equals(CONSTRAINT_VIOLATION)) {
            return AmqpError.INVALID_FIELD;
        }
        return failure instanceof MethodArgumentResolutionException
                        || failure instanceof ArgumentException
                        || failure instanceof MessageFormatException && isMalformed(delivery.message())
                ? AmqpError.DECODE_ERROR
                : null;
    }

    /** A listener that takes the message as it is may be the first to read a part of it. */
    private static boolean isMalformed(Message message) {
        try {
            message.header();
            message.deliveryAnnotations();
            message.messageAnnotations();
            message.properties();
            message.applicationProperties();
            message.body();
            message.footer();
            return false;
        } catch (MessageFormatException e) {
            return true;
        }
    }

    private static boolean isForGood(@Nullable Throwable cause) {
        return !isPassing(cause)
                && (cause instanceof LinkRefusedException
                        || cause instanceof MessageConversionException
                        || cause instanceof DeliveryFailedException refused && refused.condition() != null);
    }

    private static boolean isPassing(@Nullable Throwable cause) {
        ErrorCondition said = cause instanceof Amqp10Exception refused ? refused.condition() : null;
        return said != null && PASSING.contains(said.condition());
    }

    private static String described(Throwable failure) {
        if (failure instanceof MethodArgumentNotValidException notValid) {
            BindingResult result = notValid.getBindingResult();
            if (result != null && result.hasErrors()) {
                StringBuilder text = new StringBuilder("the payload is not valid:");
                result.getFieldErrors().forEach(error -> text.append(' ')
                        .append(error.getField())
                        .append(' ')
                        .append(error.getDefaultMessage())
                        .append(';'));
                result.getGlobalErrors().forEach(error -> text.append(' ')
                        .append(error.getDefaultMessage())
                        .append(';'));
                return text.substring(0, text.length() - 1);
            }
        }
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getName()
                : failure instanceof MessageConversionException
                        ? message
                        : failure.getClass().getSimpleName() + ": " + message;
    }
}
