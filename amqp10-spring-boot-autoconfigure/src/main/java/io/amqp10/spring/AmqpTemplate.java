package io.amqp10.spring;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.DeliveryFailedException;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.NoCreditException;
import io.amqp10.SendOutcome;
import io.amqp10.TimedOutException;
import io.amqp10.Tracker;
import io.amqp10.Transaction;
import io.amqp10.TransactionInDoubtException;
import io.amqp10.TransactionRolledBackException;
import io.amqp10.spring.converter.AmqpMessageConverter;
import io.amqp10.spring.converter.BodyMessageConverter;
import io.amqp10.types.AmqpError;
import io.amqp10.types.messaging.Header;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.converter.MessageConversionException;

/**
 * Sends and receives over one connection, each in a blocking and an asynchronous way. What becomes of a sent message is the
 * result: also when the peer refuses the message, which {@link SendOutcome#orThrow} makes an exception of.
 *
 * <p>Links are opened when first needed and kept for the next use, up to {@link TemplateOptions#maxLinks}. They outlive
 * breaks of the connection. An array that is sent must stay as it is until its outcome is known, since large ones are not
 * copied. Safe for any number of threads. Blocking methods are not for handlers of the connection, whose
 * other events would wait meanwhile.
 */
public final class AmqpTemplate implements AutoCloseable {

    private final Connection connection;
    private final AmqpMessageConverter converter;
    private final TemplateOptions options;
    private final SendOptions defaults;
    private final Links links;

    /** The transaction that all work of this variant is done in, null for that of the calling thread. */
    private final @Nullable Transacted transacted;

    /** Takes no part in a transaction of the calling thread. */
    private final boolean apart;

    /** What a template and its variants share. */
    private record Links(
            SenderCache senders,
            ReceiverPool receivers,
            ReplyLink replies,
            TransactedLinksPool transactions,
            TemplateThreads threads) {}

    /**
     * Makes a template with default options that sends and receives what AMQP has types for.
     *
     * @param connection the connection, which may still be opening
     */
    public AmqpTemplate(Connection connection) {
        this(connection, new BodyMessageConverter(), TemplateOptions.DEFAULT);
    }

    /**
     * Makes a template.
     *
     * @param connection the connection, which may still be opening
     * @param converter for payloads
     * @param options how it works
     */
    public AmqpTemplate(Connection connection, AmqpMessageConverter converter, TemplateOptions options) {
        this(connection, converter, options, SendOptions.NONE, open(connection, options), null, false);
    }

    private AmqpTemplate(
            Connection connection,
            AmqpMessageConverter converter,
            TemplateOptions options,
            SendOptions defaults,
            Links links,
            @Nullable Transacted transacted,
            boolean apart) {
        this.connection = connection;
        this.converter = converter;
        this.options = options;
        this.defaults = defaults;
        this.links = links;
        this.transacted = transacted;
        this.apart = apart;
    }

    private static Links open(Connection connection, TemplateOptions options) {
        TemplateThreads threads = new TemplateThreads(options.executor());
        return new Links(
                new SenderCache(connection::openSender, options.maxLinks(), options.senders()),
                new ReceiverPool(connection::openReceiver, options.maxLinks(), threads, options.receivers()),
                new ReplyLink(connection, options.replyAddress(), threads, options.receivers()),
                new TransactedLinksPool(connection, threads, options),
                threads);
    }

    /**
     * Returns a variant of this template that sends with other options. It shares its links with this one, and closing
     * either closes both.
     *
     * @param send what applies where a call says nothing
     * @return the variant
     */
    public AmqpTemplate with(SendOptions send) {
        return new AmqpTemplate(connection, converter, options, send, links, transacted, apart);
    }

    /**
     * Returns a variant of this template that takes no part in a transaction of the calling thread. It shares its links with this
     * one, and closing either closes both.
     *
     * @return the variant
     */
    public AmqpTemplate withoutTransaction() {
        return new AmqpTemplate(connection, converter, options, defaults, links, null, true);
    }

    /**
     * Returns how it works.
     *
     * @return the options
     */
    public TemplateOptions options() {
        return options;
    }

    /**
     * Returns what turns payloads into messages and back.
     *
     * @return the converter
     */
    public AmqpMessageConverter converter() {
        return converter;
    }

