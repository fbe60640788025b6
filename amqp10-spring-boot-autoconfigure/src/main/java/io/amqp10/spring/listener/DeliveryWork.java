package io.amqp10.spring.listener;

import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.Receiver;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works with one delivery from the call of the listener to the outcome: call, reply, and what a failure makes necessary.
 * The outcome always comes last, so that a crash before leaves the message with the peer.
 */
final class DeliveryWork {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryWork.class);

    private static final Verdict UNREADABLE =
            new Verdict.Reject(ErrorCondition.of(AmqpError.DECODE_ERROR, "the message has malformed sections"));

    private final String id;
    private final ListenerOptions options;
    private final DeliveryListener listener;
    private final FailurePolicy policy;
    private final ReplySender replies;
    private final Delays delays;
    private final FailureMemory memory = new FailureMemory();

    DeliveryWork(
            String id,
            ListenerOptions options,
            DeliveryListener listener,
            FailurePolicy policy,
            ReplySender replies,
            Delays delays) {
        this.id = id;
        this.options = options;
        this.listener = listener;
        this.policy = policy;
        this.replies = replies;
        this.delays = delays;
    }

    /**
     * Works with a delivery. Never throws.
     *
     * @param delivery the delivery
     * @param over is called when the listener has done with it; what follows, such as a delay, is no work
     * @param finished is called once, when the work is done or given up
     */
    void begin(Delivery delivery, Runnable over, Runnable finished) {
        Object result;
        try {
            result = listener.onDelivery(delivery);
            if (result instanceof CompletionStage<?> stage) {
                stage.whenComplete((value, error) -> {
                    over.run();
                    if (error == null) {
                        reply(delivery, value, finished);
                    } else {
                        failed(delivery, unwrapped(error), finished);
                    }
                });
                return;
            }
        } catch (Throwable e) {
            over.run();
            failed(delivery, e, finished);
            return;
        }
        over.run();
        reply(delivery, result, finished);
    }

    private static Throwable unwrapped(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    private void reply(Delivery delivery, @Nullable Object result, Runnable finished) {
        if (result == null) {
            succeeded(delivery, finished);
            return;
        }
        Message request;
        String to;
        try {
            request = delivery.message();
            to = request.replyTo() != null ? request.replyTo() : options.replyAddress();
        } catch (Throwable e) {
            failed(delivery, e, finished); // the sections of a message are read when they are asked for
            return;
        }
        if (to == null) {
            LOG.debug("listener '{}' returned a value, but the message names no address for replies", id);
            succeeded(delivery, finished);
            return;
        }
        try {
            replies.send(to, replyTo(request, to, result)).whenComplete((outcome, error) -> {
                Throwable failure = error == null ? null : unwrapped(error);
                if (failure == null) {
                    try {
                        outcome.orThrow();
                    } catch (Throwable e) {
                        failure = e;
                    }
                }
                if (failure == null) {
                    succeeded(delivery, finished);
                } else {
                    failed(delivery, replyFailed(to, failure), finished);
                }
            });
        } catch (Throwable e) {
            failed(delivery, replyFailed(to, e), finished);
        }
    }

    private Message replyTo(Message request, String to, Object result) {
        Message reply = replies.toMessage(result);
        Object correlationId = reply.correlationId();
        if (correlationId == null) {
            correlationId = request.correlationId() != null ? request.correlationId() : request.messageId();
        }
        return reply.toBuilder().to(to).correlationId(correlationId).build();
    }

    private static ReplyFailedException replyFailed(String to, Throwable cause) {
        return new ReplyFailedException("the reply to '" + to + "' was not sent: " + cause.getMessage(), cause);
    }

    private void succeeded(Delivery delivery, Runnable finished) {
        try {
            if (options.acknowledgeMode() == AcknowledgeMode.AUTO) {
                delivery.accept(); // is ignored if the listener gave it another outcome
                forget(delivery);
            }
        } catch (Throwable e) {
            failed(delivery, e, finished);
            return;
        }
        finished.run();
    }

    /** Another message may come under the same id. */
    private void forget(Delivery delivery) {
        if (memory.isEmpty()) {
            return;
        }
        Message message = readable(delivery);
        if (message != null) {
            memory.forget(message);
        }
    }

    // --- failures

    private void failed(Delivery delivery, Throwable failure, Runnable finished) {
        try {
            decide(delivery, failure, finished);
        } catch (Throwable e) {
            LOG.error("the failure policy of listener '{}' failed", id, e);
            Message message = readable(delivery);
            act(
                    counted(new Verdict.Retry(DefaultFailurePolicy.DEFAULT_DELAYS.delay(1)), message),
                    delivery,
                    message,
                    1,
                    failure,
                    finished);
        }
    }

    private void decide(Delivery delivery, Throwable failure, Runnable finished) {
        if (delivery.isSettled()) {
            LOG.error(
                    "listener '{}' failed with {}, which is settled and does not come again",
                    id,
                    shown(delivery),
                    failure);
            finished.run();
            return;
        }
        if (isLost(delivery)) {
            LOG.warn("listener '{}' failed with {}; its link broke, so it comes again", id, shown(delivery), failure);
            finished.run();
            return;
        }
        Message message = readable(delivery);
        long failures = message == null ? 1 : memory.failed(message);
        act(
                counted(policy.decide(delivery, failures, failure), message),
                delivery,
                message,
                failures,
                failure,
                finished);
    }

    /** A message that cannot be read cannot be counted, and would be tried again for ever. */
    private static Verdict counted(Verdict verdict, @Nullable Message message) {
        return message == null && verdict instanceof Verdict.Retry ? UNREADABLE : verdict;
    }

    private void act(
            Verdict verdict,
            Delivery delivery,
            @Nullable Message message,
            long failures,
            Throwable failure,
            Runnable finished) {
        if (verdict instanceof Verdict.Reject reject) {
            LOG.warn(
                    "listener '{}': {} is rejected, which is the end of it unless the broker keeps dead letters: {}",
                    id,
                    shown(delivery),
                    reject.error().description(),
                    isDeliberate(failure) ? null : failure);
            end(delay(message), message, () -> delivery.reject(reject.error()), finished);
        } else {
            logGivenBack(delivery, failures, verdict, failure);
            end(
                    delay(verdict),
                    message,
                    verdict instanceof Verdict.Retry ? () -> delivery.modify(true, false) : delivery::release,
                    finished);
        }
    }

    /** Some peers deliver again what was rejected, until their limit or for ever: never in a hot loop. */
    private Duration delay(@Nullable Message message) {
        if (message == null) {
            return DefaultFailurePolicy.DEFAULT_DELAYS.initialDelay();
        }
        long rejections = memory.rejected(message);
        if (rejections == 2) {
            LOG.warn(
                    "listener '{}': {} came again although it was rejected, or one like it did; have the broker bound its"
                            + " deliveries and keep dead letters elsewhere than where this listener takes its messages from",
                    id,
                    message.messageId() == null ? "a message without an id" : "message '" + message.messageId() + "'");
        }
        return rejections == 1 ? Duration.ZERO : DefaultFailurePolicy.DEFAULT_DELAYS.delay(rejections - 1);
    }

    private void logGivenBack(Delivery delivery, long failures, Verdict verdict, Throwable failure) {
        String how = (verdict instanceof Verdict.Retry ? "" : " uncounted") + " after "
                + delay(verdict).toMillis() + " ms";
        if (failures == 1 && verdict instanceof Verdict.Retry) {
            LOG.warn("listener '{}' failed with {}, which is given back{}", id, shown(delivery), how, failure);
        } else {
            // the stack trace came with the first failure
            LOG.warn(
                    "listener '{}' failed with {} (failure {}), which is given back{}: {}",
                    id,
                    shown(delivery),
                    failures,
                    how,
                    failure.toString());
        }
    }

    /** Tells whether a listener rejects because it wants to: where in its code says nothing more than the reason does. */
    private static boolean isDeliberate(Throwable failure) {
        return failure instanceof AmqpRejectException && failure.getCause() == null;
    }

    private static Duration delay(Verdict verdict) {
        return verdict instanceof Verdict.Retry retry
                ? retry.delay()
                : verdict instanceof Verdict.Release release ? release.delay() : Duration.ZERO;
    }

    /** Nobody would hear of what is thrown here, and without {@code finished} the listener could never stop. */
    private void end(Duration delay, @Nullable Message message, Runnable outcome, Runnable finished) {
        delays.run(delay, () -> {
            try {
                givenBack(message);
                outcome.run();
            } catch (Throwable e) {
                LOG.error("listener '{}' could not give a message its outcome", id, e);
            } finally {
                finished.run();
            }
        });
    }

    /** Comes before the outcome, so that the message is not counted as kept when it comes again. */
    private void givenBack(@Nullable Message message) {
        if (message != null) {
            memory.givenBack(message);
        }
    }

    /** Tells whether nothing that is said of the delivery reaches the peer any more. */
    private static boolean isLost(Delivery delivery) {
        Receiver receiver = delivery.receiver();
        return receiver.state() == LifecycleState.RECOVERING || receiver.state() == LifecycleState.CLOSED;
    }

    private static @Nullable Message readable(Delivery delivery) {
        try {
            Message message = delivery.message();
            message.deliveryCount();
            message.messageId();
            return message;
        } catch (MessageFormatException e) {
            LOG.debug("a message whose sections are malformed", e);
            return null;
        }
    }

    private static String shown(Delivery delivery) {
        Message message = readable(delivery);
        return message == null || message.messageId() == null
                ? "a message without an id"
                : "message '" + message.messageId() + "'";
    }
}
