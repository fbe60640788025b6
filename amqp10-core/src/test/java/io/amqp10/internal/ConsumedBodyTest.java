package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.codec.DecodeException;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.types.Symbol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are taken apart while they arrive, whatever frames they come in. */
class ConsumedBodyTest {

    private static final String HEADER = "005370c0020141";
    private static final String PROPERTIES = "005373c00401a10169";
    private static final String DATA_OF_3 = "005375a003010203";
    private static final String DATA_WITH_SYMBOL = "00a310616d71703a646174613a62696e617279b0000000020405";
    private static final String NO_OCTETS = "005375a000";
    private static final String FOOTER = "005378c10602a301665404";

    private int heads;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final ConsumedBody body = new ConsumedBody(DecodeLimits.DEFAULT, head -> heads++, this::take);

    private void take(ByteBuffer octets) {
        assertThat(octets.hasRemaining()).isTrue();
        byte[] copy = new byte[octets.remaining()];
        octets.get(copy);
        taken.writeBytes(copy);
    }

    private static byte[] bytes(String... hex) {
        return HexFormat.of().parseHex(String.join("", hex));
    }

    private Message inFramesOf(int size, byte[] message) {
        for (int from = 0; from < message.length; from += size) {
            body.take(Unpooled.wrappedBuffer(message, from, Math.min(size, message.length - from)));
        }
        return body.end();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 11, 1000})
    void sectionsAndOctetsAreTakenApartWhereverTheFramesAreCut(int size) {
        Message message =
                inFramesOf(size, bytes(HEADER, PROPERTIES, DATA_OF_3, NO_OCTETS, DATA_WITH_SYMBOL, DATA_OF_3, FOOTER));

        assertThat(taken.toByteArray()).containsExactly(1, 2, 3, 4, 5, 1, 2, 3);
        assertThat(heads).isEqualTo(1);
        assertThat(message.durable()).isTrue();
        assertThat(message.messageId()).isEqualTo("i");
        assertThat(message.footer()).containsEntry(Symbol.of("f"), 4);
    }

    @Property(tries = 300)
    void isTheSameAsTheWholeMessage(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] octets = new byte[random.nextInt(random.nextBoolean() ? 20 : 100_000)];
        random.nextBytes(octets);
        ByteBuf encoded = Unpooled.buffer();
        Message.Builder sections = Message.builder().subject("s".repeat(random.nextInt(3_000)));
        if (random.nextBoolean()) {
            sections.footer("f", "v".repeat(random.nextInt(100_000)));
        }
        Message head = sections.build();
        MessageCodec.encodeHead(head, encoded);
        for (int from = 0; from < octets.length; ) {
            int length = 1 + random.nextInt(octets.length - from);
            BodyParts.writeHeader(encoded, length);
            encoded.writeBytes(octets, from, length);
            from += length;
        }
        MessageCodec.encodeFooter(head, encoded);

        ByteArrayOutputStream consumed = new ByteArrayOutputStream();
        ConsumedBody tested = new ConsumedBody(DecodeLimits.DEFAULT, early -> {}, part -> {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            consumed.writeBytes(copy);
        });
        while (encoded.isReadable()) {
            int length = Math.min(encoded.readableBytes(), 1 + random.nextInt(random.nextBoolean() ? 10 : 20_000));
            ByteBuf frame = Unpooled.directBuffer(length).writeBytes(encoded, length);
            tested.take(frame);
            frame.release();
        }
        Message message = tested.end();

        assertThat(consumed.toByteArray()).isEqualTo(octets);
        assertThat(message.subject()).isEqualTo(head.subject());
        assertThat(message.footer()).isEqualTo(head.footer());
    }

    @Test
    void octetsAreGivenWhereTheyAreAndCannotBeChanged() {
        List<ByteBuffer> parts = new ArrayList<>();
        ConsumedBody tested = new ConsumedBody(DecodeLimits.DEFAULT, head -> {}, parts::add);
        ByteBuf frame = Unpooled.directBuffer().writeBytes(bytes(DATA_OF_3));

        tested.take(frame);

        assertThat(parts).hasSize(1);
        ByteBuffer part = parts.get(0);
        assertThat(part.isDirect()).isTrue();
        frame.setByte(frame.writerIndex() - 1, 9);
        assertThat(part.get(2)).isEqualTo((byte) 9);
        assertThatThrownBy(() -> part.put(0, (byte) 0)).isInstanceOf(ReadOnlyBufferException.class);
        frame.release();
    }

    @Test
    void buffersOfSeveralPartsAreGivenPartByPart() {
        byte[] message = bytes(DATA_OF_3, DATA_OF_3);
        body.take(Unpooled.wrappedBuffer(
                Arrays.copyOf(message, 6), Arrays.copyOfRange(message, 6, 14), Arrays.copyOfRange(message, 14, 16)));
        body.end();

        assertThat(taken.toByteArray()).containsExactly(1, 2, 3, 1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4096, 70_000, 1 << 20})
    void bodyThatIsNoDataStaysInTheMessage(int frame) {
        String text = "t".repeat(frame == 1 ? 5_000 : ConsumedBody.MAX_KEPT - 10);

        Message message = inFramesOf(frame, MessageCodec.encode(Message.of(text)));

        assertThat(taken.size()).isZero();
        assertThat(heads).isZero();
        assertThat(message.bodyAsString()).isEqualTo(text);
    }

    @Test
    void messageWithoutAnyOctetHasNothing() {
        Message message = body.end();

        assertThat(taken.size()).isZero();
        assertThat(heads).isZero();
        assertThat(message.applicationProperties()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "005375a00301", // ends within the octets
                "005375b0000000", // within their length
                "005375", // before it
                "0053", // within a descriptor
                HEADER + "005373c0", // within the properties
                DATA_OF_3 + "005378c10602a3", // within the footer
                DATA_OF_3 + "00", // behind the first octet of something
                "005375c003010203", // data is no list
                "005375", // nothing behind the descriptor
                "005301c0020141", // not a section
                "4041", // not described
                DATA_OF_3 + "0053775401", // a value behind data
                DATA_OF_3 + HEADER, // a header behind data
                "005373d00010000100000001", // longer than sections may be
            })
    void malformedMessageIsRefusedWhereverItIsCut(String hex) {
        for (int size : new int[] {1, 2, 1000}) {
            ConsumedBody tested = new ConsumedBody(DecodeLimits.DEFAULT, head -> {}, octets -> {});
            assertThatThrownBy(() -> {
                        byte[] message = bytes(hex);
                        for (int from = 0; from < message.length; from += size) {
                            tested.take(Unpooled.wrappedBuffer(message, from, Math.min(size, message.length - from)));
                        }
                        tested.end();
                    })
                    .isInstanceOfAny(MessageFormatException.class, DecodeException.class);
        }
    }

    @Test
    void isRefusedAsSoonAsMoreWouldHaveToBeKeptThanMayBe() {
        byte[] message = MessageCodec.encode(Message.of("t".repeat(4 * ConsumedBody.MAX_KEPT)));
        byte[] footer = MessageCodec.encode(Message.builder()
                .dataBody(new byte[3])
                .footer("f", "v".repeat(4 * ConsumedBody.MAX_KEPT))
                .build());
        for (byte[] tooMuch : List.of(message, footer)) {
            ConsumedBody tested = new ConsumedBody(DecodeLimits.DEFAULT, head -> {}, octets -> {});
            int[] given = new int[1];
            assertThatThrownBy(() -> {
                        for (int from = 0; from < tooMuch.length; from += 10_000) {
                            int size = Math.min(10_000, tooMuch.length - from);
                            tested.take(Unpooled.wrappedBuffer(tooMuch, from, size));
                            given[0] += size;
                        }
                    })
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining("larger than");
            assertThat(given[0]).isLessThan(ConsumedBody.MAX_KEPT + 20_000);
        }
    }

    @Test
    void nothingIsGivenAfterAStop() {
        ConsumedBody[] tested = new ConsumedBody[1];
        tested[0] = new ConsumedBody(DecodeLimits.DEFAULT, head -> {}, octets -> {
            take(octets);
            tested[0].stop();
        });

        tested[0].take(Unpooled.wrappedBuffer(bytes(DATA_OF_3, DATA_OF_3)));
        tested[0].take(Unpooled.wrappedBuffer(bytes(DATA_OF_3)));

        assertThat(taken.toByteArray()).containsExactly(1, 2, 3);
    }
}
