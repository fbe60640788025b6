package io.amqp10.engine;

import io.amqp10.types.Role;
import io.amqp10.types.SequenceNumber;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.PerformativeHandler;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a session has to say of its deliveries in one role, collected to as few dispositions as possible. Deliveries that end
 * a little out of their order still make one range, because up to 32 ranges are kept open. No id is in two ranges, so that
 * their order does not matter.
 *
 * @see "AMQP 1.0 §2.7.6"
 */
final class DispositionBatch {

    private static final int MAX_RANGES = 32;

    private final Role role;
    private final Disposition disposition = new Disposition();
    private final int[] first = new int[MAX_RANGES];
    private final int[] last = new int[MAX_RANGES];
    private final boolean[] settled = new boolean[MAX_RANGES];
    private final @Nullable DeliveryState[] states = new DeliveryState[MAX_RANGES];
    private int ranges;

    DispositionBatch(Role role) {
        this.role = role;
    }

    boolean isEmpty() {
        return ranges == 0;
    }

    /**
     * Adds what is to be said of a delivery.
     *
     * @return false if there is no room for it: flush and add again
     */
    boolean add(int id, @Nullable DeliveryState state, boolean settle) {
        int target = -1;
        for (int i = ranges - 1; i >= 0; i--) {
            if (!SequenceNumber.isBefore(id, first[i]) && !SequenceNumber.isBefore(last[i], id)) {
                return false;
            }
            if (target < 0 && (id == last[i] + 1 || id == first[i] - 1) && says(i, state, settle)) {
                target = i;
            }
        }
        if (target < 0) {
            return addRange(id, state, settle);
        }
        if (id == last[target] + 1) {
            last[target] = id;
        } else {
            first[target] = id;
        }
        if (ranges > 1) {
            joinNeighbour(target);
        }
        return true;
    }

    /**
     * Sends all and forgets it.
     *
     * @throws FrameTooLargeException if a state is too large for the peer and cannot be shortened; what was behind it is lost
     */
    void flush(PerformativeHandler<ByteBuf> output, int channel) {
        try {
            for (int i = 0; i < ranges; i++) {
                send(output, channel, i);
            }
        } finally {
            clear();
        }
    }

    private void send(PerformativeHandler<ByteBuf> output, int channel, int range) {
        disposition
                .reset()
                .role(role)
                .first(SequenceNumber.toWire(first[range]))
                .last(SequenceNumber.toWire(last[range]))
                .settled(settled[range])
                .state(states[range]);
        try {
            output.onDisposition(channel, disposition);
        } catch (FrameTooLargeException e) {
            DeliveryState shorter = shortened(states[range]);
            if (shorter == null) {
                throw e;
            }
            output.onDisposition(channel, disposition.state(shorter));
        }
    }

    /** Returns a state with less in its error, or without its annotations; null if it has none of both. */
    private static @Nullable DeliveryState shortened(@Nullable DeliveryState state) {
        if (state instanceof TransactionalState in) {
            Outcome outcome = shorter(in.outcome());
            return outcome == null ? null : new TransactionalState(in.txnId(), outcome);
        }
        return shorter(state);
    }

    private static @Nullable Outcome shorter(@Nullable DeliveryState state) {
        if (state instanceof Rejected rejected) {
            return new Rejected(ConnectionEngine.shortened(rejected.error()));
        }
        return state instanceof Modified modified
                        && !modified.messageAnnotations().isEmpty()
                ? new Modified(modified.deliveryFailed(), modified.undeliverableHere())
                : null;
    }

    void clear() {
        for (int i = 0; i < ranges; i++) {
            states[i] = null;
        }
        ranges = 0;
    }

    private boolean addRange(int id, @Nullable DeliveryState state, boolean settle) {
        if (ranges == MAX_RANGES) {
            return false;
        }
        first[ranges] = id;
        last[ranges] = id;
        settled[ranges] = settle;
        states[ranges] = state;
        ranges++;
        return true;
    }

    private boolean says(int range, @Nullable DeliveryState state, boolean settle) {
        DeliveryState other = states[range];
        return settled[range] == settle && (other == state || other != null && other.equals(state));
    }

    private void joinNeighbour(int grown) {
        for (int i = 0; i < ranges; i++) {
            if (i == grown || !says(i, states[grown], settled[grown])) {
                continue;
            }
            if (first[i] == last[grown] + 1) {
                last[grown] = last[i];
            } else if (last[i] + 1 == first[grown]) {
                first[grown] = first[i];
            } else {
                continue;
            }
            remove(i);
            return;
        }
    }

    private void remove(int range) {
        ranges--;
        first[range] = first[ranges];
        last[range] = last[ranges];
        settled[range] = settled[ranges];
        states[range] = states[ranges];
        states[ranges] = null;
    }
}
