package io.amqp10.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.BrokerJ;
import io.amqp10.testkit.ProtonPython;
import io.amqp10.testkit.RabbitMq;
import io.amqp10.testkit.Rhea;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages of all kinds from us to other clients and from them to us, through brokers and without. What does not come as it
 * was sent is explained in {@code interop/notes.txt}, and {@code docs/interop.md} tells it all.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(900)
class InteropIT {

    private static final Path DOCUMENT = Path.of("..", "docs", "interop.md");
    private static final String MANY_FRAMES = "many frames";
    private static final String ERROR = "error ";
    private static final int SMALL_FRAMES = 512;
    private static final int LARGE_FRAMES = 65536;

    private static final List<InteropCase> CASES = InteropCase.all();
    private static final InteropTable TABLE = new InteropTable(CASES, InteropNote.all());
    private static final Map<String, Map<String, @Nullable Object>> SENT = new LinkedHashMap<>();
    private static final Map<InteropColumn, Map<String, List<String>>> RESULTS = new LinkedHashMap<>();
    private static final InteropCliPeer US = new InteropCliPeer();

    @TempDir
    private static Path folder;

    private static List<InteropPeer.Batch> batches = List.of();
    private static InteropPeer.@Nullable Batch onlyTheEnd;
    private static @Nullable ArtemisBroker artemis;
    private static @Nullable BrokerJ brokerJ;
    private static @Nullable String rabbitMq;
    private static int runs;

    @BeforeAll
    static void writeFiles() throws IOException {
        for (InteropCase each : CASES) {
            assertThat(SENT.put(each.id(), InteropDifferences.canonical(each.line())))
                    .as(each.id())
                    .isNull();
        }
        List<InteropPeer.Batch> all = new ArrayList<>();
        all.add(batch(
                "most", LARGE_FRAMES, each -> !each.alone() && !each.group().equals(MANY_FRAMES)));
        all.add(batch("frames", SMALL_FRAMES, each -> each.group().equals(MANY_FRAMES)));
        for (InteropCase one : CASES) {
            if (one.alone()) {
                all.add(batch("alone-" + all.size(), LARGE_FRAMES, one::equals));
            }
        }
        onlyTheEnd = batch("end", LARGE_FRAMES, each -> false);
        batches = all;
    }

    private static InteropPeer.Batch batch(String file, int maxFrameSize, Predicate<InteropCase> which)
            throws IOException {
        List<InteropCase> chosen = new ArrayList<>(CASES.stream().filter(which).toList());
        chosen.add(InteropCase.END);
        Path named = folder.resolve(file + "-named");
        Path plain = folder.resolve(file);
        try (BufferedWriter names = Files.newBufferedWriter(named);
                BufferedWriter lines = Files.newBufferedWriter(plain)) {
            for (InteropCase each : chosen) {
                names.write(each.id() + "\t" + each.line() + "\n");
                lines.write(each.line() + "\n");
            }
        }
        return new InteropPeer.Batch(chosen, named, plain, maxFrameSize);
    }

    @AfterAll
    static void stopBrokers() {
        if (artemis != null) {
            artemis.close();
            artemis = null;
        }
        if (brokerJ != null) {
            brokerJ.close();
            brokerJ = null;
        }
    }

    static List<InteropColumn> columns() {
        List<InteropColumn> columns = new ArrayList<>();
        for (String client : List.of("Proton", "rhea", "qpid-jms")) {
            for (boolean toThem : new boolean[] {true, false}) {
                for (InteropColumn.Route route : InteropColumn.Route.values()) {
                    columns.add(new InteropColumn(client, toThem, route));
                }
            }
        }
        for (InteropColumn.Route route : InteropColumn.Route.values()) {
            columns.add(new InteropColumn(InteropColumn.OURSELVES, true, route));
        }
        return columns;
    }

    @Order(1)
    @ParameterizedTest
    @MethodSource("columns")
    void messagesComeAsTheyWereSent(InteropColumn column) {
        InteropPeer them =
                switch (column.client()) {
                    case "Proton" -> new InteropForeignPeer(ProtonPython.require()::start);
                    case "rhea" -> new InteropForeignPeer(Rhea.require()::start);
                    case "qpid-jms" -> new InteropJmsPeer();
                    default -> US;
                };
        InteropPeer sender = column.toThem() ? US : them;
        InteropPeer receiver = column.toThem() ? them : US;
        Map<String, List<String>> differences = new LinkedHashMap<>();
        for (InteropPeer.Batch batch : batches) {
            String queue = "interop-" + runs++;
            switch (column.route()) {
                case DIRECT -> direct(sender, receiver, batch, differences);
                case ARTEMIS -> exchange(artemis().uri(), queue, sender, receiver, batch, differences);
                case BROKER_J -> exchange(brokerJ().uri(), queue, sender, receiver, batch, differences);
                case RABBITMQ -> {
                    RabbitMq broker = RabbitMq.require();
                    rabbitMq = rabbitMq == null ? broker.version() : rabbitMq;
                    String declared = broker.declareQueue();
                    exchange(broker.uri(), RabbitMq.address(declared), sender, receiver, batch, differences);
                    broker.deleteQueue(declared);
                }
            }
        }
        List<String> unexplained = TABLE.unexplained(column.id(), differences);
        assertThat(unexplained).isEmpty();
        RESULTS.put(column, differences);
    }

