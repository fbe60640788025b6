@NullMarked
package io.amqp10.engine.sasl;

import org.jspecify.annotations.NullMarked;
