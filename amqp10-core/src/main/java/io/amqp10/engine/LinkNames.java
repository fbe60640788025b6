package io.amqp10.engine;

import io.amqp10.types.Role;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The links of a connection that are attached or being attached, by name and our role. A name belongs to the two containers
 * and not to a session, so that an attach in one session steals a link of another.
 *
 * @see "AMQP 1.0 §2.6.1"
 */
final class LinkNames {

    /**
     * What tells the links of two containers apart.
     *
     * @param name the link's name
     * @param role our role
     */
    record Key(String name, Role role) {}

    private final Map<Key, LinkEndpoint> active = new HashMap<>();

    static Key keyOf(LinkEndpoint link) {
        return new Key(link.name(), link.role());
    }

    @Nullable
    LinkEndpoint find(Key key) {
        return active.get(key);
    }

    /** Adds a link, in the place of one of its name. */
    void add(LinkEndpoint link) {
        active.put(keyOf(link), link);
    }

    /** Removes a link if it is here. */
    void remove(LinkEndpoint link) {
        active.remove(keyOf(link), link);
    }
}
