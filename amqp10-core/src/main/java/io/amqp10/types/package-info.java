/**
 * Values of the AMQP 1.0 type system that Java does not have by itself (AMQP 1.0 part 1), and the small enums and error
 * conditions that more than one part of the specification uses. Nothing here depends on anything but the JDK.
 */
@NullMarked
package io.amqp10.types;

import org.jspecify.annotations.NullMarked;
