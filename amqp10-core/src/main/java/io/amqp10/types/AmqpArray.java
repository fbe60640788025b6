package io.amqp10.types;

import java.lang.reflect.Array;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Values of one type, the AMQP type {@code array}. It keeps the type of its elements even if it has none, and holds numbers
 * without boxes. Immutable, as long as nobody changes an array that was wrapped; equal by type and elements.
 *
 * @see "AMQP 1.0 §1.6.24"
 */
public final class AmqpArray {

    private static final int SHOWN_ELEMENTS = 32;

    private final AmqpType type;
    private final int size;
    private final @Nullable Object descriptor;
    private final Object storage;

    private AmqpArray(AmqpType type, int size, @Nullable Object descriptor, Object storage) {
        this.type = type;
        this.size = size;
        this.descriptor = descriptor;
        this.storage = storage;
    }

    /**
     * Wraps numbers or objects without a copy.
     *
     * @param type the type of the elements
     * @param storage {@code boolean[]} for boolean; {@code byte[]} for byte and ubyte; {@code short[]} for short and ushort;
     *     {@code int[]} for int, uint and char; {@code long[]} for long, ulong and timestamp (in milliseconds);
     *     {@code float[]}; {@code double[]}; else {@code Object[]} with elements of the class that stands for the type.
     *     The caller must not change it any more.
     * @return the array
     * @throws IllegalArgumentException if the storage is not the one for the type, or an element is of another class, or the
     *     type is null or described
     */
    public static AmqpArray wrap(AmqpType type, Object storage) {
        if (type == AmqpType.NULL || type == AmqpType.DESCRIBED || storageClass(type) != storage.getClass()) {
            throw new IllegalArgumentException("an array of " + type + " cannot wrap a "
                    + storage.getClass().getTypeName());
        }
        if (storage instanceof Object[] elements) {
            for (@Nullable Object element : elements) {
                if (!type.isInstance(element)) {
                    throw wrongElement(type, element);
                }
            }
        }
        if (type == AmqpType.CHAR) {
            for (int codePoint : (int[]) storage) {
                CodePoint.of(codePoint);
            }
        }
        return new AmqpArray(type, Array.getLength(storage), null, storage);
    }

    /**
     * Copies values.
     *
     * @param type the type of all elements, not described
     * @param elements the elements
     * @return the array
     * @throws IllegalArgumentException if an element is of another type
     */
    public static AmqpArray of(AmqpType type, List<? extends @Nullable Object> elements) {
        if (type == AmqpType.NULL) {
            for (@Nullable Object element : elements) {
                if (element != null) {
                    throw wrongElement(type, element);
                }
            }
            return ofNulls(elements.size());
        }
        if (type == AmqpType.DESCRIBED) {
            throw new IllegalArgumentException("an array of a described type is made by describedBy");
        }
        int size = elements.size();
        Object storage = Objects.requireNonNull(
                Array.newInstance(Objects.requireNonNull(storageClass(type).getComponentType()), size));
        int i = 0;
        for (@Nullable Object element : elements) {
            if (element == null || !type.isInstance(element)) {
                throw wrongElement(type, element);
            }
            Array.set(storage, i++, unboxed(element));
        }
        return new AmqpArray(type, size, null, storage);
    }

