/**
 * The command line {@code amqp10}: sends, receives and looks around at any AMQP 1.0 peer. Built on the public API of
 * amqp10-core alone.
 */
@NullMarked
package io.amqp10.cli;

import org.jspecify.annotations.NullMarked;