    // --- sending

    /**
     * Sends a message to the default address; see {@link #send(String, Message, SendOptions)}.
     *
     * @param message what to send
     * @return what became of it
     * @throws IllegalStateException if there is no default address
     */
    public SendOutcome send(Message message) {
        return send(defaultAddress(), message, SendOptions.NONE);
    }

    /**
     * Sends a message; see {@link #send(String, Message, SendOptions)}.
     *
     * @param address where to, as the peer spells it
     * @param message what to send
     * @return what became of it
     */
    public SendOutcome send(String address, Message message) {
        return send(address, message, SendOptions.NONE);
    }

    /**
     * Sends a message and waits for its outcome.
     *
     * @param address where to, as the peer spells it
     * @param message what to send
     * @param how what differs from the template's options for this message
     * @return what became of it; {@link SendOutcome.Status#UNCONFIRMED} if it was sent at most once
     * @throws TimedOutException if there is no room or no outcome within the time-out; the message may still be on its way
     * @throws LinkRefusedException if the peer gives no link to the address, with the peer's words
     * @throws Amqp10Exception if the link or connection ended; it is not known whether the peer has the message
     */
    public SendOutcome send(String address, Message message, SendOptions how) {
        Message prepared = prepare(message, how);
        Duration timeout = timeout(how);
        long start = System.nanoTime();
        Transacted present = present();
        SenderCache senders = senders(present);
        CachedSender cached = senders.enter(address, guarantee(how));
        Tracker tracker;
        try {
            tracker = present == null
                    ? cached.sender().send(prepared, timeout)
                    : cached.sender().send(prepared, present.transaction());
        } catch (RuntimeException | Error e) {
            cached.leave();
            senders.evict();
            throw e;
        }
        SendOutcome known = tracker.outcome();
        if (known != null) {
            cached.leave();
            return known;
        }
        try {
            Duration left = timeout.minusNanos(System.nanoTime() - start);
            SendOutcome outcome = tracker.await(left.isNegative() ? Duration.ZERO : left);
            cached.leave();
            return outcome;
        } catch (RuntimeException e) {
            cached.leave(); // a peer that takes no messages may never give this one an outcome
            senders.evict();
            throw e;
        }
    }

    /**
     * Sends a message without ever waiting; see {@link #sendAsync(String, Message, SendOptions)}.
     *
     * @param address where to, as the peer spells it
     * @param message what to send
     * @return completes with what became of it
     */
    public CompletableFuture<SendOutcome> sendAsync(String address, Message message) {
        return sendAsync(address, message, SendOptions.NONE);
    }

    /**
     * Sends a message without ever waiting.
     *
     * @param address where to, as the peer spells it
     * @param message what to send
     * @param how what differs from the template's options for this message; only a time-out that is given here bounds how
     *     long the future takes
     * @return completes with what became of the message, on a thread that handlers run on; with {@link NoCreditException}
     *     if too many messages wait for credit already; with {@link TimedOutException} after the time-out, when the
     *     message may still be on its way; with another
     *     {@link Amqp10Exception} if the link or connection ended
     */
    public CompletableFuture<SendOutcome> sendAsync(String address, Message message, SendOptions how) {
        return sendAsync(address, message, how, null);
    }

