package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.LinkRefusedException;
import io.amqp10.MessagingHandler;
import io.amqp10.Session;
import io.amqp10.engine.LinkEndpoint;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.StopReason;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.Redirect;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.LinkTarget;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.transport.Attach;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link as the application knows it, which outlives its attachments. Its methods run on the connection's event loop,
 * except for those of the API.
 *
 * @param <E> the engine's link of one attachment
 * @param <A> this link as the API calls it
 */
abstract class LiveLink<E extends LinkEndpoint, A extends Link> implements Link {

    private static final Logger LOG = LoggerFactory.getLogger(LiveLink.class);

    /** A link that never opened is given up when so many sessions in a row have ended because of it. */
    private static final int MAX_SESSIONS_ENDED = 3;

    /** Where it lives; another one if the peer redirects it to another host. Changed on the event loop. */
    volatile LiveSession session;

    volatile LiveConnection connection;
    private final String name;
    private final @Nullable MessagingHandler handler;
    private final SerialDispatcher dispatcher;
    private final boolean ownDispatcher;
    private final Completion<A> opened;
    private final Closing closed;
    private final Backoff backoff;

    private volatile LifecycleState state = LifecycleState.OPENING;
    private volatile @Nullable Amqp10Exception error;
    private volatile @Nullable Attach remoteAttach;
    private volatile @Nullable String dynamicAddress;

    /** For this attachment. */
    @Nullable
    E endpoint;

    /** Forgets that the peer has attached this link. */
    private Runnable forgetPeersLink = () -> {};

    /** The session that it was redirected from to another host, null if it was not. */
    private @Nullable LiveSession home;

    private final RedirectTrail trail = new RedirectTrail();

    /** The address that a redirect says, null for that of the options. */
    private @Nullable String redirectedAddress;

    /** The peer attached it. */
    private boolean ofPeer;

    private boolean attachAnswered;
    private boolean unansweredAtEnd;

    /** So many sessions in a row ended because of this link. */
    private int sessionsEnded;

    private boolean detachOnly;

    /** While closing: work is left, and the link is detached when it is done or time is over. */
    private boolean waitsForIdle;

    /** While closing: our detach is sent, so nothing more can be done on this link. */
    private boolean leaving;

    private @Nullable ScheduledFuture<?> closeDeadline;

    LiveLink(LiveSession session, String name, @Nullable MessagingHandler ownHandler, @Nullable Executor ownExecutor) {
        this.session = session;
        this.connection = session.connection();
        this.name = name;
        this.handler = ownHandler != null ? ownHandler : session.handler();
        this.ownDispatcher = ownExecutor != null;
        this.dispatcher = ownExecutor != null
                ? new SerialDispatcher(ownExecutor, connection.container().executor(), connection.loop())
                : connection.dispatcher();
        this.opened = new Completion<>(dispatcher);
        this.closed = new Closing(dispatcher, () -> state != LifecycleState.CLOSED && dispatcher.isCurrent());
        this.backoff = connection.newBackoff();
    }

    /** Returns this as the API calls it. */
    abstract A self();

    /** Attaches to a session that is open. */
    abstract E attachTo(SessionEngine target);

    /** Checks the peer's answer against what was asked for. */
    abstract @Nullable Amqp10Exception checkAnswer(Attach answer);

    /** Begins to work on a new attachment. */
    abstract void attached();

    /** Stops to work on an attachment that is gone. */
    abstract void unattached();

    /** Ends all work: nothing will ever be attached again. */
    abstract void ended(Amqp10Exception reason);

    /** Begins no new work, because it is going to be closed. */
    abstract void prepareToClose();

    /** Tells whether work is left that closing should wait for. */
    abstract boolean isBusy();

    /** Tells whether work is left that closing should wait for and that only an attached link can do. */
    boolean needsAttachment() {
        return false;
    }

    /** Tells the handler that it is open. */
    abstract void tellOpened(MessagingHandler to);

