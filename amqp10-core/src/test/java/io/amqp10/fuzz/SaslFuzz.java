package io.amqp10.fuzz;

import io.amqp10.codec.DecodeException;
import io.amqp10.codec.SaslCodec;
import io.amqp10.engine.sasl.CredentialsVerifier;
import io.amqp10.engine.sasl.SaslClientContext;
import io.amqp10.engine.sasl.SaslClientNegotiation;
import io.amqp10.engine.sasl.SaslClientSettings;
import io.amqp10.engine.sasl.SaslMechanism;
import io.amqp10.engine.sasl.SaslNegotiation;
import io.amqp10.engine.sasl.SaslServerContext;
import io.amqp10.engine.sasl.SaslServerNegotiation;
import io.amqp10.engine.sasl.SaslServerSettings;
import io.amqp10.engine.sasl.SaslStep;
import io.amqp10.types.sasl.SaslFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;

/** Nobody gets in who does not know the secret, whatever frames are sent, on either side. */
public final class SaslFuzz {

    private static final List<SaslMechanism> MECHANISMS = List.of(SaslMechanism.values());
    private static final int MOST_ITERATIONS = 5_000;
    private static final SaslServerSettings SERVER = new SaslServerSettings(
            CredentialsVerifier.ofPasswords(Map.of("alice", "a secret that is not guessed by chance")),
            List.of(),
            false,
            true);

    private SaslFuzz() {}

    /**
     * Lets a side of a dialogue hear frames.
     *
     * @param data the first octet says which side and which mechanism of a client; then frame bodies, each after its length
     */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        boolean server = (data[0] & 1) == 0;
        SaslMechanism mechanism = MECHANISMS.get((data[0] >> 1 & 0x3f) % MECHANISMS.size());
        SaslNegotiation negotiation = server
                ? new SaslServerNegotiation(SERVER, new SaslServerContext(false, true, null))
                : client(mechanism);
        SaslStep step = negotiation.start();
        ByteBuf in = Unpooled.wrappedBuffer(data, 1, data.length - 1);
        SaslCodec codec = new SaslCodec();
        while (step.failure() == null && step.identity() == null && in.isReadable()) {
            SaslFrame frame;
            try {
                frame = codec.read(in.readSlice(Math.min(in.readUnsignedByte(), in.readableBytes())));
            } catch (DecodeException e) {
                return;
            }
            step = negotiation.receive(frame);
            if (step.reply() != null) {
                codec.write(Unpooled.buffer(), step.reply());
            }
        }
        boolean proves = server || mechanism.name().startsWith("SCRAM");
        if (step.identity() != null && proves) {
            throw new AssertionError("let in: " + step.identity());
        }
    }

    private static SaslNegotiation client(SaslMechanism mechanism) {
        SaslClientSettings settings = SaslClientSettings.builder()
                .credentials("alice", "a secret that is not guessed by chance")
                .tokens(() -> "a-token")
                .allowed(List.of(mechanism))
                .iterations(1, MOST_ITERATIONS)
                .build();
        return new SaslClientNegotiation(settings, new SaslClientContext("host", true, true, true));
    }
}
