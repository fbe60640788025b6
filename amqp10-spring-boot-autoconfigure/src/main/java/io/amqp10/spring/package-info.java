/**
 * AMQP 1.0 for Spring applications: the template that sends and receives, and the parts that its users configure.
 */
@NullMarked
package io.amqp10.spring;

import org.jspecify.annotations.NullMarked;
