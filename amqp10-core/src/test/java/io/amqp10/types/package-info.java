/** Tests of the types. */
@NullMarked
package io.amqp10.types;

import org.jspecify.annotations.NullMarked;
