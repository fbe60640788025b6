package io.amqp10.codec;

/** Learns where the sections of a message are. */
@FunctionalInterface
public interface SectionVisitor {

    /**
     * Takes one section, in the order of the message.
     *
     * @param type the kind
     * @param from the index of its first octet, that of the descriptor
     * @param to the index behind its last octet
     */
    void section(SectionType type, int from, int to);
}
