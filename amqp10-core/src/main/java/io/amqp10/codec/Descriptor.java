package io.amqp10.codec;

import io.amqp10.types.Symbol;
import java.util.HashMap;
import java.util.Map;

/** The descriptors of the specification: the number of each and its name. All numbers are below 0x80. */
final class Descriptor {

    static final int OPEN = 0x10;
    static final int BEGIN = 0x11;
    static final int ATTACH = 0x12;
    static final int FLOW = 0x13;
    static final int TRANSFER = 0x14;
    static final int DISPOSITION = 0x15;
    static final int DETACH = 0x16;
    static final int END = 0x17;
    static final int CLOSE = 0x18;
    static final int ERROR = 0x1d;
    static final int RECEIVED = 0x23;
    static final int ACCEPTED = 0x24;
    static final int REJECTED = 0x25;
    static final int RELEASED = 0x26;
    static final int MODIFIED = 0x27;
    static final int SOURCE = 0x28;
    static final int TARGET = 0x29;
    static final int DELETE_ON_CLOSE = 0x2b;
    static final int DELETE_ON_NO_LINKS = 0x2c;
    static final int DELETE_ON_NO_MESSAGES = 0x2d;
    static final int DELETE_ON_NO_LINKS_OR_MESSAGES = 0x2e;
    static final int COORDINATOR = 0x30;
    static final int DECLARE = 0x31;
    static final int DISCHARGE = 0x32;
    static final int DECLARED = 0x33;
    static final int TRANSACTIONAL_STATE = 0x34;
    static final int SASL_MECHANISMS = 0x40;
    static final int SASL_INIT = 0x41;
    static final int SASL_CHALLENGE = 0x42;
    static final int SASL_RESPONSE = 0x43;
    static final int SASL_OUTCOME = 0x44;
    static final int HEADER = 0x70;
    static final int DELIVERY_ANNOTATIONS = 0x71;
    static final int MESSAGE_ANNOTATIONS = 0x72;
    static final int PROPERTIES = 0x73;
    static final int APPLICATION_PROPERTIES = 0x74;
    static final int DATA = 0x75;
    static final int AMQP_SEQUENCE = 0x76;
    static final int AMQP_VALUE = 0x77;
    static final int FOOTER = 0x78;

    /** Stands for every descriptor that is not one of the above. */
    static final int UNKNOWN = -1;

    private static final int COUNT = 0x80;

    private static final String[] NAMES = new String[COUNT];
    private static final Map<Symbol, Integer> CODES = new HashMap<>();

    static {
        add(OPEN, "open", "list");
        add(BEGIN, "begin", "list");
        add(ATTACH, "attach", "list");
        add(FLOW, "flow", "list");
        add(TRANSFER, "transfer", "list");
        add(DISPOSITION, "disposition", "list");
        add(DETACH, "detach", "list");
        add(END, "end", "list");
        add(CLOSE, "close", "list");
        add(ERROR, "error", "list");
        add(RECEIVED, "received", "list");
        add(ACCEPTED, "accepted", "list");
        add(REJECTED, "rejected", "list");
        add(RELEASED, "released", "list");
        add(MODIFIED, "modified", "list");
        add(SOURCE, "source", "list");
        add(TARGET, "target", "list");
        add(DELETE_ON_CLOSE, "delete-on-close", "list");
        add(DELETE_ON_NO_LINKS, "delete-on-no-links", "list");
        add(DELETE_ON_NO_MESSAGES, "delete-on-no-messages", "list");
        add(DELETE_ON_NO_LINKS_OR_MESSAGES, "delete-on-no-links-or-messages", "list");
        add(COORDINATOR, "coordinator", "list");
        add(DECLARE, "declare", "list");
        add(DISCHARGE, "discharge", "list");
        add(DECLARED, "declared", "list");
        add(TRANSACTIONAL_STATE, "transactional-state", "list");
        add(SASL_MECHANISMS, "sasl-mechanisms", "list");
        add(SASL_INIT, "sasl-init", "list");
        add(SASL_CHALLENGE, "sasl-challenge", "list");
        add(SASL_RESPONSE, "sasl-response", "list");
        add(SASL_OUTCOME, "sasl-outcome", "list");
        add(HEADER, "header", "list");
        add(DELIVERY_ANNOTATIONS, "delivery-annotations", "map");
        add(MESSAGE_ANNOTATIONS, "message-annotations", "map");
        add(PROPERTIES, "properties", "list");
        add(APPLICATION_PROPERTIES, "application-properties", "map");
        add(DATA, "data", "binary");
        add(AMQP_SEQUENCE, "amqp-sequence", "list");
        add(AMQP_VALUE, "amqp-value", "*");
        add(FOOTER, "footer", "map");
    }

    private Descriptor() {}

    private static void add(int code, String name, String source) {
        NAMES[code] = name;
        CODES.put(Symbol.of("amqp:" + name + ":" + source), code);
    }

    /** Returns the number of a symbolic descriptor, or {@link #UNKNOWN}. */
    static int codeOf(Symbol symbol) {
        Integer code = CODES.get(symbol);
        return code == null ? UNKNOWN : code;
    }

    /** Returns the number of a numeric descriptor if it is a known one, or {@link #UNKNOWN}. */
    static int codeOf(long number) {
        return number >= 0 && number < COUNT && NAMES[(int) number] != null ? (int) number : UNKNOWN;
    }

    /** Returns the type's name in the specification. */
    static String name(int code) {
        return NAMES[code];
    }
}
