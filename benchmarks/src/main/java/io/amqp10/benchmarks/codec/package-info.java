/**
 * What it costs to encode and decode, for each library the same values and the same octets. The names of the methods are
 * those of the rows.
 */
@NullMarked
package io.amqp10.benchmarks.codec;

import org.jspecify.annotations.NullMarked;
