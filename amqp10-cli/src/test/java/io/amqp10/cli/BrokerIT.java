package io.amqp10.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.testkit.ArtemisBroker;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands against Artemis, in this process. */
@Timeout(900)
class BrokerIT {

    private static ArtemisBroker broker;

    @BeforeAll
    static void start() {
        broker = ArtemisBroker.started();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Shell shell() {
        return new Shell().set("AMQP10_URL", broker.uri());
    }

    @Test
    void sendsAndReceives() {
        shell().in("one\ntwo\nthree\n").run("send", "cli", "--durable").succeeded();
        assertThat(broker.messageCount("cli")).isEqualTo(3);

        assertThat(shell().run("receive", "-n", "1", "cli").succeeded().lines()).containsExactly("one");
        await().until(() -> broker.messageCount("cli") == 2);
        assertThat(shell().run("receive", "-e", "cli").succeeded().lines()).containsExactly("two", "three");
        await().until(() -> broker.messageCount("cli") == 0);
    }

    @Test
    void browsesAndLeavesMessages() {
        shell().run("send", "-n", "150", "-p", "colour=red", "browsed", "x").succeeded();
        shell().run("send", "-p", "colour=blue", "browsed", "y").succeeded();

        // what the broker has accepted is browsed when it is sorted in
        assertThat(broker.messageCount("browsed")).isEqualTo(151);

        assertThat(shell().run("browse", "browsed").succeeded().lines()).hasSize(151);
        assertThat(shell().run("browse", "--selector", "colour = 'blue'", "browsed")
                        .succeeded()
                        .lines())
                .containsExactly("y");
        assertThat(shell().run("browse", "-n", "7", "browsed").succeeded().lines())
                .hasSize(7);
        await().untilAsserted(() -> assertThat(broker.messageCount("browsed")).isEqualTo(151));
    }

    @Test
    void receivesWhatASelectorFits() {
        shell().run("send", "-p", "n:int=1", "selected", "one").succeeded();
        shell().run("send", "-p", "n:int=2", "selected", "two").succeeded();

        assertThat(shell().run("receive", "-e", "--selector", "n > 1", "selected")
                        .succeeded()
                        .lines())
                .containsExactly("two");
        await().untilAsserted(() -> assertThat(broker.messageCount("selected")).isEqualTo(1));
        Shell.Result wrong = shell().run("receive", "-e", "--selector", "n >", "selected");
        assertThat(wrong.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(wrong.err()).hasLineCount(1);
    }

    @Test
    void filterThatTheBrokerDoesNotApplyIsAnError() {
        Shell.Result result = shell().run(
                        "receive",
                        "-e",
                        "--filter",
                        "no:such={\"described\":{\"descriptor\":{\"symbol\":\"no:such\"},\"value\":\"x\"}}",
                        "filtered");

        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err()).contains("asked for the filter 'no:such', but the peer at");
    }

    @Test
    void filterThatIsNotDescribedIsWrongUse() {
        Shell.Result result = shell().run("receive", "-e", "--filter", "no:such={\"symbol\":\"x\"}", "filtered");

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err())
                .contains("--filter no:such")
                .contains("{\"described\":")
                .hasLineCount(1);
    }

    @Test
    void settleModesAreAskedFor() {
        shell().run("send", "--settle-mode", "mixed", "--receiver-settle-mode", "first", "modes", "a")
                .succeeded();
        shell().run("send", "--settle-mode", "settled", "modes", "b").succeeded();

        assertThat(shell().run("receive", "-n", "2", "--settle-mode", "mixed", "modes")
                        .succeeded()
                        .lines())
                .containsExactly("a", "b");
    }

    @Test
    void durableSubscriptionIsFoundAgain() {
        String[] subscribe = {
            "receive", "--durable", "--container-id", "cli-it", "--link-name", "news", "-e", "topic.news"
        };
        shell().run(subscribe).succeeded();
        shell().run("send", "--capability", "topic", "topic.news", "while away").succeeded();

        assertThat(shell().run(subscribe).succeeded().lines()).containsExactly("while away");

        List<String> last = new ArrayList<>(List.of(subscribe));
        last.add("--unsubscribe");
        shell().run(last.toArray(new String[0])).succeeded();
        shell().run("send", "--capability", "topic", "topic.news", "never seen").succeeded();
        assertThat(shell().run(last.toArray(new String[0])).succeeded().lines()).isEmpty();
    }

