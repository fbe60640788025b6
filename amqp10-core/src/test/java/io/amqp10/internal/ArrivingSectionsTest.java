package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.types.Symbol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are taken apart while they arrive, by a reader that is interrupted and goes on. */
class ArrivingSectionsTest {

    private static final String HEAD = "005370c0020141" + "005373c00401a10169";
    private static final String DATA = "005375a003010203" + "00a310616d71703a646174613a62696e617279b0000000020405";
    private static final String FOOTER = "005378c10602a301665404";
    private static final String VALUE = "005377a10474657874";

    /** Gives some octets at a time, and fails before some of them, once each. */
    private static final class Failing implements OctetSource {

        private final byte[] octets;
        private final int atOnce;
        private final boolean[] fails;
        private boolean byOtherThread;
        private int position;
        private int failures;

        Failing(String hex, int atOnce) {
            octets = HexFormat.of().parseHex(hex);
            this.atOnce = atOnce;
            fails = new boolean[octets.length + 1];
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (fails[position]) {
                fails[position] = false;
                failures++;
                if (byOtherThread) {
                    throw new IllegalStateException("interrupted");
                }
                throw new InterruptedIOException("interrupted");
            }
            int n = Math.min(Math.min(length, atOnce), octets.length - position);
            if (n == 0) {
                return -1;
            }
            System.arraycopy(octets, position, into, offset, n);
            position += n;
            return n;
        }
    }

    private interface Reading {

        @Nullable
        Object read() throws IOException;
    }

    private static @Nullable Object untilDone(Reading reading) throws IOException {
        while (true) {
            try {
                return reading.read();
            } catch (InterruptedIOException | IllegalStateException e) {
                assertThat(e).hasMessage("interrupted"); // and is read again
            }
        }
    }

    private static Message readAll(Failing source, ByteArrayOutputStream data) throws IOException {
        ArrivingSections sections = new ArrivingSections(source, DecodeLimits.DEFAULT, 100);
        Message message = (Message) Objects.requireNonNull(untilDone(sections::readHead));
        while (sections.dataLength() != ArrivingSections.NO_DATA) {
            for (long left = sections.dataLength(); left > 0; left--) {
                byte[] octet = new byte[1];
                untilDone(() -> source.read(octet, 0, 1));
                data.write(octet[0]);
            }
            Message whole = (Message) untilDone(sections::readOn);
            message = whole == null ? message : whole;
        }
        return message;
    }

    private static void assertThatAllIsRead(Failing source) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        Message message = readAll(source, data);
        assertThat(data.toByteArray()).containsExactly(1, 2, 3, 4, 5);
        assertThat(message.durable()).isTrue();
        assertThat(message.messageId()).isEqualTo("i");
        assertThat(message.footer()).containsEntry(Symbol.of("f"), 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000})
    void nothingIsLostWhereverTheReaderIsInterrupted(int atOnce) throws IOException {
        String message = HEAD + DATA + FOOTER;
        int failures = 0;
        for (int at = 0; at <= message.length() / 2; at++) {
            Failing source = new Failing(message, atOnce);
            source.fails[at] = true;
            assertThatAllIsRead(source);
            failures += source.failures;
        }
        // it is asked for each octet that it may stop before, though not for those in the middle of what it gave
        assertThat(failures).isGreaterThan(message.length() / 10);
    }

    @Test
    void nothingIsLostIfEachOctetIsWaitedForInVainFirst() throws IOException {
        Failing source = new Failing(HEAD + DATA + FOOTER, 1);
        Arrays.fill(source.fails, true);
        assertThatAllIsRead(source);
        assertThat(source.failures).isEqualTo(source.fails.length);
    }

    @Test
    void nothingIsLostIfAThreadTriedThatMustNotWait() throws IOException {
        Failing source = new Failing(HEAD + DATA + FOOTER, 1);
        source.byOtherThread = true;
        Arrays.fill(source.fails, true);
        assertThatAllIsRead(source);
    }

    @Test
    void bodyThatIsNoDataIsReadOnToo() throws IOException {
        Failing source = new Failing(HEAD + VALUE, 1);
        Arrays.fill(source.fails, true);
        assertThat(readAll(source, new ByteArrayOutputStream()).body()).isEqualTo("text");
    }

    @Test
    void endWithinASectionIsToldAfterAFailureToo() {
        Failing source = new Failing(HEAD.substring(0, HEAD.length() - 2), 1);
        Arrays.fill(source.fails, true);
        assertThatThrownBy(() -> readAll(source, new ByteArrayOutputStream()))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("ends within a section");
    }
}
