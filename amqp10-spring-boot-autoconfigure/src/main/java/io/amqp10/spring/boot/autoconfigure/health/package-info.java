/**
 * Health of AMQP 1.0 connections and links. The only package that knows Actuator's health types.
 */
@NullMarked
package io.amqp10.spring.boot.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
