/**
 * The programs that the project was created from, one file each, on {@code amqp10-core} alone. Each says in its
 * Javadoc what it needs and which arguments it takes.
 */
@NullMarked
package io.amqp10.examples;

import org.jspecify.annotations.NullMarked;
