package io.amqp10.benchmarks.raw;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session whose channel and handles have the same numbers at both ends. */
final class RawSession {

    /** The window that this peer grants: so large that it never matters. */
    static final int WINDOW = Integer.MAX_VALUE;

    static final int MAX_HANDLE = 1023;

    final int channel;
    final List<RawLink> senders = new ArrayList<>();

    /** Receiving links that are to be granted credit after this read. */
    final List<RawLink> toGrant = new ArrayList<>();

    int nextIncomingId;
    int nextOutgoingId;
    int nextDeliveryId;
    int remoteWindow;

    /** The range of deliveries that came unsettled since the last disposition. */
    boolean unsettled;

    int firstUnsettled;
    int lastUnsettled;

    private final @Nullable RawLink[] links = new @Nullable RawLink[MAX_HANDLE + 1];

    RawSession(int channel, int nextIncomingId, int remoteWindow) {
        this.channel = channel;
        this.nextIncomingId = nextIncomingId;
        this.remoteWindow = remoteWindow;
    }

    void add(RawLink link) {
        links[link.handle] = link;
        if (link.sending) {
            senders.add(link);
        }
    }

    void remove(RawLink link) {
        links[link.handle] = null;
        senders.remove(link);
    }

    RawLink link(int handle) {
        RawLink link = handle < 0 || handle > MAX_HANDLE ? null : links[handle];
        if (link == null) {
            throw new IllegalStateException("no link has the handle " + handle);
        }
        return link;
    }
}
