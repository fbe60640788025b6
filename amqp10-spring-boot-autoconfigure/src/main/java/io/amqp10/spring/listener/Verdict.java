package io.amqp10.spring.listener;

import io.amqp10.types.ErrorCondition;
import java.time.Duration;

/**
 * What becomes of a delivery that a listener failed with.
 *
 * @see "AMQP 1.0 §3.4"
 */
public sealed interface Verdict {

    /**
     * The message is rejected as invalid and does not come again.
     *
     * @param error why
     */
    record Reject(ErrorCondition error) implements Verdict {}

    /**
     * The message is given back as modified, with a failed delivery that is counted.
     *
     * @param delay how long to keep it before; it takes one of the credit meanwhile, but no thread
     */
    record Retry(Duration delay) implements Verdict {}

    /**
     * The message is given back as released, without counting a failed delivery.
     *
     * @param delay how long to keep it before; it takes one of the credit meanwhile, but no thread
     */
    record Release(Duration delay) implements Verdict {}
}
