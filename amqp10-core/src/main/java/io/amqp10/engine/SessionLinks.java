package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.Role;
import io.amqp10.types.SessionError;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The links of a session by name and by handle, and what happens to them until they are attached.
 *
 * @see "AMQP 1.0 §2.6.1, §2.6.2"
 */
final class SessionLinks {

    /** How many names of links that were detached with an error are remembered. */
    private static final int MAX_ERRANT_NAMES = 64;

    static final String TOO_MANY_UNSETTLED = "the unsettled map has more entries than maxUnsettledEntries allows";

    private final SessionEngine session;
    private final HandleTable<LinkEndpoint> byLocalHandle = new HandleTable<>();
    private final HandleTable<LinkEndpoint> byRemoteHandle = new HandleTable<>();

    /** Links whose attach waits for the peer's begin. */
    private final List<LinkEndpoint> waiting = new ArrayList<>();

    /** Links whose attach was sent and not answered, in the order it was sent. */
    private final List<LinkEndpoint> unanswered = new ArrayList<>();

    /** Links that may not be reattached as if nothing had happened. */
    private final Set<LinkNames.Key> errant = new LinkedHashSet<>();

    /** Where to begin when the senders go on, so that each gets its turn. */
    private int firstToResume;

    SessionLinks(SessionEngine session) {
        this.session = session;
    }

    /** Returns the links of the whole connection that are attached or being attached. */
    private LinkNames names() {
        return session.connection().linkNames();
    }

    @Nullable
    LinkEndpoint remote(long handle) {
        return byRemoteHandle.get(handle);
    }

    /** Adds a link that we attach. */
    void add(LinkEndpoint link) {
        LinkEndpoint other = names().find(LinkNames.keyOf(link));
        if (other != null && other.session() == session) {
            throw new IllegalStateException("the session has a " + link + " already");
        }
        names().add(link);
        if (session.isMapped()) {
            attach(link);
        } else {
            waiting.add(link);
        }
    }

    void attachWaiting() {
        List<LinkEndpoint> ready = new ArrayList<>(waiting);
        waiting.clear();
        for (LinkEndpoint link : ready) {
            if (link.state() == LinkState.WAITING && session.isMapped()) {
                attach(link);
            }
        }
    }

    private void attach(LinkEndpoint link) {
        if (!hasFreeHandle()) {
            link.detach(
                    false,
                    ErrorCondition.of(
                            AmqpError.RESOURCE_LIMIT_EXCEEDED, "the peer allows no more links on this session"));
            return;
        }
        giveHandle(link);
        unanswered.add(link);
        link.sendAttach();
    }

    void giveHandle(LinkEndpoint link) {
        int handle = byLocalHandle.lowestFree();
        link.localHandle(handle);
        byLocalHandle.put(handle, link);
    }

    private boolean hasFreeHandle() {
        Begin begin = session.remoteBegin();
        return begin == null || byLocalHandle.lowestFree() <= begin.handleMax();
    }

    void freeHandle(LinkEndpoint link) {
        byLocalHandle.remove(link.localHandle());
    }

    void unmapRemote(int handle) {
        byRemoteHandle.remove(handle);
    }

    /** A link stopped before its attach was sent. */
    void forgetWaiting(LinkEndpoint link) {
        waiting.remove(link);
        deactivate(link);
    }

    /** A link's attach could not be sent. */
    void forgetUnsent(LinkEndpoint link) {
        unanswered.remove(link);
        deactivate(link);
    }

    /** A link can no longer be used, so that its name is free. */
    void deactivate(LinkEndpoint link) {
        names().remove(link);
    }

    /** The peer's answer to another attach of a link is awaited. */
    void awaitAnswer(LinkEndpoint link) {
        unanswered.add(link);
    }

    /** A link was detached with an error, but the peer detached it as if to reattach it. */
    void expectNoReattach(LinkEndpoint link) {
        if (errant.size() == MAX_ERRANT_NAMES) {
            Iterator<LinkNames.Key> oldest = errant.iterator();
            oldest.next();
            oldest.remove();
        }
        errant.add(LinkNames.keyOf(link));
    }

    void onAttach(Attach attach) {
        if (attach.handle() > session.settings().handleMax()) {
            throw ProtocolException.connectionError(
                    ConnectionError.FRAMING_ERROR,
                    "handle " + attach.handle() + " is above handle-max "
                            + session.settings().handleMax() + ", as maxLinksPerSession and handleMax allow");
        }
        if (byRemoteHandle.get(attach.handle()) != null) {
            throw ProtocolException.connectionError(
                    SessionError.HANDLE_IN_USE, "handle " + attach.handle() + " is in use");
        }
        LinkEndpoint answered = takeUnanswered(attach);
        if (answered != null) {
            map(answered, attach);
            answered.onAnswer(attach);
            return;
        }
        session.connection().limitChurn();
        onRemoteAttach(attach);
    }

