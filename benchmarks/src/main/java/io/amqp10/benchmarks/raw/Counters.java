package io.amqp10.benchmarks.raw;

import java.util.Locale;

/** What a raw peer saw, over all its connections; written by one thread. */
final class Counters {

    long deliveriesIn;
    long payloadBytesIn;
    long transferFramesIn;
    long dispositionFramesIn;
    long flowFramesIn;
    long acceptedIn;
    long otherOutcomesIn;
    long deliveriesOut;
    long heartbeatsIn;
    long errors;

    void reset() {
        deliveriesIn = 0;
        payloadBytesIn = 0;
        transferFramesIn = 0;
        dispositionFramesIn = 0;
        flowFramesIn = 0;
        acceptedIn = 0;
        otherOutcomesIn = 0;
        deliveriesOut = 0;
        heartbeatsIn = 0;
        errors = 0;
    }

    /** Returns {@code key=value} pairs. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "deliveriesIn=%d payloadBytesIn=%d transferFramesIn=%d dispositionFramesIn=%d flowFramesIn=%d"
                        + " acceptedIn=%d otherOutcomesIn=%d deliveriesOut=%d heartbeatsIn=%d errors=%d",
                deliveriesIn,
                payloadBytesIn,
                transferFramesIn,
                dispositionFramesIn,
                flowFramesIn,
                acceptedIn,
                otherOutcomesIn,
                deliveriesOut,
                heartbeatsIn,
                errors);
    }
}
