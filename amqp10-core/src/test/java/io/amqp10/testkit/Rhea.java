package io.amqp10.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * rhea: programs on an AMQP 1.0 engine in JavaScript. A test that calls {@link #require()} is skipped where Node.js or
 * rhea is not installed, and fails where {@code AMQP10_CI} is {@code true}.
 */
public final class Rhea {

    private static final String HOW_TO_GET_IT =
            "install Node.js and run \"npm install rhea\" in some directory, and name"
                    + " that directory's node_modules in NODE_PATH; AMQP10_NODE may name another node";

    private static final List<String> PROGRAMS = List.of(
            "connect.js",
            "json_messages.js",
            "json_receive.js",
            "json_send.js",
            "receive.js",
            "request_client.js",
            "send.js",
            "server.js",
            "terminus.js",
            "upper_server.js");

    private static final String HOW_TO_GET_ITS_WEB_SOCKETS = "run \"npm install ws\" where rhea was installed";

    private final String node;
    private final Path programs;

    private Rhea(String node) {
        this.node = node;
        this.programs = ForeignProgram.unpack("rhea", PROGRAMS);
    }

    private static final class Holder {
        static final Optional<Rhea> FOUND = Stream.of(System.getenv("AMQP10_NODE"), "node")
                .filter(Objects::nonNull)
                .filter(node -> ForeignTools.works(List.of(node, "-e", "require('rhea')")))
                .findFirst()
                .map(Rhea::new);
    }

    /**
     * Finds rhea.
     *
     * @return the programs
     */
    public static Rhea require() {
        return ForeignTools.require(Holder.FOUND, "rhea", HOW_TO_GET_IT);
    }

    /**
     * Finds rhea, and the WebSockets that it uses.
     *
     * @return the programs
     */
    public static Rhea requireWebSockets() {
        Rhea rhea = require();
        boolean found = ForeignTools.works(List.of(rhea.node, "-e", "require('ws')"));
        return ForeignTools.require(found ? Optional.of(rhea) : Optional.empty(), "ws", HOW_TO_GET_ITS_WEB_SOCKETS);
    }

    /**
     * Starts one of the programs in {@code src/test/resources/rhea}; each says at its top what it does.
     *
     * @param program its name without ending
     * @param arguments its arguments
     * @return the program, running
     */
    public ForeignProgram start(String program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(node, programs.resolve(program + ".js").toString()));
        command.addAll(List.of(arguments));
        return ForeignProgram.start("rhea's " + program, command, Map.of());
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
