/**
 * A peer that is not the bottleneck: frames encoded once, patched in place and written hundreds at a time. It plays the
 * server that every client is measured against, and the client that shows what a socket can do at best.
 */
@NullMarked
package io.amqp10.benchmarks.raw;

import org.jspecify.annotations.NullMarked;
