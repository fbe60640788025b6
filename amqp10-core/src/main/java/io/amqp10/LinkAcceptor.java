package io.amqp10;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.transport.Attach;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides about a link that a peer opens to a listening container. Called on a thread that handlers run on. */
@FunctionalInterface
public interface LinkAcceptor {

    /** Accepts every link, with the options' defaults. */
    LinkAcceptor ALL = LinkRequest::accept;

    /** Refuses every link. */
    LinkAcceptor NONE =
            request -> request.refuse(ErrorCondition.of(AmqpError.NOT_ALLOWED, "this container accepts no links"));

    /**
     * Returns an acceptor that gives links to a handler by their address, in either direction, with the options' defaults.
     *
     * @param handlers the handlers by the address that a peer asks for; copied
     * @param others decides about links to other addresses and to dynamic nodes; {@link #NONE} to refuse them all
     * @return the acceptor
     */
    static LinkAcceptor byAddress(Map<String, MessagingHandler> handlers, LinkAcceptor others) {
        Map<String, MessagingHandler> known = Map.copyOf(handlers);
        return request -> {
            String address = request.address();
            MessagingHandler handler = address == null ? null : known.get(address);
            if (handler == null) {
                others.onLink(request);
            } else if (request.localRole() == Role.SENDER) {
                request.accept(SenderOptions.anonymous().handler(handler));
            } else {
                request.accept(ReceiverOptions.of("").handler(handler));
            }
        };
    }

    /**
     * Decides: calls one of the request's methods, now or later. If it throws, the link is refused with
     * {@code amqp:internal-error}.
     *
     * @param request what the peer wants
     */
    void onLink(LinkRequest request);

    /** A link that a peer wants to open. */
    interface LinkRequest {

        /**
         * Returns the connection.
         *
         * @return the connection that the peer made
         */
        Connection connection();

        /**
         * Returns which end this container is to be.
         *
         * @return {@link Role#SENDER} if the peer wants to receive
         */
        Role localRole();

        /**
         * Returns the address that the peer wants to send to or receive from.
         *
         * @return the address; null for the anonymous target, and for a dynamic node, whose address this container decides
         */
        @Nullable
        String address();

        /**
         * Tells whether the peer wants a node to be created.
         *
         * @return whether the peer's terminus is dynamic
         */
        boolean dynamic();

        /**
         * Returns all that the peer said.
         *
         * @return the peer's attach
         */
        Attach attach();

        /**
         * Returns the source that a link on which this container sends has unless {@link #accept(SenderOptions, Source)} is
         * given another: with the address that the peer asked for, or for a dynamic node one made up, and the default outcome
         * and outcomes that it asked for, as far as this library has them. Nothing else of what the peer asked for is in
         * effect: no filter, no distribution mode, no capability and no property of a dynamic node; and the source is gone as
         * soon as the link is detached.
         *
         * @return the source, to start another one from with {@link Source#toBuilder()}
         * @throws IllegalStateException if the peer wants to send
         */
        Source defaultSource();

        /**
         * Returns the target that a link on which this container receives has unless
         * {@link #accept(ReceiverOptions, Target)} is given another: with the address that the peer asked for, or for a
         * dynamic node one made up. Nothing else of what the peer asked for is in effect, and the target is gone as soon as
         * the link is detached.
         *
         * @return the target, to start another one from with {@link Target#toBuilder()}
         * @throws IllegalStateException if the peer wants to receive
         */
        Target defaultTarget();

        /** Accepts the link, with default options and the default terminus. */
        void accept();

        /**
         * Accepts a link on which this container sends, with the {@linkplain #defaultSource() default source}, to which the
         * options may add {@linkplain SenderOptions#appliedFilters filters} and a
         * {@linkplain SenderOptions#distributionMode distribution mode}.
         *
         * @param options the sender's handler, executor, back-pressure, guarantee and settle mode; the link's properties,
         *     desired and offered capabilities. What is said of the terminus at the peer, which the peer has decided, is not
         *     taken from here
         * @throws IllegalArgumentException if the properties hold a value without AMQP type
         * @throws IllegalStateException if the peer wants to send, or it was decided about the link before
         */
        void accept(SenderOptions options);

        /**
         * Accepts a link on which this container sends, from a source that the application provides. The peer takes for
         * granted what it reads there.
         *
         * @param options as for {@link #accept(SenderOptions)}, but for the filters and the distribution mode, which the
         *     source says
         * @param source what is in effect: where messages come from, which filters are applied, what outlives the link, the
         *     properties that a dynamic node really has, and what becomes of messages that the peer settles without an
         *     outcome, or leaves unsettled when the link ends. It needs an address unless the peer asked for none, and is
         *     dynamic if and only if the peer asked for that
         * @throws IllegalArgumentException if the source is not like that, or it or the properties hold a value without AMQP
         *     type
         * @throws IllegalStateException if the peer wants to send, or it was decided about the link before
         * @see "AMQP 1.0 §3.5.3"
         */
        void accept(SenderOptions options, Source source);

        /**
         * Accepts a link on which this container receives, with the {@linkplain #defaultTarget() default target}.
         *
         * @param options the receiver's handler, executor, credit window, auto-accept, streaming, largest message, guarantee
         *     and settle mode; the link's properties, desired and offered capabilities. What is said of the terminus at the
         *     peer, which the peer has decided, is not taken from here
         * @throws IllegalArgumentException if the properties hold a value without AMQP type
         * @throws IllegalStateException if the peer wants to receive, or it was decided about the link before
         */
        void accept(ReceiverOptions options);

        /**
         * Accepts a link on which this container receives, for a target that the application provides. The peer takes for
         * granted what it reads there.
         *
         * @param options as for {@link #accept(ReceiverOptions)}
         * @param target what is in effect: where messages go to, what outlives the link, and the properties that a dynamic
         *     node really has. It needs an address unless the peer asked for none, and is dynamic if and only if the peer
         *     asked for that
         * @throws IllegalArgumentException if the target is not like that, or it or the properties hold a value without AMQP
         *     type
         * @throws IllegalStateException if the peer wants to receive, or it was decided about the link before
         * @see "AMQP 1.0 §3.5.4"
         */
        void accept(ReceiverOptions options, Target target);

        /**
         * Refuses the link.
         *
         * @param error why, for the peer
         */
        void refuse(ErrorCondition error);
    }
}
