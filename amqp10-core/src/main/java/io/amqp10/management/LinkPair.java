package io.amqp10.management;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.Session;
import io.amqp10.SessionOptions;
import io.amqp10.types.Symbol;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A link for requests and one for their answers, in a session of their own that is over when the peer ends it. */
final class LinkPair {

    private static final Symbol PAIRED = Symbol.of("paired");

    private final ReplyPath replyPath;
    private final String name = "management-" + UUID.randomUUID();
    private final Session session;
    private final Sender sender;
    private final Receiver receiver;

    LinkPair(Connection connection, ManagementOptions options, MessagingHandler events) {
        this.replyPath = options.replyPath();
        this.session = connection.openSession(
                SessionOptions.DEFAULT.beginAgain(false).beforeLinkGate(true).handler(new MessagingHandler() {}));
        Map<Symbol, @Nullable Object> properties = replyPath == ReplyPath.LINK_PAIR ? Map.of(PAIRED, true) : Map.of();
        this.sender = session.openSender(SenderOptions.of(options.node())
                .name(name)
                .capabilities(List.of())
                .guarantee(DeliveryGuarantee.AT_MOST_ONCE)
                .properties(properties)
                .executor(Requests.EXECUTOR)
                .handler(events));
        ReceiverOptions answers = replyPath == ReplyPath.DYNAMIC_NODE
                ? ReceiverOptions.dynamicNode()
                : ReceiverOptions.of(options.node());
        this.receiver = session.openReceiver(answers.name(name)
                .capabilities(List.of())
                .targetAddress(replyPath == ReplyPath.SAME_NODE ? name : null)
                .guarantee(DeliveryGuarantee.AT_MOST_ONCE)
                .properties(properties)
                .executor(Requests.EXECUTOR)
                .handler(events));
    }

    /** What the links are attached to: an attachment that replaces another gives other objects. */
    static final class Attachment {

        private final @Nullable Object target;
        private final @Nullable Object source;

        private Attachment(@Nullable Object target, @Nullable Object source) {
            this.target = target;
            this.source = source;
        }

        boolean isSame(Attachment other) {
            return target == other.target && source == other.source;
        }
    }

    Attachment attachment() {
        return new Attachment(sender.remoteTarget(), receiver.remoteSource());
    }

    CompletableFuture<Void> opened() {
        return CompletableFuture.allOf(sender.opened(), receiver.opened());
    }

    boolean isUp() {
        return sender.state() == LifecycleState.OPEN && receiver.state() == LifecycleState.OPEN;
    }

    boolean isEnded() {
        return isOver(session.state()) || isOver(sender.state()) || isOver(receiver.state());
    }

    static boolean isOver(LifecycleState state) {
        return state == LifecycleState.CLOSING || state == LifecycleState.CLOSED;
    }

    boolean has(Link link) {
        return link == sender || link == receiver;
    }

    CompletableFuture<SendOutcome> send(Message message) {
        String replyTo =
                switch (replyPath) {
                    case LINK_PAIR -> "$me";
                    case SAME_NODE -> name;
                    case DYNAMIC_NODE -> receiver.address();
                };
        return sender.sendAsync(message.toBuilder().replyTo(replyTo).build());
    }

    /** Returns what is known to be wrong, the nearest first. */
    @Nullable
    Amqp10Exception error() {
        if (sender.error() != null) {
            return sender.error();
        }
        if (receiver.error() != null) {
            return receiver.error();
        }
        return session.error() != null ? session.error() : session.connection().error();
    }

    CompletableFuture<Void> close() {
        return session.closeAsync();
    }

    /** Waits too, but not in a handler, which closing waits for. */
    void closeAndWait() {
        session.close();
    }

    /** Returns an exception of the same kind with another text. */
    static Amqp10Exception copyOf(Amqp10Exception error, String message) {
        if (error instanceof LinkRefusedException) {
            return new LinkRefusedException(message, error.condition(), error);
        }
        if (error instanceof ConnectionLostException) {
            return new ConnectionLostException(message, error.condition(), error);
        }
        return error;
    }
}
