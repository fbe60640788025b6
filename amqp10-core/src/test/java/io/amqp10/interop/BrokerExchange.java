package io.amqp10.interop;

import io.amqp10.testkit.LocalBroker;

/** What brokers in this process are good for, which can be looked into. */
interface BrokerExchange extends MessageExchange {

    /** The broker that {@link #connection} leads to. */
    LocalBroker broker();

    @Override
    default String unknownAddress() {
        return "nocreate.missing";
    }

    @Override
    default long depth(String address) {
        return broker().messageCount(address);
    }

    @Override
    default boolean deleteQueue(String address) {
        broker().deleteQueue(address);
        return true;
    }
}
