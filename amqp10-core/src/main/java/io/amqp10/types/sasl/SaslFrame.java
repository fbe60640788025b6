package io.amqp10.types.sasl;

/**
 * The body of a frame of type SASL.
 *
 * @see "AMQP 1.0 §5.3.3"
 */
public sealed interface SaslFrame permits SaslMechanisms, SaslInit, SaslChallenge, SaslResponse, SaslOutcome {}