    private static ArtemisBroker artemis() {
        ArtemisBroker started = artemis == null ? ArtemisBroker.started() : artemis;
        artemis = started;
        return started;
    }

    private static BrokerJ brokerJ() {
        BrokerJ started = brokerJ == null ? BrokerJ.startedDurable() : brokerJ;
        brokerJ = started;
        return started;
    }

    private static void direct(
            InteropPeer sender, InteropPeer receiver, InteropPeer.Batch batch, Map<String, List<String>> differences) {
        InteropCliPeer.Listening listening = US.listen(batch);
        if (receiver == US) {
            Map<String, String> problems = send(sender, listening.url(), "interop", batch);
            compare(batch, problems, listening.stop(), differences);
        } else {
            List<String> came = receiver.receive(
                    listening.url(), "interop", batch, batch.cases().size());
            listening.stop();
            compare(batch, Map.of(), came, differences);
        }
    }

    private static void exchange(
            String url,
            String address,
            InteropPeer sender,
            InteropPeer receiver,
            InteropPeer.Batch batch,
            Map<String, List<String>> differences) {
        Map<String, String> problems = send(sender, url, address, batch);
        int accepted = batch.cases().size() - problems.size();
        compare(batch, problems, receive(receiver, url, address, batch, accepted), differences);
    }

    /** Sends; where a message that is alone takes the connection with it, who receives still has to come to its end. */
    private static Map<String, String> send(InteropPeer sender, String url, String address, InteropPeer.Batch batch) {
        try {
            return sender.send(url, address, batch);
        } catch (AssertionError e) {
            InteropCase first = batch.cases().get(0);
            if (!first.alone()) {
                throw e;
            }
            US.send(url, address, java.util.Objects.requireNonNull(onlyTheEnd));
            return Map.of(
                    first.id(), "failed: " + String.valueOf(e.getMessage()).strip());
        }
    }

    private static List<String> receive(
            InteropPeer receiver, String url, String address, InteropPeer.Batch batch, int count) {
        try {
            return receiver.receive(url, address, batch, count);
        } catch (AssertionError e) {
            if (!batch.cases().get(0).alone()) {
                throw e;
            }
            return List.of(ERROR + String.valueOf(e.getMessage()).strip());
        }
    }

    /** Finds what was sent in what came: by its name, else by its place among those that have none. */
    private static void compare(
            InteropPeer.Batch batch,
            Map<String, String> problems,
            List<String> lines,
            Map<String, List<String>> differences) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        List<Map<String, @Nullable Object>> nameless = new ArrayList<>();
        problems.forEach((id, problem) -> found.put(id, List.of(problem)));
        for (String line : lines) {
            if (line.startsWith("unable ")) {
                unable(line, batch, found);
                continue;
            }
            InteropCase first = batch.cases().get(0);
            if (!line.startsWith("{") && !first.alone()) {
                throw new AssertionError("the receiver says: " + line);
            }
            if (!line.startsWith("{")) {
                found.putIfAbsent(first.id(), List.of("failed: the receiver says: " + line));
                continue;
            }
            Map<String, @Nullable Object> came = InteropDifferences.canonical(line);
            Object name = came.get("application-properties") instanceof Map<?, ?> properties
                    ? properties.get(InteropCase.PROPERTY)
                    : null;
            if (name instanceof String id && SENT.containsKey(id)) {
                add(found, id, InteropDifferences.between(sent(id), came));
            } else if (name == null || !name.equals(InteropCase.END.id())) {
                nameless.add(came);
            }
        }
        for (InteropCase each : batch.cases()) {
            if (!found.containsKey(each.id()) && each != InteropCase.END) {
                found.put(
                        each.id(),
                        nameless.isEmpty()
                                ? List.of("lost")
                                : InteropDifferences.between(sent(each.id()), nameless.remove(0)));
            }
        }
        assertThat(nameless).as("came without a name").isEmpty();
        found.values().removeIf(List::isEmpty);
        differences.putAll(found);
    }

    private static Map<String, @Nullable Object> sent(String id) {
        return java.util.Objects.requireNonNull(SENT.get(id));
    }

    private static void add(Map<String, List<String>> found, String id, List<String> more) {
        assertThat(found.put(id, more)).as(id + " came twice").isNull();
    }

    private static void unable(String line, InteropPeer.Batch batch, Map<String, List<String>> found) {
        for (InteropCase each : batch.cases()) {
            String start = "unable " + each.id() + " ";
            if (line.startsWith(start)) {
                add(found, each.id(), List.of("unable: " + line.substring(start.length())));
                return;
            }
        }
        throw new AssertionError("the receiver says: " + line);
    }

    /** Where not all peers are there, the cells of the others stay as they are. */
    @Order(2)
    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void documentTellsHowItWent() throws IOException {
        String before = Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "";
        String now = TABLE.document(columns(), RESULTS, rabbitMq, before);
        if (!now.equals(before)) {
            Files.writeString(DOCUMENT, now);
        }
        assertThat(InteropTable.withoutVersion(before))
                .as(DOCUMENT + " was written anew: look at it and commit it")
                .isEqualTo(InteropTable.withoutVersion(now));
    }
}
