package io.amqp10.cli;

import org.jspecify.annotations.Nullable;

/**
 * What the command line calls an address: an address at the peer, or {@code amqp://host/address}, which also says where the
 * peer is.
 *
 * @param url the peer, null if the address does not say
 * @param address the address
 */
record Target(@Nullable String url, String address) {

    static Target parse(String text) {
        int scheme = text.indexOf("://");
        if (scheme < 0 || !text.substring(0, scheme).matches("amqps?|amqpwss?")) {
            return new Target(null, text);
        }
        int slash = text.indexOf('/', scheme + 3);
        if (slash < 0 || slash == text.length() - 1) {
            throw CliException.usage("'" + text + "' names no address; give it as ADDRESS and the rest by --url, or as "
                    + "amqp://host:port/address");
        }
        return new Target(text.substring(0, slash), text.substring(slash + 1));
    }
}
