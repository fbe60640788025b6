/** Runs each example as a program of its own. */
@NullMarked
package io.amqp10.examples;

import org.jspecify.annotations.NullMarked;
