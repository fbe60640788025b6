package io.amqp10;

import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.TerminusDurability;
import io.amqp10.types.messaging.TerminusExpiryPolicy;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a sender works.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class SenderOptions implements Cloneable {

    /** The default of {@link #maxQueued()}. */
    public static final int DEFAULT_MAX_QUEUED = 1_000;

    /** The least that {@link #maxOutcomesQueued()} is unless it was set. */
    public static final int DEFAULT_MAX_OUTCOMES_QUEUED = 16_384;

    /** The default of {@link #sendTimeout()}. */
    public static final Duration DEFAULT_SEND_TIMEOUT = Duration.ofSeconds(30);

    /** The default of {@link #capabilities()}: {@code queue}. */
    public static final List<Symbol> DEFAULT_CAPABILITIES = List.of(Symbol.of("queue"));

    private final @Nullable String address;

    private @Nullable String name;
    private @Nullable MessagingHandler handler;
    private @Nullable Executor executor;
    private DeliveryGuarantee guarantee = DeliveryGuarantee.AT_LEAST_ONCE;
    private boolean mixedSettlement = false;
    private ReceiverSettleMode receiverSettleMode = ReceiverSettleMode.FIRST;
    private Map<Symbol, @Nullable Object> properties = Map.of();
    private Set<Symbol> appliedFilters = Set.of();
    private @Nullable Symbol distributionMode;
    private List<Symbol> desiredCapabilities = List.of();
    private List<Symbol> offeredCapabilities = List.of();
    private boolean dynamic = false;
    private Map<Symbol, @Nullable Object> dynamicNodeProperties = Map.of();
    private TerminusDurability durability = TerminusDurability.NONE;
    private TerminusExpiryPolicy expiryPolicy = TerminusExpiryPolicy.SESSION_END;
    private Duration terminusTimeout = Duration.ZERO;
    private List<Symbol> capabilities = DEFAULT_CAPABILITIES;
    private @Nullable String sourceAddress;
    private BackPressure backPressure = BackPressure.WAIT;
    private int maxQueued = DEFAULT_MAX_QUEUED;
    private int maxOutcomesQueued = -1;
    private Duration sendTimeout = DEFAULT_SEND_TIMEOUT;

    private SenderOptions(@Nullable String address) {
        this.address = address;
    }

    /**
     * Starts with every option at its default.
     *
     * @param address the target's address as the peer spells it
     * @return the options
     */
    public static SenderOptions of(String address) {
        return new SenderOptions(address);
    }

    /**
     * Starts with the anonymous target: each message goes to the address in its {@code to}. What {@linkplain #capabilities
     * capabilities} ask for, by default a queue, holds for all these addresses: to send to topics that exist, ask for none.
     *
     * @return the options
     */
    public static SenderOptions anonymous() {
        return new SenderOptions(null);
    }

    /**
     * Starts with a target that the peer creates; {@link Sender#address} tells its address once it is open.
     *
     * @return the options
     */
    public static SenderOptions dynamicNode() {
        return new SenderOptions(null).dynamic(true);
    }

    /**
     * Returns the target's address.
     *
     * @return the address, null for the anonymous target and a dynamic node
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
    public SenderOptions name(@Nullable String value) {
        SenderOptions copy = copy();
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
    public SenderOptions handler(@Nullable MessagingHandler value) {
        SenderOptions copy = copy();
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
    public SenderOptions executor(@Nullable Executor value) {
        SenderOptions copy = copy();
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
    public SenderOptions guarantee(DeliveryGuarantee value) {
        SenderOptions copy = copy();
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
     * what the guarantee says decides about the messages that are sent.
     *
     * @param value the value
     * @return a changed copy
     * @see "AMQP 1.0 §2.8.2"
     */
    public SenderOptions mixedSettlement(boolean value) {
        SenderOptions copy = copy();
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
     * when the sender has. Not every peer can do that; a sender gets its outcomes in either mode.
     *
     * @param value the value
     * @return a changed copy
     * @see "AMQP 1.0 §2.8.3"
     */
    public SenderOptions receiverSettleMode(ReceiverSettleMode value) {
        SenderOptions copy = copy();
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
    public SenderOptions properties(Map<Symbol, @Nullable Object> value) {
        SenderOptions copy = copy();
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
    public SenderOptions desiredCapabilities(List<Symbol> value) {
        SenderOptions copy = copy();
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
    public SenderOptions offeredCapabilities(List<Symbol> value) {
        SenderOptions copy = copy();
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
    public SenderOptions dynamic(boolean value) {
        SenderOptions copy = copy();
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
    public SenderOptions dynamicNodeProperties(Map<Symbol, @Nullable Object> value) {
        SenderOptions copy = copy();
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
    public SenderOptions durability(TerminusDurability value) {
        SenderOptions copy = copy();
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
    public SenderOptions expiryPolicy(TerminusExpiryPolicy value) {
        SenderOptions copy = copy();
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
    public SenderOptions terminusTimeout(Duration value) {
        Checks.notNegative("terminusTimeout", value);
        SenderOptions copy = copy();
        copy.terminusTimeout = value;
        return copy;
    }

    /**
     * Returns the capabilities that the target should have.
     *
     * @return the value
     */
    public List<Symbol> capabilities() {
        return capabilities;
    }

    /**
     * Sets the capabilities that the target should have.
     * The default asks for a queue where the peer lets the client choose: a stock Artemis would else make a topic without
     * subscribers and drop what is sent.
     *
     * @param value the value
     * @return a changed copy
     */
    public SenderOptions capabilities(List<Symbol> value) {
        SenderOptions copy = copy();
        copy.capabilities = List.copyOf(value);
        return copy;
    }

    /**
     * Returns the address of the source at this end, null for none.
     *
     * @return the value
     */
    public @Nullable String sourceAddress() {
        return sourceAddress;
    }

    /**
     * Sets the address of the source at this end, null for none.
     *
     * @param value the value
     * @return a changed copy
     */
    public SenderOptions sourceAddress(@Nullable String value) {
        SenderOptions copy = copy();
        copy.sourceAddress = value;
        return copy;
    }

    /**
     * Returns what {@link Sender#send(Message)} does without credit and room.
     *
     * @return the value
     */
    public BackPressure backPressure() {
        return backPressure;
    }

    /**
     * Sets what {@link Sender#send(Message)} does without credit and room.
     *
     * @param value the value
     * @return a changed copy
     */
    public SenderOptions backPressure(BackPressure value) {
        SenderOptions copy = copy();
        copy.backPressure = value;
        return copy;
    }

    /**
     * Returns how many messages may wait for credit before {@link #backPressure()} acts.
     *
     * @return the value
     */
    public int maxQueued() {
        return maxQueued;
    }

    /**
     * Sets how many messages may wait for credit before {@link #backPressure()} acts.
     * From 1 to 1000000.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public SenderOptions maxQueued(int value) {
        Checks.range("maxQueued", value, 1, 1000000);
        SenderOptions copy = copy();
        copy.maxQueued = value;
        return copy;
    }

    /**
     * Returns how many outcomes may wait for the handler before {@link #backPressure()} acts. Unless it was set it is
     * {@link #DEFAULT_MAX_OUTCOMES_QUEUED}, or 16 times {@link #maxQueued()} where that is more.
     *
     * @return the value
     */
    public int maxOutcomesQueued() {
        return maxOutcomesQueued >= 0 ? maxOutcomesQueued : Math.max(DEFAULT_MAX_OUTCOMES_QUEUED, 16 * maxQueued);
    }

    /**
     * Sets how many outcomes may wait for the handler before {@link #backPressure()} acts: each of them holds its message,
     * so a handler that is slower than the peer must stop who sends. They are counted in steps, and the outcomes of messages
     * that are on their way come on top. The handler itself is not stopped.
     * From 16 to 16000000.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public SenderOptions maxOutcomesQueued(int value) {
        Checks.range("maxOutcomesQueued", value, 16, 16_000_000);
        SenderOptions copy = copy();
        copy.maxOutcomesQueued = value;
        return copy;
    }

    /**
     * Returns how long to wait for room, and for an outcome.
     *
     * @return the value
     */
    public Duration sendTimeout() {
        return sendTimeout;
    }

    /**
     * Sets how long to wait for room, and for an outcome.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public SenderOptions sendTimeout(Duration value) {
        Checks.positive("sendTimeout", value);
        SenderOptions copy = copy();
        copy.sendTimeout = value;
        return copy;
    }

    /**
     * Returns which filters of the peer's source are applied.
     *
     * @return the value
     */
    public Set<Symbol> appliedFilters() {
        return appliedFilters;
    }

    /**
     * Sets, for a link that a peer opened to receive, which of the filters that it asks for this application applies to what
     * it sends, by their names in the filter map. The others are left out of the answer, by which the peer knows that they
     * do not work; none is applied by default. If one of them is not what its type says, such as a selector that is no text,
     * the link is refused with {@code amqp:invalid-field}.
     *
     * @param value the names
     * @return a changed copy
     * @see "AMQP 1.0 §3.5.3"
     */
    public SenderOptions appliedFilters(Set<Symbol> value) {
        SenderOptions copy = copy();
        copy.appliedFilters = Set.copyOf(value);
        return copy;
    }

    /**
     * Returns how messages of the peer's source are distributed, null if that is not said.
     *
     * @return the value
     */
    public @Nullable Symbol distributionMode() {
        return distributionMode;
    }

    /**
     * Sets, for a link that a peer opened to receive, what the answer says of how messages are distributed: {@code move} or
     * {@code copy}, as this application does it whatever the peer asked for; null, the default, says nothing.
     *
     * @param value the value
     * @return a changed copy
     * @see "AMQP 1.0 §3.5.3, §3.5.7"
     */
    public SenderOptions distributionMode(@Nullable Symbol value) {
        SenderOptions copy = copy();
        copy.distributionMode = value;
        return copy;
    }

    private SenderOptions copy() {
        try {
            return (SenderOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
