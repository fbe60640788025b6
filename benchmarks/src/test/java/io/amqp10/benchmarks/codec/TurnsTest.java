package io.amqp10.benchmarks.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {

    private static final int ITERATIONS = 20;

    /** Each task blocks until others have gone on, so none may wait for a thread of a pool. */
    private static final Executor OWN_THREADS = task -> {
        Thread thread = new Thread(task, "process");
        thread.setDaemon(true);
        thread.start();
    };

    @Test
    void oneAfterTheOtherHasItsTurnUntilAllHaveLeft() throws Exception {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        try (Turns turns = new Turns(3)) {
            List<CompletableFuture<Void>> processes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int process = i;
                processes.add(
                        CompletableFuture.runAsync(() -> takeTurns(turns, () -> order.add(process)), OWN_THREADS));
            }
            CompletableFuture.allOf(processes.toArray(CompletableFuture<?>[]::new))
                    .get(50, TimeUnit.SECONDS);
        }

        assertThat(order).hasSize(3 * ITERATIONS);
        assertThat(order.subList(0, 3)).containsExactlyInAnyOrder(0, 1, 2);
        for (int i = 3; i < order.size(); i++) {
            assertThat(order.get(i)).as("turn %d", i).isEqualTo(order.get(i - 3));
        }
    }

    private static void takeTurns(Turns turns, Runnable turn) {
        try (Socket socket = connect(turns)) {
            for (int i = 0; i < ITERATIONS; i++) {
                assertThat(socket.getInputStream().read()).isEqualTo(Turns.GO);
                turn.run();
                socket.getOutputStream().write(Turns.DONE);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoWaitsForATurnLearnsThatTheOthersWillNotCome() throws Exception {
        Turns turns = new Turns(2);
        try (Socket waiting = connect(turns)) {
            CompletableFuture<Integer> turn = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return waiting.getInputStream().read();
                        } catch (IOException e) {
                            return -1;
                        }
                    },
                    OWN_THREADS);
            turns.close();

            assertThat(turn.get(50, TimeUnit.SECONDS)).isEqualTo(-1);
        }
    }

    private static Socket connect(Turns turns) throws IOException {
        String option = turns.option();
        int port = Integer.parseInt(option.substring(option.indexOf('=') + 1));
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }
}
