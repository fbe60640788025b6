package io.amqp10.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Things by a small number that was given out lowest first: links by handle, sessions by channel. Grows with use. */
final class HandleTable<T> {

    private static final int INITIAL_SLOTS = 4;

    private @Nullable Object[] slots = new Object[INITIAL_SLOTS];
    private int size;

    /** Everything below this is taken. */
    private int lowestFree;

    @SuppressWarnings("unchecked")
    @Nullable
    T get(long number) {
        return number < slots.length ? (T) slots[(int) number] : null;
    }

    /** Returns the lowest number that is free. */
    int lowestFree() {
        while (lowestFree < slots.length && slots[lowestFree] != null) {
            lowestFree++;
        }
        return lowestFree;
    }

    void put(int number, T value) {
        if (number >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(number + 1, slots.length * 2));
        }
        if (slots[number] == null) {
            size++;
        }
        slots[number] = value;
    }

    void remove(int number) {
        if (number < slots.length && slots[number] != null) {
            slots[number] = null;
            size--;
            lowestFree = Math.min(lowestFree, number);
        }
    }

    int size() {
        return size;
    }

    /** Returns one more than the highest number that can be taken. */
    int bound() {
        return slots.length;
    }
}
