package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Scenario;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Open;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of states, after the exchange of headers: what each state does with each kind of input. "-" stands for ignored,
 * an error condition for a close with it.
 *
 * @see "AMQP 1.0 §2.4.7"
 */
class ConnectionStateTableTest {

    enum Input {
        OPEN,
        BEGIN,
        CLOSE,
        EMPTY
    }

    // C3, C4, F9, hostile row 27
    @ParameterizedTest
    @CsvSource({
        "HDR_EXCH,   OPEN,  OPENED,      ",
        "HDR_EXCH,   BEGIN, CLOSE_PIPE,  amqp:illegal-state",
        "HDR_EXCH,   CLOSE, END,         amqp:illegal-state",
        "HDR_EXCH,   EMPTY, CLOSE_PIPE,  amqp:illegal-state",
        "OPEN_SENT,  OPEN,  OPENED,      ",
        "OPEN_SENT,  BEGIN, CLOSE_PIPE,  amqp:illegal-state",
        "OPEN_SENT,  CLOSE, END,         amqp:illegal-state",
        "OPEN_SENT,  EMPTY, CLOSE_PIPE,  amqp:illegal-state",
        "OPENED,     OPEN,  DISCARDING,  amqp:illegal-state",
        "OPENED,     BEGIN, OPENED,      ",
        "OPENED,     CLOSE, END,         ",
        "OPENED,     EMPTY, OPENED,      ",
        "CLOSE_PIPE, OPEN,  CLOSE_SENT,  -",
        "CLOSE_PIPE, BEGIN, CLOSE_PIPE,  -",
        "CLOSE_PIPE, CLOSE, END,         -",
        "CLOSE_PIPE, EMPTY, CLOSE_PIPE,  -",
        "CLOSE_SENT, OPEN,  CLOSE_SENT,  -",
        "CLOSE_SENT, BEGIN, CLOSE_SENT,  -",
        "CLOSE_SENT, CLOSE, END,         -",
        "CLOSE_SENT, EMPTY, CLOSE_SENT,  -",
        "DISCARDING, OPEN,  DISCARDING,  -",
        "DISCARDING, BEGIN, DISCARDING,  -",
        "DISCARDING, CLOSE, END,         -",
        "DISCARDING, EMPTY, DISCARDING,  -",
        "END,        OPEN,  END,         -",
        "END,        BEGIN, END,         -",
        "END,        CLOSE, END,         -",
        "END,        EMPTY, END,         -",
    })
    void takesEachInputInEachState(
            ConnectionState state, Input input, ConnectionState expected, @Nullable String reaction) {
        Scenario scenario = in(state);
        scenario.peer.ignoreSent();

        switch (input) {
            case OPEN -> scenario.peer.sendOpen();
            case BEGIN -> scenario.peer.send(0, new Begin(Begin.NO_CHANNEL, 0, 1, 1, 1));
            case CLOSE -> scenario.peer.send(0, new Close(null));
            case EMPTY -> scenario.peer.sendEmptyFrame(0);
        }

        assertThat(scenario.engine.state()).isEqualTo(expected);
        if ("-".equals(reaction)) {
            scenario.peer.expectNothing();
        } else if (reaction != null) {
            if (state == ConnectionState.HDR_EXCH) {
                scenario.peer.expectOpen();
            }
            scenario.peer.expectCloseWith(Symbol.of(reaction));
            scenario.peer.expectNothing();
        }
    }

    // C1, hostile row 27
    @ParameterizedTest
    @CsvSource({
        "5, 512, 0, amqp:connection:framing-error",
        "0, 511, 0, amqp:connection:framing-error",
        "0, 0, 0, amqp:connection:framing-error",
        "0, 512, 99, amqp:not-allowed"
    })
    void refusesAnOpenOutOfRange(int channel, long maxFrameSize, long idleTimeOut, String condition) {
        Scenario scenario = new Scenario();
        scenario.engine.open();
        scenario.peer.expectOpen();

        scenario.peer.send(
                channel,
                Open.builder("peer")
                        .maxFrameSize(maxFrameSize)
                        .idleTimeOutMillis(idleTimeOut)
                        .build());

        scenario.peer.expectCloseWith(Symbol.of(condition));
        assertThat(scenario.recorder.events).isEmpty();
        scenario.peer.sendClose(null);
        assertThat(scenario.engine.isClosed()).isTrue();
    }

    // hostile row 30
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void refusesAnOpenWithAnEndlessName(boolean container) {
        Scenario scenario = new Scenario();
        String name = "x".repeat(60_000);

        scenario.peer.send(
                0,
                container
                        ? Open.builder(name).build()
                        : Open.builder("peer").hostname(name).build());

        scenario.peer.expectOpen();
        scenario.peer.expectCloseWith(AmqpError.INVALID_FIELD);
    }

    private static Scenario in(ConnectionState state) {
        Scenario scenario = new Scenario();
        ErrorCondition error = ErrorCondition.of(ConnectionError.CONNECTION_FORCED, null);
        switch (state) {
            case HDR_EXCH -> {}
            case OPEN_SENT -> scenario.engine.open();
            case OPENED -> scenario.open();
            case CLOSE_PIPE -> {
                scenario.engine.open();
                scenario.engine.close(null);
            }
            case CLOSE_SENT -> scenario.open().engine.close(null);
            case DISCARDING -> scenario.open().engine.close(error);
            case END -> scenario.open().engine.transportClosed(null);
            case OPEN_RCVD, CLOSE_RCVD -> throw new IllegalArgumentException("passed through inside a call");
        }
        assertThat(scenario.engine.state()).isEqualTo(state);
        return scenario;
    }
}
