/** The five frames of the SASL layer, AMQP 1.0 part 5, as immutable values. */
@NullMarked
package io.amqp10.types.sasl;

import org.jspecify.annotations.NullMarked;
