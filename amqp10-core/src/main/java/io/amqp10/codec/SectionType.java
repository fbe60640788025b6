package io.amqp10.codec;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of section, in the order in which a message has them.
 *
 * @see "AMQP 1.0 §3.2"
 */
public enum SectionType {
    /** Delivery details. */
    HEADER(Descriptor.HEADER, 0),
    /** Annotations for the next hop. */
    DELIVERY_ANNOTATIONS(Descriptor.DELIVERY_ANNOTATIONS, 1),
    /** Annotations for every hop. */
    MESSAGE_ANNOTATIONS(Descriptor.MESSAGE_ANNOTATIONS, 2),
    /** Immutable properties. */
    PROPERTIES(Descriptor.PROPERTIES, 3),
    /** The application's own properties. */
    APPLICATION_PROPERTIES(Descriptor.APPLICATION_PROPERTIES, 4),
    /** Octets of a body, once or more often. */
    DATA(Descriptor.DATA, 5),
    /** A list of a body, once or more often. */
    SEQUENCE(Descriptor.AMQP_SEQUENCE, 5),
    /** The value of a body. */
    VALUE(Descriptor.AMQP_VALUE, 5),
    /** What can only be said behind the body. */
    FOOTER(Descriptor.FOOTER, 6);

    private final int descriptor;
    private final int place;
    private final int bit;

    SectionType(int descriptor, int place) {
        this.descriptor = descriptor;
        this.place = place;
        this.bit = 1 << descriptor - Descriptor.HEADER;
    }

    /**
     * Returns a number of one bit, for sets of sections.
     *
     * @return the bit
     */
    public int bit() {
        return bit;
    }

    /** Returns the number of the descriptor. */
    int descriptor() {
        return descriptor;
    }

    /** Returns where in a message the section stands; the three kinds of body share a place. */
    int place() {
        return place;
    }

    boolean isBody() {
        return place == DATA.place;
    }

    static @Nullable SectionType ofDescriptor(int descriptor) {
        return switch (descriptor) {
            case Descriptor.HEADER -> HEADER;
            case Descriptor.DELIVERY_ANNOTATIONS -> DELIVERY_ANNOTATIONS;
            case Descriptor.MESSAGE_ANNOTATIONS -> MESSAGE_ANNOTATIONS;
            case Descriptor.PROPERTIES -> PROPERTIES;
            case Descriptor.APPLICATION_PROPERTIES -> APPLICATION_PROPERTIES;
            case Descriptor.DATA -> DATA;
            case Descriptor.AMQP_SEQUENCE -> SEQUENCE;
            case Descriptor.AMQP_VALUE -> VALUE;
            case Descriptor.FOOTER -> FOOTER;
            default -> null;
        };
    }

    /** Tells whether a value of a format code may be the content of a section of this kind. */
    boolean allows(int code) {
        return switch (this) {
            case HEADER, PROPERTIES, SEQUENCE ->
                code == FormatCode.LIST8 || code == FormatCode.LIST0 || code == FormatCode.LIST32;
            case DATA -> code == FormatCode.BINARY8 || code == FormatCode.BINARY32;
            case VALUE -> true;
            case DELIVERY_ANNOTATIONS, MESSAGE_ANNOTATIONS, APPLICATION_PROPERTIES, FOOTER ->
                code == FormatCode.MAP8 || code == FormatCode.MAP32;
        };
    }
}
