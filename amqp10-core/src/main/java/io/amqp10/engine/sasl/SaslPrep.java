package io.amqp10.engine.sasl;

import java.text.Normalizer;

/**
 * Prepares user names and passwords so that texts which look the same compare the same. Code points that were not assigned
 * when the profile was written pass, as it demands for queries.
 *
 * @see "RFC 4013"
 */
final class SaslPrep {

    private SaslPrep() {}

    /**
     * Prepares a text.
     *
     * @param text the text; plain ASCII comes back as it is
     * @return the prepared text
     * @throws MechanismException if it holds what the profile prohibits; the message does not show the text
     */
    static String prepare(String text) throws MechanismException {
        if (isPrintableAscii(text)) {
            return text;
        }
        StringBuilder mapped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isForeignSpace(c)) {
                mapped.append(' ');
            } else if (!isMappedToNothing(c)) {
                mapped.appendCodePoint(c);
            }
        });
        String normalized = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        if (normalized.codePoints().anyMatch(SaslPrep::isProhibited)) {
            throw new MechanismException(
                    "a user name or password holds a character that SASL prohibits, such as a control " + "character");
        }
        checkDirections(normalized);
        return normalized;
    }

    private static boolean isPrintableAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private static boolean isForeignSpace(int c) {
        return c == 0xa0 || c == 0x1680 || in(c, 0x2000, 0x200b) || c == 0x202f || c == 0x205f || c == 0x3000;
    }

    private static boolean isMappedToNothing(int c) {
        return c == 0xad
                || c == 0x34f
                || c == 0x1806
                || in(c, 0x180b, 0x180d)
                || in(c, 0x200c, 0x200d)
                || c == 0x2060
                || in(c, 0xfe00, 0xfe0f)
                || c == 0xfeff;
    }

    private static boolean isProhibited(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.PRIVATE_USE
                || type == Character.SURROGATE
                || in(c, 0xfdd0, 0xfdef)
                || (c & 0xfffe) == 0xfffe
                || c == 0x6dd
                || c == 0x70f
                || c == 0x180e
                || in(c, 0x2028, 0x202e)
                || in(c, 0x200e, 0x200f)
                || in(c, 0x2061, 0x2063)
                || in(c, 0x206a, 0x206f)
                || in(c, 0x2ff0, 0x2ffb)
                || in(c, 0x340, 0x341)
                || in(c, 0xfff9, 0xfffd)
                || in(c, 0x1d173, 0x1d17a)
                || c == 0xe0001
                || in(c, 0xe0020, 0xe007f);
    }

    /** A text with right-to-left characters begins and ends with one and has none from left to right. */
    private static void checkDirections(String text) throws MechanismException {
        if (text.codePoints().noneMatch(SaslPrep::isRightToLeft)) {
            return;
        }
        boolean mixed = text.codePoints()
                .anyMatch(c -> Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
        if (mixed || !isRightToLeft(text.codePointAt(0)) || !isRightToLeft(text.codePointBefore(text.length()))) {
            throw new MechanismException("a user name or password mixes directions of writing, which SASL prohibits");
        }
    }

    private static boolean isRightToLeft(int c) {
        byte direction = Character.getDirectionality(c);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    private static boolean in(int c, int first, int last) {
        return c >= first && c <= last;
    }
}
