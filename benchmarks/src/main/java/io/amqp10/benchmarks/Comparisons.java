package io.amqp10.benchmarks;

import io.amqp10.SenderOptions;
import io.amqp10.benchmarks.client.ClientKind;
import io.amqp10.benchmarks.client.Load;
import io.amqp10.benchmarks.client.VirtualThreads;
import io.amqp10.benchmarks.client.Workload;
import io.amqp10.benchmarks.raw.RawServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What each area compares. */
final class Comparisons {

    static final String IDLE = "one sender and one receiver each";
    static final String BY_MESSAGES = "messages of a connection";
    static final String BY_UNSETTLED = "other deliveries unsettled";
    static final String BY_CONNECTIONS = "connections, bursts of 64";

    /** The size that bodies have where nothing else is said. */
    private static final int SMALL = 256;

    private static final List<Integer> SIZES = List.of(16, 10_000, 1_000_000);
    private static final List<Integer> LINKS = List.of(1, 8, 64);
    /** As many messages as one link has under way where nothing else bounds them: its queue and the server's credit. */
    private static final int UNDER_WAY = SenderOptions.DEFAULT_MAX_QUEUED + RawServer.CREDIT;

    private static final List<Integer> CONNECTIONS = List.of(1, 100, 5_000);
    private static final List<Integer> UNSETTLED = List.of(0, 1_000, 10_000, 100_000);
    private static final long FEWEST_MESSAGES = 10_000;
    private static final List<Workload> TO_AND_FROM = List.of(Workload.SEND, Workload.RECEIVE);
    private static final List<ClientKind> WAYS = List.of(ClientKind.FUTURES, ClientKind.HANDLERS, ClientKind.BLOCKING);
    private static final List<ClientKind> VIRTUAL_WAYS =
            List.of(ClientKind.FUTURES, ClientKind.BLOCKING, ClientKind.VIRTUAL, ClientKind.VIRTUAL_MANY);
    private static final List<Integer> RATES = List.of(1_000, 10_000, 30_000);
    /** From this size on it also is measured what an array for each message costs, and what streams do. */
    private static final int LARGE = 1_000_000;

    private static final Set<ClientKind> LIBRARIES = EnumSet.allOf(ClientKind.class).stream()
            .filter(client -> !client.isVariant())
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<ClientKind> LIBRARIES_AND_NIO = with(LIBRARIES, ClientKind.AMQP10_NIO);
    private static final Set<ClientKind> LIBRARIES_LARGE = withLarge(LIBRARIES);
    private static final List<ClientKind> STRINGS = List.of(ClientKind.AMQP10_TEXT, ClientKind.SPRING);

    private final Options options;
    private final Peers peers;
    private final ClientRuns runs;
    private final Set<ClientKind> clients;
    private final List<String> skipped = new ArrayList<>();

    Comparisons(Options options, Peers peers, PrintStream progress) {
        this.options = options;
        this.peers = peers;
        this.runs = new ClientRuns(options, peers, progress);
        this.clients = EnumSet.copyOf(options.clients());
        if (!NativeClient.isThere() && clients.remove(ClientKind.PROTON_CPP)) {
            skipped.add("LEFT OUT: Proton C++, which is not there");
        }
    }

    /** Returns what takes no part, and why. */
    List<String> skipped() {
        return skipped;
    }

    List<Comparison> all() throws IOException {
        List<Comparison> all = new ArrayList<>();
        for (Options.Area area : options.areas()) {
            switch (area) {
                case CODEC -> all.addAll(CodecComparison.all(options.quick()));
                case SINK -> sink(all);
                case SPRING -> spring(all);
                case SIZES -> sizes(all);
                case TLS -> tls(all);
                case IDLE -> idle(all);
                case GROWTH -> growth(all);
                case WAYS -> ways(all);
                case LINKS -> links(all);
                case LATENCY -> latency(all);
                case ARTEMIS -> broker(all, area, peers::artemis);
                case RABBITMQ -> rabbitMq(all);
            }
        }
        return all;
    }

    private void sink(List<Comparison> all) {
        for (Workload workload : Workload.values()) {
            if (workload != Workload.PACED) {
                all.add(new Comparison(
                        Options.Area.SINK,
                        workload.title(),
                        subjects(LIBRARIES_AND_NIO, workload, Load.of(options.bodyBytes()), false)));
            }
        }
    }

