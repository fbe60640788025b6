package io.amqp10.types;

import java.util.Objects;

/**
 * A symbolic value from a constrained domain: an ASCII name such as {@code amqp:not-found} or {@code queue}. Equal by
 * text; immutable and safe for any thread.
 *
 * @see "AMQP 1.0 §1.6.21"
 */
public final class Symbol implements Comparable<Symbol> {

    private final String text;

    private Symbol(String text) {
        this.text = text;
    }

    /**
     * Returns the symbol of a text.
     *
     * @param text the characters, each 7-bit ASCII
     * @return the symbol
     * @throws IllegalArgumentException if a character is not 7-bit ASCII
     */
    public static Symbol of(String text) {
        Objects.requireNonNull(text, "text");
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                throw new IllegalArgumentException(
                        "a symbol is 7-bit ASCII, but character " + i + " is U+" + Integer.toHexString(text.charAt(i)));
            }
        }
        return new Symbol(text);
    }

    /**
     * Returns the number of characters, which is the number of octets on the wire.
     *
     * @return the length
     */
    public int length() {
        return text.length();
    }

    @Override
    public int compareTo(Symbol other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Symbol that && text.equals(that.text));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
