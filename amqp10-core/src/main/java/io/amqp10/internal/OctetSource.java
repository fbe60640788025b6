package io.amqp10.internal;

import java.io.IOException;

/** Where the octets of a message come from while it arrives. */
interface OctetSource {

    /**
     * Reads at least one octet.
     *
     * @param length how many at most, 1 or more
     * @return how many were read, -1 at the end
     * @throws IOException if there is none to be read
     */
    int read(byte[] into, int offset, int length) throws IOException;
}
