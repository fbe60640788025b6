package io.amqp10.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Qpid Proton for Python: programs on the C engine that other clients and routers are made of. A test that calls
 * {@link #require()} is skipped where it is not installed, and fails where {@code AMQP10_CI} is {@code true}.
 */
public final class ProtonPython {

    private static final String HOW_TO_GET_IT =
            "apt-get install python3-qpid-proton, or name a Python that has it in AMQP10_PYTHON";

    private static final List<String> PROGRAMS = List.of(
            "common.py",
            "direct_receive.py",
            "hello_world.py",
            "hello_world_direct.py",
            "hello_world_direct_stop.py",
            "json_messages.py",
            "json_receive.py",
            "json_send.py",
            "receive.py",
            "reconnecting_receive.py",
            "request_client.py",
            "send.py",
            "server.py",
            "stream_receive.py",
            "stream_send.py",
            "transact.py",
            "upper_server.py");

    private final String python;
    private final Path programs;

    private ProtonPython(String python) {
        this.python = python;
        this.programs = ForeignProgram.unpack("proton", PROGRAMS);
    }

    private static final class Holder {
        static final Optional<ProtonPython> FOUND = Stream.of(
                        System.getenv("AMQP10_PYTHON"), "/usr/bin/python3", "python3")
                .filter(Objects::nonNull)
                .filter(python -> ForeignTools.works(List.of(python, "-c", "import proton.reactor")))
                .findFirst()
                .map(ProtonPython::new);
    }

    /**
     * Finds Proton.
     *
     * @return the programs
     */
    public static ProtonPython require() {
        return ForeignTools.require(Holder.FOUND, "Qpid Proton for Python", HOW_TO_GET_IT);
    }

    /**
     * Starts one of the programs in {@code src/test/resources/proton}; each says at its top what it does.
     *
     * @param program its name without ending
     * @param arguments its arguments
     * @return the program, running
     */
    public ForeignProgram start(String program, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(python, "-u", programs.resolve(program + ".py").toString()));
        command.addAll(List.of(arguments));
        return ForeignProgram.start(
                "Proton's " + program, command, Map.of("PYTHONDONTWRITEBYTECODE", "1", "PYTHONIOENCODING", "utf-8"));
    }

    /**
     * Starts the server with queues in memory, and waits until it listens.
     *
     * @param port where
     * @param more further arguments
     * @return the server, listening
     */
    public ForeignProgram startServer(int port, String... more) {
        String[] arguments =
                Stream.concat(Stream.of(String.valueOf(port)), Stream.of(more)).toArray(String[]::new);
        ForeignProgram server = start("server", arguments);
        server.awaitLine("LISTENING");
        return server;
    }
}
