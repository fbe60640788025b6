/** Our engine with real brokers and with the engines of others: what it says it does, shown where it counts. */
@NullMarked
package io.amqp10.interop;

import org.jspecify.annotations.NullMarked;
