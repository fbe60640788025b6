package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.MessageFormatException;
import io.amqp10.codec.DecodeLimits;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are read while they arrive: what is told of those that are malformed, and of interruptions. */
class ArrivingMessageTest {

    private static final String DATA = "005375a003010203";
    private static final String UNKNOWN_SECTION = "005399005375a001ff";
    private static final String CUT_SECTION = "0053";

    private final ArrivingOctets octets = new ArrivingOctets(100, frames -> {}, new SpareChunks());
    private final ArrivingMessage message = new ArrivingMessage(octets, DecodeLimits.DEFAULT);

    private void arrive(String hex) {
        octets.add(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
    }

    /** Unlike the JDK's channels, this one writes while its thread is interrupted. */
    private record Plain(ByteArrayOutputStream to) implements WritableByteChannel {

        @Override
        public int write(ByteBuffer octets) {
            byte[] all = new byte[octets.remaining()];
            octets.get(all);
            to.writeBytes(all);
            return all.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // nothing to close
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {UNKNOWN_SECTION, CUT_SECTION})
    void bodyThatIsMalformedStaysSo(String rest) throws IOException {
        arrive(DATA + rest);
        octets.complete();
        InputStream body = message.body();
        assertThat(body.readNBytes(3)).containsExactly(1, 2, 3);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(body::read)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("malformed message")
                    .hasCauseInstanceOf(MessageFormatException.class);
            assertThatThrownBy(() -> message.transferBodyTo(new Plain(new ByteArrayOutputStream())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("malformed message");
        }
    }

    @Test
    void interruptedTransferTellsHowFarItCameAndGoesOn() throws IOException {
        arrive(DATA + "0053");
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        Thread.currentThread().interrupt();
        // What is there is written without waiting; the rest of the next section's beginning is waited for.
        assertThatThrownBy(() -> message.transferBodyTo(new Plain(written)))
                .isInstanceOfSatisfying(InterruptedIOException.class, e -> assertThat(e.bytesTransferred)
                        .isEqualTo(3));
        assertThat(Thread.interrupted()).isTrue();
        arrive("75a0020405");
        octets.complete();

        assertThat(message.transferBodyTo(new Plain(written))).isEqualTo(2);
        assertThat(written.toByteArray()).containsExactly(1, 2, 3, 4, 5);
    }
}
