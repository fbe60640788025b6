package io.amqp10.cli;

import java.util.regex.Pattern;

/** Makes texts fit to be shown. */
final class Texts {

    /** Up to the last @: a password may hold one, or a slash, where somebody did not percent-encode it. */
    private static final Pattern CREDENTIALS = Pattern.compile("(?<=://)\\S*@");

    private static final Pattern PASSWORD = Pattern.compile("(?i)(--?pass(?:word|wd)?)[= ][^\\s'\"]*");

    private Texts() {}

    /** Hides whatever looks like a secret of a command line. */
    static String withoutSecrets(String text) {
        String hidden = CREDENTIALS.matcher(text).replaceAll("***@");
        return PASSWORD.matcher(hidden).replaceAll("$1=***");
    }

    /** Puts a text on one line, and spells control characters, which could command a terminal. */
    static String oneLine(String text) {
        return escaped(text.strip(), "");
    }

    /** Spells control characters, which could command a terminal, except for tabs and line ends. */
    static String forTerminal(String text) {
        return escaped(text, "\n\t");
    }

    /** Spells the control characters that JSON leaves as they are; inside a JSON string that says the same. */
    static String json(String text) {
        return escaped(text, "");
    }

    private static String escaped(String text, String kept) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean control = Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
            if (control && kept.indexOf(c) < 0) {
                if (escaped == null) {
                    escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
                }
                escaped.append(c == '\n' ? "\\n" : String.format("\\u%04x", (int) c));
            } else if (escaped != null) {
                escaped.append(c);
            }
        }
        return escaped == null ? text : escaped.toString();
    }
}
