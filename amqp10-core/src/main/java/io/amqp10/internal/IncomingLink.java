package io.amqp10.internal;

import io.amqp10.Connection;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.LinkAcceptor;
import io.amqp10.ReceiverOptions;
import io.amqp10.SenderOptions;
import io.amqp10.engine.LinkEndpoint;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.SenderLink;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.messaging.TerminusExpiryPolicy;
import io.amqp10.types.transport.Attach;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A link that the peer attached and that waits for a decision. */
final class IncomingLink implements LinkAcceptor.LinkRequest {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingLink.class);

    private final LiveSession session;
    private final LinkEndpoint link;
    private final Attach attach;
    private final AtomicBoolean decided = new AtomicBoolean();

    /** The address of a dynamic node whose application gives it none. */
    private final String madeUp = "dynamic-" + UUID.randomUUID();

    private IncomingLink(LiveSession session, LinkEndpoint link, Attach attach) {
        this.session = session;
        this.link = link;
        this.attach = attach;
    }

    /** Has the application decide, on the thread of handlers. */
    static void ask(LiveSession session, LinkEndpoint link, Attach attach) {
        IncomingLink request = new IncomingLink(session, link, attach);
        Source source = attach.source();
        if (request.localRole() == Role.SENDER
                && source != null
                && Filters.length(source.filter()) - 1
                        > session.connection().limits().maxFilterLength()) {
            link.refuse(ErrorCondition.of(
                    AmqpError.INVALID_FIELD, "the link's filters are longer than maxFilterLength allows"));
            return;
        }
        session.connection().dispatcher().execute(() -> {
            if (session.connection().isRefused()) {
                return;
            }
            try {
                session.connection().linkAcceptor().onLink(request);
            } catch (RuntimeException | Error e) {
                LOG.error("deciding about a link to '{}' failed", request.address(), e);
                if (!request.decided.get()) {
                    request.refuse(ErrorCondition.of(AmqpError.INTERNAL_ERROR, "deciding about the link failed"));
                }
            }
        });
    }

    @Override
    public Connection connection() {
        return session.connection();
    }

    @Override
    public Role localRole() {
        return attach.role().opposite();
    }

    @Override
    public @Nullable String address() {
        if (localRole() == Role.SENDER) {
            Source source = attach.source();
            return source == null ? null : source.address();
        }
        return attach.target() instanceof Target target ? target.address() : null;
    }

    @Override
    public boolean dynamic() {
        if (localRole() == Role.SENDER) {
            Source source = attach.source();
            return source != null && source.dynamic();
        }
        return attach.target() instanceof Target target && target.dynamic();
    }

    @Override
    public Attach attach() {
        return attach;
    }

    @Override
    public Source defaultSource() {
        requireSender();
        Source asked = attach.source();
        if (asked == null) {
            return Source.builder().build();
        }
        return Source.builder()
                .address(asked.dynamic() ? madeUp : asked.address())
                .dynamic(asked.dynamic())
                .expiryPolicy(TerminusExpiryPolicy.LINK_DETACH)
                .defaultOutcome(asked.defaultOutcome() instanceof Declared ? null : asked.defaultOutcome())
                .outcomes(Terminus.outcomes(asked.outcomes()))
                .build();
    }

    @Override
    public Target defaultTarget() {
        requireReceiver();
        if (!(attach.target() instanceof Target asked)) {
            return Target.builder().build();
        }
        return Target.builder()
                .address(asked.dynamic() ? madeUp : asked.address())
                .dynamic(asked.dynamic())
                .expiryPolicy(TerminusExpiryPolicy.LINK_DETACH)
                .build();
    }

    @Override
    public void accept() {
        if (localRole() == Role.SENDER) {
            accept(SenderOptions.anonymous());
        } else {
            accept(ReceiverOptions.of(""));
        }
    }

    @Override
    public void accept(SenderOptions options) {
        Source unfiltered = defaultSource();
        Source asked = attach.source();
        Map<Symbol, @Nullable Object> applied = new LinkedHashMap<>(asked == null ? Map.of() : asked.filter());
        applied.keySet().retainAll(options.appliedFilters());
        for (Map.Entry<Symbol, @Nullable Object> filter : applied.entrySet()) {
            if (!Filters.isWellFormed(filter.getValue())) {
                decide(() -> link.refuse(ErrorCondition.of(
                        AmqpError.INVALID_FIELD, "the filter '" + filter.getKey() + "' is not what its type says")));
                return;
            }
        }
        accept(
                options,
                unfiltered.toBuilder()
                        .filter(applied)
                        .distributionMode(options.distributionMode())
                        .build());
    }

    @Override
    public void accept(SenderOptions options, Source source) {
        SenderLink sender = requireSender();
        Source asked = attach.source();
        if (asked == null) {
            decide(() -> link.refuse(ErrorCondition.of(AmqpError.INVALID_FIELD, "the source is missing")));
            return;
        }
        check("source", asked.dynamic(), asked.address(), source.dynamic(), source.address());
        SenderOptions effective = SenderOptions.of(orNone(source.address()))
                .handler(options.handler())
                .executor(options.executor())
                .backPressure(options.backPressure())
                .maxQueued(options.maxQueued())
                .maxOutcomesQueued(options.maxOutcomesQueued())
                .sendTimeout(options.sendTimeout())
                .mixedSettlement(options.mixedSettlement())
                .guarantee(guarantee(options.guarantee()));
        boolean settled = effective.guarantee() == DeliveryGuarantee.AT_MOST_ONCE;
        Attach answer = Checked.attach(Attach.builder(attach.name(), 0, Role.SENDER)
                .sndSettleMode(
                        effective.mixedSettlement() && attach.sndSettleMode() != SenderSettleMode.SETTLED
                                ? SenderSettleMode.MIXED
                                : settled ? SenderSettleMode.SETTLED : SenderSettleMode.UNSETTLED)
                .rcvSettleMode(attach.rcvSettleMode())
                .source(source)
                .target(attach.target())
                .desiredCapabilities(options.desiredCapabilities())
                .offeredCapabilities(options.offeredCapabilities())
                .properties(options.properties())
                .build());
        decide(() -> {
            LiveSender live = new LiveSender(session, attach.name(), effective);
            session.addAdopted(live);
            sender.accept(answer, live);
            adopt(live, sender, source.dynamic() ? source.address() : null);
        });
    }

    @Override
    public void accept(ReceiverOptions options) {
        accept(options, defaultTarget());
    }

    @Override
    public void accept(ReceiverOptions options, Target target) {
        ReceiverLink receiver = requireReceiver();
        if (!(attach.target() instanceof Target asked)) {
            decide(() -> link.refuse(ErrorCondition.of(AmqpError.INVALID_FIELD, "the target is missing")));
            return;
        }
        check("target", asked.dynamic(), asked.address(), target.dynamic(), target.address());
        ReceiverOptions effective = ReceiverOptions.of(orNone(target.address()))
                .handler(options.handler())
                .executor(options.executor())
                .receiverSettleMode(options.receiverSettleMode())
                .creditWindow(options.creditWindow())
                .autoAccept(options.autoAccept())
                .streaming(options.streaming())
                .bodyConsumer(options.bodyConsumer())
                .maxMessageSize(options.maxMessageSize())
                .guarantee(guarantee(options.guarantee()));
        Attach answer = Checked.attach(Attach.builder(attach.name(), 0, Role.RECEIVER)
                .sndSettleMode(attach.sndSettleMode())
                .rcvSettleMode(options.receiverSettleMode())
                .source(attach.source())
                .target(target)
                .maxMessageSize(options.maxMessageSize())
                .desiredCapabilities(options.desiredCapabilities())
                .offeredCapabilities(options.offeredCapabilities())
                .properties(options.properties())
                .build());
        decide(() -> {
            LiveReceiver live = new LiveReceiver(session, attach.name(), effective);
            session.addAdopted(live);
            receiver.accept(answer, live);
            adopt(live, receiver, target.dynamic() ? target.address() : null);
        });
    }

    private SenderLink requireSender() {
        if (link instanceof SenderLink sender) {
            return sender;
        }
        throw new IllegalStateException("the peer wants to send, so this container is to receive");
    }

    private ReceiverLink requireReceiver() {
        if (link instanceof ReceiverLink receiver) {
            return receiver;
        }
        throw new IllegalStateException("the peer wants to receive, so this container is to send");
    }

    /** Sees to it that a terminus of the application's is an answer to what the peer asked for. */
    private static void check(
            String what, boolean askedDynamic, @Nullable String asked, boolean dynamic, @Nullable String address) {
        if (dynamic != askedDynamic) {
            throw new IllegalArgumentException(
                    "the " + what + " must " + (askedDynamic ? "" : "not ") + "be dynamic, as the peer asked");
        }
        if ((askedDynamic || asked != null) && (address == null || address.isEmpty())) {
            throw new IllegalArgumentException("the " + what + " needs an address");
        }
    }

    private static String orNone(@Nullable String address) {
        return address == null ? "" : address;
    }

    /** A peer that asked for settled messages gets no more than that. */
    private DeliveryGuarantee guarantee(DeliveryGuarantee wanted) {
        return attach.sndSettleMode() == SenderSettleMode.SETTLED ? DeliveryGuarantee.AT_MOST_ONCE : wanted;
    }

    @Override
    public void refuse(ErrorCondition error) {
        Checked.map("the error's info", error.info());
        decide(() -> link.refuse(error));
    }

    private void decide(Runnable action) {
        if (!decided.compareAndSet(false, true)) {
            throw new IllegalStateException("it was decided about the link before");
        }
        session.connection().submit(() -> {
            if (link.stopReason() == null) {
                action.run();
            }
        });
    }

    private <E extends LinkEndpoint> void adopt(LiveLink<E, ?> live, E accepted, @Nullable String madeUp) {
        if (accepted.stopReason() == null) {
            live.adopt(accepted, attach, madeUp);
        } else {
            live.finish(null); // the answer could not be sent
        }
    }
}
