package io.amqp10.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.ListenOptions;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.PeerInfo;
import io.amqp10.testkit.TlsMaterial;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands against a container of ours, in this process. */
@Timeout(900)
class CommandsTest {

    private QueueServer server;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        server = new QueueServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Shell shell() {
        return new Shell().set("AMQP10_URL", server.url());
    }

    private Message taken(String address) {
        return Objects.requireNonNull(server.take(address), "a message");
    }

    // --- send

    @Test
    void sendsOneMessageAndSaysNothing() {
        Shell.Result result = shell().run("send", "orders", "hello").succeeded();

        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEmpty();
        assertThat(taken("orders").body()).isEqualTo("hello");
    }

    @Test
    void addressMayNameThePeer() {
        new Shell().run("send", server.url() + "/orders", "hello").succeeded();

        assertThat(taken("orders").body()).isEqualTo("hello");
    }

    @Test
    void sendsEveryFieldThatOptionsName() {
        shell().run(("send --durable --priority 9 --ttl 1.5s --first-acquirer --delivery-count 3 --message-id ulong:7"
                                + " --user-id me --to there --subject about --reply-to here"
                                + " --correlation-id uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
                                + " --content-type text/plain --content-encoding gzip"
                                + " --absolute-expiry-time 2026-01-31T12:00:00Z --creation-time 1000"
                                + " --group-id g --group-sequence 4294967295 --reply-to-group-id r"
                                + " -p text=a=b -p n:ulong=18446744073709551615 -p x-opt:foo=bar -p nothing:null="
                                + " --annotation x-opt-a:int=5 --delivery-annotation d=e --footer f:boolean=true"
                                + " -t data orders hello")
                        .split(" "))
                .succeeded();

        Message message = taken("orders");
        assertThat(message.durable()).isTrue();
        assertThat(message.priority()).isEqualTo(9);
        assertThat(message.timeToLive()).isEqualTo(Duration.ofMillis(1500));
        assertThat(message.firstAcquirer()).isTrue();
        assertThat(message.deliveryCount()).isEqualTo(3);
        assertThat(message.messageId()).isEqualTo(UnsignedLong.of(7));
        assertThat(message.userId()).isEqualTo(Binary.copyOf("me".getBytes(StandardCharsets.UTF_8)));
        assertThat(message.to()).isEqualTo("there");
        assertThat(message.subject()).isEqualTo("about");
        assertThat(message.replyTo()).isEqualTo("here");
        assertThat(message.correlationId()).isEqualTo(UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
        assertThat(message.contentType()).isEqualTo("text/plain");
        assertThat(message.contentEncoding()).isEqualTo("gzip");
        assertThat(message.absoluteExpiryTime()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
        assertThat(message.creationTime()).isEqualTo(Instant.ofEpochSecond(1));
        assertThat(message.groupId()).isEqualTo("g");
        assertThat(message.groupSequence()).isEqualTo(4294967295L);
        assertThat(message.replyToGroupId()).isEqualTo("r");
        assertThat(message.applicationProperties())
                .containsEntry("text", "a=b")
                .containsEntry("n", new UnsignedLong(-1))
                .containsEntry("x-opt:foo", "bar")
                .containsEntry("nothing", null);
        assertThat(message.messageAnnotations()).containsEntry(Symbol.of("x-opt-a"), 5);
        assertThat(message.deliveryAnnotations()).containsEntry(Symbol.of("d"), "e");
        assertThat(message.footer()).containsEntry(Symbol.of("f"), true);
        assertThat(message.body()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bodyHasTheTypeThatIsAskedFor() {
        shell().run("send", "-t", "ulong", "orders", "18446744073709551615").succeeded();
        assertThat(taken("orders").body()).isEqualTo(new UnsignedLong(-1));

        shell().run("send", "-t", "json", "orders", "{\"map\":[[\"a\",{\"int\":1}]]}")
                .succeeded();
        assertThat(taken("orders").body()).isEqualTo(Map.of("a", 1));

        shell().run("send", "-t", "sequence", "orders", "[\"a\",{\"int\":1}]").succeeded();
        assertThat(taken("orders").body()).isEqualTo(List.of("a", 1));
    }

    @Test
    void linesOfInputAreMessages() {
        shell().in("one\n\nthree\n").run("send", "orders").succeeded();

        assertThat(server.queue("orders")).extracting(Message::body).containsExactly("one", "", "three");
    }

    @Test
    void fileIsOneBody() throws IOException {
        Path file = folder.resolve("body.bin");
        Files.write(file, new byte[] {0, 1, 2, '\n', -1});

        shell().run("send", "-f", file.toString(), "orders").succeeded();

        assertThat(taken("orders").body()).isEqualTo(new byte[] {0, 1, 2, '\n', -1});
    }

    @Test
    void sendsTheSameMessageSomeTimesWithinARate() {
        long start = System.nanoTime();
        shell().run("send", "-n", "5", "--rate", "50", "-s", "1k", "orders").succeeded();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(80));
        assertThat(server.queue("orders")).hasSize(5).allSatisfy(message -> assertThat(message.bodyAsBytes())
                .hasSize(1024));
    }

    @Test
    void rejectedMessagesAreToldAndGiveExitCodeOne() {
        Shell.Result result = shell().in("a\nb\n").run("send", "rejecting");

        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err())
                .contains("message 1 was rejected test:bad: not this one")
                .endsWith("amqp10: 2 of 2 messages were not accepted (2 rejected)\n");
    }

    @Test
    void sentSettledNobodyTells() {
        shell().run("send", "-g", "at-most-once", "rejecting", "x").succeeded();
    }

    @Test
    void refusedLinkGivesExitCodeOneWithThePeersWords() {
        Shell.Result result = shell().run("send", "forbidden", "x");

        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err()).contains("not for you").hasLineCount(1);
    }

    @Test
    void badLineIsNamedAfterWhatCameBeforeItWasSent() {
        Shell.Result result =
                shell().in("{\"body\":{\"value\":\"x\"}}\n\n{\"bdy\":1}\n").run("send", "--json", "orders");

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err())
                .startsWith("amqp10: line 3: 'bdy' is no part of a message")
                .contains("1 message");
        assertThat(taken("orders").body()).isEqualTo("x");
    }

