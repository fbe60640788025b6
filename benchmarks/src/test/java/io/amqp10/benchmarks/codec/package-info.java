/** Keeps the benchmarks of the codecs honest. */
@NullMarked
package io.amqp10.benchmarks.codec;

import org.jspecify.annotations.NullMarked;
