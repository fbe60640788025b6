package io.amqp10.spring.boot.autoconfigure.metrics;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/** All meters. */
public enum Amqp10Meters implements MeterDocumentation {
    /** How many connections there are in a state; tag {@code state}. */
    CONNECTIONS("amqp10.connections", Meter.Type.GAUGE, Tag.STATE),

    /** How many times a connection that was open broke. */
    CONNECTION_LOSSES("amqp10.connection.losses", Meter.Type.COUNTER),

    /** How many links there are in a state; tags {@code role}, {@code address}, {@code state}. */
    LINKS("amqp10.links", Meter.Type.GAUGE, Tag.ROLE, Tag.ADDRESS, Tag.STATE),

    /**
     * Credit of all links of an address: how many messages may be sent now, by us on senders, by the peer on receivers; tags
     * {@code role}, {@code address}.
     */
    CREDIT("amqp10.credit", Meter.Type.GAUGE, Tag.ROLE, Tag.ADDRESS),

    /** How many deliveries of all links of an address are unsettled; tags {@code role}, {@code address}. */
    UNSETTLED("amqp10.unsettled", Meter.Type.GAUGE, Tag.ROLE, Tag.ADDRESS),

    /** Time from the moment a sender took a message to its outcome; tags {@code address}, {@code outcome}. */
    SEND("amqp10.send", Meter.Type.TIMER, Tag.ADDRESS, Tag.OUTCOME),

    /** Size of the messages that were written to the network, again counted each time; tag {@code address}. */
    SEND_SIZE("amqp10.send.size", Meter.Type.DISTRIBUTION_SUMMARY, Tag.ADDRESS),

    /** Time from the moment a message came to the outcome it was given; tags {@code address}, {@code outcome}. */
    RECEIVE("amqp10.receive", Meter.Type.TIMER, Tag.ADDRESS, Tag.OUTCOME),

    /** Size of the messages that came; tag {@code address}. */
    RECEIVE_SIZE("amqp10.receive.size", Meter.Type.DISTRIBUTION_SUMMARY, Tag.ADDRESS);

    private final String meterName;
    private final Meter.Type meterType;
    private final KeyName[] tags;

    Amqp10Meters(String meterName, Meter.Type meterType, KeyName... tags) {
        this.meterName = meterName;
        this.meterType = meterType;
        this.tags = tags;
    }

    @Override
    public String getName() {
        return meterName;
    }

    @Override
    public Meter.Type getType() {
        return meterType;
    }

    @Override
    public KeyName[] getKeyNames() {
        return tags.clone();
    }

    /** All tags. */
    public enum Tag implements KeyName {
        /** A lifecycle state in lower case, such as {@code open} or {@code recovering}. */
        STATE("state"),

        /** {@code sender} or {@code receiver}. */
        ROLE("role"),

        /**
         * The address of the link; {@code (dynamic)} for nodes that the peer made, {@code (anonymous)} for none, and
         * {@code (other)} for those beyond the first 250.
         */
        ADDRESS("address"),

        /** An outcome in lower case: {@code accepted}, {@code rejected}, {@code released}, {@code modified}, {@code unconfirmed}. */
        OUTCOME("outcome");

        private final String key;

        Tag(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }
}
