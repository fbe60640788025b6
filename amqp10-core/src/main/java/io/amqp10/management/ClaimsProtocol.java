package io.amqp10.management;

/**
 * How a token is shown to a peer's node.
 *
 * @see ClaimsOptions#protocol(ClaimsProtocol)
 */
public enum ClaimsProtocol {
    /** {@link #SET_TOKEN} if the peer offers {@link ClaimsBasedSecurity#CAPABILITY}, {@link #PUT_TOKEN} otherwise. */
    AUTOMATIC,
    /**
     * A request {@code put-token} with audience, type and expiry, and an answer with a status code, as Azure's Service Bus
     * has it.
     */
    PUT_TOKEN,
    /**
     * A message {@code set-token}, which the peer accepts or rejects. The peer reads audience and expiry from the token.
     *
     * @see "AMQP Claims-based Security 1.0, working draft 11, set-token Message"
     */
    SET_TOKEN
}
