/**
 * The programs that the project was created from, one file each, on {@code amqp10-core} alone. Each takes its address and
 * URI as arguments and says in its Javadoc what it needs.
 */
@NullMarked
package io.amqp10.examples;

import org.jspecify.annotations.NullMarked;
