package io.amqp10.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.LinkAcceptor;
import io.amqp10.LinkRefusedException;
import io.amqp10.ListenOptions;
import io.amqp10.Message;
import io.amqp10.Sender;
import io.amqp10.testkit.FaultyLink;
import io.amqp10.testkit.ScriptedNode;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens for audiences, at a peer that lets nobody to an address who has not put a token for it on the same connection. */
@Timeout(180)
final class ClaimsBasedSecurityTest {

    private final Set<String> claims = ConcurrentHashMap.newKeySet();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    private volatile @Nullable Instant expiry;

    private Container container;
    private ScriptedNode node;

    @BeforeEach
    void start() {
        container = Container.create("client");
        node = ScriptedNode.ofDeliveries(ListenOptions.of("amqp://127.0.0.1:0"), guarded(), this::answer);
    }

    @AfterEach
    void stop() {
        container.close();
        node.close();
    }

    private LinkAcceptor guarded() {
        return request -> {
            String address = String.valueOf(request.address());
            if (address.equals("$cbs") || claims.contains(request.connection().name() + " " + address)) {
                request.accept();
            } else {
                request.refuse(ErrorCondition.of(AmqpError.UNAUTHORIZED_ACCESS, "no token for " + address));
            }
        };
    }

    private @Nullable Message answer(Delivery delivery) {
        Message request = delivery.message();
        if (!"put-token".equals(request.property("operation"))) {
            return null; // an ordinary message
        }
        boolean good = String.valueOf(request.body()).startsWith("good");
        if (good) {
            claims.add(delivery.connection().name() + " " + request.property("name"));
        }
        return Message.builder()
                .property("status-code", good ? 202 : 401)
                .property("status-description", good ? "Accepted" : "token is bad")
                .build();
    }

    private ClaimToken token(String audience) {
        int number = made.incrementAndGet();
        if (audience.equals("broken")) {
            throw new IllegalStateException("secret");
        }
        return new ClaimToken(ClaimToken.JWT, (audience.equals("orders") ? "good-" : "bad-") + number, expiry);
    }

    private ClaimsBasedSecurity claims() {
        return ClaimsBasedSecurity.of(ClaimsOptions.of(this::token)
                .onFailure((audience, failure) -> failures.add(audience + ": " + failure.getMessage())));
    }

    private Connection connect(int port, ClaimsBasedSecurity claims) {
        return container.connect(ConnectionOptions.of("127.0.0.1:" + port).linkGate(claims));
    }

    @Test
    void tokenIsPutBeforeLinksThatWereAskedForEarlierAreAttached() throws Exception {
        expiry = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MILLIS);
        ClaimsBasedSecurity claims = claims();
        CompletableFuture<Void> authorized = claims.authorizeAsync("orders");
        Connection connection = connect(node.port(), claims);
        try (Sender sender = connection.openSender("orders")) {
            sender.send(Message.of("hello")).await().orThrow();
        }
        authorized.get(30, TimeUnit.SECONDS);

        Message put = node.requests().get(0);
        assertThat(put.applicationProperties())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "operation", "put-token",
                        "type", "jwt",
                        "name", "orders",
                        "expiration", java.util.Objects.requireNonNull(expiry)));
        assertThat(put.body()).isEqualTo("good-1");
    }

    @Test
    void withoutATokenTheLinkIsRefusedInThePeersWords() {
        Connection connection = connect(node.port(), claims());
        assertThatThrownBy(() -> connection.openSender("orders").awaitOpen())
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("no token for orders");
    }

    @Test
    void refusedTokenIsAnExceptionWithThePeersWords() {
        ClaimsBasedSecurity claims = claims();
        connect(node.port(), claims).awaitOpen();
        assertThatThrownBy(() -> claims.authorize("bills"))
                .isInstanceOf(ManagementException.class)
                .hasMessageContainingAll("put-token jwt bills", "401", "token is bad")
                .hasMessageNotContaining("bad-1");
        await().until(() -> failures.size() == 1);
    }

    @Test
    void failureToMakeATokenIsToldWithoutItsWords() {
        ClaimsBasedSecurity claims = claims();
        connect(node.port(), claims).awaitOpen();
        assertThatThrownBy(() -> claims.authorize("broken"))
                .isInstanceOf(Amqp10Exception.class)
                .hasMessageContainingAll("broken", "IllegalStateException")
                .hasMessageNotContaining("secret");
    }

    @Test
    void tokenIsFollowedByAnotherBeforeItExpires() {
        expiry = Instant.now().plusSeconds(2);
        ClaimsBasedSecurity claims = claims();
        connect(node.port(), claims).awaitOpen();
        claims.authorize("orders");
        expiry = null;
        await().until(() -> node.requests().size() >= 2);
        assertThat(node.requests().get(1).body()).isEqualTo("good-2");
    }

    @Test
    void linksAreRestoredAfterTheTokensAreThereAgain() {
        try (FaultyLink network = FaultyLink.to(node.port())) {
            ClaimsBasedSecurity claims = claims();
            Connection connection = connect(network.port(), claims).awaitOpen();
            claims.authorize("orders");
            Sender sender = connection.openSender("orders").awaitOpen();
            network.cut();
            await().until(() -> made.get() >= 2 && sender.state() == LifecycleState.OPEN);
            sender.send(Message.of("after the break")).await().orThrow();
            assertThat(sender.error()).isNull();
        }
    }

    @Test
    void closedSecurityFailsWhatWaits() {
        ClaimsBasedSecurity claims = claims();
        CompletableFuture<Void> waiting = claims.authorizeAsync("orders");
        claims.close();
        assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        assertThat(new ClaimToken("jwt", "good-1", null).toString()).doesNotContain("good");
    }
}
