package io.amqp10.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strings and their UTF-8, strict in both directions. */
final class Text {

    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;
    private static final int SHORT = 16;
    private static final char REPLACEMENT = '\ufffd';

    private Text() {}

    /** Decodes octets; refuses those that are not UTF-8. */
    static String decode(byte[] bytes, int from, int length) {
        if (length <= SHORT && isShortAscii(bytes, from, length)) {
            return ascii(bytes, from, length);
        }
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        // Only a text that shows the replacement character can have been malformed: it is checked again, strictly. Of a
        // string of Latin-1 this asks only for its kind.
        if (text.indexOf(REPLACEMENT) >= 0) {
            check(bytes, from, length);
        }
        return text;
    }

    private static void check(byte[] bytes, int from, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length));
        } catch (CharacterCodingException e) {
            throw new DecodeException("a string is not UTF-8");
        }
    }

    /** Makes a string of ASCII, with a constructor that is compiled into its callers, unlike those with a charset. */
    @SuppressWarnings("deprecation")
    private static String ascii(byte[] bytes, int from, int length) {
        return new String(bytes, 0, from, length);
    }

    static boolean isAscii(byte[] bytes, int from, int length) {
        if (length <= SHORT) {
            return isShortAscii(bytes, from, length);
        }
        for (int i = from; i < from + length - SHORT; i += SHORT) {
            if (!isShortAscii(bytes, i, SHORT)) {
                return false;
            }
        }
        return isShortAscii(bytes, from + length - SHORT, SHORT);
    }

    /** The same for at most {@link #SHORT} octets, by loads that may overlap: a loop would cost more than what it does. */
    private static boolean isShortAscii(byte[] bytes, int from, int length) {
        int to = from + length;
        if (length >= Long.BYTES) {
            return ((BigEndian.getLong(bytes, from) | BigEndian.getLong(bytes, to - Long.BYTES)) & NOT_ASCII) == 0;
        }
        if (length >= Integer.BYTES) {
            return ((BigEndian.getInt(bytes, from) | BigEndian.getInt(bytes, to - Integer.BYTES)) & (int) NOT_ASCII)
                    == 0;
        }
        return length == 0 || (bytes[from] | bytes[from + length / 2] | bytes[to - 1]) >= 0;
    }

    /**
     * Writes a text as long as its characters are ASCII.
     *
     * @return whether all are; else nothing that was written counts
     */
    static boolean putAscii(String text, byte[] target, int at) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c > 0x7f) {
                return false;
            }
            target[at + i] = (byte) c;
        }
        return true;
    }

    /** Writes a text that {@link #utf8Length} has measured; returns the index behind it. */
    static int putUtf8(String text, byte[] target, int at) {
        int to = at;
        for (int i = 0; i < text.length(); i++) {
            int c = text.charAt(i);
            if (c < 0x80) {
                target[to++] = (byte) c;
            } else if (c < 0x800) {
                target[to++] = (byte) (0xc0 | c >> 6);
                target[to++] = (byte) (0x80 | c & 0x3f);
            } else if (!Character.isSurrogate((char) c)) {
                target[to++] = (byte) (0xe0 | c >> 12);
                target[to++] = (byte) (0x80 | c >> 6 & 0x3f);
                target[to++] = (byte) (0x80 | c & 0x3f);
            } else {
                c = text.codePointAt(i++);
                target[to++] = (byte) (0xf0 | c >> 18);
                target[to++] = (byte) (0x80 | c >> 12 & 0x3f);
                target[to++] = (byte) (0x80 | c >> 6 & 0x3f);
                target[to++] = (byte) (0x80 | c & 0x3f);
            }
        }
        return to;
    }

    /** Returns how many octets a text takes; refuses one that has no UTF-8. */
    static int utf8Length(String text) {
        long length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0x7f) {
                length += c < 0x800 ? 1 : 2;
                if (Character.isSurrogate(c)) {
                    if (Character.charCount(text.codePointAt(i)) != 2) {
                        throw new IllegalArgumentException("a string has an unpaired surrogate at index " + i);
                    }
                    // Two characters make four octets, of which two and two are counted.
                    i++;
                }
            }
        }
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a string takes more than 2^31 octets");
        }
        return (int) length;
    }
}
