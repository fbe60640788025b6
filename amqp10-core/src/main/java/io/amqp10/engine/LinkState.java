package io.amqp10.engine;

/**
 * The states of a link at one end.
 *
 * @see "AMQP 1.0 §2.6.3, §2.6.4"
 */
enum LinkState {
    /** Our attach waits for the session to be mapped. */
    WAITING,
    /** Our attach was sent and not answered. */
    ATTACH_SENT,
    /** The peer's attach came and is not answered. */
    ATTACH_RCVD,
    /** Both attaches were exchanged. */
    ATTACHED,
    /** The peer answered without a terminus of its own, so that its detach is to follow. */
    REFUSED,
    /** Our detach was sent, the peer's did not come. */
    DETACH_SENT,
    /** Both detaches were exchanged, or the session is over. */
    DETACHED
}
