/**
 * What tests need around the code under test: brokers inside this JVM, foreign peers outside it, certificates, and a
 * link that breaks on demand. Nothing here uses the engine, so that a fault in it cannot hide itself. Other modules get
 * this package as the test-jar of the core.
 */
@NullMarked
package io.amqp10.testkit;

import org.jspecify.annotations.NullMarked;
