package io.amqp10.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.amqp10.transport.FrameFuzz;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays what {@code .ci/fuzz} found worth keeping, and what is near to it. */
class FuzzCorpusTest {

    /** More than this for one input is more than a peer should get. */
    private static final long MOST_BYTES = 64L << 20;

    private static final int CHANGED_COPIES = 20;

    static Stream<Arguments> targets() {
        return Stream.of(
                target("ValueFuzz", ValueFuzz::fuzzerTestOneInput),
                target("MessageFuzz", MessageFuzz::fuzzerTestOneInput),
                target("SaslFuzz", SaslFuzz::fuzzerTestOneInput),
                target("EngineFuzz", EngineFuzz::fuzzerTestOneInput),
                target("FrameFuzz", FrameFuzz::fuzzerTestOneInput));
    }

    private static Arguments target(String name, Consumer<byte[]> target) {
        return Arguments.of(name, target);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void noInputDoesHarm(String name, Consumer<byte[]> target) {
        List<byte[]> corpus = corpus(name);
        assertThat(corpus).hasSizeGreaterThan(20);
        Random random = new Random(1);
        for (byte[] input : corpus) {
            feed(target, input);
            for (int i = 0; i < CHANGED_COPIES && input.length > 0; i++) {
                byte[] changed = input.clone();
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                feed(target, changed);
            }
        }
    }

    private static void feed(Consumer<byte[]> target, byte[] input) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            target.accept(input);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("on " + HexFormat.of().formatHex(input), e);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as(() -> HexFormat.of().formatHex(input))
                .isLessThan(MOST_BYTES);
    }

    private static List<byte[]> corpus(String name) {
        try (InputStream in =
                Objects.requireNonNull(FuzzCorpusTest.class.getResourceAsStream("/fuzz/" + name + ".hex"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(HexFormat.of()::parseHex)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
