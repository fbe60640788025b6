/**
 * Figures for codec and end-to-end work, side by side with other AMQP 1.0 clients in one run. It gates nothing.
 */
@NullMarked
package io.amqp10.benchmarks;

import org.jspecify.annotations.NullMarked;
