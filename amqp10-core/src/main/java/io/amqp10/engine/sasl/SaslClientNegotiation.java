package io.amqp10.engine.sasl;

import io.amqp10.engine.sasl.SaslFailure.Reason;
import io.amqp10.types.Binary;
import io.amqp10.types.sasl.SaslChallenge;
import io.amqp10.types.sasl.SaslCode;
import io.amqp10.types.sasl.SaslFrame;
import io.amqp10.types.sasl.SaslInit;
import io.amqp10.types.sasl.SaslMechanisms;
import io.amqp10.types.sasl.SaslOutcome;
import io.amqp10.types.sasl.SaslResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's end: waits for the server's mechanisms, picks one, answers challenges, and judges the outcome.
 *
 * @see SaslClientSettings how it picks
 */
public final class SaslClientNegotiation implements SaslNegotiation {

    /** No mechanism here needs more than two; a server must not go on for ever. */
    private static final int MAX_CHALLENGES = 4;

    private final SaslClientSettings settings;
    private final SaslClientContext context;

    private List<String> offered = List.of();
    private @Nullable SaslMechanism chosen;
    private @Nullable ClientMechanism mechanism;
    private int challenges;

    /**
     * Makes a client for one connection.
     *
     * @param settings how it authenticates
     * @param context what there is to know about the connection
     */
    public SaslClientNegotiation(SaslClientSettings settings, SaslClientContext context) {
        this.settings = settings;
        this.context = context;
    }

    @Override
    public SaslStep start() {
        return SaslStep.nothing();
    }

    @Override
    public SaslStep receive(SaslFrame frame) {
        try {
            if (frame instanceof SaslMechanisms mechanisms && mechanism == null) {
                return choose(mechanisms);
            }
            if (frame instanceof SaslChallenge challenge && mechanism != null) {
                return answer(mechanism, challenge);
            }
            if (frame instanceof SaslOutcome outcome && mechanism != null && chosen != null) {
                return judge(chosen, mechanism, outcome);
            }
        } catch (MechanismException e) {
            return failed(Reason.PROTOCOL_VIOLATION, e.getMessage(), null);
        }
        return failed(Reason.PROTOCOL_VIOLATION, "the peer sent " + frame + " out of turn", null);
    }

    @Override
    public List<String> offered() {
        return offered;
    }

    private SaslStep choose(SaslMechanisms mechanisms) throws MechanismException {
        offered = mechanisms.mechanisms().stream().map(Object::toString).toList();
        MechanismChoice choice = new MechanismChoice(settings, context, offered);
        SaslMechanism strongest = choice.strongest();
        if (strongest == null) {
            return SaslStep.failed(choice.failure());
        }
        ClientMechanism client = ClientMechanism.of(strongest, settings);
        chosen = strongest;
        mechanism = client;
        Binary first;
        try {
            first = client.initialResponse();
        } catch (RuntimeException e) {
            if (!strongest.isBearer()) {
                throw e;
            }
            // Of what the application threw only the kind is told: its text might hold anything.
            return failed(
                    Reason.NO_TOKEN,
                    "the supplier of tokens failed: " + e.getClass().getName(),
                    null);
        }
        return SaslStep.reply(new SaslInit(strongest.symbol(), first, context.hostname()));
    }

    @Override
    public int maxFrameSize() {
        return chosen != null && chosen.isBearer() ? BearerToken.MAX_FRAME_SIZE : SaslNegotiation.super.maxFrameSize();
    }

    private SaslStep answer(ClientMechanism client, SaslChallenge challenge) throws MechanismException {
        challenges++;
        if (challenges > MAX_CHALLENGES) {
            throw new MechanismException("the peer sent more than " + MAX_CHALLENGES + " challenges");
        }
        return SaslStep.reply(new SaslResponse(client.respond(challenge.challenge())));
    }

    private SaslStep judge(SaslMechanism used, ClientMechanism client, SaslOutcome outcome) {
        if (outcome.code() != SaslCode.OK) {
            return failed(Reason.REFUSED, refusal(used, outcome.code()), outcome.code());
        }
        try {
            client.verify(outcome.additionalData());
        } catch (MechanismException e) {
            return failed(Reason.PEER_NOT_PROVED, e.getMessage(), null);
        }
        String user = used == SaslMechanism.ANONYMOUS || used == SaslMechanism.EXTERNAL ? null : settings.user();
        return new SaslStep(null, new SaslIdentity(used, user, context.hostname()), null);
    }

    private String refusal(SaslMechanism used, SaslCode code) {
        String who = used == SaslMechanism.ANONYMOUS
                ? "an anonymous client"
                : used == SaslMechanism.EXTERNAL
                        ? "the client's certificate"
                        : used.isBearer() ? "the client's token" : "user \"" + settings.user() + "\"";
        String why =
                switch (code) {
                    case AUTH -> "refused " + who + ": check the credentials";
                    case SYS -> "could not authenticate " + who + " because of an error of its own";
                    case SYS_PERM -> "could not authenticate " + who + " because of a lasting error of its own";
                    case SYS_TEMP -> "could not authenticate " + who + " for now; another try may succeed";
                    case OK -> "accepted " + who;
                };
        return "the peer " + why + " (mechanism " + used + ", outcome " + code.toWire() + ")";
    }

    private SaslStep failed(Reason reason, @Nullable String message, @Nullable SaslCode code) {
        return SaslStep.failed(new SaslFailure(reason, String.valueOf(message), code, offered));
    }
}
