package io.amqp10.internal;

import io.amqp10.Connection;
import io.amqp10.LinkAcceptor;
import io.amqp10.ReceiverOptions;
import io.amqp10.SenderOptions;
import io.amqp10.engine.LinkEndpoint;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.SenderLink;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.LinkTarget;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.transport.Attach;
import java.util.LinkedHashMap;
import java.util.List;
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

    private IncomingLink(LiveSession session, LinkEndpoint link, Attach attach) {
        this.session = session;
        this.link = link;
        this.attach = attach;
    }

    /** Has the application decide, on the thread of handlers. */
    static void ask(LiveSession session, LinkEndpoint link, Attach attach) {
        IncomingLink request = new IncomingLink(session, link, attach);
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
    public void accept() {
        if (localRole() == Role.SENDER) {
            accept(SenderOptions.anonymous());
        } else {
            accept(ReceiverOptions.of(""));
        }
    }

    @Override
    public void accept(SenderOptions options) {
        if (!(link instanceof SenderLink sender)) {
            throw new IllegalStateException("the peer wants to send, so this container is to receive");
        }
        decide(() -> acceptSender(sender, options));
    }

    @Override
    public void accept(ReceiverOptions options) {
        if (!(link instanceof ReceiverLink receiver)) {
            throw new IllegalStateException("the peer wants to receive, so this container is to send");
        }
        decide(() -> acceptReceiver(receiver, options));
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

    private void acceptSender(SenderLink sender, SenderOptions options) {
        Source asked = attach.source();
        if (asked == null) {
            sender.refuse(ErrorCondition.of(AmqpError.INVALID_FIELD, "the source is missing"));
            return;
        }
        String madeUp = asked.dynamic() ? "dynamic-" + UUID.randomUUID() : null;
        SenderOptions effective = SenderOptions.of(
                        madeUp != null ? madeUp : asked.address() == null ? "" : asked.address())
                .handler(options.handler())
                .executor(options.executor())
                .backPressure(options.backPressure())
                .maxQueued(options.maxQueued())
                .sendTimeout(options.sendTimeout())
                .guarantee(
                        attach.sndSettleMode() == SenderSettleMode.SETTLED
                                ? io.amqp10.DeliveryGuarantee.AT_MOST_ONCE
                                : options.guarantee());
        LiveSender live = new LiveSender(session, attach.name(), effective);
        session.addAdopted(live);
        Source source = actual(asked, madeUp, options);
        sender.accept(
                answer(source, attach.target())
                        .sndSettleMode(
                                effective.guarantee() == io.amqp10.DeliveryGuarantee.AT_MOST_ONCE
                                        ? SenderSettleMode.SETTLED
                                        : SenderSettleMode.UNSETTLED)
                        .rcvSettleMode(attach.rcvSettleMode())
                        .build(),
                live);
        adopt(live, sender, madeUp);
    }

    private void acceptReceiver(ReceiverLink receiver, ReceiverOptions options) {
        if (!(attach.target() instanceof Target asked)) {
            receiver.refuse(ErrorCondition.of(AmqpError.INVALID_FIELD, "the target is missing"));
            return;
        }
        String madeUp = asked.dynamic() ? "dynamic-" + UUID.randomUUID() : null;
        ReceiverOptions effective = ReceiverOptions.of(
                        madeUp != null ? madeUp : asked.address() == null ? "" : asked.address())
                .handler(options.handler())
                .executor(options.executor())
                .creditWindow(options.creditWindow())
                .autoAccept(options.autoAccept())
                .streaming(options.streaming())
                .maxMessageSize(options.maxMessageSize())
                .guarantee(
                        attach.sndSettleMode() == SenderSettleMode.SETTLED
                                ? io.amqp10.DeliveryGuarantee.AT_MOST_ONCE
                                : options.guarantee());
        LiveReceiver live = new LiveReceiver(session, attach.name(), effective);
        session.addAdopted(live);
        LinkTarget target = madeUp == null
                ? asked
                : Target.builder()
                        .address(madeUp)
                        .durable(asked.durable())
                        .expiryPolicy(asked.expiryPolicy())
                        .timeoutSeconds(asked.timeoutSeconds())
                        .dynamic(true)
                        .dynamicNodeProperties(asked.dynamicNodeProperties())
                        .capabilities(asked.capabilities())
                        .build();
        receiver.accept(
                answer(attach.source(), target)
                        .sndSettleMode(attach.sndSettleMode())
                        .rcvSettleMode(ReceiverSettleMode.FIRST)
                        .maxMessageSize(options.maxMessageSize())
                        .build(),
                live);
        adopt(live, receiver, madeUp);
    }

    private <E extends LinkEndpoint> void adopt(LiveLink<E, ?> live, E accepted, @Nullable String madeUp) {
        if (accepted.stopReason() == null) {
            live.adopt(accepted, attach, madeUp);
        } else {
            live.finish(null); // the answer could not be sent
        }
    }

    private Attach.Builder answer(@Nullable Source source, @Nullable LinkTarget target) {
        return Attach.builder(attach.name(), 0, localRole())
                .source(source)
                .target(target)
                .offeredCapabilities(List.of());
    }

    /**
     * Returns the source as it is: with the address that we made up, and with those filters and the distribution mode only
     * that the application says it applies, since a peer takes for granted what it reads here (AMQP 1.0 §3.5.3).
     */
    private static Source actual(Source asked, @Nullable String madeUp, SenderOptions options) {
        Map<Symbol, @Nullable Object> applied = new LinkedHashMap<>(asked.filter());
        applied.keySet().retainAll(options.appliedFilters());

        return Source.builder()
                .address(madeUp != null ? madeUp : asked.address())
                .durable(asked.durable())
                .expiryPolicy(asked.expiryPolicy())
                .timeoutSeconds(asked.timeoutSeconds())
                .dynamic(madeUp != null)
                .dynamicNodeProperties(asked.dynamicNodeProperties())
                .distributionMode(options.distributionMode())
                .filter(applied)
                .defaultOutcome(asked.defaultOutcome())
                .outcomes(asked.outcomes())
                .capabilities(asked.capabilities())
                .build();
    }
}