    /**
     * Makes an array of nulls, which are all alike.
     *
     * @param size how many
     * @return the array
     * @throws IllegalArgumentException if {@code size} is negative
     */
    public static AmqpArray ofNulls(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("an array has no negative size: " + size);
        }
        return new AmqpArray(AmqpType.NULL, size, null, new Object[0]);
    }

    /**
     * Wraps or copies a Java array of any kind.
     *
     * @param array a {@code boolean[]}, {@code short[]}, {@code int[]}, {@code long[]}, {@code float[]} or {@code double[]},
     *     which is wrapped; or an array of objects of one class that stands for a type, or of arrays, where {@code byte[]}
     *     stands for binary
     * @return the array
     * @throws IllegalArgumentException if it is none of these
     */
    public static AmqpArray from(Object array) {
        if (array instanceof Object[] objects) {
            return fromObjects(objects);
        }
        for (AmqpType type : List.of(
                AmqpType.INT, AmqpType.LONG, AmqpType.DOUBLE, AmqpType.FLOAT, AmqpType.SHORT, AmqpType.BOOLEAN)) {
            if (storageClass(type) == array.getClass()) {
                return wrap(type, array);
            }
        }
        throw new IllegalArgumentException(array.getClass().getTypeName() + " has no AMQP type");
    }

    private static AmqpArray fromObjects(Object[] objects) {
        @Nullable Object[] elements = new Object[objects.length];
        AmqpType type = typeOfElements(Objects.requireNonNull(objects.getClass().getComponentType()));
        for (int i = 0; i < elements.length; i++) {
            Object element = objects[i];
            elements[i] = element instanceof byte[] octets
                    ? Binary.copyOf(octets)
                    : element != null && element.getClass().isArray() ? from(element) : element;
            if (i == 0) {
                AmqpType first = AmqpType.of(elements[0]);
                if (first == null || first == AmqpType.DESCRIBED) {
                    throw new IllegalArgumentException(
                            "an array of " + objects[0].getClass().getName() + " has no AMQP type");
                }
                type = first;
            }
        }
        return of(type, Arrays.asList(elements));
    }

    private static AmqpType typeOfElements(Class<?> component) {
        if (component.isArray()) {
            return component == byte[].class ? AmqpType.BINARY : AmqpType.ARRAY;
        }
        AmqpType type = AmqpType.ofClass(component);
        return type == null || type == AmqpType.DESCRIBED ? AmqpType.NULL : type;
    }

    /**
     * Returns an array whose elements are those of this one, each with a descriptor.
     *
     * @param value the descriptor
     * @return the array, of type described
     */
    public AmqpArray describedBy(@Nullable Object value) {
        return new AmqpArray(AmqpType.DESCRIBED, size, value, this);
    }

    /**
     * Returns the type of the elements.
     *
     * @return the type
     */
    public AmqpType type() {
        return type;
    }

    /**
     * Returns the number of elements.
     *
     * @return the size
     */
    public int size() {
        return size;
    }

    /**
     * Returns the descriptor of all elements.
     *
     * @return the descriptor, null unless the type is described
     */
    public @Nullable Object descriptor() {
        return descriptor;
    }

    /**
     * Returns what holds the elements, as {@link #wrap} takes it; for a described type the {@link AmqpArray} without the
     * descriptor.
     *
     * @return the storage itself, which must not be changed
     */
    public Object storage() {
        return storage;
    }

    /**
     * Returns an element.
     *
     * @param index from 0 to {@code size() - 1}
     * @return the element, of the class that stands for its type; {@link Described} for a described type
     * @throws IndexOutOfBoundsException if the index is out of range
     */
    public @Nullable Object get(int index) {
        Objects.checkIndex(index, size);
        return switch (type) {
            case NULL -> null;
            case BOOLEAN -> ((boolean[]) storage)[index];
            case UBYTE -> new UnsignedByte(((byte[]) storage)[index] & 0xff);
            case USHORT -> new UnsignedShort(((short[]) storage)[index] & 0xffff);
            case UINT -> new UnsignedInteger(Integer.toUnsignedLong(((int[]) storage)[index]));
            case ULONG -> new UnsignedLong(((long[]) storage)[index]);
            case BYTE -> ((byte[]) storage)[index];
            case SHORT -> ((short[]) storage)[index];
            case INT -> ((int[]) storage)[index];
            case LONG -> ((long[]) storage)[index];
            case FLOAT -> ((float[]) storage)[index];
            case DOUBLE -> ((double[]) storage)[index];
            case CHAR -> new CodePoint(((int[]) storage)[index]);
            case TIMESTAMP -> Instant.ofEpochMilli(((long[]) storage)[index]);
            case DESCRIBED -> new Described(descriptor, ((AmqpArray) storage).get(index));
            default -> ((Object[]) storage)[index];
        };
    }

    /**
     * Returns the elements as a list.
     *
     * @return a view, which cannot be changed
     */
    public List<@Nullable Object> asList() {
        return new View(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof AmqpArray that
                        && type == that.type
                        && size == that.size
                        && Objects.equals(descriptor, that.descriptor)
                        && Objects.deepEquals(storage, that.storage);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * type.name().hashCode() + size) + Arrays.deepHashCode(new Object[] {storage});
    }

    /** Returns the type and the first elements, never the whole of a large array. */
    @Override
    public String toString() {
        String name = type == AmqpType.DESCRIBED ? "@" + descriptor : type.toString();
        return size <= SHOWN_ELEMENTS
                ? name + asList()
                : name + asList().subList(0, SHOWN_ELEMENTS) + "...(" + size + " elements)";
    }

    private static Class<?> storageClass(AmqpType type) {
        return switch (type) {
            case BOOLEAN -> boolean[].class;
            case UBYTE, BYTE -> byte[].class;
            case USHORT, SHORT -> short[].class;
            case UINT, INT, CHAR -> int[].class;
            case ULONG, LONG, TIMESTAMP -> long[].class;
            case FLOAT -> float[].class;
            case DOUBLE -> double[].class;
            default -> Object[].class;
        };
    }

    private static Object unboxed(Object element) {
        if (element instanceof UnsignedByte value) {
            return (byte) value.value();
        }
        if (element instanceof UnsignedShort value) {
            return (short) value.value();
        }
        if (element instanceof UnsignedInteger value) {
            return (int) value.value();
        }
        if (element instanceof UnsignedLong value) {
            return value.bits();
        }
        if (element instanceof CodePoint value) {
            return value.value();
        }
        if (element instanceof Instant value) {
            return value.toEpochMilli();
        }
        return element;
    }

    private static IllegalArgumentException wrongElement(AmqpType type, @Nullable Object element) {
        return new IllegalArgumentException("no element of an array of " + type + ": "
                + (element == null ? "null" : element.getClass().getName()));
    }

    private static final class View extends AbstractList<@Nullable Object> implements RandomAccess {
        private final AmqpArray array;

        View(AmqpArray array) {
            this.array = array;
        }

        @Override
        public @Nullable Object get(int index) {
            return array.get(index);
        }

        @Override
        public int size() {
            return array.size;
        }
    }
}
