/**
 * A small order service that shows the starter at work. Read it in this order: {@link io.amqp10.sample.OrderController}
 * takes orders, {@link io.amqp10.sample.OrderSender} sends them, {@link io.amqp10.sample.OrderWorker} processes them.
 * The rest is what the page needs to show it, and the broker that runs inside.
 */
@NullMarked
package io.amqp10.sample;

import org.jspecify.annotations.NullMarked;
