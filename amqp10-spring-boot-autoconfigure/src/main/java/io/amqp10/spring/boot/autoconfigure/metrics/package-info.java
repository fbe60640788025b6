/**
 * Meters of AMQP 1.0 connections, links and deliveries. The only package that knows Micrometer.
 */
@NullMarked
package io.amqp10.spring.boot.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
