/** Keeps the benchmarks working; measures nothing. */
@NullMarked
package io.amqp10.benchmarks;

import org.jspecify.annotations.NullMarked;
