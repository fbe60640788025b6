package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Recorder;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.types.Role;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Received;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Open;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DispositionBatchTest {

    private static final DeliveryState ACCEPTED = Accepted.INSTANCE;

    private final ScriptedPeer sink =
            new ScriptedPeer(EngineOptions.builder(Open.builder("us").build()).build(), new Recorder());
    private final DispositionBatch batch = new DispositionBatch(Role.RECEIVER);

    @Test
    void joinsConsecutiveIdsAcrossTheWrap() {
        for (int id = -3; id < 3; id++) {
            assertThat(batch.add(id, ACCEPTED, true)).isTrue();
        }

        assertThat(flushed()).containsExactly("4294967293-2 Accepted[] settled");
    }

    @Test
    void joinsIdsThatComeOutOfOrder() {
        for (int id : new int[] {5, 7, 6, 4, 9, 8, 3}) {
            assertThat(batch.add(id, ACCEPTED, true)).isTrue();
        }

        assertThat(flushed()).containsExactly("3-9 Accepted[] settled");
    }

    @Test
    void keepsDifferentStatesAndSettlementsApart() {
        batch.add(1, ACCEPTED, true);
        batch.add(2, new Rejected(null), true);
        batch.add(3, ACCEPTED, false);
        batch.add(4, new Modified(true, false), true);
        batch.add(5, new Modified(true, false), true);

        assertThat(flushed())
                .hasSize(4)
                .contains("1-1 Accepted[] settled", "3-3 Accepted[]")
                .anyMatch(text -> text.startsWith("4-5 Modified"));
    }

    @Test
    void refusesAnIdThatIsInItAlreadySoThatTheOrderOfItsStatesIsKept() {
        batch.add(5, ACCEPTED, true);
        batch.add(6, new Received(0, 1), false);

        assertThat(batch.add(6, ACCEPTED, true)).isFalse();
    }

    @Test
    void refusesMoreRangesThanItHolds() {
        for (int i = 0; i < 32; i++) {
            assertThat(batch.add(i * 2, ACCEPTED, true)).isTrue();
        }
        assertThat(batch.add(100, ACCEPTED, true)).isFalse();
        assertThat(batch.add(1, ACCEPTED, true)).isTrue();
        assertThat(batch.add(100, ACCEPTED, true)).isTrue();
    }

    @Property(tries = 200)
    void saysEachIdOnceWithItsState(@ForAll long seed) {
        Random random = new Random(seed);
        List<Integer> ids = new ArrayList<>();
        for (int id = 0; id < 100; id++) {
            ids.add(id);
        }
        Collections.shuffle(ids, random);
        DispositionBatch tested = new DispositionBatch(Role.SENDER);
        for (int id : ids) {
            DeliveryState state = id / 10 % 2 == 0 ? ACCEPTED : new Rejected(null);
            if (!tested.add(id, state, true)) {
                tested.flush(sink, 0);
                assertThat(tested.add(id, state, true)).isTrue();
            }
        }
        tested.flush(sink, 0);

        boolean[] seen = new boolean[100];
        for (Disposition disposition : sent()) {
            for (int id = (int) disposition.first(); id <= disposition.last(); id++) {
                assertThat(seen[id]).isFalse();
                seen[id] = true;
                assertThat(disposition.state() instanceof Accepted).isEqualTo(id / 10 % 2 == 0);
            }
        }
        assertThat(seen).doesNotContain(false);
    }

    private List<String> flushed() {
        batch.flush(sink, 0);
        assertThat(batch.isEmpty()).isTrue();
        List<String> texts = new ArrayList<>();
        for (Disposition disposition : sent()) {
            texts.add(disposition.first() + "-" + disposition.last() + " " + disposition.state()
                    + (disposition.settled() ? " settled" : ""));
        }
        return texts;
    }

    private List<Disposition> sent() {
        List<Disposition> all = new ArrayList<>();
        while (sink.hasFrames()) {
            all.add(sink.expectDisposition());
        }
        return all;
    }
}