    /** Returns what it is and where it leads, for people. */
    abstract String described();

    // --- attaching and losing it

    final void attach(SessionEngine target) {
        attachAnswered = false;
        unansweredAtEnd = false;
        E made;
        try {
            made = attachTo(target);
        } catch (IllegalStateException e) {
            finish(new LinkRefusedException(described() + " cannot be attached: " + e.getMessage(), null, e));
            return;
        }
        endpoint = made;
        StopReason stopped = made.stopReason();
        if (stopped != null) {
            detached(stopped, false); // it could not even be asked for
        }
    }

    /** Forgets what became of the last attach, since another session is there. */
    final void forgetLastAttach() {
        unansweredAtEnd = false;
    }

    /** Notes that the peer attached it, and is to do so again after a break. */
    final void leaveToPeer() {
        ofPeer = true;
    }

    /** Tells whether the peer attached it, and is to do so again after a break. */
    final boolean isOfPeer() {
        return ofPeer;
    }

    /** Takes over a link that the peer attached and that is being accepted. */
    final void adopt(E link, Attach remote, @Nullable String madeUpAddress) {
        endpoint = link;
        dynamicAddress = madeUpAddress;
        forgetPeersLink = connection.noteLinkOfPeer(link.role(), this);
        answered(remote);
    }

    /** The peer attached the link on another connection; any thread. */
    final void steal() {
        connection.submit(() -> {
            E link = endpoint;
            if (link != null) {
                link.detach(true, ErrorCondition.of(LinkError.STOLEN, "the link was attached on another connection"));
            }
        });
    }

    /** Tells whether the last attach was not answered before its session ended. */
    final boolean wasUnanswered() {
        return unansweredAtEnd;
    }

    /** Notes that its attach ended a session; returns false if that is enough for a link that never opened. */
    final boolean mayEndAnotherSession() {
        sessionsEnded++;
        return state != LifecycleState.OPENING || sessionsEnded < MAX_SESSIONS_ENDED;
    }

    final void answered(Attach answer) {
        attachAnswered = true;
        sessionsEnded = 0;
        remoteAttach = answer;
        Amqp10Exception unmet = checkAnswer(answer);
        if (unmet != null) {
            E link = endpoint;
            endpoint = null;
            if (link != null) {
                link.detach(true, unmet.condition());
            }
            finish(unmet);
            return;
        }
        error = null;
        if (state == LifecycleState.OPENING || state == LifecycleState.RECOVERING) {
            become(LifecycleState.OPEN);
        }
        backoff.worked(System.nanoTime());
        session.attached(this);
        opened.complete(self());
        MessagingHandler to = handler;
        if (to != null) {
            dispatcher.execute(() -> tellOpened(to));
        }
        attached();
        if (state == LifecycleState.CLOSING && !waitsForIdle) {
            detachWhenIdle();
        }
    }

    /** The attachment is gone; why decides whether the link is. */
    final void detached(StopReason reason, boolean forGood) {
        boolean wasAnswered = attachAnswered;
        unansweredAtEnd = !wasAnswered;
        endpoint = null;
        attachAnswered = false;
        if (backoff.broke(System.nanoTime())) {
            trail.clear();
        }
        unattached();
        session.notAwaited(this);
        if (reason instanceof StopReason.ParentStopped || state == LifecycleState.CLOSED) {
            return; // the session or connection decides, or it was decided before
        }
        ErrorCondition said = reason.error();
        if (isDoneClosing()) {
            finish(null);
        } else if (reason instanceof StopReason.Local) {
            finish(said == null ? null : Errors.detachedHere(described(), said));
        } else if (said != null && said.condition().equals(LinkError.REDIRECT) && !ofPeer) {
            redirected(
                    said,
                    wasAnswered
                            ? Errors.linkClosedByPeer(described(), connection.remoteAddress(), said)
                            : Errors.linkRefused(described(), connection.remoteAddress(), said));
        } else if (recovers() && (said == null ? !forGood : Errors.passesForLink(said))) {
            recover(Errors.linkClosedByPeer(described(), connection.remoteAddress(), said));
        } else if (said != null && !wasAnswered) {
            finish(Errors.linkRefused(described(), connection.remoteAddress(), said));
        } else if (said == null && wasAnswered) {
            finish(null);
        } else {
            finish(Errors.linkClosedByPeer(described(), connection.remoteAddress(), said));
        }
    }

