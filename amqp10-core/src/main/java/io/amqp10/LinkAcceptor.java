package io.amqp10;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.transport.Attach;
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
         * @return the address; null for the anonymous target, and for a dynamic node, whose address this container makes up
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

        /** Accepts the link, with default options. */
        void accept();

        /**
         * Accepts a link on which this container sends.
         *
         * @param options handler, executor, back-pressure, applied filters, distribution mode; what the peer has decided is
         *     not taken from here
         * @throws IllegalStateException if the peer wants to send
         */
        void accept(SenderOptions options);

        /**
         * Accepts a link on which this container receives.
         *
         * @param options handler, executor, credit window, auto-accept; what the peer has decided is not taken from here
         * @throws IllegalStateException if the peer wants to receive
         */
        void accept(ReceiverOptions options);

        /**
         * Refuses the link.
         *
         * @param error why, for the peer
         */
        void refuse(ErrorCondition error);
    }
}
