package io.amqp10.codec;

import io.amqp10.types.transaction.Declare;
import io.amqp10.types.transaction.Discharge;

/** The composites {@code declare} and {@code discharge}, the bodies of messages to a coordinator. */
final class TransactionCodec {

    private TransactionCodec() {}

    static Declare readDeclare(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.DECLARE, 1);
        Declare declare = new Declare(in.value());
        in.end();
        return declare;
    }

    static Discharge readDischarge(WireReader wire) {
        CompositeReader in = new CompositeReader(wire, Descriptor.DISCHARGE, 2);
        Discharge discharge = new Discharge(StateCodec.readTxnId(in), in.bool("fail", false));
        in.end();
        return discharge;
    }

    static void write(WireWriter out, Declare declare) {
        CompositeWriter fields = out.composite(Descriptor.DECLARE);
        fields.value(declare.globalId());
        fields.end();
    }

    static void write(WireWriter out, Discharge discharge) {
        CompositeWriter fields = out.composite(Descriptor.DISCHARGE);
        fields.binary(discharge.txnId());
        // Even the default: there are coordinators that take an absent one for an error.
        fields.bool(Boolean.valueOf(discharge.fail()));
        fields.end();
    }
}