    /** Has the engine forget the deliveries of an attachment that is gone: they come, or are sent, as new ones on the next. */
    static void forgetUnsettled(LinkEndpoint link, StopReason reason) {
        if (!(reason instanceof StopReason.ParentStopped)) { // that forgets them all at once
            link.forgetUnsettled();
        }
    }

    // --- redirects

    /** Goes where the peer says, if it may. */
    private void redirected(ErrorCondition said, LinkRefusedException cause) {
        Redirect to = Redirect.of(said);
        if (to == null
                || !(connection instanceof OutboundConnection outbound)
                || outbound.redirects().hosts().isEmpty()) {
            finish(cause);
            return;
        }
        RedirectTrail.Hop hop = outbound.hop(to);
        boolean here = outbound.isAt(hop);
        if (here && to.address() == null) {
            finish(Errors.notFollowed(cause, "not followed, since it names no other place"));
            return;
        }
        String place = to.address() == null ? hop.endpoint().toString() : hop.endpoint() + " '" + to.address() + "'";
        String refused = trail.step(hop, place, here, outbound.redirects());
        if (refused != null) {
            finish(Errors.notFollowed(cause, refused));
            return;
        }
        recovering(cause);
        if (state == LifecycleState.CLOSED) {
            return; // it was closing, and has nothing to do there
        }
        LiveSession there = here ? session : outbound.sessionAt(hop);
        if (there == null) {
            finish(cause);
            return;
        }
        LOG.info("{}; going to {}", cause.getMessage(), Errors.printable(place));
        redirectedAddress = to.address() != null ? to.address() : redirectedAddress;
        if (here) {
            connection.submit(this::attachAgain);
        } else {
            moveTo(there);
        }
    }

    private void moveTo(LiveSession there) {
        LiveSession from = session;
        if (home == null) {
            home = from;
            from.lend(this);
        } else {
            from.remove(this);
        }
        session = there;
        connection = there.connection();
        connection.register(this);
        connection.submit(() -> {
            if (session == there && state != LifecycleState.CLOSED) {
                there.add(this);
            }
        });
    }

    /** Has another connection send what was said to it, as far as this link is not on its own one any more. */
    final void flushElsewhere() {
        if (home != null) {
            connection.submit(() -> {});
        }
    }

    /** The session is over; a link that was redirected to it goes back to where it came from. */
    final void sessionOver(@Nullable Amqp10Exception reason) {
        LiveSession back = home;
        if (back == null
                || reason == null
                || isEnded()
                || !back.isUsable()
                || !back.connection().recovers()
                || !Errors.passesForRedirectedLink(reason)) {
            finish(reason);
            return;
        }
        connection.unregister(this);
        home = null;
        session = back;
        connection = back.connection();
        redirectedAddress = null;
        trail.clear();
        back.takeBack(this);
        recover(reason);
    }

    /** Returns the address to attach to: what a redirect says, or else what the options say. */
    final @Nullable String addressOr(@Nullable String asked) {
        return redirectedAddress != null ? redirectedAddress : asked;
    }

    private void recover(Amqp10Exception cause) {
        if (backoff.exhausted()) {
            finish(cause);
            return;
        }
        recovering(cause);
        long delay = backoff.nextDelayNanos();
        LOG.info("{}; attaching again in {} ms", cause.getMessage(), TimeUnit.NANOSECONDS.toMillis(delay));
        connection.loop().schedule(() -> connection.submit(this::attachAgain), delay, TimeUnit.NANOSECONDS);
    }

