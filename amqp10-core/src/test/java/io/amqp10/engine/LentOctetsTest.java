package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.Test;

class LentOctetsTest {

    private static final byte[] OCTETS = {0, 1, 2, 3, 4, 5, 6, 7};

    private final LentOctets lent = new LentOctets();

    @Test
    void showsTheOctetsThatAreAskedFor() {
        assertThat(ByteBufUtil.getBytes(lent.lend(OCTETS, 2, 3))).containsExactly(2, 3, 4);
        assertThat(ByteBufUtil.getBytes(lent.lend(OCTETS, 0, 8))).containsExactly(OCTETS);
        assertThat(ByteBufUtil.getBytes(lent.lend(OCTETS, 7, 1))).containsExactly(7);
        assertThat(lent.lend(OCTETS, 0, 0).isReadable()).isFalse();
    }

    @Test
    void usesOneBufferAgain() {
        ByteBuf first = lent.lend(OCTETS, 0, 8);
        first.readByte();

        assertThat(lent.lend(OCTETS, 1, 2)).isSameAs(first);
        assertThat(ByteBufUtil.getBytes(first)).containsExactly(1, 2);
    }

    @Test
    void leavesAloneWhatWasRetained() {
        ByteBuf kept = lent.lend(OCTETS, 0, 4).retainedSlice();

        assertThat(ByteBufUtil.getBytes(lent.lend(OCTETS, 4, 4))).containsExactly(4, 5, 6, 7);
        assertThat(ByteBufUtil.getBytes(kept)).containsExactly(0, 1, 2, 3);
        assertThat(kept.release()).isTrue();
    }
}
