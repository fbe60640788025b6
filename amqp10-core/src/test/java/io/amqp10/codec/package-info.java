/** Tests of the codec: golden vectors, the specification's tables, properties, limits, and a foreign codec. */
@NullMarked
package io.amqp10.codec;

import org.jspecify.annotations.NullMarked;
