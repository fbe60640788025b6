/** Tests of the engine. */
@NullMarked
package io.amqp10.engine;

import org.jspecify.annotations.NullMarked;
