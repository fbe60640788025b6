/**
 * Runs listener methods: binds them to receivers, converts arguments, and turns what a method did into an outcome.
 */
@NullMarked
package io.amqp10.spring.listener;

import org.jspecify.annotations.NullMarked;
