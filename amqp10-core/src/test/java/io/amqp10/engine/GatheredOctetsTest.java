package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatheredOctetsTest {

    private static ByteBuf piece(int from, int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) ((from + i) * 31 >> 4);
        }
        return Unpooled.directBuffer(length + 3).writeZero(3).skipBytes(3).writeBytes(octets);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5_000, 300_000, GatheredOctets.MAX_ARRAY, GatheredOctets.MAX_ARRAY + 1, 5_000_000})
    void whatCameIsShownInOnePieceAndNoPieceIsKeptAfterwards(int total) {
        GatheredOctets octets = new GatheredOctets();
        List<ByteBuf> pieces = new ArrayList<>();
        int size = 1;
        for (int at = 0; at < total; ) {
            ByteBuf piece = piece(at, Math.min(size, total - at));
            pieces.add(piece);
            octets.add(piece);
            at += piece.readableBytes();
            size = size * 3 % 100_000;
        }

        assertThat(octets.bytes()).isEqualTo(total);
        ByteBuf all = octets.show();
        assertThat(all.readableBytes()).isEqualTo(total);
        ByteBuf expected = piece(0, total);
        assertThat(all).isEqualTo(expected);
        all.release();
        octets.release();
        assertThat(octets.bytes()).isZero();
        expected.release();
        for (ByteBuf piece : pieces) {
            assertThat(piece.refCnt()).isEqualTo(1);
            piece.release();
        }
    }

    @Test
    void largePiecesAreFreeAsSoonAsTheyWereAdded() {
        GatheredOctets octets = new GatheredOctets();
        ByteBuf piece = piece(0, 64 * 1024);

        octets.add(piece);

        assertThat(piece.refCnt()).isEqualTo(1);
        piece.release();
        octets.release();
    }

    @Test
    void deliveriesAtTheSameTimeDoNotShareAnArray() {
        GatheredOctets before = new GatheredOctets();
        ByteBuf ofBefore = piece(7, 200_000);
        before.add(ofBefore);
        before.release();

        GatheredOctets one = new GatheredOctets();
        GatheredOctets other = new GatheredOctets();
        ByteBuf ofOne = piece(1, 150_000);
        ByteBuf ofOther = piece(2, 150_000);
        one.add(ofOne);
        other.add(ofOther);

        ByteBuf shownByOne = one.show();
        ByteBuf shownByOther = other.show();
        assertThat(shownByOne).isEqualTo(ofOne);
        assertThat(shownByOther).isEqualTo(ofOther);
        List.of(shownByOne, shownByOther, ofBefore, ofOne, ofOther).forEach(ByteBuf::release);
        one.release();
        other.release();
    }

    @Test
    void moreOctetsThanAnArrayCanHaveAreRefused() {
        GatheredOctets octets = new GatheredOctets();
        ByteBuf piece = piece(0, GatheredOctets.MAX_ARRAY);
        octets.add(piece);
        for (int i = 1; i < 1023; i++) {
            octets.add(piece);
        }
        ByteBuf last = piece(0, GatheredOctets.MAX_ARRAY);

        assertThatThrownBy(() -> octets.add(last)).isInstanceOf(ArithmeticException.class);

        octets.release();
        assertThat(piece.refCnt()).isEqualTo(1);
        assertThat(last.refCnt()).isEqualTo(1);
        piece.release();
        last.release();
    }
}
