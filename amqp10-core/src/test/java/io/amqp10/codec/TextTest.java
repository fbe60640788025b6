package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextTest {

    private static final int LONGEST = 40;

    /** The octets between others, which must not count. */
    private static byte[] between(byte[] octets) {
        byte[] all = new byte[octets.length + 2];
        all[0] = (byte) 0xff;
        System.arraycopy(octets, 0, all, 1, octets.length);
        all[octets.length + 1] = (byte) 0xff;
        return all;
    }

    @Test
    void asciiOfAnyLengthIsText() {
        for (int length = 0; length <= LONGEST; length++) {
            String text = "\0\u007fABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".substring(0, length);
            byte[] octets = between(text.getBytes(StandardCharsets.US_ASCII));

            assertThat(Text.decode(octets, 1, length)).isEqualTo(text);
            assertThat(Text.isAscii(octets, 1, length)).isTrue();
        }
    }

    @Test
    void aCharacterBeyondAsciiIsFoundWhereverItIs() {
        for (String character : new String[] {"\u0080", "\u00e9", "\u20ac", "\ufffd", "\ud83d\ude00"}) {
            for (int before = 0; before <= LONGEST; before++) {
                for (int behind = 0; behind <= LONGEST; behind++) {
                    String text = "a".repeat(before) + character + "z".repeat(behind);
                    byte[] octets = between(text.getBytes(StandardCharsets.UTF_8));

                    assertThat(Text.decode(octets, 1, octets.length - 2)).isEqualTo(text);
                    assertThat(Text.isAscii(octets, 1, octets.length - 2)).isFalse();
                }
            }
        }
    }

    @Test
    void anOctetThatIsNoUtf8IsRefusedWhereverItIs() {
        for (int length = 1; length <= LONGEST; length++) {
            for (int i = 0; i < length; i++) {
                for (int octet : new int[] {0x80, 0xbf, 0xc3, 0xff}) {
                    byte[] octets = between("a".repeat(length).getBytes(StandardCharsets.US_ASCII));
                    octets[1 + i] = (byte) octet;
                    int all = length;

                    assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> Text.decode(octets, 1, all));
                    assertThat(Text.isAscii(octets, 1, all)).isFalse();
                }
            }
        }
    }
}
