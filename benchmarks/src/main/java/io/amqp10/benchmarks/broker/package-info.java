/** The brokers that clients are measured against, each in a process of its own. */
@NullMarked
package io.amqp10.benchmarks.broker;

import org.jspecify.annotations.NullMarked;
