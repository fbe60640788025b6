/** A scripted peer for tests of the engine: it takes and sends performatives, no octets. */
@NullMarked
package io.amqp10.engine.testing;

import org.jspecify.annotations.NullMarked;