    private void attachAgain() {
        if (state != LifecycleState.OPEN && isToAttach() && endpoint == null) {
            session.attachIfOpen(this);
        }
    }

    /** Tells whether it is to be attached again if it is not: one that is closed, itself or with others, only to finish its work. */
    final boolean isToAttach() {
        if (state == LifecycleState.CLOSING || session.isClosing()) {
            return !isDoneClosing() && needsAttachment();
        }
        return state != LifecycleState.CLOSED;
    }

    /** Tells whether it is closing and would do nothing more than that if it were attached again. */
    private boolean isDoneClosing() {
        return state == LifecycleState.CLOSING && (leaving || !needsAttachment());
    }

    /** Tells whether it comes back after a break. One that the peer attached is the peer's to attach again. */
    final boolean recovers() {
        return !ofPeer && connection.recovers();
    }

    /** Notes that it is being restored, by itself or with its session or connection; one of the peer's ends instead. */
    final void recovering(Amqp10Exception cause) {
        if (ofPeer) {
            finish(isDoneClosing() ? null : cause);
            return;
        }
        error = cause;
        if (state == LifecycleState.OPEN) {
            become(LifecycleState.RECOVERING);
        } else if (isDoneClosing()) {
            finish(null);
        }
    }

    // --- closing

    private void startClosing(boolean onlyDetach) {
        if (state == LifecycleState.CLOSED || state == LifecycleState.CLOSING) {
            return;
        }
        detachOnly = onlyDetach;
        become(LifecycleState.CLOSING);
        prepareToClose();
        if (attachAnswered || needsAttachment()) {
            detachWhenIdle();
        } else if (endpoint == null) {
            finish(null);
        } else {
            closeInTime();
        }
    }

    /** Waits no longer than the close time-out for a peer that has to say something before the link is closed. */
    private void closeInTime() {
        if (closeDeadline != null) {
            closeDeadline.cancel(false);
        }
        closeDeadline = connection.afterCloseTimeout(() -> {
            if (state == LifecycleState.CLOSING) {
                closeUnanswered();
            }
        });
    }

    private void closeUnanswered() {
        LOG.warn("{} is closed though its peer did not answer in time", described());
        endpoint = null;
        finish(null);
    }

    private void detachWhenIdle() {
        if (closeDeadline != null) {
            closeDeadline.cancel(false);
        }
        waitsForIdle = true;
        connection.whenIdle(List.of(this), this::detachNow);
    }

    private void detachNow() {
        waitsForIdle = false;
        E link = endpoint;
        if (state != LifecycleState.CLOSING) {
            return;
        }
        if (link == null) {
            finish(null);
        } else if (attachAnswered) {
            connection.flushEngine();
            closeInTime();
            leaving = true;
            link.detach(!detachOnly, null);
        } else if (isBusy()) {
            closeUnanswered(); // all the time was spent on waiting for the answer
        } else {
            closeInTime();
        }
    }

    /** Ends the link for good, with an error or, if null, by wish. */
    final void finish(@Nullable Amqp10Exception reason) {
        if (state == LifecycleState.CLOSED) {
            return;
        }
        error = reason;
        become(LifecycleState.CLOSED);
        if (closeDeadline != null) {
            closeDeadline.cancel(false);
        }
        Amqp10Exception forOthers = reason != null ? reason : Errors.closed(described());
        // first, so that whoever is woken does not find it any more
        session.remove(this);
        LiveSession from = home;
        if (from != null) {
            from.forgetLent(this);
            flushElsewhere();
        }
        forgetPeersLink.run();
        opened.fail(forOthers);
        ended(forOthers);
        connection.checkWatchesSoon(); // what it had to do it does not any more
        if (ownDispatcher) {
            dispatcher.ending();
        }
        MessagingHandler to = handler;
        if (to != null) {
            dispatcher.execute(() -> {
                if (reason != null) {
                    to.onLinkError(this, reason);
                }
            });
            dispatcher.execute(() -> to.onLinkClosed(this));
        } else if (reason != null && reason != connection.error()) {
            // what ends the whole connection is told by that, and not by each of its links again
            LOG.warn("{}", reason.getMessage());
        }
        closed.complete();
    }

