package io.amqp10.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Who sends or receives. */
interface InteropPeer {

    /**
     * Messages to send.
     *
     * @param cases the messages
     * @param named a file with the same, each on a line after its id and a tab
     * @param plain a file with the same, each on a line
     * @param maxFrameSize the largest frames, in octets, that who receives takes
     */
    record Batch(List<InteropCase> cases, Path named, Path plain, int maxFrameSize) {}

    /**
     * Connects and sends, and waits for all outcomes.
     *
     * @return by case what became of those that were not accepted
     */
    Map<String, String> send(String url, String address, Batch batch);

    /**
     * Connects and receives so many messages; when {@link InteropCase#END} has come, waits only a little for others.
     *
     * @return what was printed, a message a line
     */
    List<String> receive(String url, String address, Batch batch, int count);
}
