/** Keeps the clients working. */
@NullMarked
package io.amqp10.benchmarks.client;

import org.jspecify.annotations.NullMarked;
