package io.amqp10.codec;

import io.amqp10.types.Symbol;
import io.amqp10.types.sasl.SaslChallenge;
import io.amqp10.types.sasl.SaslCode;
import io.amqp10.types.sasl.SaslFrame;
import io.amqp10.types.sasl.SaslInit;
import io.amqp10.types.sasl.SaslMechanisms;
import io.amqp10.types.sasl.SaslOutcome;
import io.amqp10.types.sasl.SaslResponse;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Reads and writes bodies of SASL frames. Not safe for more than one thread.
 *
 * @see "AMQP 1.0 §5.3.3"
 */
public final class SaslCodec {

    private final WireReader in = new WireReader(DecodeLimits.DEFAULT);
    private final FrameBody frame = new FrameBody(in);
    private final WireWriter writer = new WireWriter();

    /** Makes a codec. */
    public SaslCodec() {}

    /**
     * Reads the body of one frame.
     *
     * @param body what follows the frame's header; read to its end
     * @return the frame
     * @throws DecodeException if the octets are no SASL frame, or others follow it
     */
    public SaslFrame read(ByteBuf body) {
        int descriptor = frame.begin(body);
        SaslFrame sasl =
                switch (descriptor) {
                    case Descriptor.SASL_MECHANISMS -> readMechanisms();
                    case Descriptor.SASL_INIT -> readInit();
                    case Descriptor.SASL_CHALLENGE -> readChallenge();
                    case Descriptor.SASL_RESPONSE -> readResponse();
                    case Descriptor.SASL_OUTCOME -> readOutcome();
                    default -> throw FrameBody.unexpected("a SASL frame", descriptor);
                };
        frame.end(body, descriptor);
        return sasl;
    }

    private SaslMechanisms readMechanisms() {
        CompositeReader fields = new CompositeReader(in, Descriptor.SASL_MECHANISMS, 1);
        List<Symbol> mechanisms = fields.symbols("sasl-server-mechanisms");
        if (mechanisms.isEmpty()) {
            throw fields.missing("sasl-server-mechanisms");
        }
        fields.end();
        return new SaslMechanisms(mechanisms);
    }

    private SaslInit readInit() {
        CompositeReader fields = new CompositeReader(in, Descriptor.SASL_INIT, 3);
        SaslInit init = new SaslInit(
                fields.mandatorySymbol("mechanism"), fields.binary("initial-response"), fields.string("hostname"));
        fields.end();
        return init;
    }

    private SaslChallenge readChallenge() {
        CompositeReader fields = new CompositeReader(in, Descriptor.SASL_CHALLENGE, 1);
        SaslChallenge challenge = new SaslChallenge(fields.mandatoryBinary("challenge"));
        fields.end();
        return challenge;
    }

    private SaslResponse readResponse() {
        CompositeReader fields = new CompositeReader(in, Descriptor.SASL_RESPONSE, 1);
        SaslResponse response = new SaslResponse(fields.mandatoryBinary("response"));
        fields.end();
        return response;
    }

    private SaslOutcome readOutcome() {
        CompositeReader fields = new CompositeReader(in, Descriptor.SASL_OUTCOME, 2);
        int code = fields.ubyte("code", -1);
        if (code < 0) {
            throw fields.missing("code");
        }
        SaslOutcome outcome;
        try {
            outcome = new SaslOutcome(SaslCode.fromWire(code), fields.binary("additional-data"));
        } catch (IllegalArgumentException e) {
            throw fields.invalid("code", "no such value: " + code);
        }
        fields.end();
        return outcome;
    }

    /**
     * Writes the body of one frame.
     *
     * @param out where to; grows as needed
     * @param frame what to write
     */
    public void write(ByteBuf out, SaslFrame frame) {
        writer.begin(out);
        try {
            if (frame instanceof SaslMechanisms mechanisms) {
                CompositeWriter fields = writer.composite(Descriptor.SASL_MECHANISMS);
                fields.symbols(mechanisms.mechanisms());
                fields.end();
            } else if (frame instanceof SaslInit init) {
                CompositeWriter fields = writer.composite(Descriptor.SASL_INIT);
                fields.symbol(init.mechanism());
                fields.binary(init.initialResponse());
                fields.string(init.hostname());
                fields.end();
            } else if (frame instanceof SaslChallenge challenge) {
                CompositeWriter fields = writer.composite(Descriptor.SASL_CHALLENGE);
                fields.binary(challenge.challenge());
                fields.end();
            } else if (frame instanceof SaslResponse response) {
                CompositeWriter fields = writer.composite(Descriptor.SASL_RESPONSE);
                fields.binary(response.response());
                fields.end();
            } else if (frame instanceof SaslOutcome outcome) {
                CompositeWriter fields = writer.composite(Descriptor.SASL_OUTCOME);
                fields.ubyte(outcome.code().toWire(), -1);
                fields.binary(outcome.additionalData());
                fields.end();
            }
            writer.finish();
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
    }
}
