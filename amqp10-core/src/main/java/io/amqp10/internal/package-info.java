/**
 * What is behind the API: joins the engine with the transport, dispatches events to handlers, and restores connections and
 * links. Not for applications.
 */
@NullMarked
package io.amqp10.internal;

import org.jspecify.annotations.NullMarked;
