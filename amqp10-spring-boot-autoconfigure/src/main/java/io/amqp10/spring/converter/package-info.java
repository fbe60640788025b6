/**
 * Turns payloads into messages and messages into payloads.
 */
@NullMarked
package io.amqp10.spring.converter;

import org.jspecify.annotations.NullMarked;
