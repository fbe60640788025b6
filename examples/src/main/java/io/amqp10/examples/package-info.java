/**
 * Small programs on the plain Java API, one file each, that run with one command.
 */
@NullMarked
package io.amqp10.examples;

import org.jspecify.annotations.NullMarked;
