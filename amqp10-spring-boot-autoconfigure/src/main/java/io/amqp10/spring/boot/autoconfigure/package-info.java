/**
 * Auto-configuration of AMQP 1.0 for Spring Boot: properties, connection details and the beans made from them.
 */
@NullMarked
package io.amqp10.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
