package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.HostileStage.Side;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@linkplain HostileOctets What hostile peers send} outside of frames and in messages, on sockets: to a container that
 * listens, and from a server to a container's client. The container's honest connections, on the same I/O thread, do not
 * notice, and nothing is left.
 */
@Timeout(900)
class HostileOctetsOverTcpTest {

    private HostileSurroundings surroundings;

    @BeforeEach
    void start() {
        surroundings = new HostileSurroundings();
    }

    @AfterEach
    void stop() {
        surroundings.close();
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void reactionIsAsItIsWrittenAndNobodyElseNotices(Side side) throws Exception {
        List<HostileOctets.Row> rows =
                HostileOctets.rows().stream().filter(row -> row.side() == side).toList();
        assertThat(rows).hasSizeGreaterThan(50);
        for (HostileOctets.Row row : rows.subList(0, 5)) {
            row.attack().on(surroundings.attacked());
        }
        surroundings.warm();
        for (HostileOctets.Row row : rows) {
            try {
                row.attack().on(surroundings.attacked());
                surroundings.goOn(side);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("row " + row.number() + ", " + row.name() + ": " + e.getMessage(), e);
            }
        }
        surroundings.leaveNothing();
    }
}