    @Test
    void ctrlCEndsReadingAndSettlesWhatWasSent() throws IOException {
        PipedOutputStream typed = new PipedOutputStream();
        Shell.Running running = shell().in(new PipedInputStream(typed)).start("send", "orders");
        typed.write("one\n".getBytes(StandardCharsets.UTF_8));
        typed.flush();
        await().until(() -> server.queue("orders").size() == 1);

        assertThat(running.interrupt().await().code()).isEqualTo(ExitCode.INTERRUPTED);
    }

    // --- receive

    @Test
    void receivesAsManyAsAskedForAndLeavesTheRest() {
        shell().in("one\ntwo\nthree\n").run("send", "orders").succeeded();

        Shell.Result result = shell().run("receive", "-n", "2", "orders").succeeded();

        assertThat(result.lines()).containsExactly("one", "two");
        // the server takes it out and puts it back to see that there is no credit for it
        await().until(() -> server.queue("orders").size() == 1);
    }

    @Test
    void receivesUntilThereIsNoMore() {
        shell().run("send", "-n", "250", "orders", "x").succeeded();

        assertThat(shell().run("receive", "-e", "orders").succeeded().lines()).hasSize(250);
        assertThat(shell().run("receive", "-e", "orders").succeeded().lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"receive -e orders", "receive -e -n 5 orders", "browse orders"})
    void connectionThatEndsBeforeThePeerSaysThatThereIsNoMoreIsAFailure(String command) {
        server.closeWhenDrained();

        Shell.Result result = shell().run(command.split(" "));

        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.CONNECTION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"receive orders", "bench --mode receive -n 5 orders", "bench --duration 1h orders"})
    void linkThatThePeerClosesEndsTheWaiting(String command) {
        Shell.Running receiving = shell().start(command.split(" "));
        await().until(server::hasSenders);
        server.closeSenders();

        Shell.Result result = receiving.await();
        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err()).contains("closed", "orders");
    }

    @Test
    void mechanismThatThereIsNotIsAMistakeInTheCommandLine() {
        Shell.Result result = shell().run("send", "--sasl", "CRAM-MD5", "orders", "hello");

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("CRAM-MD5", "SCRAM-SHA-256");
    }

    @Test
    void tooFewMessagesAreAnError() {
        shell().run("send", "orders", "x").succeeded();

        Shell.Result empty = shell().run("receive", "-e", "-n", "2", "orders");
        assertThat(empty.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(empty.err()).isEqualTo("amqp10: there were only 1 of 2 messages\n");

        Shell.Result late = shell().run("receive", "--timeout", "100ms", "-n", "2", "orders");
        assertThat(late.code()).isEqualTo(ExitCode.TIMEOUT);
        assertThat(late.err()).isEqualTo("amqp10: 0 of 2 messages came\n");
    }

    @Test
    void timeWithoutMessagesEndsReceiving() {
        shell().run("send", "orders", "x").succeeded();

        assertThat(shell().run("receive", "--timeout", "10s", "orders")
                        .succeeded()
                        .lines())
                .containsExactly("x");
    }

    @Test
    void ctrlCSettlesWhatWasPrinted() {
        Shell.Running running = shell().start("receive", "orders");
        shell().run("send", "orders", "one").succeeded();
        await().until(() -> running.out().equals("one\n"));

        assertThat(running.interrupt().await().code()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(server.queue("orders")).isEmpty();
    }

    @Test
    void releasedMessagesStayAtThePeer() {
        shell().run("send", "orders", "one").succeeded();

        shell().run("receive", "-n", "1", "--settle", "release", "orders").succeeded();

        await().until(() -> server.queue("orders").size() == 1);
    }

    @Test
    void verboseShowsAllSections() {
        shell().run("send", "--subject", "s\u001b[2J", "-p", "a:int=1", "--durable", "orders", "x")
                .succeeded();

        assertThat(shell().run("receive", "-n", "1", "-v", "orders").succeeded().lines())
                .contains("address: orders", "properties.subject: s\\u001b[2J", "application-properties.a: {\"int\":1}")
                .contains("header.durable: true")
                .endsWith("", "x", "");
    }

    @Test
    void terminalIsSparedControlCharacters() {
        shell().run("send", "orders", "red\u001b[31m\u009b0m").succeeded();

        assertThat(shell().terminal(null)
                        .run("receive", "-n", "1", "orders")
                        .succeeded()
                        .out())
                .isEqualTo("red\\u001b[31m\\u009b0m\n");
    }

    @Test
    void octetsGoIntoAPipeAsTheyAre() {
        shell().run("send", "-t", "data", "orders", "\u001b\u00e4").succeeded();

        assertThat(shell().run("receive", "-n", "1", "orders").succeeded().out())
                .isEqualTo("\u001b\u00e4\n");
    }

    @Test
    void whatReceivePrintsSendSendsUnchanged() {
        Message message = Message.builder()
                .durable(true)
                .messageId(UnsignedLong.of(7))
                .annotation("x-opt-a", Map.of("k", Double.NaN))
                .property("p", UnsignedLong.of(1))
                .sequenceBody(List.of(1, "two", Map.of(Symbol.of("k"), List.of())))
                .footer("f", 1)
                .build();
        server.queue("from").add(message);

        String line =
                shell().run("receive", "--json", "-n", "1", "from").succeeded().out();
        shell().in(line).run("send", "--json", "to").succeeded();

        assertThat(taken("to").encode()).isEqualTo(message.encode());
    }

    @Test
    void optionsOverrideWhatJsonSays() {
        shell().in("{\"properties\":{\"subject\":\"a\",\"to\":\"t\"},\"body\":{\"value\":1}}".replace("1}", "\"x\"}"))
                .run("send", "--json", "--subject", "b", "orders")
                .succeeded();

        Message message = taken("orders");
        assertThat(message.subject()).isEqualTo("b");
        assertThat(message.to()).isEqualTo("t");
    }

    // --- browse

    @Test
    void browsedMessagesStayEvenAtAPeerThatHandsThemOut() {
        shell().in("one\ntwo\n").run("send", "orders").succeeded();

        assertThat(shell().run("browse", "orders").succeeded().lines()).containsExactlyInAnyOrder("one", "two");

        await().until(() -> server.queue("orders").size() == 2);
    }

    @Test
    void emptyQueueIsBrowsedAtOnce() {
        assertThat(shell().run("browse", "-n", "3", "--json", "orders")
                        .succeeded()
                        .out())
                .isEmpty();
    }

    // --- request and respond

    @Test
    void requestGetsItsReply() {
        Shell.Running responder = shell().start("respond", "--subject", "echoed", "echo");

        Shell.Result reply = shell().run("request", "--timeout", "1m", "--json", "echo", "hello")
                .succeeded();

        assertThat(JsonMessages.fromJson(reply.out()))
                .extracting(Message::body, Message::subject)
                .containsExactly("hello", "echoed");
        await().until(() -> responder.out().equals("hello\n"));
        assertThat(responder.interrupt().await().code()).isEqualTo(ExitCode.INTERRUPTED);
    }

    @Test
    void requestsOfInputAreAskedOneAfterAnother() {
        Shell.Running responder = shell().start("respond", "-n", "2", "echo", "ja");

        assertThat(shell().in("one\ntwo\n")
                        .run("request", "--reply-to", "replies", "echo")
                        .succeeded()
                        .lines())
                .containsExactly("ja", "ja");
        responder.await().succeeded();
    }

    @Test
    void peerWithoutDynamicNodesIsExplained() {
        server.refuseDynamicNodes();

        Shell.Result result = shell().run("request", "echo", "hello");

        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err())
                .contains("name one by --reply-to")
                .contains("no dynamic nodes")
                .hasLineCount(1);
    }

    @Test
    void requestWithoutReplyTimesOut() {
        Shell.Result result = shell().run("request", "--timeout", "10s", "nobody", "hello");

        assertThat(result.code()).isEqualTo(ExitCode.TIMEOUT);
        assertThat(result.err()).isEqualTo("amqp10: no reply within 10 s\n");
    }

    @Test
    void replyOfAnotherRequestIsNotTaken() {
        server.queue("replies")
                .add(Message.builder().correlationId("other").body("not yours").build());

        Shell.Result result = shell().run("request", "--timeout", "300ms", "--reply-to", "replies", "nobody", "hello");

        assertThat(result.code()).isEqualTo(ExitCode.TIMEOUT);
        assertThat(result.out()).isEmpty();
        await().until(() -> server.queue("replies").size() == 1);
    }

    private void addRepliesOfOthers(int number) {
        for (int i = 0; i < number; i++) {
            server.queue("replies")
                    .add(Message.builder()
                            .correlationId("other " + i)
                            .body("not yours")
                            .build());
        }
    }

    @Test
    void replyBehindManyOfOthersIsFoundAndTheseStay() {
        addRepliesOfOthers(35);
        Shell.Running responder = shell().start("respond", "-n", "2", "echo");

        assertThat(shell().in("one\ntwo\n")
                        .run("request", "--timeout", "1m", "--reply-to", "replies", "echo")
                        .succeeded()
                        .lines())
                .containsExactly("one", "two");

        responder.await().succeeded();
        await().untilAsserted(() -> assertThat(server.queue("replies"))
                .hasSize(35)
                .allSatisfy(message -> assertThat(message.body()).isEqualTo("not yours")));
    }

    @Test
    void requestGivesUpWhereThereAreOnlyRepliesOfOthersWhichStay() {
        addRepliesOfOthers(1005);

        Shell.Result result = shell().run("request", "--timeout", "1m", "--reply-to", "replies", "nobody", "hello");

        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err())
                .contains("'replies' has 1000 messages that are no reply to this request")
                .hasLineCount(1);
        await().untilAsserted(() -> assertThat(server.queue("replies")).hasSize(1005));
    }

    @Test
    void replyThatIsRefusedIsTold() {
        shell().run("send", "--reply-to", "reject", "echo", "hello").succeeded();
        shell().run("send", "echo", "nowhere").succeeded();

        Shell.Result result = shell().run("respond", "-n", "2", "echo");

        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err())
                .contains("the reply to reject was not accepted: rejected test:bad: not this one")
                .contains("a request without reply-to is accepted and not answered");
    }

    @Test
    void replyThatNobodyTakesHoldsUpNoOther() {
        shell().run("send", "--reply-to", "stuck", "echo", "hello").succeeded();
        shell().run("send", "--reply-to", "replies", "echo", "you").succeeded();

        Shell.Result result = shell().run("respond", "--connect-timeout", "5s", "-n", "2", "echo");

        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err())
                .contains("the reply to stuck was not accepted: no outcome")
                .hasLineCount(1);
        assertThat(taken("replies").body()).isEqualTo("you");
    }

    @Test
    void linkThatBreaksByAReplyIsMadeAnewForTheNext() {
        shell().run("send", "--reply-to", "detach", "echo", "hello").succeeded();
        shell().run("send", "--reply-to", "replies", "echo", "you").succeeded();

        Shell.Result result = shell().run("respond", "-n", "2", "echo");

        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err())
                .contains("the reply to detach was not accepted")
                .contains("gone");
        assertThat(taken("replies").body()).isEqualTo("you");
    }

    // --- listen

    @Test
    void listenerPrintsWhatComes() {
        Shell.Running listener = new Shell().start("listen", "-n", "2", "-v", "--json", "amqp://127.0.0.1:0");

        new Shell()
                .run("send", "-u", listener.uri(), "--container-id", "me", "-n", "2", "any/address", "hello")
                .succeeded();

        assertThat(listener.await().succeeded().lines())
                .hasSize(2)
                .allMatch(line -> line.equals("{\"delivery\":{\"container\":\"me\",\"address\":\"any/address\","
                        + "\"settled\":false},\"body\":{\"value\":\"hello\"}}"));
        assertThat(listener.err()).contains("connection from 127.0.0.1:", ", container me");
    }

    @Test
    void listenerServesMessagesToEachReceiver() throws IOException {
        Path file = folder.resolve("messages.json");
        Files.writeString(file, "{\"body\":{\"value\":{\"int\":1}}}\n\n{\"body\":{\"value\":\"two\"}}\n");
        Shell.Running listener = new Shell().start("listen", "--serve", file.toString(), "amqp://127.0.0.1:0");
        String uri = listener.uri();

        for (int i = 0; i < 2; i++) {
            assertThat(new Shell().run("receive", "-e", uri + "/a").succeeded().lines())
                    .containsExactly("1", "two");
        }

        assertThat(listener.interrupt().await().code()).isEqualTo(ExitCode.INTERRUPTED);
    }

    @Test
    void framesAreNoLargerThanAskedFor() {
        AtomicLong asked = new AtomicLong();
        MessagingHandler watcher = new MessagingHandler() {
            @Override
            public void onConnectionOpened(Connection connection) {
                PeerInfo peer = connection.peer();
                asked.set(peer == null ? 0 : peer.open().maxFrameSize());
            }
        };

        try (QueueServer small = new QueueServer(options -> options.handler(watcher))) {
            new Shell()
                    .run("receive", "-e", "--max-frame-size", "1k", small.url() + "/a")
                    .succeeded();
            await().untilAsserted(() -> assertThat(asked).hasValue(1024));

            Shell.Result tooSmall = new Shell().run("receive", "--max-frame-size", "511", small.url() + "/a");
            assertThat(tooSmall.code()).isEqualTo(ExitCode.USAGE);
            assertThat(tooSmall.err()).contains("must be at least 512");
        }
    }

    @Test
    void listenerAsksForCredentials() {
        Shell.Running listener = new Shell()
                .set("AMQP10_PASSWORD", "alice-secret")
                .start("listen", "--user", "alice", "amqp://127.0.0.1:0");
        String uri = listener.uri();

        assertThat(new Shell().run("ping", uri).code()).isEqualTo(ExitCode.CONNECTION);
        new Shell()
                .set("AMQP10_PASSWORD", "alice-secret")
                .run("ping", "--user", "alice", uri)
                .succeeded();
        listener.interrupt().await();
    }

    @Test
    void listenerSpeaksTlsWithCertificatesOfPem() {
        TlsMaterial tls = TlsMaterial.get();
        String ca = tls.authority().toString();
        String cert = tls.certificate(TlsMaterial.Identity.SERVER).toString();
        String key = tls.privateKey(TlsMaterial.Identity.SERVER).toString();
        Shell.Running listener = new Shell().start("listen", "--cert", cert, "--key", key, "amqps://localhost:0");
        String uri = listener.uri();

        assertThat(new Shell().run("ping", "--ca", ca, uri).succeeded().out()).containsPattern("tls +TLSv1.3");
        assertThat(new Shell().run("ping", "--insecure", uri).succeeded().out()).contains("TLSv1.3");
        Shell.Result untrusted = new Shell().run("ping", uri);
        assertThat(untrusted.code()).isEqualTo(ExitCode.CONNECTION);
        assertThat(untrusted.err()).hasLineCount(1);
        listener.interrupt().await();
    }

    @Test
    void listenerDemandsCertificatesIfItIsToldWhomToTrust() throws IOException {
        TlsMaterial tls = TlsMaterial.get();
        Path password = folder.resolve("store-password");
        Files.writeString(password, TlsMaterial.PASSWORD);
        Shell.Running listener = new Shell()
                .start(
                        "listen",
                        "--cert",
                        tls.keyStore(TlsMaterial.Identity.SERVER).toString(),
                        "--ca",
                        tls.trustStore().toString(),
                        "--store-password-file",
                        password.toString(),
                        "amqps://localhost:0");
        String uri = listener.uri();
        String ca = tls.authority().toString();

        assertThat(new Shell().run("ping", "--ca", ca, uri).code()).isEqualTo(ExitCode.CONNECTION);
        new Shell()
                .run(
                        "ping",
                        "--ca",
                        ca,
                        "--cert",
                        tls.certificate(TlsMaterial.Identity.CLIENT).toString(),
                        "--key",
                        tls.privateKey(TlsMaterial.Identity.CLIENT).toString(),
                        uri)
                .succeeded();
        listener.interrupt().await();
    }

    // --- bench

    @Test
    void benchCountsWhatItSendsAndReceives() {
        Map<?, ?> figures = (Map<?, ?>) Objects.requireNonNull(JsonText.read(
                shell().run("bench", "-n", "200", "--json", "bench").succeeded().out()));

        assertThat(figures.get("sent")).isEqualTo(new JsonNumber("200"));
        assertThat(figures.get("received")).isEqualTo(new JsonNumber("200"));
        assertThat(figures.keySet().stream().map(String::valueOf))
                .contains("sent-per-s", "received-mib-per-s", "latency-ms-p50", "latency-ms-p99.9", "latency-ms-max");
    }

    @Test
    void benchSendsOrReceivesAlone() {
        assertThat(shell().run("bench", "--mode", "send", "-n", "50", "--links", "2", "bench")
                        .succeeded()
                        .out())
                .containsPattern("sent +50\n")
                .doesNotContain("received");
        assertThat(server.queue("bench")).hasSize(50);
        assertThat(shell().run("bench", "--mode", "receive", "-n", "50", "bench")
                        .succeeded()
                        .out())
                .containsPattern("received +50\n")
                .doesNotContain("sent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"receive", "both"})
    void benchThatHasAllIsDoneThoughThePeerThenClosesTheLink(String mode) {
        if (mode.equals("receive")) {
            shell().run("bench", "--mode", "send", "-n", "200", "bench").succeeded();
        }
        server.closeSendersAfter(200);

        assertThat(shell().run("bench", "--mode", mode, "-n", "200", "bench")
                        .succeeded()
                        .out())
                .containsPattern("received +200\n");
    }

    // --- ping

    @Test
    void pingTellsAboutThePeer() {
        Shell.Result result = shell().run("ping").succeeded();

        assertThat(result.out())
                .containsPattern("container +queue-server\n")
                .containsPattern("product +amqp10\n")
                .containsPattern("sasl-mechanisms +ANONYMOUS\n")
                .containsPattern("offered-capabilities +ANONYMOUS-RELAY\n")
                .containsPattern("max-frame-size +131072 octets\n")
                .containsPattern("open-ms +\\d");
    }

    @Test
    void pingTellsTheSameAsJson() {
        Object facts = JsonText.read(shell().run("ping", "--json").succeeded().out());

        assertThat(facts).isInstanceOfSatisfying(Map.class, map -> assertThat((Map<?, ?>) map)
                .extracting("container", "sasl-mechanism", "sasl-mechanisms", "tls")
                .containsExactly("queue-server", "ANONYMOUS", List.of("ANONYMOUS"), null));
    }

    // --- credentials and errors

    private static ListenOptions onlyAlice(ListenOptions options) {
        return options.users(Map.of("alice", "alice-secret")).allowAnonymous(false);
    }

    @Test
    void passwordComesFromVariableFileOrTerminal() throws IOException {
        Path file = folder.resolve("password");
        Files.writeString(file, "alice-secret\n");
        try (QueueServer guarded = new QueueServer(CommandsTest::onlyAlice)) {
            Shell shell = new Shell().set("AMQP10_URL", guarded.url());
            shell.run("ping", "--user", "alice", "--password-file", file.toString())
                    .succeeded();
            shell.terminal("alice-secret")
                    .run("ping", "--user", "alice", "--ask-password")
                    .succeeded();
            shell.set("AMQP10_USER", "alice")
                    .set("AMQP10_PASSWORD", "alice-secret")
                    .run("ping")
                    .succeeded();
            new Shell()
                    .run("ping", guarded.url().replace("amqp://", "amqp://alice:alice-secret@"))
                    .succeeded();
        }
    }

    @Test
    void refusedCredentialsGiveExitCodeThreeAndShowNoPassword() {
        try (QueueServer guarded = new QueueServer(CommandsTest::onlyAlice)) {
            Shell.Result result = new Shell().run("ping", guarded.url().replace("amqp://", "amqp://alice:top-secret@"));

            assertThat(result.code()).isEqualTo(ExitCode.CONNECTION);
            assertThat(result.err()).contains("check the credentials").doesNotContain("top-secret");
        }
    }

    @Test
    void traceShowsFramesAndNoPassword() {
        try (QueueServer guarded = new QueueServer(CommandsTest::onlyAlice)) {
            new Shell()
                    .run(
                            "ping",
                            "--trace",
                            "--sasl",
                            "PLAIN",
                            guarded.url().replace("amqp://", "amqp://alice:alice-secret@"))
                    .succeeded();
        }
    }

    @Test
    void nobodyThereGivesExitCodeThree() {
        Shell.Result result = new Shell().run("ping", "amqp://127.0.0.1:1");

        assertThat(result.code()).isEqualTo(ExitCode.CONNECTION);
        assertThat(result.err())
                .startsWith("amqp10: no connection to 127.0.0.1:1")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "sned q x | unknown command 'sned'",
                "send | an ADDRESS is missing",
                "send q x --frobnicate | unknown option --frobnicate",
                "--frobnicate send q x | unknown option --frobnicate",
                "--url amqp://h send q x | options stand after the command that they are for: --url",
                "-u amqp://h send q x | options stand after the command that they are for: -u",
                "--password=top-secret send q | options stand after the command that they are for: --password",
                "send q x --password top-secret | a password on the command line can be read by others",
                "send q x --passwrod=top-secret | unknown option --passwrod",
                "send q x --passwrod top-secret | unknown option --passwrod",
                "send q x amqp://a:top-secret@b | more arguments",
                "ping amqp://a:top-secret@b/path | it must end after the port",
                "ping amqp://a:x/top-secret@b | there is no valid host",
                "ping amqp://a:top-secret/x@b | there is no valid host",
                "ping amqp://a:top-secret,x@b | there is no valid host",
                "send -u amqp://a:top-secret,x@b q x | there is no valid host",
                "send amqp://a:top-secret/x@b/q x | there is no valid host",
                "amqp://a:x/top-secret@b | unknown command",
                "send -t integer q x | --type",
                "send -t int q x | 'x' is no int",
                "send -p a:int=x q x | 'x' is no int",
                "send -p a q x | 'a' is not NAME=VALUE",
                "send -s 1x q | '1x' is no size",
                "send --ttl soon q x | 'soon' is no time",
                "send --json q x | leave BODY out",
                "send -g twice q x | at-least-once or at-most-once",
                "send amqp://host x | names no address",
                "receive | an ADDRESS is missing",
                "receive --durable q | --durable needs --link-name",
                "receive --filter a=b q | --filter a",
                "receive --ca /no/such/file q | cannot set up TLS",
                "browse | ADDRESS",
                "request -t integer q x | --type",
                "respond q -p a:int=x | 'x' is no int",
                "listen amqps://127.0.0.1:0 | --cert and --key",
                "listen --user a amqp://127.0.0.1:0 | --user needs a password",
                "listen --timeout 1s --password-file /no/such/file amqp://127.0.0.1:0 | a password needs --user",
                "listen --timeout 1s --ask-password amqp://127.0.0.1:0 | a password needs --user",
                "listen --timeout 1s --password top-secret amqp://127.0.0.1:0 | can be read by others",
                "send --password-file /no/such/file q x | a password needs --user",
                "send --ask-password q x | a password needs --user",
                "bench -s 1 q | --size at least 8",
                "ping -n 0 | --count must be at least 1",
            })
    void wrongCommandLinesAreExplainedInALineAndShowNoPassword(String arguments, String message) {
        Shell.Result result = shell().run(arguments.split(" "));

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).startsWith("amqp10: ").contains(message).doesNotContain("top-secret");
        assertThat(result.out()).isEmpty();
        assertThat(server.queue("q")).isEmpty();
    }

    @Test
    void listenerWithAPasswordAndNoUserLetsNobodyIn() {
        Shell.Result result =
                new Shell().set("AMQP10_PASSWORD", "top-secret").run("listen", "--timeout", "1s", "amqp://127.0.0.1:0");

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("a password needs --user").hasLineCount(1);
    }

    @Test
    void passwordOfTheVariableMayBeForOtherPeers() {
        shell().set("AMQP10_PASSWORD", "top-secret").run("ping").succeeded();
    }

    @Test
    void commandIsNeeded() {
        Shell.Result result = new Shell().run();

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).startsWith("amqp10: a command is missing, such as send, receive or ping");
    }

    @Test
    void progressIsShownOnTerminalsOnly() {
        assertThat(shell().terminal(null).run("send", "orders", "x").succeeded().err())
                .startsWith("1 message sent");
        assertThat(shell().terminal(null)
                        .run("send", "-q", "orders", "x")
                        .succeeded()
                        .err())
                .isEmpty();
        assertThat(shell().run("send", "orders", "x").succeeded().err()).isEmpty();
    }

    @Test
    void helpExplainsEveryCommand() {
        assertThat(new Shell().run("--help").succeeded().out()).contains("Exit codes:", "send");
        for (String command : List.of("send", "receive", "browse", "request", "respond", "listen", "ping", "bench")) {
            assertThat(new Shell().run("--help").succeeded().out()).contains("  " + command + " ");
            assertThat(new Shell().run("help", command).succeeded().out()).contains("Examples:");
        }
        assertThat(new Shell().run("--version").succeeded().out()).startsWith("amqp10 ");
    }
}
