package io.amqp10.sample;

import java.time.Instant;
import java.util.UUID;

/**
 * What somebody wants. This is what travels through the broker, as JSON; it is complete, so that a worker needs to know
 * nothing else.
 *
 * @param id unique for ever: an order that comes twice is the same order
 * @param item what
 * @param quantity how many
 * @param placedAt when
 */
record Order(UUID id, String item, int quantity, Instant placedAt) {}
