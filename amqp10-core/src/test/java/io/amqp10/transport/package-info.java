@NullMarked
package io.amqp10.transport;

import org.jspecify.annotations.NullMarked;
