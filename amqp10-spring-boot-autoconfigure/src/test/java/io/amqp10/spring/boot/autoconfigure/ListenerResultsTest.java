package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.Tracker;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.listener.AmqpRejectException;
import io.amqp10.spring.listener.InvalidListenerException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ReactiveTypeDescriptor;

/** What listeners may return that is not there yet, and what they may not. */
class ListenerResultsTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final DirectPeer peer = new DirectPeer();

    /** As a Mono: nothing happens until somebody subscribes. */
    record Single(Supplier<CompletableFuture<@Nullable Object>> work) implements Publisher<Object> {

        @Override
        public void subscribe(Subscriber<? super Object> subscriber) {
            subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long count) {
                    work.get().whenComplete((value, error) -> {
                        if (error != null) {
                            subscriber.onError(error);
                            return;
                        }
                        if (value != null) {
                            subscriber.onNext(value);
                        }
                        subscriber.onComplete();
                    });
                }

                @Override
                public void cancel() {
                    throw new UnsupportedOperationException("cancel");
                }
            });
        }
    }

    @BeforeAll
    static void registerTypes() {
        ReactiveAdapterRegistry registry = ReactiveAdapterRegistry.getSharedInstance();
        Single empty = new Single(() -> CompletableFuture.completedFuture(null));
        // as Reactor registers its own
        registry.registerReactiveType(
                ReactiveTypeDescriptor.singleOptionalValue(Single.class, () -> empty),
                source -> (Publisher<?>) source,
                publisher -> publisher);
        registry.registerReactiveType(
                ReactiveTypeDescriptor.multiValue(Publisher.class, () -> empty),
                source -> (Publisher<?>) source,
                publisher -> publisher);
    }

    @AfterEach
    void close() {
        peer.close();
    }

    // --- one value

    record Reactive(CountDownLatch release, Executor executor) {

        @AmqpListener("single")
        Single single(String text) {
            return new Single(() -> work(text));
        }

        @AmqpListener("object")
        Object object(String text) {
            return text.equals("plain") ? text : new Single(() -> work(text));
        }

        private CompletableFuture<@Nullable Object> work(String text) {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return switch (text) {
                            case "empty" -> null;
                            case "fail" -> throw new AmqpRejectException("on purpose");
                            default -> "re: " + text;
                        };
                    },
                    executor);
        }
    }

    private static Tracker request(Sender sender, String text) {
        return sender.send(Message.builder().replyTo("replies").body(text).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "object"})
    void singleResultIsSubscribedToAndItsEndIsThatOfTheWork(String address) {
        CountDownLatch release = new CountDownLatch(1);
        Executor threads = task -> new Thread(task).start();
        peer.contexts().withBean(Reactive.class, release, threads).run(context -> {
            Sender sender = peer.sender(address);
            Tracker replied = request(sender, "x");
            assertThat(replied.settlement()).isNotDone();
            release.countDown();
            assertThat(replied.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
            assertThat(peer.next().bodyAsString()).isEqualTo("re: x");

            assertThat(request(sender, "empty").await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
            assertThat(request(sender, "fail").await(SOON).status()).isEqualTo(SendOutcome.Status.REJECTED);
            assertThat(request(sender, "last").await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
            assertThat(peer.next().bodyAsString()).as("no reply before").isEqualTo("re: last");
        });
    }

    @Test
    void plainResultOfAMethodThatMayReturnAnythingIsTheReply() {
        peer.contexts()
                .withBean(Reactive.class, new CountDownLatch(0), (Executor) Runnable::run)
                .run(context -> {
                    assertThat(request(peer.sender("object"), "plain").await(SOON))
                            .isEqualTo(SendOutcome.ACCEPTED);
                    assertThat(peer.next().bodyAsString()).isEqualTo("plain");
                });
    }

    record Anything() {
        @AmqpListener("anything")
        Object listen(String text) {
            return text.equals("future") ? new FutureTask<>(() -> text) : (Flow.Publisher<Object>) subscriber -> {};
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"future", "many"})
    void resultThatNobodyCanWaitForIsAFailure(String text) {
        peer.contexts().withBean(Anything.class).run(context -> {
            SendOutcome outcome = request(peer.sender("anything"), text).await(SOON);
            assertThat(outcome.status()).isEqualTo(SendOutcome.Status.MODIFIED);
        });
    }

    // --- what is refused

    record OfFuture() {
        @AmqpListener("x")
        Future<String> listen(String text) {
            return new FutureTask<>(() -> text);
        }
    }

    record OfFlow() {
        @AmqpListener("x")
        Flow.Publisher<String> listen(String text) {
            return subscriber -> {};
        }
    }

    record OfPublisher() {
        @AmqpListener("x")
        Publisher<String> listen(String text) {
            return subscriber -> {};
        }
    }

    record Suspending() {
        @AmqpListener("x")
        @Nullable
        Object listen(String text, Continuation<String> continuation) {
            return null;
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {OfFuture.class, OfFlow.class, OfPublisher.class, Suspending.class})
    void listenerWhoseEndNobodyCanWaitForIsAMistake(Class<?> type) {
        peer.contexts().withBean(type).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOf(InvalidListenerException.class)
                .hasMessageContaining(type.getSimpleName() + ".listen")
                .hasMessageContaining("CompletionStage"));
    }
}
