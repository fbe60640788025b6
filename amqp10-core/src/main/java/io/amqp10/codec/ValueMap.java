package io.amqp10.codec;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A decoded map: keys and values in their order in one array, which nobody changes, and an index of their hash codes.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class ValueMap<K extends @Nullable Object, V extends @Nullable Object> extends AbstractMap<K, V> {

    /** Larger maps are left to the JDK, whose maps stay fast when a peer makes all hash codes equal. */
    private static final int MAX_ENTRIES = 64;

    private final @Nullable Object[] items;
    // Numbers of entries, counted from 1, by hash code.
    private final byte[] index;

    private ValueMap(@Nullable Object[] items, byte[] index) {
        this.items = items;
        this.index = index;
    }

    /**
     * Makes a map of keys and values in turn, an array that the map keeps.
     *
     * @throws DecodeException if a key is there twice
     */
    static <K extends @Nullable Object, V extends @Nullable Object> Map<K, V> of(
            @Nullable Object[] items, String what) {
        return items.length >> 1 > MAX_ENTRIES ? large(items, what) : new ValueMap<>(items, index(items, what));
    }

    private static byte[] index(@Nullable Object[] items, String what) {
        byte[] index = new byte[Integer.highestOneBit(Math.max(1, items.length - 1)) << 1];
        for (int i = 0; i < items.length; i += 2) {
            Object key = items[i];
            int slot = slot(key, index.length);
            while (index[slot] != 0) {
                if (Objects.equals(key, items[(index[slot] - 1) << 1])) {
                    throw twice(key, what);
                }
                slot = slot + 1 & index.length - 1;
            }
            index[slot] = (byte) ((i >> 1) + 1);
        }
        return index;
    }

    @SuppressWarnings("unchecked")
    private static <K extends @Nullable Object, V extends @Nullable Object> Map<K, V> large(
            @Nullable Object[] items, String what) {
        Map<K, V> map = new LinkedHashMap<>(items.length * 2 / 3 + 1);
        for (int i = 0; i < items.length; i += 2) {
            map.put((K) items[i], (V) items[i + 1]);
            if (map.size() << 1 != i + 2) {
                throw twice(items[i], what);
            }
        }
        return Collections.unmodifiableMap(map);
    }

    private static DecodeException twice(@Nullable Object key, String what) {
        return new DecodeException(what + " has a key twice: " + ValueReader.shown(key));
    }

    private static int slot(@Nullable Object key, int size) {
        int hash = key == null ? 0 : key.hashCode();
        return (hash ^ hash >>> 16 ^ hash >>> 8) & size - 1;
    }

    /** Returns the place of a key in the array, -1 if it is not there. */
    private int find(@Nullable Object key) {
        for (int slot = slot(key, index.length); index[slot] != 0; slot = slot + 1 & index.length - 1) {
            int i = (index[slot] - 1) << 1;
            if (Objects.equals(key, items[i])) {
                return i;
            }
        }
        return -1;
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable V get(@Nullable Object key) {
        int i = find(key);
        return i < 0 ? null : (V) items[i + 1];
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return find(key) >= 0;
    }

    @Override
    public int size() {
        return items.length >> 1;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void forEach(BiConsumer<? super K, ? super V> action) {
        for (int i = 0; i < items.length; i += 2) {
            action.accept((K) items[i], (V) items[i + 1]);
        }
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
        return new Entries<>(items);
    }

    private static final class Entries<K extends @Nullable Object, V extends @Nullable Object>
            extends AbstractSet<Entry<K, V>> {
        private final @Nullable Object[] items;

        Entries(@Nullable Object[] items) {
            this.items = items;
        }

        @Override
        public int size() {
            return items.length >> 1;
        }

        @Override
        public Iterator<Entry<K, V>> iterator() {
            return new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return next < items.length;
                }

                @Override
                @SuppressWarnings("unchecked")
                public Entry<K, V> next() {
                    if (next >= items.length) {
                        throw new NoSuchElementException();
                    }
                    next += 2;
                    return new SimpleImmutableEntry<>((K) items[next - 2], (V) items[next - 1]);
                }
            };
        }
    }
}
