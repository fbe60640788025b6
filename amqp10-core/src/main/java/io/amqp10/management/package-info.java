/**
 * Requests to a peer's management node and their answers: {@link io.amqp10.management.ManagementClient} for any node that
 * works by requests and responses, and {@link io.amqp10.management.RabbitMqManagement} with
 * {@link io.amqp10.management.RabbitMqAddress} for the queues, exchanges and bindings of RabbitMQ 4.
 */
@NullMarked
package io.amqp10.management;

import org.jspecify.annotations.NullMarked;
