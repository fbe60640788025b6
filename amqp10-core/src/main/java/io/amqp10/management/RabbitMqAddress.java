package io.amqp10.management;

import java.nio.charset.StandardCharsets;

/**
 * Addresses of RabbitMQ 4 in their second version, in which names are percent-encoded.
 *
 * @see "RabbitMQ, AMQP 1.0 address format v2"
 */
public final class RabbitMqAddress {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private RabbitMqAddress() {}

    /**
     * Returns the address of a queue, to send to and to receive from.
     *
     * @param queue its name
     * @return the address
     */
    public static String queue(String queue) {
        return "/queues/" + encode(checkName("queue", queue));
    }

    /**
     * Returns the address of an exchange, to send to with an empty routing key.
     *
     * @param exchange its name, not empty: what the default exchange does, {@link #queue} does
     * @return the address
     */
    public static String exchange(String exchange) {
        return "/exchanges/" + encode(checkName("exchange", exchange));
    }

    /**
     * Returns the address of an exchange with a routing key, to send to.
     *
     * @param exchange its name
     * @param routingKey the key
     * @return the address
     */
    public static String exchange(String exchange, String routingKey) {
        return exchange(exchange) + "/" + encode(routingKey);
    }

    private static String checkName(String what, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the name of the " + what + " must not be empty");
        }
        return name;
    }

    /** Encodes all octets of the UTF-8 text but those of unreserved characters (RFC 3986, section 2.3). */
    static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 8);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            if (c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '-'
                    || c == '.'
                    || c == '_'
                    || c == '~') {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX[c >> 4]).append(HEX[c & 0xf]);
            }
        }
        return encoded.toString();
    }
}
