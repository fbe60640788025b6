package io.amqp10.engine;

import io.amqp10.engine.HostileStage.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The table of what hostile peers send in frames and how we react, whoever opened the connection. The numbers are those of
 * {@code docs/hostile-inputs.md}, which also says where the rows without a row here are tested: those below the frames.
 */
final class HostileInputs {

    /**
     * A hostile input.
     *
     * @param number its number
     * @param name what is sent
     * @param options limits that make it short
     * @param attack what happens on a stage that is {@linkplain HostileStage#ready ready}, or is taken as far as it wants
     * @param ready whether it is
     */
    record Row(
            int number,
            String name,
            UnaryOperator<EngineOptions.Builder> options,
            boolean ready,
            Consumer<HostileStage> attack) {

        /** Plays it against a bare engine. */
        HostileStage play(Side side) {
            HostileStage stage = new HostileStage(side, options);
            attack.accept(ready ? stage.ready() : stage);
            stage.finish();
            return stage;
        }
    }

    private final List<Row> rows = new ArrayList<>();

    void row(int number, String name, Consumer<HostileStage> attack) {
        rows.add(new Row(number, name, UnaryOperator.identity(), true, attack));
    }

    void row(int number, String name, UnaryOperator<EngineOptions.Builder> options, Consumer<HostileStage> attack) {
        rows.add(new Row(number, name, options, true, attack));
    }

    /** A row whose attack begins right behind the headers. */
    void early(int number, String name, Consumer<HostileStage> attack) {
        rows.add(new Row(number, name, UnaryOperator.identity(), false, attack));
    }

    private HostileInputs() {}

    static List<Row> rows() {
        HostileInputs table = new HostileInputs();
        HostileValues.addTo(table);
        HostileConnections.addTo(table);
        HostileLinks.addTo(table);
        HostileTransfers.addTo(table);
        return table.rows;
    }
}
