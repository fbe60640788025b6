package io.amqp10.engine;

import io.amqp10.engine.HostileStage.Side;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** {@linkplain HostileInputs What hostile peers send} against a bare engine, in both roles. */
class HostileInputTest {

    @TestFactory
    Stream<DynamicTest> hostileInputs() {
        return HostileInputs.rows().stream().flatMap(row -> Arrays.stream(Side.values())
                .map(side -> DynamicTest.dynamicTest(
                        row.number() + " " + row.name() + ", we are the " + side, () -> row.play(side))));
    }
}
