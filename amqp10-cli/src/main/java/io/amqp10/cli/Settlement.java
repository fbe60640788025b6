package io.amqp10.cli;

import io.amqp10.Delivery;
import io.amqp10.types.AmqpError;

/** What becomes of messages that were printed. */
enum Settlement {
    ACCEPT,
    RELEASE,
    REJECT,
    MODIFY;

    void apply(Delivery delivery) {
        switch (this) {
            case ACCEPT -> delivery.accept();
            case RELEASE -> delivery.release();
            case REJECT -> delivery.reject(AmqpError.NOT_ALLOWED, "rejected by amqp10 receive");
            case MODIFY -> delivery.modify(true, false);
        }
    }
}