    private void become(LifecycleState to) {
        LifecycleState from = state;
        state = to;
        connection.metrics().linkState(this, from, to);
    }

    // --- for subclasses

    final @Nullable MessagingHandler handler() {
        return handler;
    }

    final SerialDispatcher dispatcher() {
        return dispatcher;
    }

    final void submit(Runnable command) {
        LiveConnection to = connection;
        to.submit(command);
        LiveConnection now = connection;
        if (now != to) {
            now.submit(() -> {}); // it moved meanwhile, and what the command has sent there is to be flushed
        }
    }

    final @Nullable Attach remoteAttach() {
        return remoteAttach;
    }

    final @Nullable String dynamicAddress() {
        return dynamicAddress;
    }

    /** Returns the end of a message about a time-out: what is known to be in the way. */
    final String why() {
        Amqp10Exception known = error != null ? error : connection.error();
        return known == null
                ? " (" + state.name().toLowerCase(Locale.ROOT) + ")"
                : "; last error: " + known.getMessage();
    }

    /** Returns the exception that ended the link, for operations on it. */
    final Amqp10Exception endedBy() {
        Amqp10Exception known = error;
        return known != null ? Errors.rethrown(known) : Errors.closed(described());
    }

    final boolean isEnded() {
        return state == LifecycleState.CLOSED || state == LifecycleState.CLOSING;
    }

    final A awaitOpened(Duration timeout) {
        return opened.await(timeout, () -> described() + " is not open after " + timeout + why());
    }

    final CompletableFuture<A> openedFuture() {
        return opened.future();
    }

    // --- the API

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Connection connection() {
        return connection;
    }

    @Override
    public final Session session() {
        return session;
    }

    @Override
    public final LifecycleState state() {
        return state;
    }

    @Override
    public final @Nullable Amqp10Exception error() {
        return error;
    }

    @Override
    public final @Nullable Source remoteSource() {
        Attach remote = remoteAttach;
        return remote == null ? null : remote.source();
    }

    @Override
    public final @Nullable LinkTarget remoteTarget() {
        Attach remote = remoteAttach;
        return remote == null ? null : remote.target();
    }

    @Override
    public final Map<Symbol, @Nullable Object> remoteProperties() {
        Attach remote = remoteAttach;
        return remote == null ? Map.of() : remote.properties();
    }

    @Override
    public final CompletableFuture<Void> closeAsync() {
        submitAfterHandler(() -> startClosing(false));
        return closed.future();
    }

    @Override
    public final CompletableFuture<Void> closeAsync(ErrorCondition condition) {
        Checked.map("the error's info", condition.info());
        submitAfterHandler(() -> closeWith(condition));
        return closed.future();
    }

    private void closeWith(ErrorCondition condition) {
        E link = endpoint;
        if (link != null) {
            connection.flushEngine();
            link.detach(true, condition); // which leads to detached
        } else if (state != LifecycleState.CLOSED) {
            finish(Errors.detachedHere(described(), condition));
        }
    }

    @Override
    public final CompletableFuture<Void> detachAsync() {
        submitAfterHandler(() -> startClosing(true));
        return closed.future();
    }

    private void submitAfterHandler(Runnable command) {
        if (dispatcher.isCurrent()) {
            dispatcher.afterCurrentTask(() -> connection.submit(command));
        } else {
            connection.submit(command);
        }
    }

    @Override
    public final void close() {
        submitAfterHandler(() -> startClosing(false));
        if (!dispatcher.isCurrent()) {
            closed.await(Blocking.untilClosed(connection.closeTimeout()), () -> described() + " did not close in time");
        }
    }

    @Override
    public final String toString() {
        return described();
    }
}
