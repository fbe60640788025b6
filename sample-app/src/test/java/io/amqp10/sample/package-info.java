/** Tests of the order service. */
@NullMarked
package io.amqp10.sample;

import org.jspecify.annotations.NullMarked;