    private void onRemoteAttach(Attach attach) {
        Role role = attach.role().opposite();
        LinkNames.Key key = new LinkNames.Key(attach.name(), role);
        if (errant.remove(key) && attach.unsettled() == null) {
            throw ProtocolException.sessionError(
                    session, SessionError.ERRANT_LINK, "a reattach of a link that was detached with an error");
        }
        if (!hasFreeHandle()) {
            throw ProtocolException.sessionError(
                    session, AmqpError.RESOURCE_LIMIT_EXCEEDED, "handle-max leaves no handle to answer an attach with");
        }
        LinkEndpoint old = names().find(key);
        if (old != null) {
            old.detach(true, ErrorCondition.of(LinkError.STOLEN, "the link was attached again"));
        }
        if (role == Role.SENDER) {
            SenderLink link = new SenderLink(session, attach);
            activate(link, attach);
            if (isAcceptable(link, attach)) {
                listener().onRemoteAttach(link, attach);
            }
        } else {
            ReceiverLink link = new ReceiverLink(session, attach);
            activate(link, attach);
            if (isAcceptable(link, attach)) {
                listener().onRemoteAttach(link, attach);
            }
        }
    }

    private SessionListener listener() {
        SessionListener listener = session.listener();
        if (listener == null) {
            throw new IllegalStateException("a mapped session has a listener");
        }
        return listener;
    }

    private void activate(LinkEndpoint link, Attach attach) {
        map(link, attach);
        names().add(link);
    }

    private void map(LinkEndpoint link, Attach attach) {
        link.remoteHandle((int) attach.handle());
        byRemoteHandle.put((int) attach.handle(), link);
    }

    private boolean isAcceptable(LinkEndpoint link, Attach attach) {
        if (attach.role() == Role.SENDER && attach.initialDeliveryCount() == UnsignedInteger.ABSENT) {
            link.refuse(ErrorCondition.of(AmqpError.INVALID_FIELD, "a sender's attach needs initial-delivery-count"));
            return false;
        }
        if (attach.name().length() > session.connection().options().maxNameLength()) {
            link.refuse(
                    ErrorCondition.of(AmqpError.INVALID_FIELD, "the link's name is longer than maxNameLength allows"));
            return false;
        }
        Map<?, ?> unsettled = attach.unsettled();
        if (unsettled != null
                && unsettled.size() > session.connection().options().maxUnsettledEntries()) {
            link.refuse(ErrorCondition.of(AmqpError.RESOURCE_LIMIT_EXCEEDED, TOO_MANY_UNSETTLED));
            return false;
        }
        return true;
    }

    private @Nullable LinkEndpoint takeUnanswered(Attach attach) {
        for (int i = 0; i < unanswered.size(); i++) {
            LinkEndpoint link = unanswered.get(i);
            if (link.role() != attach.role() && link.name().equals(attach.name())) {
                unanswered.remove(i);
                return link;
            }
        }
        return null;
    }

    /** Tells whether the peer waits for an attach, the rest of a delivery, or the end of a drain. */
    boolean oweAnswer() {
        for (int handle = 0; handle < byRemoteHandle.bound(); handle++) {
            LinkEndpoint link = byRemoteHandle.get(handle);
            if (link != null && (link.state() == LinkState.ATTACH_RCVD || link.owesAnswer())) {
                return true;
            }
        }
        return false;
    }

    /** Lets each sender go on where it stopped, as far as the window and the transport allow. */
    void resumeSenders() {
        int bound = byLocalHandle.bound();
        firstToResume = firstToResume + 1 >= bound ? 0 : firstToResume + 1;
        int handle = firstToResume;
        for (int i = 0; i < bound && session.canTransfer(); i++) {
            LinkEndpoint link = byLocalHandle.get(handle);
            handle = handle + 1 >= bound ? 0 : handle + 1;
            if (link instanceof SenderLink sender) {
                sender.resume();
            }
        }
    }

    void stopAll(StopReason reason) {
        List<LinkEndpoint> all = new ArrayList<>(waiting);
        for (int handle = 0; handle < byLocalHandle.bound(); handle++) {
            LinkEndpoint link = byLocalHandle.get(handle);
            if (link != null) {
                all.add(link);
            }
        }
        for (int handle = 0; handle < byRemoteHandle.bound(); handle++) {
            LinkEndpoint link = byRemoteHandle.get(handle);
            if (link != null && link.state() == LinkState.ATTACH_RCVD) {
                all.add(link);
            }
            byRemoteHandle.remove(handle);
        }
        waiting.clear();
        unanswered.clear();
        errant.clear();
        for (LinkEndpoint link : all) {
            names().remove(link);
            byLocalHandle.remove(link.localHandle());
            link.parentStopped(reason);
        }
    }
}
