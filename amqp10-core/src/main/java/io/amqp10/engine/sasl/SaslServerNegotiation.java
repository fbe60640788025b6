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
import java.lang.reflect.UndeclaredThrowableException;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's end: offers what the connection allows, plays the mechanism that the client picks, and says the outcome. What
 * was wrong with the credentials is not told to the client.
 */
public final class SaslServerNegotiation implements SaslNegotiation {

    private final SaslServerSettings settings;
    private final SaslServerContext context;
    private final List<SaslMechanism> offered;

    private @Nullable SaslMechanism chosen;
    private @Nullable ServerMechanism mechanism;
    private @Nullable String hostname;
    private boolean awaitingResponse;

    /**
     * Makes a server for one connection.
     *
     * @param settings how it authenticates
     * @param context what there is to know about the connection
     */
    public SaslServerNegotiation(SaslServerSettings settings, SaslServerContext context) {
        this.settings = settings;
        this.context = context;
        this.offered = offer(settings, context);
    }

    private static List<SaslMechanism> offer(SaslServerSettings settings, SaslServerContext context) {
        List<SaslMechanism> offer = new ArrayList<>();
        for (SaslMechanism candidate : SaslMechanism.values()) {
            boolean usable =
                    switch (candidate) {
                        case ANONYMOUS -> settings.allowAnonymous();
                        case EXTERNAL -> context.certificateOwner() != null;
                        case PLAIN, OAUTHBEARER, XOAUTH2 ->
                            context.encrypted() || context.loopback() || settings.allowPlainWithoutTls();
                        case SCRAM_SHA_512, SCRAM_SHA_256, SCRAM_SHA_1 -> true;
                    };
            boolean known = candidate == SaslMechanism.ANONYMOUS
                    || settings.verifier().mechanisms().contains(candidate);
            if (usable
                    && known
                    && (settings.allowed().isEmpty() || settings.allowed().contains(candidate))) {
                offer.add(candidate);
            }
        }
        return List.copyOf(offer);
    }

    @Override
    public int maxFrameSize() {
        return offered.stream().anyMatch(SaslMechanism::isBearer)
                ? BearerToken.MAX_FRAME_SIZE
                : SaslNegotiation.super.maxFrameSize();
    }

    @Override
    public SaslStep start() {
        if (offered.isEmpty()) {
            return SaslStep.failed(new SaslFailure(
                    Reason.NO_COMMON_MECHANISM,
                    "this server has no SASL mechanism to offer to a client "
                            + (context.encrypted() ? "with" : "without")
                            + " TLS: configure users, or allow anonymous clients",
                    null,
                    List.of()));
        }
        return SaslStep.reply(
                new SaslMechanisms(offered.stream().map(SaslMechanism::symbol).toList()));
    }

    @Override
    public SaslStep receive(SaslFrame frame) {
        if (frame instanceof SaslInit init && mechanism == null) {
            return begin(init);
        }
        if (frame instanceof SaslResponse response && mechanism != null && awaitingResponse) {
            return play(mechanism, response.response());
        }
        return SaslStep.failed(failure(Reason.PROTOCOL_VIOLATION, "the client sent " + frame + " out of turn", null));
    }

    private SaslStep begin(SaslInit init) {
        hostname = init.hostname();
        SaslMechanism picked = SaslMechanism.find(init.mechanism().toString());
        if (picked == null || !offered.contains(picked)) {
            return refused("the client picked a mechanism that was not offered");
        }
        chosen = picked;
        ServerMechanism server = ServerMechanism.of(picked, settings.verifier(), context.certificateOwner(), hostname);
        mechanism = server;
        Binary initial = init.initialResponse();
        if (initial == null && picked != SaslMechanism.ANONYMOUS) {
            // A client may hold its first message back; an empty challenge asks for it.
            awaitingResponse = true;
            return SaslStep.reply(new SaslChallenge(Binary.copyOf()));
        }
        return play(server, initial == null ? Binary.copyOf() : initial);
    }

    private SaslStep play(ServerMechanism server, Binary response) {
        awaitingResponse = false;
        ServerMechanism.Answer answer;
        try {
            answer = server.receive(response);
        } catch (MechanismException e) {
            return refused(e.getMessage());
        } catch (RuntimeException e) {
            String message = "the credentials could not be checked: " + kindAndPlace(e);
            return new SaslStep(
                    outcome(SaslCode.SYS_TEMP, null), null, failure(Reason.REFUSED, message, SaslCode.SYS_TEMP));
        }
        if (answer.challenge() != null) {
            awaitingResponse = true;
            return SaslStep.reply(new SaslChallenge(answer.challenge()));
        }
        SaslMechanism used = chosen;
        if (!answer.accepted() || used == null) {
            return refused("the client's credentials are wrong");
        }
        Principal client = answer.client();
        String name = client == null ? null : client.getName();
        return new SaslStep(
                outcome(SaslCode.OK, answer.additionalData()), new SaslIdentity(used, name, hostname, client), null);
    }

    /** Tells what was thrown and where, but not its message: what an application throws might hold what it was given. */
    private static String kindAndPlace(RuntimeException thrown) {
        Throwable cause = thrown instanceof UndeclaredThrowableException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : thrown;
        StackTraceElement[] trace = cause.getStackTrace();
        return cause.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    private SaslStep refused(@Nullable String message) {
        return new SaslStep(
                outcome(SaslCode.AUTH, null), null, failure(Reason.REFUSED, String.valueOf(message), SaslCode.AUTH));
    }

    private static SaslOutcome outcome(SaslCode code, @Nullable Binary additionalData) {
        return new SaslOutcome(code, additionalData);
    }

    private SaslFailure failure(Reason reason, String message, @Nullable SaslCode code) {
        return new SaslFailure(
                reason,
                message,
                code,
                offered.stream().map(SaslMechanism::toString).toList());
    }
}
