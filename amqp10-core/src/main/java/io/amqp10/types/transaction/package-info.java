/** The bodies of messages on a transaction's control link, and its error conditions, AMQP 1.0 part 4. */
@NullMarked
package io.amqp10.types.transaction;

import org.jspecify.annotations.NullMarked;
