package io.amqp10;

import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.TerminusDurability;
import io.amqp10.types.messaging.TerminusExpiryPolicy;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a receiver works.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class ReceiverOptions implements Cloneable {

    /** The default of {@link #creditWindow()}. */
    public static final int DEFAULT_CREDIT_WINDOW = 200;

    /** The default of {@link #maxMessageSize()}: 100 MiB. */
    public static final long DEFAULT_MAX_MESSAGE_SIZE = 100L * 1024 * 1024;

    /** The default of {@link #capabilities()}: {@code queue}. */
    public static final List<Symbol> DEFAULT_CAPABILITIES = List.of(Symbol.of("queue"));

    /** The default of {@link #outcomes()}: accepted, rejected, released and modified. */
    public static final List<Symbol> DEFAULT_OUTCOMES = List.of(
            Symbol.of("amqp:accepted:list"),
            Symbol.of("amqp:rejected:list"),
            Symbol.of("amqp:released:list"),
            Symbol.of("amqp:modified:list"));

    /** The default of {@link #defaultOutcome()}: modified, delivery failed. */
    public static final Outcome DEFAULT_DEFAULT_OUTCOME = new Modified(true, false, Map.of());

    private final @Nullable String address;

    private @Nullable String name;
    private @Nullable MessagingHandler handler;
    private @Nullable Executor executor;
    private DeliveryGuarantee guarantee = DeliveryGuarantee.AT_LEAST_ONCE;
    private boolean mixedSettlement = false;
    private ReceiverSettleMode receiverSettleMode = ReceiverSettleMode.FIRST;
    private Map<Symbol, @Nullable Object> properties = Map.of();
    private List<Symbol> desiredCapabilities = List.of();
    private List<Symbol> offeredCapabilities = List.of();
    private boolean dynamic = false;
    private Map<Symbol, @Nullable Object> dynamicNodeProperties = Map.of();
    private TerminusDurability durability = TerminusDurability.NONE;
    private TerminusExpiryPolicy expiryPolicy = TerminusExpiryPolicy.SESSION_END;
    private Duration terminusTimeout = Duration.ZERO;
    private List<Symbol> capabilities = DEFAULT_CAPABILITIES;
    private List<Symbol> outcomes = DEFAULT_OUTCOMES;
    private @Nullable Outcome defaultOutcome = DEFAULT_DEFAULT_OUTCOME;
    private @Nullable String targetAddress;
    private int creditWindow = DEFAULT_CREDIT_WINDOW;
    private boolean autoAccept = true;
    private @Nullable Symbol distributionMode;
    private Map<Symbol, @Nullable Object> filters = Map.of();
    private boolean streaming;
    private @Nullable Function<? super Delivery, ? extends BodyConsumer> bodyConsumer;
    private long maxMessageSize = -1;

    private ReceiverOptions(@Nullable String address) {
        this.address = address;
    }

    /**
     * Starts with every option at its default.
     *
     * @param address the source's address as the peer spells it
     * @return the options
     */
    public static ReceiverOptions of(String address) {
        return new ReceiverOptions(address);
    }

    /**
     * Starts with a source that the peer creates; {@link Receiver#address} tells its address once it is open.
     *
     * @return the options
     */
    public static ReceiverOptions dynamicNode() {
        return new ReceiverOptions(null).dynamic(true).capabilities(List.of());
    }

    /**
     * Returns the source's address.
     *
     * @return the address, null for a dynamic node
     */
    public @Nullable String address() {
        return address;
    }

    /**
     * Returns the link's name, null for a random one.
     *
     * @return the value
     */
    public @Nullable String name() {
        return name;
    }

    /**
     * Sets the link's name, null for a random one.
     * It is unique between two containers and direction; a durable subscription is found again by it.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions name(@Nullable String value) {
        ReceiverOptions copy = copy();
        copy.name = value;
        return copy;
    }

    /**
     * Returns the handler for the link, null for the session's or connection's.
     *
     * @return the value
     */
    public @Nullable MessagingHandler handler() {
        return handler;
    }

    /**
     * Sets the handler for the link, null for the session's or connection's.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions handler(@Nullable MessagingHandler value) {
        ReceiverOptions copy = copy();
        copy.handler = value;
        return copy;
    }

    /**
     * Returns where the link's handler runs, null for the connection's serial dispatching.
     *
     * @return the value
     */
    public @Nullable Executor executor() {
        return executor;
    }

    /**
     * Sets where the link's handler runs, null for the connection's serial dispatching.
     * Events still come one after another. What an executor would run on an event loop, as one does that runs tasks on the
     * thread which gives them, runs on the container's threads instead.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions executor(@Nullable Executor value) {
        ReceiverOptions copy = copy();
        copy.executor = value;
        return copy;
    }

    /**
     * Returns what the link promises.
     *
     * @return the value
     */
    public DeliveryGuarantee guarantee() {
        return guarantee;
    }

    /**
     * Sets what the link promises.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions guarantee(DeliveryGuarantee value) {
        ReceiverOptions copy = copy();
        copy.guarantee = value;
        return copy;
    }

    /**
     * Returns whether the link is asked for in settle mode mixed, instead of the one of its {@link #guarantee()}.
     *
     * @return the value
     */
    public boolean mixedSettlement() {
        return mixedSettlement;
    }

    /**
     * Sets whether the link is asked for in settle mode mixed, instead of the one of its {@link #guarantee()}:
     * the peer may send some of its messages settled.
     *
     * @param value the value
     * @return a changed copy
     * @see "AMQP 1.0 §2.8.2"
     */
    public ReceiverOptions mixedSettlement(boolean value) {
        ReceiverOptions copy = copy();
        copy.mixedSettlement = value;
        return copy;
    }

    /**
     * Returns which end is to settle first.
     *
     * @return the value
     */
    public ReceiverSettleMode receiverSettleMode() {
        return receiverSettleMode;
    }

    /**
     * Sets which end is to settle first: by {@link ReceiverSettleMode#SECOND} the receiver tells the outcome, and settles
     * when the sender has. Until then the message is kept and counts against the credit window. Not every peer can do that; a
     * sender gets its outcomes in either mode.
     *
     * @param value the value
     * @return a changed copy
     * @see "AMQP 1.0 §2.8.3"
     */
    public ReceiverOptions receiverSettleMode(ReceiverSettleMode value) {
        ReceiverOptions copy = copy();
        copy.receiverSettleMode = value;
        return copy;
    }

    /**
     * Returns the link properties.
     *
     * @return the value
     */
    public Map<Symbol, @Nullable Object> properties() {
        return properties;
    }

    /**
     * Sets the link properties.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions properties(Map<Symbol, @Nullable Object> value) {
        ReceiverOptions copy = copy();
        copy.properties = Collections.unmodifiableMap(new LinkedHashMap<>(value));
        return copy;
    }

    /**
     * Returns the link capabilities that the peer should have.
     *
     * @return the value
     */
    public List<Symbol> desiredCapabilities() {
        return desiredCapabilities;
    }

    /**
     * Sets the link capabilities that the peer should have.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions desiredCapabilities(List<Symbol> value) {
        ReceiverOptions copy = copy();
        copy.desiredCapabilities = List.copyOf(value);
        return copy;
    }

    /**
     * Returns the link capabilities that this end has.
     *
     * @return the value
     */
    public List<Symbol> offeredCapabilities() {
        return offeredCapabilities;
    }

    /**
     * Sets the link capabilities that this end has.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions offeredCapabilities(List<Symbol> value) {
        ReceiverOptions copy = copy();
        copy.offeredCapabilities = List.copyOf(value);
        return copy;
    }

    /**
     * Returns whether the peer is to create a node and give its address.
     *
     * @return the value
     */
    public boolean dynamic() {
        return dynamic;
    }

    /**
     * Sets whether the peer is to create a node and give its address.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions dynamic(boolean value) {
        ReceiverOptions copy = copy();
        copy.dynamic = value;
        return copy;
    }

    /**
     * Returns the properties of the node to create.
     *
     * @return the value
     */
    public Map<Symbol, @Nullable Object> dynamicNodeProperties() {
        return dynamicNodeProperties;
    }

    /**
     * Sets the properties of the node to create.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions dynamicNodeProperties(Map<Symbol, @Nullable Object> value) {
        ReceiverOptions copy = copy();
        copy.dynamicNodeProperties = Collections.unmodifiableMap(new LinkedHashMap<>(value));
        return copy;
    }

    /**
     * Returns what of the terminus at the peer survives a crash.
     *
     * @return the value
     */
    public TerminusDurability durability() {
        return durability;
    }

    /**
     * Sets what of the terminus at the peer survives a crash.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions durability(TerminusDurability value) {
        ReceiverOptions copy = copy();
        copy.durability = value;
        return copy;
    }

    /**
     * Returns when the terminus at the peer expires.
     *
     * @return the value
     */
    public TerminusExpiryPolicy expiryPolicy() {
        return expiryPolicy;
    }

    /**
     * Sets when the terminus at the peer expires.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions expiryPolicy(TerminusExpiryPolicy value) {
        ReceiverOptions copy = copy();
        copy.expiryPolicy = value;
        return copy;
    }

    /**
     * Returns how long the terminus lives after that, in whole seconds.
     *
     * @return the value
     */
    public Duration terminusTimeout() {
        return terminusTimeout;
    }

    /**
     * Sets how long the terminus lives after that, in whole seconds.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ReceiverOptions terminusTimeout(Duration value) {
        Checks.notNegative("terminusTimeout", value);
        ReceiverOptions copy = copy();
        copy.terminusTimeout = value;
        return copy;
    }

    /**
     * Returns the capabilities that the source should have.
     *
     * @return the value
     */
    public List<Symbol> capabilities() {
        return capabilities;
    }

    /**
     * Sets the capabilities that the source should have.
     * The default asks for a queue where the peer lets the client choose.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions capabilities(List<Symbol> value) {
        ReceiverOptions copy = copy();
        copy.capabilities = List.copyOf(value);
        return copy;
    }

    /**
     * Returns the outcomes that the source is asked for.
     *
     * @return their descriptors
     */
    public List<Symbol> outcomes() {
        return outcomes;
    }

    /**
     * Sets the outcomes that the source is asked for, for peers that do not take all of them. What the peer has,
     * {@link Receiver#remoteSource()} tells once the receiver is open. Leave out none that is used: a receiver releases
     * what it has when it is closed, and modifies a message whose handler throws an exception.
     *
     * @param value descriptors, some of {@link #DEFAULT_OUTCOMES}; empty if all messages are to have the
     *     {@link #defaultOutcome()}
     * @return a changed copy
     * @throws IllegalArgumentException if this library has no outcome of one of these descriptors
     * @see "AMQP 1.0 §3.5.3"
     */
    public ReceiverOptions outcomes(List<Symbol> value) {
        if (!DEFAULT_OUTCOMES.containsAll(value)) {
            throw new IllegalArgumentException("outcomes must be some of " + DEFAULT_OUTCOMES + ", not " + value);
        }
        ReceiverOptions copy = copy();
        copy.outcomes = List.copyOf(value);
        return copy;
    }

    /**
     * Returns the outcome of messages that are settled without one.
     *
     * @return the value, null to leave it to the peer
     */
    public @Nullable Outcome defaultOutcome() {
        return defaultOutcome;
    }

    /**
     * Sets the outcome of messages that are settled without one: of those that this end has and has not settled when the
     * source at the peer ends, and of those that were settled in a transaction which is rolled back. The default lets the
     * peer count what failed, so that no message comes for ever.
     *
     * @param value accepted, rejected, released or modified; null to leave it to the peer
     * @return a changed copy
     * @throws IllegalArgumentException if no message can have it
     * @see "AMQP 1.0 §3.5.3"
     */
    public ReceiverOptions defaultOutcome(@Nullable Outcome value) {
        if (value instanceof Declared) {
            throw new IllegalArgumentException("only a coordinator gives the outcome declared");
        }
        ReceiverOptions copy = copy();
        copy.defaultOutcome = value;
        return copy;
    }

    /**
     * Returns the address of the target at this end, null for none.
     *
     * @return the value
     */
    public @Nullable String targetAddress() {
        return targetAddress;
    }

    /**
     * Sets the address of the target at this end, null for none.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions targetAddress(@Nullable String value) {
        ReceiverOptions copy = copy();
        copy.targetAddress = value;
        return copy;
    }

    /**
     * Returns how many messages the peer may send ahead of what the application has settled.
     *
     * @return the value
     */
    public int creditWindow() {
        return creditWindow;
    }

    /**
     * Sets how many messages the peer may send ahead of what the application has settled.
     * 0 leaves credit to {@link Receiver#addCredit}; at most 1000000.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ReceiverOptions creditWindow(int value) {
        Checks.range("creditWindow", value, 0, 1000000);
        ReceiverOptions copy = copy();
        copy.creditWindow = value;
        return copy;
    }

    /**
     * Returns whether a message is accepted when {@link MessagingHandler#onMessage} returns.
     *
     * @return the value
     */
    public boolean autoAccept() {
        return autoAccept;
    }

    /**
     * Sets whether a message is accepted when {@link MessagingHandler#onMessage} returns.
     * Messages taken by {@link Receiver#receive} are always the caller's to settle.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions autoAccept(boolean value) {
        ReceiverOptions copy = copy();
        copy.autoAccept = value;
        return copy;
    }

    /**
     * Returns {@code move} to consume messages, {@code copy} to browse them, null for the peer's way.
     *
     * @return the value
     */
    public @Nullable Symbol distributionMode() {
        return distributionMode;
    }

    /**
     * Sets {@code move} to consume messages, {@code copy} to browse them, null for the peer's way.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReceiverOptions distributionMode(@Nullable Symbol value) {
        ReceiverOptions copy = copy();
        copy.distributionMode = value;
        return copy;
    }

    /**
     * Returns the filters of the source by name.
     *
     * @return the value
     */
    public Map<Symbol, @Nullable Object> filters() {
        return filters;
    }

    /**
     * Sets the filters of the source by name.
     * Values are described, see {@link io.amqp10.types.Described}. Opening the receiver checks that those which are known (JMS
     * selector, no-local, SQL, property and grouping filters) have the value that their type wants, and fails with
     * {@link IllegalArgumentException} if not. A peer that does not apply one of them makes the receiver fail with
     * {@link GuaranteeNotSupportedException}, or refuses it ({@link LinkRefusedException}, mostly
     * {@code amqp:invalid-field}).
     *
     * @param value the value
     * @return a changed copy
     * @see "AMQP 1.0 §3.5.8; AMQP Filter Expressions 1.0, working draft 10"
     */
    public ReceiverOptions filters(Map<Symbol, @Nullable Object> value) {
        ReceiverOptions copy = copy();
        copy.filters = Collections.unmodifiableMap(new LinkedHashMap<>(value));
        return copy;
    }

    /**
     * Returns whether messages are handed over when they begin to arrive.
     *
     * @return the value
     */
    public boolean streaming() {
        return streaming && bodyConsumer == null;
    }

    /**
     * Sets whether messages are handed over when they begin to arrive, to be read with {@link Delivery#bodyStream} while the
     * rest comes. At most 2 MiB, or two frames if they are larger, then wait in memory to be read, of which 512 KiB are kept
     * for the next message; while a thread is in {@link Delivery#transferBodyTo}, they may hold buffers of the network of four
     * times that. The peer is stopped by the session's window. So that this stops nothing else,
     * {@link Connection#openReceiver} gives such a receiver a session of its own; in a session of yours, or of the peer, its
     * window becomes that small for all links of the session. A peer that sends beyond the window loses its link at
     * {@link PeerLimits#maxBufferedBytes}.
     *
     * <p>Messages come one after another: the next one begins to arrive when this one was read, closed or settled. A handler
     * that reads occupies the thread that handlers run on; an {@linkplain #executor executor} frees it. Bodies that are no
     * data sections are read whole, up to 16 MiB, as is a message that a peer sends in a transaction.
     *
     * <p>A {@linkplain #bodyConsumer consumer of bodies} comes before this.
     *
     * @param value the value, by default false
     * @return a changed copy
     */
    public ReceiverOptions streaming(boolean value) {
        ReceiverOptions copy = copy();
        copy.streaming = value;
        return copy;
    }

    /**
     * Returns who takes bodies as they arrive.
     *
     * @return the value, null if messages have their bodies
     */
    public @Nullable Function<? super Delivery, ? extends BodyConsumer> bodyConsumer() {
        return bodyConsumer;
    }

    /**
     * Sets who takes the octets of bodies as they arrive, on the thread that does the connection's I/O: the cheapest way to
     * receive large messages, for those who need not wait for anything. The message is handed over when all of its octets were
     * taken, without a body; {@link Delivery#bodyConsumer} returns who has it.
     *
     * <p>Only bodies of data sections are given to consumers. Others stay in the message, which must not be longer than 1 MiB
     * then. So does, at any length that {@link #maxMessageSize} allows, the body of a message in a transaction, which nobody is
     * to see before that is committed. The peer is stopped by the credit window, and by a consumer that does not return.
     *
     * @param value gives the consumer of a body, when that begins, on the thread that does the I/O: the delivery's message has
     *     all sections before the body, and cannot have an outcome yet. By default null
     * @return a changed copy
     */
    public ReceiverOptions bodyConsumer(@Nullable Function<? super Delivery, ? extends BodyConsumer> value) {
        ReceiverOptions copy = copy();
        copy.bodyConsumer = value;
        return copy;
    }

    /**
     * Returns the largest message that is taken, in octets, 0 for no limit. Unless it was set it is
     * {@link #DEFAULT_MAX_MESSAGE_SIZE}, or no limit while {@linkplain #streaming streaming} or with a
     * {@linkplain #bodyConsumer consumer of bodies}.
     *
     * @return the value
     */
    public long maxMessageSize() {
        return maxMessageSize >= 0 ? maxMessageSize : streaming || bodyConsumer != null ? 0 : DEFAULT_MAX_MESSAGE_SIZE;
    }

    /**
     * Sets the largest message that is taken, in octets, 0 for no limit.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ReceiverOptions maxMessageSize(long value) {
        Checks.range("maxMessageSize", value, 0, Long.MAX_VALUE);
        ReceiverOptions copy = copy();
        copy.maxMessageSize = value;
        return copy;
    }

    private ReceiverOptions copy() {
        try {
            return (ReceiverOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
