package io.amqp10.spring.listener;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * Makes a {@code CompletionStage} of the single result of a reactive library, such as a Mono. Which libraries there are, if
 * any, Spring knows.
 */
final class ListenerResults {

    private ListenerResults() {}

    /**
     * Checks the type that a listener method says it returns.
     *
     * @return why nobody could wait for the end of its work, or null if there is nothing to wait for or it can be
     */
    static @Nullable String mistake(Class<?> type) {
        return CompletionStage.class.isAssignableFrom(type) ? null : mistake(type, adapter(type));
    }

    private static @Nullable String mistake(Class<?> type, @Nullable ReactiveAdapter adapter) {
        if (Future.class.isAssignableFrom(type)) {
            return "a " + type.getName() + ", which does not tell when it is done: return a CompletionStage";
        }
        return adapter != null && adapter.isMultiValue() || Flow.Publisher.class.isAssignableFrom(type)
                ? "a " + type.getName()
                        + ", which may have many values: return a CompletionStage or a type of one value"
                : null;
    }

    /** Returns what subscribes to results of a type, or null if that is no type to subscribe to. */
    static @Nullable ReactiveAdapter adapter(Class<?> type) {
        return CompletionStage.class.isAssignableFrom(type)
                ? null
                : ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
    }

    /** Subscribes to what may be a result to subscribe to, and returns anything else as it is. */
    static @Nullable Object awaitable(@Nullable Object result) {
        if (result == null || result instanceof CompletionStage) {
            return result;
        }
        ReactiveAdapter adapter = adapter(result.getClass());
        String mistake = mistake(result.getClass(), adapter);
        if (mistake != null) {
            throw new IllegalStateException("the listener returned " + mistake);
        }
        return adapter == null ? result : subscribed(adapter, result);
    }

    /** Subscribes to a result. */
    static CompletionStage<?> subscribed(ReactiveAdapter adapter, Object result) {
        return Outcome.of(adapter.toPublisher(result));
    }

    /**
     * Completes at the end, as there may be work to do after the value. Reactive Streams are there if there is anything to
     * subscribe to, and only this class needs them.
     */
    private static final class Outcome extends CompletableFuture<@Nullable Object> implements Subscriber<Object> {

        private @Nullable Object value;

        static Outcome of(Publisher<?> publisher) {
            Outcome outcome = new Outcome();
            publisher.subscribe(outcome);
            return outcome;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Object item) {
            value = item;
        }

        @Override
        public void onError(Throwable error) {
            completeExceptionally(error);
        }

        @Override
        public void onComplete() {
            complete(value);
        }
    }
}
