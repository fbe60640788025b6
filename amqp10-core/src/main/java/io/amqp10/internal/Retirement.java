package io.amqp10.internal;

import io.amqp10.types.messaging.Outcome;

/**
 * The application's verdict about a delivery that applies if a transaction is committed.
 *
 * @param transaction the transaction
 * @param outcome the outcome
 */
record Retirement(LiveTransaction transaction, Outcome outcome) {}
