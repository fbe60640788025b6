/**
 * Targets for a fuzzer: each has a {@code fuzzerTestOneInput} that takes any octets and throws if what is under test does
 * anything with them but work or report a protocol error. {@code FuzzCorpusTest} replays what was found to be worth keeping.
 */
@NullMarked
package io.amqp10.fuzz;

import org.jspecify.annotations.NullMarked;
