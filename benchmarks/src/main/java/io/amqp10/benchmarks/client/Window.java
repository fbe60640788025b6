package io.amqp10.benchmarks.client;

/**
 * What counts.
 *
 * @param warmUpMessages how many messages are done at least before it begins
 * @param warmUpMillis how long the warm-up lasts at least
 * @param millis how long the window is at most
 * @param messages how many messages it has at most
 * @param skip how many messages are done before it, if there is a connection of its own for it
 * @param skipAtMost how many of them it may be until the compiler is at rest
 */
public record Window(long warmUpMessages, long warmUpMillis, long millis, long messages, long skip, long skipAtMost) {}
