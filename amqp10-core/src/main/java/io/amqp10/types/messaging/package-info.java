/**
 * The message sections, delivery states, outcomes and termini of AMQP 1.0 part 3, and those that part 4 adds to the same
 * families.
 */
@NullMarked
package io.amqp10.types.messaging;

import org.jspecify.annotations.NullMarked;
