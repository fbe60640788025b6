package io.amqp10.spring.listener;

import io.amqp10.Delivery;

/**
 * A delivery that came.
 *
 * @param delivery the delivery
 * @param attachment which of the link's attachments it came on: the peer delivers again what is unsettled when one is lost
 */
record Arrival(Delivery delivery, int attachment) {}
