package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.ReconnectOptions;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(5);

    /** Waits the whole of each bound. */
    private static final RandomGenerator LARGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    private static Backoff backoff(int attempts) {
        return new Backoff(
                ReconnectOptions.DEFAULT
                        .initialDelay(Duration.ofNanos(100))
                        .maxDelay(Duration.ofNanos(350))
                        .maxAttempts(attempts),
                LARGEST);
    }

    @Test
    void boundsGrowUpToTheLargest() {
        Backoff backoff = backoff(0);

        assertThat(new long[] {
                    backoff.nextDelayNanos(),
                    backoff.nextDelayNanos(),
                    backoff.nextDelayNanos(),
                    backoff.nextDelayNanos()
                })
                .containsExactly(100, 200, 350, 350);
        assertThat(backoff.exhausted()).isFalse();
    }

    @Test
    void delaysMayBeWithoutEnd() {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        Backoff first = new Backoff(ReconnectOptions.DEFAULT.maxDelay(forever), LARGEST);
        Backoff both = new Backoff(ReconnectOptions.DEFAULT.maxDelay(forever).initialDelay(forever), LARGEST);

        assertThat(first.nextDelayNanos())
                .isEqualTo(ReconnectOptions.DEFAULT.initialDelay().toNanos());
        assertThat(both.nextDelayNanos()).isEqualTo(Long.MAX_VALUE - 1);
    }

    @Test
    void anyPartOfTheBoundMayBeWaited() {
        Backoff backoff = new Backoff(
                ReconnectOptions.DEFAULT.initialDelay(Duration.ofNanos(1)), RandomGenerator.of("L64X128MixRandom"));

        assertThat(backoff.nextDelayNanos()).isBetween(0L, 1L);
    }

    @Test
    void whatWorkedForLongStartsAnew() {
        Backoff backoff = backoff(2);
        backoff.nextDelayNanos();
        backoff.nextDelayNanos();
        assertThat(backoff.exhausted()).isTrue();

        backoff.worked(7);
        boolean stable = backoff.broke(7 + LONG);

        assertThat(stable).isTrue();
        assertThat(backoff.exhausted()).isFalse();
        assertThat(backoff.nextDelayNanos()).isEqualTo(100);
    }

    @Test
    void whatWorkedForAMomentCountsAsAFailure() {
        Backoff backoff = backoff(2);
        backoff.nextDelayNanos();

        backoff.worked(7);
        boolean stable = backoff.broke(7 + LONG - 1);

        assertThat(stable).isFalse();
        assertThat(backoff.nextDelayNanos()).isEqualTo(200);
        assertThat(backoff.exhausted()).isTrue();
    }

    @Test
    void timeWithoutWorkingDoesNotCount() {
        Backoff backoff = backoff(2);
        backoff.nextDelayNanos();
        backoff.worked(0);
        backoff.broke(1);

        assertThat(backoff.broke(LONG * 2)).isFalse();
        assertThat(backoff.nextDelayNanos()).isEqualTo(200);
    }
}
