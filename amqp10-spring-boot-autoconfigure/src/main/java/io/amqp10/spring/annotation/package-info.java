/**
 * Annotations that turn methods into AMQP 1.0 listeners.
 */
@NullMarked
package io.amqp10.spring.annotation;

import org.jspecify.annotations.NullMarked;
