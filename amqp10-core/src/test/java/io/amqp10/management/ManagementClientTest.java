package io.amqp10.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.Container;
import io.amqp10.LinkAcceptor;
import io.amqp10.LinkRefusedException;
import io.amqp10.ListenOptions;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.TimedOutException;
import io.amqp10.testkit.FaultyLink;
import io.amqp10.testkit.ScriptedNode;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client of management nodes against a node that answers as scripted. */
@Timeout(600)
final class ManagementClientTest {

    private static final String NODE = "$management";

    private Container container;

    @BeforeEach
    void create() {
        container = Container.create("client");
    }

    @AfterEach
    void close() {
        container.close();
    }

    private static Message ok(Message request) {
        return Message.builder()
                .property("statusCode", 200)
                .body(Map.of("asked", String.valueOf(request.property("operation"))))
                .build();
    }

    private ManagementClient open(ScriptedNode node, ReplyPath path) {
        return ManagementClient.open(container.connect(node.uri()), ManagementOptions.of(NODE, path));
    }

    @ParameterizedTest
    @EnumSource
    void answersComeBackOnEachPath(ReplyPath path) throws Exception {
        try (ScriptedNode node = new ScriptedNode(ManagementClientTest::ok);
                ManagementClient client = open(node, path)) {
            client.opened().get(60, TimeUnit.SECONDS);
            List<CompletableFuture<ManagementResponse>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(client.requestAsync(ManagementRequest.operation("READ-" + i, "queue")));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(answers.get(i).get(60, TimeUnit.SECONDS).body()).isEqualTo(Map.of("asked", "READ-" + i));
            }
        }
    }

    @Test
    void operationGoesAsApplicationPropertiesAndHttpAsSubjectAndTo() {
        try (ScriptedNode node = new ScriptedNode(
                        request -> Message.builder().subject("204").build());
                ManagementClient client = open(node, ReplyPath.LINK_PAIR)) {
            client.request(ManagementRequest.operation("READ", "queue")
                    .property("name", "q1")
                    .body(Map.of("a", 1)));
            ManagementResponse response = client.request(ManagementRequest.http("DELETE", "/queues/q1"));

            assertThat(response.status()).isEqualTo(204);
            Message operation = node.requests().get(0);
            assertThat(operation.applicationProperties())
                    .containsExactlyInAnyOrderEntriesOf(Map.of("operation", "READ", "type", "queue", "name", "q1"));
            assertThat(operation.body()).isEqualTo(Map.of("a", 1));
            assertThat(operation.replyTo()).isEqualTo("$me");
            Message http = node.requests().get(1);
            assertThat(http.subject()).isEqualTo("DELETE");
            assertThat(http.to()).isEqualTo("/queues/q1");
            assertThat(http.messageId()).isNotEqualTo(operation.messageId());
        }
    }

    @Test
    void failureIsAnExceptionWithTheNodesWordsAndCode() {
        try (ScriptedNode node = new ScriptedNode(request -> Message.builder()
                        .property("status-code", 401)
                        .property("status-description", "not you\n")
                        .build());
                ManagementClient client = open(node, ReplyPath.DYNAMIC_NODE)) {
            assertThatExceptionOfType(ManagementException.class)
                    .isThrownBy(() -> client.request(ManagementRequest.operation("CREATE", "queue")
                            .property("name", "q1")
                            .body("a secret")))
                    .withMessage("$management did not carry out CREATE queue q1: status 401, not you\\u000a")
                    .satisfies(e -> assertThat(e.status()).isEqualTo(401));
        }
    }

    @Test
    void answerWithoutACodeIsNoSuccess() {
        try (ScriptedNode node = new ScriptedNode(request -> Message.of("hm"));
                ManagementClient client = open(node, ReplyPath.SAME_NODE)) {
            assertThatThrownBy(() -> client.request(ManagementRequest.http("GET", "/")))
                    .isInstanceOf(ManagementException.class)
                    .hasMessageContaining("status 0, hm");
            assertThat(client.exchange(Message.of("raw")).body()).isEqualTo("hm");
        }
    }

    @Test
    void silenceEndsWithTheTimeout() {
        try (ScriptedNode node = new ScriptedNode(request -> null);
                ManagementClient client = ManagementClient.open(
                        container.connect(node.uri()),
                        ManagementOptions.of(NODE, ReplyPath.LINK_PAIR).timeout(Duration.ofMillis(200)))) {
            assertThatThrownBy(() -> client.request(ManagementRequest.http("GET", "/")))
                    .isInstanceOf(TimedOutException.class)
                    .hasMessageContaining("$management did not answer GET / within PT0.2S");
        }
    }

    @Test
    void timeoutMayBeWithoutEnd() {
        try (ScriptedNode node = new ScriptedNode(ManagementClientTest::ok);
                ManagementClient client = ManagementClient.open(
                        container.connect(node.uri()),
                        ManagementOptions.of(NODE, ReplyPath.LINK_PAIR).timeout(ChronoUnit.FOREVER.getDuration()))) {
            assertThat(client.request(ManagementRequest.operation("READ", "queue"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void refusedLinkFailsTheRequestAndTheNextRequestTriesAgain() {
        AtomicBoolean refuse = new AtomicBoolean(true);
        LinkAcceptor acceptor = request -> {
            if (refuse.get()) {
                request.refuse(ErrorCondition.of(AmqpError.UNAUTHORIZED_ACCESS, "not for you"));
            } else {
                request.accept();
            }
        };
        try (ScriptedNode node =
                        new ScriptedNode(ListenOptions.of("amqp://127.0.0.1:0"), acceptor, ManagementClientTest::ok);
                ManagementClient client = open(node, ReplyPath.LINK_PAIR)) {
            assertThatThrownBy(() -> client.request(ManagementRequest.operation("READ", "queue")))
                    .isInstanceOf(LinkRefusedException.class)
                    .hasMessageContainingAll("READ queue", "not for you");
            refuse.set(false);
            assertThat(client.request(ManagementRequest.operation("READ", "queue"))
                            .isSuccess())
                    .isTrue();
        }
    }

    @Test
    void requestThatCannotBeEncodedFailsWithTheReasonAndTheOneBehindItGoesOutWhenTheLinksAreOpen() throws Exception {
        BlockingQueue<LinkAcceptor.LinkRequest> asked = new LinkedBlockingQueue<>();
        try (ScriptedNode node =
                        new ScriptedNode(ListenOptions.of("amqp://127.0.0.1:0"), asked::add, ManagementClientTest::ok);
                ManagementClient client = open(node, ReplyPath.LINK_PAIR)) {
            CompletableFuture<ManagementResponse> wrong = client.requestAsync(unencodable());
            CompletableFuture<ManagementResponse> right =
                    client.requestAsync(ManagementRequest.operation("READ", "queue"));
            for (int links = 0; links < 2; links++) {
                Objects.requireNonNull(asked.poll(60, TimeUnit.SECONDS)).accept();
            }

            assertThatThrownBy(() -> wrong.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("java.lang.Object");
            assertThat(right.get(60, TimeUnit.SECONDS).isSuccess()).isTrue();
        }
    }

    @Test
    void requestThatCannotBeEncodedFailsOverOpenLinksLikeAnyOther() throws Exception {
        try (ScriptedNode node = new ScriptedNode(ManagementClientTest::ok);
                ManagementClient client = open(node, ReplyPath.LINK_PAIR)) {
            client.opened().get(60, TimeUnit.SECONDS);

            CompletableFuture<ManagementResponse> wrong = client.requestAsync(unencodable());

            assertThatThrownBy(() -> wrong.get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            assertThat(client.request(ManagementRequest.operation("READ", "queue"))
                            .isSuccess())
                    .isTrue();
        }
    }

    private static ManagementRequest unencodable() {
        return ManagementRequest.http("PUT", "/x").body(Map.of("a", new Object()));
    }

    @Test
    void messageThatHasACorrelationIdIsAnsweredToo() {
        try (ScriptedNode node = new ScriptedNode(request -> Message.of("answer"));
                ManagementClient client = open(node, ReplyPath.LINK_PAIR)) {
            Message message = Message.builder()
                    .messageId("m")
                    .correlationId("x")
                    .body("raw")
                    .build();

            assertThat(client.exchange(message).body()).isEqualTo("answer");
            assertThat(node.requests().get(0).correlationId()).isNull();
        }
    }

    @Test
    void requestWithoutAnswerFailsWhenTheConnectionIsBackAndTheNextOneWorks() throws Exception {
        AtomicBoolean silent = new AtomicBoolean(true);
        try (ScriptedNode node = new ScriptedNode(request -> silent.getAndSet(false) ? null : ok(request));
                FaultyLink network = FaultyLink.to(node.port());
                ManagementClient client = ManagementClient.open(
                        container.connect("127.0.0.1:" + network.port()),
                        ManagementOptions.of(NODE, ReplyPath.DYNAMIC_NODE))) {
            CompletableFuture<ManagementResponse> lost = client.requestAsync(ManagementRequest.http("GET", "/lost"));
            await().until(() -> node.requests().size() == 1);
            network.cut();

            assertThatThrownBy(() -> lost.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContainingAll("GET /lost", "not known");
            assertThat(client.request(ManagementRequest.operation("READ", "queue"))
                            .isSuccess())
                    .isTrue();
            assertThat(node.requests()).hasSize(2);
        }
    }

    @Test
    void closedClientFailsWhatWaitsAndWhatComes() {
        try (ScriptedNode node = new ScriptedNode(request -> null)) {
            ManagementClient client = open(node, ReplyPath.LINK_PAIR);
            CompletableFuture<ManagementResponse> waiting = client.requestAsync(ManagementRequest.http("GET", "/"));
            await().until(() -> node.requests().size() == 1);
            client.close();

            assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(ClosedException.class);
            assertThatThrownBy(() -> client.request(ManagementRequest.http("GET", "/")))
                    .isInstanceOf(ClosedException.class);
        }
    }

    @Test
    void handlerOfTheConnectionMayWaitForAnAnswer() throws Exception {
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        try (ScriptedNode node = new ScriptedNode(ManagementClientTest::ok)) {
            container.connect(node.uri(), new MessagingHandler() {
                @Override
                public void onConnectionOpened(Connection connection) {
                    ManagementClient client =
                            ManagementClient.open(connection, ManagementOptions.of(NODE, ReplyPath.LINK_PAIR));
                    answered.complete(client.request(ManagementRequest.operation("READ", "queue"))
                            .isSuccess());
                }
            });
            assertThat(answered.get(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void handlerOfTheConnectionMayCloseTheClientWhichClosesWhenItHasReturned() throws Exception {
        CompletableFuture<ManagementClient> closing = new CompletableFuture<>();
        try (ScriptedNode node = new ScriptedNode(ManagementClientTest::ok)) {
            container.connect(node.uri(), new MessagingHandler() {
                @Override
                public void onConnectionOpened(Connection connection) {
                    try {
                        ManagementClient client =
                                ManagementClient.open(connection, ManagementOptions.of(NODE, ReplyPath.LINK_PAIR));
                        client.request(ManagementRequest.operation("READ", "queue"));
                        client.close();
                        client.close();
                        closing.complete(client);
                    } catch (RuntimeException e) {
                        closing.completeExceptionally(e);
                    }
                }
            });
            ManagementClient client = closing.get(60, TimeUnit.SECONDS);

            client.closeAsync().get(60, TimeUnit.SECONDS);
            assertThatThrownBy(() -> client.request(ManagementRequest.operation("READ", "queue")))
                    .isInstanceOf(ClosedException.class);
        }
    }

    @Test
    void tokenOfAConnectionIsRenewedOverItsManagementNode() {
        try (ScriptedNode node = new ScriptedNode(request -> Message.builder()
                        .subject(
                                "good".equals(new String(request.bodyAsBytes(), StandardCharsets.UTF_8))
                                        ? "204"
                                        : "401")
                        .body("no such token")
                        .build());
                RabbitMqManagement management = RabbitMqManagement.open(container.connect(node.uri()))) {
            management.renewToken("good");

            Message renewal = node.requests().get(0);
            assertThat(renewal.subject()).isEqualTo("PUT");
            assertThat(renewal.to()).isEqualTo("/auth/tokens");
            assertThatThrownBy(() -> management.renewToken("stale"))
                    .isInstanceOf(ManagementException.class)
                    .hasMessageContainingAll("401", "no such token")
                    .hasMessageNotContaining("stale");
        }
    }
}
