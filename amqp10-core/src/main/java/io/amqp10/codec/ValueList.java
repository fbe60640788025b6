package io.amqp10.codec;

import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** A decoded list: an array that nobody changes. */
final class ValueList extends AbstractList<@Nullable Object> implements RandomAccess {

    private final @Nullable Object[] items;

    ValueList(@Nullable Object[] items) {
        this.items = items;
    }

    @Override
    public @Nullable Object get(int index) {
        return items[index];
    }

    @Override
    public int size() {
        return items.length;
    }

    @Override
    public @Nullable Object[] toArray() {
        return items.clone();
    }
}
