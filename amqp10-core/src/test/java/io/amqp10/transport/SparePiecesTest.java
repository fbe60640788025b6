package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SparePiecesTest {

    private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

    private final SparePieces pieces = SparePieces.ofThisThread();

    @Test
    void pieceThatIsBackIsUsedAgainAndEmpty() {
        ByteBuf first = pieces.take(ALLOCATOR);
        first.writeInt(7).readByte();
        first.release();
        ByteBuf again = pieces.take(ALLOCATOR);

        assertThat(again).isSameAs(first);
        assertThat(again.isDirect()).isTrue();
        assertThat(again.readerIndex()).isZero();
        assertThat(again.writerIndex()).isZero();
        again.release();
    }

    @Test
    void pieceUnderWayIsLeftAloneAndMoreThanAllComeFromTheAllocator() {
        List<ByteBuf> taken = new ArrayList<>();
        for (int i = 0; i <= SparePieces.MOST; i++) {
            taken.add(pieces.take(ALLOCATOR));
        }

        Set<ByteBuf> different = Collections.newSetFromMap(new IdentityHashMap<>());
        different.addAll(taken);
        assertThat(different).hasSize(SparePieces.MOST + 1).allSatisfy(piece -> {
            assertThat(piece.capacity()).isEqualTo(SparePieces.SIZE);
            assertThat(piece.isDirect()).isTrue();
        });
        ByteBuf beyond = taken.get(SparePieces.MOST);
        assertThat(beyond.refCnt()).isOne();
        taken.forEach(ByteBuf::release);
        assertThat(beyond.refCnt()).isZero();
        assertThat(taken.subList(0, SparePieces.MOST))
                .allSatisfy(piece -> assertThat(piece.refCnt()).isOne());
    }

    @Test
    void sliceUnderWayKeepsItsPiece() {
        ByteBuf piece = pieces.take(ALLOCATOR).writeLong(1);
        ByteBuf slice = piece.retainedSlice(0, 4);
        piece.release();
        ByteBuf other = pieces.take(ALLOCATOR);

        assertThat(other).isNotSameAs(piece);
        slice.release();
        other.release();
    }

    @Test
    void grownPieceThatIsSeldomUsedGivesItsMemoryBackToo() {
        ByteBuf first = pieces.take(ALLOCATOR);
        ByteBuf second = pieces.take(ALLOCATOR);
        second.writeZero(SparePieces.SIZE + 1).release();
        first.release();
        ByteBuf again = pieces.take(ALLOCATOR);

        assertThat(again).isSameAs(first);
        assertThat(second.capacity()).isEqualTo(SparePieces.SIZE);
        again.release();
    }

    @Test
    void grownPieceGivesItsMemoryBackBeforeItIsUsedAgain() {
        ByteBuf piece = pieces.take(ALLOCATOR);
        piece.writeZero(SparePieces.SIZE + 1);
        piece.release();
        ByteBuf again = pieces.take(ALLOCATOR);

        assertThat(again).isSameAs(piece);
        assertThat(again.capacity()).isEqualTo(SparePieces.SIZE);
        assertThat(again.readableBytes()).isZero();
        again.release();
    }

    @Test
    void piecesEndWithTheirThreadOrWithWhoHoldsThemLongest() throws Exception {
        List<ByteBuf> taken = new ArrayList<>();
        Thread thread = new FastThreadLocalThread(() -> {
            taken.add(SparePieces.ofThisThread().take(ALLOCATOR));
            taken.add(SparePieces.ofThisThread().take(ALLOCATOR));
            taken.get(0).release();
            FastThreadLocal.removeAll();
        });
        thread.start();
        thread.join(TimeUnit.SECONDS.toMillis(60));

        assertThat(taken).hasSize(2);
        assertThat(taken.get(0).refCnt()).isZero();
        assertThat(taken.get(1).refCnt()).isOne();
        taken.get(1).release();
    }
}
