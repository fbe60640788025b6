/** The clients that are measured, each used as its users would for throughput, and the process that measures one. */
@NullMarked
package io.amqp10.benchmarks.client;

import org.jspecify.annotations.NullMarked;