    private void spring(List<Comparison> all) {
        for (Workload workload : TO_AND_FROM) {
            all.add(new Comparison(
                    Options.Area.SPRING,
                    workload.title(),
                    subjects(Set.copyOf(STRINGS), workload, Load.of(SMALL), false)));
        }
    }

    private void sizes(List<Comparison> all) {
        for (int size : SIZES) {
            for (Workload workload : TO_AND_FROM) {
                all.add(new Comparison(
                        Options.Area.SIZES,
                        sizeTitle(size) + " " + workload.title(),
                        subjects(size < LARGE ? LIBRARIES : LIBRARIES_LARGE, workload, Load.of(size), false)));
            }
        }
    }

    private static Set<ClientKind> withLarge(Set<ClientKind> clients) {
        return with(
                clients,
                ClientKind.AMQP10_DIRECT,
                ClientKind.AMQP10_STREAMED,
                ClientKind.AMQP10_CONSUMER,
                ClientKind.RAW_ARRAYS);
    }

    private static Set<ClientKind> with(Set<ClientKind> clients, ClientKind... more) {
        Set<ClientKind> all = EnumSet.copyOf(clients);
        all.addAll(List.of(more));
        return all;
    }

    private static String sizeTitle(int bytes) {
        return bytes >= 1_000_000 ? bytes / 1_000_000 + " MB" : bytes >= 1_000 ? bytes / 1_000 + " kB" : bytes + " B";
    }

    private void tls(List<Comparison> all) {
        for (int size : List.of(SMALL, 1_000_000)) {
            for (Workload workload : TO_AND_FROM) {
                all.add(new Comparison(
                        Options.Area.TLS,
                        sizeTitle(size) + " " + workload.title(),
                        subjects(size < LARGE ? LIBRARIES : LIBRARIES_LARGE, workload, Load.of(size), true)));
            }
        }
    }

    private void idle(List<Comparison> all) {
        List<Comparison.Subject> subjects = new ArrayList<>();
        for (int connections : CONNECTIONS) {
            subjects.add(new Comparison.Subject(title(connections), () -> runs.idle(connections)));
        }
        all.add(new Comparison(Options.Area.IDLE, IDLE, subjects));
    }

    /** Returns what tables call so many connections. */
    static String title(int connections) {
        return connections + (connections == 1 ? " connection" : " connections");
    }

    /** Returns what tables call the first so many messages of a connection, a power of ten. */
    static String messagesTitle(long messages) {
        return "10^" + (Long.toString(messages).length() - 1) + " messages";
    }

    private void growth(List<Comparison> all) {
        for (Workload workload : TO_AND_FROM) {
            List<Comparison.Subject> messages = new ArrayList<>();
            long most = options.quick() ? FEWEST_MESSAGES * 10 : options.growthMessages();
            for (long number = FEWEST_MESSAGES; number <= most; number *= 10) {
                long ofConnection = number;
                messages.add(new Comparison.Subject(
                        messagesTitle(number), () -> runs.firstMessages(workload, ofConnection)));
            }
            all.add(new Comparison(Options.Area.GROWTH, workload.title() + ", " + BY_MESSAGES, messages));
            List<Comparison.Subject> unsettled = new ArrayList<>();
            for (int number : UNSETTLED) {
                unsettled.add(
                        grown(number + " unsettled", workload, Load.of(SMALL).unsettled(number)));
            }
            all.add(new Comparison(Options.Area.GROWTH, workload.title() + ", " + BY_UNSETTLED, unsettled));
            List<Comparison.Subject> connections = new ArrayList<>();
            for (int number : CONNECTIONS) {
                Load load = Load.of(SMALL).connections(number);
                connections.add(grown(title(number), workload, load));
                connections.add(new Comparison.Subject(
                        title(number) + ", " + ClientKind.RAW.title(),
                        () -> runs.againstSink(ClientKind.RAW, workload, load, false)));
            }
            all.add(new Comparison(Options.Area.GROWTH, workload.title() + ", " + BY_CONNECTIONS, connections));
        }
    }

    private Comparison.Subject grown(String title, Workload workload, Load load) {
        return new Comparison.Subject(title, () -> runs.againstSink(ClientKind.AMQP10, workload, load, false));
    }

