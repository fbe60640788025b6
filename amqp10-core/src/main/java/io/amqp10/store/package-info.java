/**
 * What must survive a crash of the process for a delivery guarantee to hold: the unsettled deliveries of a link.
 */
@NullMarked
package io.amqp10.store;

import org.jspecify.annotations.NullMarked;
