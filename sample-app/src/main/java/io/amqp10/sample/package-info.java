/**
 * A small order service that shows the starter at work: a page places orders, listeners process them.
 */
@NullMarked
package io.amqp10.sample;

import org.jspecify.annotations.NullMarked;