    private void ways(List<Comparison> all) throws IOException {
        Path thisJdk = Path.of(System.getProperty("java.home"));
        Optional<Path> virtual = VirtualThreads.jdk();
        if (virtual.isEmpty()) {
            skipped.add("LEFT OUT: ways: virtual threads, for which there is no JDK 25; " + VirtualThreads.VARIABLE
                    + " may name one");
        }
        for (Workload workload : TO_AND_FROM) {
            List<Comparison.Subject> subjects = new ArrayList<>();
            WAYS.forEach(way -> subjects.add(way(thisJdk, way.title(), way, workload)));
            virtual.ifPresent(jdk ->
                    VIRTUAL_WAYS.forEach(way -> subjects.add(way(jdk, way.title() + ", JDK 25", way, workload))));
            all.add(new Comparison(Options.Area.WAYS, workload.title(), subjects));
        }
    }

    private Comparison.Subject way(Path jdk, String title, ClientKind way, Workload workload) {
        return new Comparison.Subject(title, () -> runs.againstSink(jdk, way, workload, Load.of(SMALL), false));
    }

    private void links(List<Comparison> all) {
        for (Workload workload : TO_AND_FROM) {
            List<Comparison.Subject> subjects = new ArrayList<>();
            for (int links : LINKS) {
                Load load = Load.of(SMALL).links(links);
                String title = links + (links == 1 ? " link" : " links");
                subjects.add(grown(title, workload, load));
                if (workload == Workload.SEND) {
                    subjects.add(grown(title + ", " + UNDER_WAY + " under way", workload, load.underWay(UNDER_WAY)));
                }
            }
            all.add(new Comparison(Options.Area.LINKS, workload.title(), subjects));
        }
    }

    private void latency(List<Comparison> all) {
        for (int rate : RATES) {
            all.add(new Comparison(
                    Options.Area.LATENCY,
                    rate + " messages/s " + Workload.PACED.title(),
                    subjects(LIBRARIES, Workload.PACED, Load.of(SMALL).rate(rate), false)));
        }
    }

    private void rabbitMq(List<Comparison> all) {
        if (RabbitMq.url().isPresent()) {
            broker(all, Options.Area.RABBITMQ, peers::rabbitMq);
        } else {
            skipped.add("LEFT OUT: rabbitmq: " + RabbitMq.VARIABLE + " names no broker");
        }
    }

    /** Gives a broker, started if need be. */
    private interface Source {

        ClientRuns.Broker get() throws IOException;
    }

    private static boolean standsStill(Options.Area area, ClientKind client, Workload workload) {
        return area == Options.Area.RABBITMQ && client == ClientKind.VERTX_LOOP && workload == Workload.SEND_SETTLED;
    }

    private void broker(List<Comparison> all, Options.Area area, Source broker) {
        if (area == Options.Area.ARTEMIS && clients.contains(ClientKind.RABBITMQ_CLIENT)) {
            skipped.add("LEFT OUT: " + area.title() + ": " + ClientKind.RABBITMQ_CLIENT.title()
                    + ", which refuses brokers whose version is less than RabbitMQ's 4.0");
        }
        for (Workload workload :
                List.of(Workload.SEND, Workload.SEND_SETTLED, Workload.RECEIVE, Workload.REQUEST_REPLY)) {
            List<Comparison.Subject> subjects = new ArrayList<>();
            for (ClientKind client : clients) {
                if (area == Options.Area.ARTEMIS && client == ClientKind.RABBITMQ_CLIENT) {
                    continue;
                }
                if (standsStill(area, client, workload)) {
                    skipped.add("LEFT OUT: " + area.title() + ": " + workload.title() + ", " + client.title()
                            + ", which sends no more there than its first credit allows");
                } else if (!client.isVariant() && client.takesPartIn(workload)) {
                    Load load = Load.of(options.bodyBytes());
                    subjects.add(new Comparison.Subject(
                            client.title(), () -> runs.againstBroker(broker.get(), client, workload, load)));
                }
            }
            all.add(new Comparison(area, workload.title(), subjects));
        }
    }

    private List<Comparison.Subject> subjects(Set<ClientKind> wanted, Workload workload, Load load, boolean tls) {
        List<Comparison.Subject> subjects = new ArrayList<>();
        for (ClientKind client : clients) {
            if (wanted.contains(client) && client.takesPartIn(workload)) {
                subjects.add(
                        new Comparison.Subject(client.title(), () -> runs.againstSink(client, workload, load, tls)));
            }
        }
        return subjects;
    }
}