    @Test
    void requestIsAnsweredOverADynamicNode() {
        Shell.Running responder = shell().start("respond", "-n", "1", "service", "pong");

        assertThat(shell().run("request", "--timeout", "1m", "service", "ping")
                        .succeeded()
                        .lines())
                .containsExactly("pong");
        assertThat(responder.await().succeeded().lines()).containsExactly("ping");
    }

    @Test
    void dynamicNodeIsReceivedFrom() {
        Shell.Running receiver = shell().start("receive", "--dynamic", "-n", "1");
        await().until(() -> receiver.err().startsWith("address: "));

        shell().run("send", "--capability", "", receiver.err().strip().substring(9), "hello")
                .succeeded();

        assertThat(receiver.await().succeeded().lines()).containsExactly("hello");
    }

    @Test
    void anonymousRelayDeliversByTo() {
        shell().in("{\"properties\":{\"to\":\"relayed\"},\"body\":{\"value\":\"a\"}}\n{\"body\":{\"value\":\"b\"}}\n")
                .run("send", "--anonymous", "--json", "otherwise")
                .succeeded();

        assertThat(broker.messageCount("relayed")).isEqualTo(1);
        assertThat(broker.messageCount("otherwise")).isEqualTo(1);
    }

    @Test
    void queueThatIsFullIsTold() {
        Shell.Result rejected = shell().run("send", "-n", "20", "-s", "64k", "full.cli");
        assertThat(rejected.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(rejected.err()).contains("resource-limit-exceeded").contains("messages were not accepted");
    }

    @Test
    void refusalsAreExitCodes() {
        Shell.Result forbidden = shell().run("send", "noentry.cli", "x");
        assertThat(forbidden.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(forbidden.err()).hasLineCount(1);
        Shell.Result missing = shell().run("receive", "nocreate.cli");
        assertThat(missing.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(missing.err()).contains("amqp:not-found");
        Shell.Result wrong = new Shell()
                .set("AMQP10_PASSWORD", "wrong")
                .run("ping", "--user", "alice", "amqp://127.0.0.1:" + broker.port());
        assertThat(wrong.code()).isEqualTo(ExitCode.CONNECTION);
    }

    @Test
    void pingKnowsTheBroker() {
        assertThat(shell().run("ping").succeeded().out())
                .containsPattern("product +apache-activemq-artemis\n")
                .containsPattern("sasl-mechanisms +.*SCRAM-SHA-512")
                .containsPattern("sasl-mechanism +SCRAM-SHA-512\n")
                .contains("SHARED-SUBS");
    }

    @Test
    void benchRunsThroughTheBroker() {
        assertThat(shell().run("bench", "-n", "500", "-s", "1k", "bench")
                        .succeeded()
                        .out())
                .containsPattern("received +500\n");
        await().untilAsserted(() -> assertThat(broker.messageCount("bench")).isZero());
    }

    /** What {@code receive --json} prints {@code send --json} sends unchanged, to the bit of the bare message. */
    @Test
    void messagesOfEveryTypeGoThroughTwoBrokersQueuesUnchanged() {
        List<Message> messages = RandomMessages.some(300);
        List<String> sent = new ArrayList<>();
        List<String> arrived = new ArrayList<>();
        try (Container container = Container.create()) {
            Connection connection = container.connect(broker.uri()).awaitOpen();
            Sender sender = connection.openSender("types-from");
            for (Message message : messages) {
                sent.add(bare(message));
                sender.send(message).await().orThrow();
            }

            String lines = shell().run("receive", "--json", "-n", "300", "types-from")
                    .succeeded()
                    .out();
            shell().in(lines).run("send", "--json", "types-to").succeeded();

            Receiver receiver = connection.openReceiver(ReceiverOptions.of("types-to"));
            while (arrived.size() < messages.size()) {
                Delivery delivery = receiver.receive();
                arrived.add(bare(delivery.message()));
                delivery.accept();
            }
        }
        assertThat(arrived).isEqualTo(sent);
    }

    private static String bare(Message message) {
        return HexFormat.of().formatHex(JsonMessages.bare(message).encode());
    }
}
