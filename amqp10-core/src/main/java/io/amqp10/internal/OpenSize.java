package io.amqp10.internal;

import io.amqp10.SessionOptions;
import io.amqp10.codec.PerformativeEncoder;
import io.amqp10.types.Symbol;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.Performative;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that our open, and each begin, fits into what may be sent before the peer has said how much it takes: 512 octets, which some
 * peers insist on.
 *
 * @see "AMQP 1.0 §2.4.1"
 */
final class OpenSize {

    private static final int FRAME_HEADER = 8;

    private OpenSize() {}

    /**
     * Checks an open.
     *
     * @throws IllegalArgumentException if its frame is too large; says how large each part that can be shortened is
     */
    static void check(Open open) {
        int size = FRAME_HEADER + encoded(open);
        if (size <= Open.MIN_MAX_FRAME_SIZE) {
            return;
        }
        Map<String, Integer> parts = new LinkedHashMap<>();
        parts.put("container-id", saved(open, base -> base));
        parts.put("hostname", saved(open, base -> base.hostname(open.hostname())));
        parts.put("offered capabilities", saved(open, base -> base.offeredCapabilities(open.offeredCapabilities())));
        parts.put("desired capabilities", saved(open, base -> base.desiredCapabilities(open.desiredCapabilities())));
        for (Map.Entry<Symbol, @Nullable Object> property : open.properties().entrySet()) {
            Map<Symbol, @Nullable Object> one = new LinkedHashMap<>();
            one.put(property.getKey(), property.getValue());
            parts.put("property " + property.getKey(), saved(open, base -> base.properties(one)));
        }
        List<String> largest = parts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(3)
                .map(part -> part.getKey() + " (about " + part.getValue() + ")")
                .toList();
        throw new IllegalArgumentException("the open of this connection would have " + size + " octets, but "
                + Open.MIN_MAX_FRAME_SIZE + " are all that may be sent before the peer says how much it takes; the"
                + " largest parts are " + String.join(", ", largest));
    }

    /**
     * Checks what a session says of itself: the begin must fit into the frames that every peer takes.
     *
     * @throws IllegalArgumentException if its frame is too large, or something in it has no AMQP type
     */
    static void check(SessionOptions options) {
        Checked.map("properties", options.properties());
        long max = 0xffff_ffffL; // whatever the numbers will be
        Begin begin = new Begin(
                0xffff,
                max,
                max,
                max,
                options.handleMax(),
                options.offeredCapabilities(),
                options.desiredCapabilities(),
                options.properties());
        int size = FRAME_HEADER + encoded(begin);
        if (size > Open.MIN_MAX_FRAME_SIZE) {
            throw new IllegalArgumentException(
                    "the begin of this session would have " + size + " octets, but " + Open.MIN_MAX_FRAME_SIZE
                            + " are all that every peer takes; shorten its capabilities or properties");
        }
    }

    /** Returns how many octets one part takes. */
    private static int saved(Open open, Function<Open.Builder, Open.Builder> part) {
        String large = "x".repeat(Open.MIN_MAX_FRAME_SIZE); // so that the list around it is of the large kind anyway
        int size = encoded(part.apply(Open.builder(large)).build())
                - encoded(Open.builder(large).build());
        return size == 0 ? open.containerId().length() : size;
    }

    private static int encoded(Performative performative) {
        ByteBuf buffer = Unpooled.buffer(Open.MIN_MAX_FRAME_SIZE);
        try {
            new PerformativeEncoder().write(buffer, performative);
            return buffer.readableBytes();
        } finally {
            buffer.release();
        }
    }
}