    /** Sends a message that is not waited for any longer when there is no hope of a reply. */
    private CompletableFuture<SendOutcome> sendAsync(
            String address, Message message, SendOptions how, @Nullable CompletableFuture<?> reply) {
        Duration timeout = how.timeout() != null ? how.timeout() : defaults.timeout();
        try {
            Message prepared = prepare(message, how);
            Transacted present = present();
            SenderCache senders = senders(present);
            CachedSender cached = senders.enter(address, guarantee(how));
            CompletableFuture<SendOutcome> outcome = handOver(cached, prepared, present);
            Runnable leave = reply == null ? cached::leave : once(cached::leave);
            CompletableFuture<SendOutcome> result = told(outcome, leave, known -> known);
            // What ends the wait ends the use too: a peer that takes no messages may never give this one an outcome.
            if (timeout != null) {
                limit(outcome, timeout, late -> {
                    timeOut(late, "no outcome of a message to '" + address + "' after " + timeout);
                    senders.evict();
                });
            }
            if (reply != null) {
                reply.whenComplete((known, error) -> {
                    if (error == null) {
                        leave.run(); // who has replied may never settle the request
                    } else if (outcome.completeExceptionally(error)) {
                        senders.evict();
                    }
                });
            }
            return result;
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Runnable once(Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (!done.getAndSet(true)) {
                action.run();
            }
        };
    }

    private static CompletableFuture<SendOutcome> handOver(
            CachedSender cached, Message message, @Nullable Transacted in) {
        try {
            return in == null
                    ? cached.sender().sendAsync(message)
                    : cached.sender().send(message, in.transaction()).settlement();
        } catch (RuntimeException e) {
            cached.leave();
            throw e;
        }
    }

    /**
     * Converts a payload and sends it to the default address.
     *
     * @param payload what to send
     * @return what became of it; see {@link #send(String, Message, SendOptions)}, also for exceptions
     * @throws IllegalStateException if there is no default address
     * @throws MessageConversionException if the payload cannot be sent
     */
    public SendOutcome convertAndSend(@Nullable Object payload) {
        return convertAndSend(defaultAddress(), payload, SendOptions.NONE);
    }

    /**
     * Converts a payload and sends it.
     *
     * @param address where to, as the peer spells it
     * @param payload what to send
     * @return what became of it; see {@link #send(String, Message, SendOptions)}, also for exceptions
     * @throws MessageConversionException if the payload cannot be sent
     */
    public SendOutcome convertAndSend(String address, @Nullable Object payload) {
        return convertAndSend(address, payload, SendOptions.NONE);
    }

    /**
     * Converts a payload and sends it.
     *
     * @param address where to, as the peer spells it
     * @param payload what to send
     * @param how what differs from the template's options for this message
     * @return what became of it; see {@link #send(String, Message, SendOptions)}, also for exceptions
     * @throws MessageConversionException if the payload cannot be sent
     */
    public SendOutcome convertAndSend(String address, @Nullable Object payload, SendOptions how) {
        return send(address, converter.toMessage(payload), how);
    }

    /**
     * Converts a payload, lets the caller add to the message, and sends it.
     *
     * @param address where to, as the peer spells it
     * @param payload what to send
     * @param more adds to the message, which has the template's options already, such as
     *     {@code m -> m.subject("order").property("urgent", true)}
     * @return what became of it; see {@link #send(String, Message, SendOptions)}, also for exceptions
     * @throws MessageConversionException if the payload cannot be sent
     */
    public SendOutcome convertAndSend(String address, @Nullable Object payload, UnaryOperator<Message.Builder> more) {
        return send(address, toMessage(payload, more), SendOptions.NONE);
    }

    /**
     * Converts a payload and sends it without ever waiting.
     *
     * @param address where to, as the peer spells it
     * @param payload what to send
     * @return completes as by {@link #sendAsync(String, Message, SendOptions)}
     * @throws MessageConversionException if the payload cannot be sent
     */
    public CompletableFuture<SendOutcome> convertAndSendAsync(String address, @Nullable Object payload) {
        return sendAsync(address, converter.toMessage(payload), SendOptions.NONE);
    }

    /**
     * Converts a payload and sends it without ever waiting.
     *
     * @param address where to, as the peer spells it
     * @param payload what to send
     * @param how what differs from the template's options for this message
     * @return completes as by {@link #sendAsync(String, Message, SendOptions)}
     * @throws MessageConversionException if the payload cannot be sent
     */
    public CompletableFuture<SendOutcome> convertAndSendAsync(
            String address, @Nullable Object payload, SendOptions how) {
        return sendAsync(address, converter.toMessage(payload), how);
    }

    /**
     * Converts a payload, lets the caller add to the message, and sends it without ever waiting.
     *
     * @param address where to, as the peer spells it
     * @param payload what to send
     * @param more adds to the message, which has the template's options already
     * @return completes as by {@link #sendAsync(String, Message, SendOptions)}
     * @throws MessageConversionException if the payload cannot be sent
     */
    public CompletableFuture<SendOutcome> convertAndSendAsync(
            String address, @Nullable Object payload, UnaryOperator<Message.Builder> more) {
        return sendAsync(address, toMessage(payload, more), SendOptions.NONE);
    }

    /** Options come first: who adds a priority to a durable message does not take its durability away. */
    private Message toMessage(@Nullable Object payload, UnaryOperator<Message.Builder> more) {
        Message prepared = prepare(converter.toMessage(payload), SendOptions.NONE);
        return more.apply(prepared.toBuilder()).build();
    }

    private String defaultAddress() {
        String address = options.defaultAddress();
        if (address == null) {
            throw new IllegalStateException(
                    "no address is given and the template has no default one" + " (amqp10.template.default-address)");
        }
        return address;
    }

    private DeliveryGuarantee guarantee(SendOptions how) {
        if (how.guarantee() != null) {
            return how.guarantee();
        }
        return defaults.guarantee() != null ? defaults.guarantee() : options.guarantee();
    }

    private Duration timeout(SendOptions how) {
        if (how.timeout() != null) {
            return how.timeout();
        }
        return defaults.timeout() != null ? defaults.timeout() : options.sendTimeout();
    }

    private Duration replyTimeout(SendOptions how) {
        if (how.replyTimeout() != null) {
            return how.replyTimeout();
        }
        return defaults.replyTimeout() != null ? defaults.replyTimeout() : options.replyTimeout();
    }

    private Message prepare(Message message, SendOptions how) {
        Header own = message.header();
        Boolean durable = how.durable() != null ? how.durable() : own == null ? defaults.durable() : null;
        Integer priority = how.priority() != null ? how.priority() : own == null ? defaults.priority() : null;
        Duration lives = how.timeToLive() != null ? how.timeToLive() : own == null ? defaults.timeToLive() : null;
        if (own != null && durable == null && priority == null && lives == null) {
            return message;
        }
        Message.Builder builder = message.toBuilder();
        if (durable != null || own == null) {
            builder.durable(durable != null ? durable : options.durable());
        }
        if (priority != null || own == null && options.priority() != Header.DEFAULT_PRIORITY) {
            builder.priority(priority != null ? priority : options.priority());
        }
        if (lives != null || own == null && options.timeToLive() != null) {
            builder.timeToLive(lives != null ? lives : options.timeToLive());
        }
        return builder.build();
    }

    // --- receiving

    /**
     * Takes a message from an address, waiting as long as the template's receive time-out; see
     * {@link #receive(String, Duration)}.
     *
     * @param address where from, as the peer spells it
     * @return the message, accepted; null when there is none in time
     */
    public @Nullable Message receive(String address) {
        return receive(address, options.receiveTimeout());
    }

    /**
     * Takes a message from an address and accepts it at once. Where the message must not be lost if the application fails
     * with it, use {@link #receive(String, Duration, Function)}.
     *
     * @param address where from, as the peer spells it
     * @param timeout at most how long to wait; zero takes what is there now
     * @return the message, accepted; null when there is none in time
     * @throws LinkRefusedException if the peer gives no link to the address, with the peer's words
     * @throws TimedOutException if there is no link within the send time-out
     * @throws Amqp10Exception if the link or connection ended, is lost when the time is over, or the thread is interrupted; no
     *     message was taken then
     */
    public @Nullable Message receive(String address, Duration timeout) {
        return await(take(address, timeout, Runnable::run, Delivery::message));
    }

    /**
     * Takes a message from an address and accepts it when work with it is done. If that throws, the message is given back as
     * modified with a failed delivery.
     *
     * @param <T> the result's type
     * @param address where from, as the peer spells it
     * @param timeout at most how long to wait; zero takes what is there now
     * @param work what to do with the message; an outcome that it gives the delivery stays
     * @return the result of the work; null when there is no message in time
     * @throws Amqp10Exception as by {@link #receive(String, Duration)}
     */
    public <T> @Nullable T receive(
            String address, Duration timeout, Function<? super Delivery, ? extends @Nullable T> work) {
        Transacted present = present();
        Delivery delivery = await(Taking.of(pull(present, address, timeout), Runnable::run, taken -> taken));
        return delivery == null ? null : accepted(present, delivery, work);
    }

    /**
     * Takes a message from an address and accepts it at once.
     *
     * @param address where from, as the peer spells it
     * @param timeout at most how long to wait; zero takes what is there now
     * @return completes with the message, accepted, or with null when there is none in time, or as
     *     {@link #receive(String, Duration)} throws; cancelling it, or completing it otherwise as by
     *     {@link CompletableFuture#orTimeout}, leaves the message to the peer
     */
    public CompletableFuture<@Nullable Message> receiveAsync(String address, Duration timeout) {
        return orFailed(() -> take(address, timeout, links.threads()::run, Delivery::message));
    }

    /**
     * Takes a message from an address and converts it, waiting as long as the template's receive time-out; see
     * {@link #receiveAndConvert(String, Class, Duration)}.
     *
     * @param <T> the payload's type
     * @param address where from, as the peer spells it
     * @param type the payload's type
     * @return the payload; null when there is no message in time, or its body is null
     */
    public <T> @Nullable T receiveAndConvert(String address, Class<T> type) {
        return receiveAndConvert(address, type, options.receiveTimeout());
    }

    /**
     * Takes a message from an address, converts it and accepts it. One that cannot be converted is rejected.
     *
     * @param <T> the payload's type
     * @param address where from, as the peer spells it
     * @param type the payload's type
     * @param timeout at most how long to wait; zero takes what is there now
     * @return the payload; null when there is no message in time, or its body is null
     * @throws MessageConversionException if the message cannot be converted; it was rejected for that reason
     * @throws Amqp10Exception as by {@link #receive(String, Duration)}
     */
    public <T> @Nullable T receiveAndConvert(String address, Class<T> type, Duration timeout) {
        return await(this.<T>takeConverted(address, type, timeout, Runnable::run));
    }

    /**
     * Takes a message from an address, converts it to a generic type and accepts it; see
     * {@link #receiveAndConvert(String, Class, Duration)}.
     *
     * @param <T> the payload's type
     * @param address where from, as the peer spells it
     * @param type the payload's type, such as {@code new ParameterizedTypeReference<List<Order>>() {}}
     * @param timeout at most how long to wait; zero takes what is there now
     * @return the payload; null when there is no message in time, or its body is null
     */
    public <T> @Nullable T receiveAndConvert(String address, ParameterizedTypeReference<T> type, Duration timeout) {
        return await(this.<T>takeConverted(address, type.getType(), timeout, Runnable::run));
    }

    /**
     * Takes a message from an address, converts it and accepts it.
     *
     * @param <T> the payload's type
     * @param address where from, as the peer spells it
     * @param type the payload's type
     * @param timeout at most how long to wait; zero takes what is there now
     * @return completes as {@link #receiveAndConvert(String, Class, Duration)} returns or throws
     */
    public <T> CompletableFuture<@Nullable T> receiveAndConvertAsync(String address, Class<T> type, Duration timeout) {
        return orFailed(() -> this.<T>takeConverted(address, type, timeout, links.threads()::run));
    }

    /**
     * Takes a message from an address, converts it to a generic type and accepts it.
     *
     * @param <T> the payload's type
     * @param address where from, as the peer spells it
     * @param type the payload's type
     * @param timeout at most how long to wait; zero takes what is there now
     * @return completes as {@link #receiveAndConvert(String, Class, Duration)} returns or throws
     */
    public <T> CompletableFuture<@Nullable T> receiveAndConvertAsync(
            String address, ParameterizedTypeReference<T> type, Duration timeout) {
        return orFailed(() -> this.<T>takeConverted(address, type.getType(), timeout, links.threads()::run));
    }

    private <T> Taking<T> takeConverted(String address, Type type, Duration timeout, Executor worker) {
        return take(address, timeout, worker, delivery -> this.<T>converted(delivery.message(), type));
    }

    private <T> Taking<T> take(
            String address, Duration timeout, Executor worker, Function<Delivery, @Nullable T> conversion) {
        Transacted present = present();
        return Taking.of(
                pull(present, address, timeout),
                worker,
                delivery -> accepted(present, delivery, taken -> convertedOrRejected(taken, conversion)));
    }

    private ReceiverPool.Pull pull(@Nullable Transacted in, String address, Duration timeout) {
        return receivers(in).receive(address, timeout, options.sendTimeout());
    }

    private static <T> CompletableFuture<@Nullable T> orFailed(Supplier<CompletableFuture<@Nullable T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static <T> @Nullable T convertedOrRejected(Delivery delivery, Function<Delivery, @Nullable T> conversion) {
        try {
            return conversion.apply(delivery);
        } catch (MessageConversionException | MessageFormatException e) {
            delivery.reject(AmqpError.DECODE_ERROR, e.getMessage());
            throw e;
        }
    }

    private static <T> @Nullable T accepted(
            @Nullable Transacted in, Delivery delivery, Function<? super Delivery, ? extends @Nullable T> work) {
        try {
            T result = work.apply(delivery);
            if (in == null || delivery.isSettled()) {
                delivery.accept(); // is ignored if the work gave it another outcome
            } else {
                delivery.accept(in.transaction());
            }
            return result;
        } catch (RuntimeException | Error e) {
            delivery.modify(true, false); // is ignored if it has another outcome
            throw e;
        }
    }

    @SuppressWarnings("unchecked") // the converter gives what the type says
    private <T> @Nullable T converted(Message message, Type type) {
        return (T) converter.fromMessage(message, type);
    }

    // --- requests

    /**
     * Sends a request and waits for its reply; see {@link #sendAndReceive(String, Message, SendOptions)}.
     *
     * @param address where to, as the peer spells it
     * @param request what to send
     * @return the reply
     */
    public Message sendAndReceive(String address, Message request) {
        return sendAndReceive(address, request, SendOptions.NONE);
    }

    /**
     * Sends a request and waits for its reply. Requests of any number of threads share one link for their replies: on the
     * template's reply address, or on a node that the peer makes for it. A reply belongs to the request whose correlation-id
     * or, else, message-id its correlation-id equals; a request without a message-id gets one.
     *
     * @param address where to, as the peer spells it
     * @param request what to send; its reply-to is set
     * @param how what differs from the template's options for this request
     * @return the reply
     * @throws TimedOutException if there is no reply within the reply time-out
     * @throws DeliveryFailedException if the peer did not accept the request
     * @throws ConnectionLostException if the reply's address was lost with the connection
     * @throws LinkRefusedException if the peer gives no link for requests or replies, with the peer's words
     * @throws IllegalStateException if a request with the same id waits already
     */
    public Message sendAndReceive(String address, Message request, SendOptions how) {
        Message reply = join(reply(address, request, how));
        if (reply == null) {
            throw new AssertionError("a reply is never null");
        }
        return reply;
    }

    /**
     * Sends a request and tells its reply; see {@link #sendAndReceive(String, Message, SendOptions)}.
     *
     * @param address where to, as the peer spells it
     * @param request what to send; its reply-to is set
     * @param how what differs from the template's options for this request
     * @return completes with the reply, or as {@link #sendAndReceive(String, Message, SendOptions)} throws
     */
    public CompletableFuture<Message> sendAndReceiveAsync(String address, Message request, SendOptions how) {
        return links.threads().handOver(reply(address, request, how));
    }

    /** Sends a request; what its reply completes must not wait, as that is on the link for replies. */
    private CompletableFuture<Message> reply(String address, Message request, SendOptions how) {
        if (present() != null) {
            throw new IllegalStateException(
                    "a request in a transaction is sent by its commit, so no reply can be awaited");
        }
        Duration timeout = replyTimeout(how);
        CompletableFuture<Message> reply = new CompletableFuture<>();
        CompletableFuture<String> replyAddress;
        try {
            replyAddress = links.replies().address();
        } catch (Amqp10Exception e) {
            return CompletableFuture.failedFuture(e);
        }
        replyAddress.whenComplete((replyTo, error) -> {
            try {
                if (error != null) {
                    reply.completeExceptionally(error);
                } else if (!reply.isDone()) {
                    request(address, request, how, replyTo, reply);
                }
            } catch (RuntimeException e) {
                reply.completeExceptionally(e);
            }
        });
        limit(reply, timeout, late -> timeOut(late, "no reply from '" + address + "' after " + timeout + why()));
        return reply;
    }

    private void request(
            String address, Message request, SendOptions how, String replyTo, CompletableFuture<Message> reply) {
        Object messageId = request.messageId();
        Object sentId = messageId != null ? messageId : UUID.randomUUID().toString();
        List<Object> ids = new ArrayList<>(2);
        ids.add(sentId);
        Object correlationId = request.correlationId();
        if (correlationId != null && !correlationId.equals(sentId)) {
            ids.add(correlationId);
        }
        links.replies().expect(reply, ids, replyTo);
        Message sent = request.toBuilder().messageId(sentId).replyTo(replyTo).build();
        sendAsync(address, sent, how, reply).whenComplete((outcome, error) -> {
            if (error != null) {
                reply.completeExceptionally(error);
                return;
            }
            try {
                outcome.orThrow();
            } catch (DeliveryFailedException e) {
                reply.completeExceptionally(e);
            }
        });
    }

    private String why() {
        Amqp10Exception known = connection.error();
        return known == null ? "" : "; last error: " + known.getMessage();
    }

    /**
     * Converts and sends a request, waits for its reply and converts that; see
     * {@link #sendAndReceive(String, Message, SendOptions)}.
     *
     * @param <T> the reply's type
     * @param address where to, as the peer spells it
     * @param payload the request's payload
     * @param type the reply's type
     * @return the reply's payload, null if its body is null
     * @throws MessageConversionException if the request or reply cannot be converted
     */
    public <T> @Nullable T convertSendAndReceive(String address, @Nullable Object payload, Class<T> type) {
        return convertSendAndReceive(address, payload, type, SendOptions.NONE);
    }

    /**
     * Converts and sends a request, waits for its reply and converts that; see
     * {@link #sendAndReceive(String, Message, SendOptions)}.
     *
     * @param <T> the reply's type
     * @param address where to, as the peer spells it
     * @param payload the request's payload
     * @param type the reply's type
     * @param how what differs from the template's options for this request
     * @return the reply's payload, null if its body is null
     * @throws MessageConversionException if the request or reply cannot be converted
     */
    public <T> @Nullable T convertSendAndReceive(
            String address, @Nullable Object payload, Class<T> type, SendOptions how) {
        return converted(sendAndReceive(address, converter.toMessage(payload), how), type);
    }

    /**
     * Converts and sends a request, waits for its reply and converts that to a generic type; see
     * {@link #sendAndReceive(String, Message, SendOptions)}.
     *
     * @param <T> the reply's type
     * @param address where to, as the peer spells it
     * @param payload the request's payload
     * @param type the reply's type, such as {@code new ParameterizedTypeReference<List<Order>>() {}}
     * @param how what differs from the template's options for this request
     * @return the reply's payload, null if its body is null
     * @throws MessageConversionException if the request or reply cannot be converted
     */
    public <T> @Nullable T convertSendAndReceive(
            String address, @Nullable Object payload, ParameterizedTypeReference<T> type, SendOptions how) {
        return converted(sendAndReceive(address, converter.toMessage(payload), how), type.getType());
    }

    /**
     * Converts and sends a request, and converts its reply.
     *
     * @param <T> the reply's type
     * @param address where to, as the peer spells it
     * @param payload the request's payload
     * @param type the reply's type
     * @param how what differs from the template's options for this request
     * @return completes as {@link #convertSendAndReceive(String, Object, Class, SendOptions)} returns or throws
     * @throws MessageConversionException if the request cannot be converted
     */
    public <T> CompletableFuture<@Nullable T> convertSendAndReceiveAsync(
            String address, @Nullable Object payload, Class<T> type, SendOptions how) {
        return told(
                sendAndReceiveAsync(address, converter.toMessage(payload), how),
                () -> {},
                reply -> this.<T>converted(reply, type));
    }

    /**
     * Converts and sends a request, and converts its reply to a generic type.
     *
     * @param <T> the reply's type
     * @param address where to, as the peer spells it
     * @param payload the request's payload
     * @param type the reply's type
     * @param how what differs from the template's options for this request
     * @return completes as {@link #convertSendAndReceive(String, Object, ParameterizedTypeReference, SendOptions)} returns
     *     or throws
     * @throws MessageConversionException if the request cannot be converted
     */
    public <T> CompletableFuture<@Nullable T> convertSendAndReceiveAsync(
            String address, @Nullable Object payload, ParameterizedTypeReference<T> type, SendOptions how) {
        return told(
                sendAndReceiveAsync(address, converter.toMessage(payload), how),
                () -> {},
                reply -> this.<T>converted(reply, type.getType()));
    }

    // --- transactions

    /**
     * Does work in a transaction at the peer: what the template that the work is given sends becomes available, and what it
     * receives is consumed, when the work has returned and the transaction is committed; if it throws, neither. Outcomes of
     * messages are those that the commit gives them; if one is not accepted, the commit fails. In a transaction of the
     * calling thread, by {@link AmqpTransactionManager}, the work takes part in that.
     *
     * @param <T> the result's type
     * @param work what to do, with the template that it is given
     * @return the result of the work
     * @throws TransactionRolledBackException if it was rolled back instead of committed
     * @throws TransactionInDoubtException if the connection broke in the moment of the commit, so that it is not known
     * @throws Amqp10Exception if the peer gives no transaction
     * @see "AMQP 1.0 §4"
     */
    public <T> @Nullable T executeInTransaction(Function<? super AmqpTemplate, ? extends @Nullable T> work) {
        if (present() != null) {
            return work.apply(this);
        }
        Transacted begun = links.transactions().begin();
        try (Transaction transaction = begun.transaction()) {
            T result = work.apply(new AmqpTemplate(connection, converter, options, defaults, links, begun, apart));
            transaction.commit();
            return result;
        } finally {
            links.transactions().giveBack(begun);
        }
    }

    /** Returns what begins transactions of this template. */
    TransactedLinksPool transactions() {
        return links.transactions();
    }

    private @Nullable Transacted present() {
        return transacted != null || apart ? transacted : links.transactions().bound();
    }

    private SenderCache senders(@Nullable Transacted in) {
        return in == null ? links.senders() : in.links().senders();
    }

    private ReceiverPool receivers(@Nullable Transacted in) {
        return in == null ? links.receivers() : in.links().receivers();
    }

    // --- waiting

    /** Has something done about a future that is not complete within a time. */
    private <T> void limit(CompletableFuture<T> future, Duration timeout, Consumer<CompletableFuture<T>> late) {
        if (!future.isDone()) {
            Container.Timer timer = connection.container().schedule(timeout, () -> links.threads()
                    .run(() -> late.accept(future)));
            future.whenComplete((result, error) -> timer.cancel());
        }
    }

    private static void timeOut(CompletableFuture<?> future, String message) {
        future.completeExceptionally(new TimedOutException(message, null, null));
    }

    /**
     * Returns a future of what becomes of another one's result. It fails with the very exception that is promised, while one
     * by {@link CompletableFuture#thenApply} would tell its callbacks one that is wrapped.
     *
     * @param first what comes before either, and must not throw
     */
    private static <T, R> CompletableFuture<@Nullable R> told(
            CompletableFuture<T> future, Runnable first, Function<? super T, ? extends @Nullable R> function) {
        CompletableFuture<@Nullable R> result = future.newIncompleteFuture();
        future.whenComplete((value, error) -> {
            first.run();
            if (error != null) {
                result.completeExceptionally(
                        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error);
                return;
            }
            try {
                result.complete(function.apply(value));
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static <T> @Nullable T join(CompletionStage<? extends @Nullable T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Amqp10Exception("interrupted while waiting; what was begun may still take effect", e);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause() == null ? e : e.getCause());
        }
    }

    private static <T> @Nullable T await(Taking<T> taking) {
        try {
            return taking.await();
        } catch (ExecutionException e) {
            throw rethrown(e.getCause() == null ? e : e.getCause());
        }
    }

    private static RuntimeException rethrown(Throwable cause) {
        if (cause instanceof CompletionException wrapped && wrapped.getCause() != null) {
            return rethrown(wrapped.getCause());
        }
        if (cause instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new Amqp10Exception(String.valueOf(cause.getMessage()), cause);
    }

    /** Starts to close all its links; messages that were sent are waited for. The connection stays open. */
    @Override
    public void close() {
        links.replies().close();
        links.receivers().close();
        links.senders().close();
        links.transactions().close();
        links.threads().close();
    }
}
