package io.amqp10.codec;

import io.amqp10.types.AmqpType;
import org.jspecify.annotations.Nullable;

/** The octet before a value, which tells its type and its encoding. */
final class FormatCode {

    static final int DESCRIBED = 0x00;
    static final int NULL = 0x40;
    static final int TRUE = 0x41;
    static final int FALSE = 0x42;
    static final int UINT0 = 0x43;
    static final int ULONG0 = 0x44;
    static final int LIST0 = 0x45;
    static final int UBYTE = 0x50;
    static final int BYTE = 0x51;
    static final int SMALL_UINT = 0x52;
    static final int SMALL_ULONG = 0x53;
    static final int SMALL_INT = 0x54;
    static final int SMALL_LONG = 0x55;
    static final int BOOLEAN = 0x56;
    static final int USHORT = 0x60;
    static final int SHORT = 0x61;
    static final int UINT = 0x70;
    static final int INT = 0x71;
    static final int FLOAT = 0x72;
    static final int CHAR = 0x73;
    static final int DECIMAL32 = 0x74;
    static final int ULONG = 0x80;
    static final int LONG = 0x81;
    static final int DOUBLE = 0x82;
    static final int TIMESTAMP = 0x83;
    static final int DECIMAL64 = 0x84;
    static final int DECIMAL128 = 0x94;
    static final int UUID = 0x98;
    static final int BINARY8 = 0xa0;
    static final int STRING8 = 0xa1;
    static final int SYMBOL8 = 0xa3;
    static final int BINARY32 = 0xb0;
    static final int STRING32 = 0xb1;
    static final int SYMBOL32 = 0xb3;
    static final int LIST8 = 0xc0;
    static final int MAP8 = 0xc1;
    static final int LIST32 = 0xd0;
    static final int MAP32 = 0xd1;
    static final int ARRAY8 = 0xe0;
    static final int ARRAY32 = 0xf0;

    private FormatCode() {}

    /** Returns the type that a code stands for, null if there is none. */
    static @Nullable AmqpType typeOf(int code) {
        return switch (code) {
            case DESCRIBED -> AmqpType.DESCRIBED;
            case NULL -> AmqpType.NULL;
            case TRUE, FALSE, BOOLEAN -> AmqpType.BOOLEAN;
            case UBYTE -> AmqpType.UBYTE;
            case BYTE -> AmqpType.BYTE;
            case USHORT -> AmqpType.USHORT;
            case SHORT -> AmqpType.SHORT;
            case UINT0, SMALL_UINT, UINT -> AmqpType.UINT;
            case SMALL_INT, INT -> AmqpType.INT;
            case ULONG0, SMALL_ULONG, ULONG -> AmqpType.ULONG;
            case SMALL_LONG, LONG -> AmqpType.LONG;
            case FLOAT -> AmqpType.FLOAT;
            case DOUBLE -> AmqpType.DOUBLE;
            case CHAR -> AmqpType.CHAR;
            case DECIMAL32 -> AmqpType.DECIMAL32;
            case DECIMAL64 -> AmqpType.DECIMAL64;
            case DECIMAL128 -> AmqpType.DECIMAL128;
            case TIMESTAMP -> AmqpType.TIMESTAMP;
            case UUID -> AmqpType.UUID;
            case BINARY8, BINARY32 -> AmqpType.BINARY;
            case STRING8, STRING32 -> AmqpType.STRING;
            case SYMBOL8, SYMBOL32 -> AmqpType.SYMBOL;
            case LIST0, LIST8, LIST32 -> AmqpType.LIST;
            case MAP8, MAP32 -> AmqpType.MAP;
            case ARRAY8, ARRAY32 -> AmqpType.ARRAY;
            default -> null;
        };
    }

    /** Returns what to call a code in an error. */
    static String describe(int code) {
        AmqpType type = typeOf(code);
        String hex = "format code 0x" + Integer.toHexString(code >> 4 & 0xf) + Integer.toHexString(code & 0xf);
        return type == null
                ? "unknown " + hex
                : type == AmqpType.DESCRIBED ? "a described value" : type + " (" + hex + ")";
    }
}
