package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopsTest {

    @Test
    void threadsAreNamedDaemons() throws Exception {
        try (EventLoops loops = EventLoops.create(1)) {
            Thread thread = loops.group().submit(Thread::currentThread).get();

            assertThat(thread.getName()).matches("amqp10-io-[0-9]+");
            assertThat(thread.isDaemon()).isTrue();
        }
    }

    @Test
    void sharedLoopsEndWithTheirLastShare() throws Exception {
        // Another test's container may still be closing.
        await().until(() -> EventLoops.sharedUsers() == 0);
        EventLoops one = EventLoops.shared();
        EventLoops two = EventLoops.shared();
        assertThat(one.group()).isSameAs(two.group());

        one.close();
        one.close();
        assertThat(two.group().isShuttingDown()).isFalse();
        two.close();
        two.terminated().get(10, TimeUnit.SECONDS);

        try (EventLoops anew = EventLoops.shared()) {
            assertThat(anew.group()).isNotSameAs(two.group());
            assertThat(anew.group().submit(() -> "alive").get()).isEqualTo("alive");
        }
    }

    @Test
    void ownLoopsEndWithTheirOwner() throws Exception {
        EventLoops loops = EventLoops.create(1);

        loops.close();

        loops.terminated().get(10, TimeUnit.SECONDS);
        assertThat(loops.group().isTerminated()).isTrue();
    }

    @Test
    void nioIsThereEverywhere() throws Exception {
        try (EventLoops loops = EventLoops.createNio(1)) {
            assertThat(loops.isNative()).isFalse();
            assertThat(loops.channelType().getSimpleName()).isEqualTo("NioSocketChannel");
        }
    }

    @Test
    void atLeastOneLoopIsNeeded() {
        assertThatThrownBy(() -> EventLoops.create(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
