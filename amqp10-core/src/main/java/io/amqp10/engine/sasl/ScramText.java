package io.amqp10.engine.sasl;

import io.amqp10.types.Binary;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads the attributes of a SCRAM message, which come in a fixed order: {@code r=...,s=...,i=...}.
 *
 * @see "RFC 5802, section 7"
 */
final class ScramText {

    private final String text;
    private int position;

    ScramText(String text) {
        this.text = text;
    }

    static String utf8(Binary octets) throws MechanismException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MechanismException("the peer sent a SASL message that is not UTF-8");
        }
    }

    /** Reads the next attribute, which must have this name. */
    String require(char name) throws MechanismException {
        String value = find(name);
        if (value == null) {
            throw new MechanismException(
                    "the peer sent a SCRAM message without the attribute " + name + " where it must be");
        }
        return value;
    }

    /** Reads the next attribute if it has this name. */
    @Nullable
    String find(char name) {
        if (position + 2 > text.length() || text.charAt(position) != name || text.charAt(position + 1) != '=') {
            return null;
        }
        int comma = text.indexOf(',', position);
        int end = comma < 0 ? text.length() : comma;
        String value = text.substring(position + 2, end);
        position = comma < 0 ? text.length() : comma + 1;
        return value;
    }

    /** Reads up to the next comma, whatever it is. */
    String next() {
        int comma = text.indexOf(',', position);
        String value = text.substring(position, comma < 0 ? text.length() : comma);
        position = comma < 0 ? text.length() : comma + 1;
        return value;
    }

    String rest() {
        return text.substring(position);
    }

    static byte[] base64(String value) throws MechanismException {
        try {
            return Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            throw new MechanismException("the peer sent a SCRAM message with malformed base64");
        }
    }

    static String escape(String name) {
        return name.replace("=", "=3D").replace(",", "=2C");
    }

    static String unescape(String name) throws MechanismException {
        if (name.replace("=2C", "").replace("=3D", "").indexOf('=') >= 0) {
            throw new MechanismException("the peer sent a SCRAM message with a malformed name");
        }
        return name.replace("=2C", ",").replace("=3D", "=");
    }

    /** A nonce is printable ASCII. */
    static String checkNonce(String nonce) throws MechanismException {
        if (nonce.isEmpty() || nonce.chars().anyMatch(c -> c < '!' || c > '~')) {
            throw new MechanismException("the peer sent a SCRAM message with a malformed nonce");
        }
        return nonce;
    }
}
