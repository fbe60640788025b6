package io.amqp10.management;

/** How the answers of a node find their way back. */
public enum ReplyPath {
    /** On a node that the peer makes up for this client; requests name its address in {@code reply-to}. */
    DYNAMIC_NODE,

    /**
     * On a second link with the name of the first one and in the opposite direction; {@code reply-to} is {@code $me}.
     *
     * @see "AMQP Request-Response Messaging with Link Pairing 1.0"
     */
    LINK_PAIR,

    /** On a link from the same node, to a target whose address this client makes up and names in {@code reply-to}. */
    SAME_NODE
}
