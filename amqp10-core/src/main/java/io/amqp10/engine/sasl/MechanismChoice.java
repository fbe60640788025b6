package io.amqp10.engine.sasl;

import io.amqp10.engine.sasl.SaslFailure.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Picks the client's mechanism. What is not a candidate is never used, whatever the server offers. */
final class MechanismChoice {

    private final SaslClientSettings settings;
    private final SaslClientContext context;
    private final List<String> offered;

    MechanismChoice(SaslClientSettings settings, SaslClientContext context, List<String> offered) {
        this.settings = settings;
        this.context = context;
        this.offered = offered;
    }

    /** Returns the strongest candidate that is offered, null if there is none. */
    @Nullable
    SaslMechanism strongest() {
        // The set iterates in the order of the enum, which is the order of preference.
        for (SaslMechanism candidate : candidates()) {
            if (offered.contains(candidate.toString())) {
                return candidate;
            }
        }
        return null;
    }

    private Set<SaslMechanism> candidates() {
        Set<SaslMechanism> candidates = EnumSet.noneOf(SaslMechanism.class);
        for (SaslMechanism mechanism : suitable()) {
            boolean inTheClear = mechanism == SaslMechanism.PLAIN || mechanism.isBearer();
            if (!inTheClear || plainIsAllowed()) {
                candidates.add(mechanism);
            }
        }
        return candidates;
    }

    private Set<SaslMechanism> suitable() {
        boolean named = settings.user() != null && settings.password() != null;
        boolean byDefault = settings.allowed().isEmpty();
        boolean withToken = settings.tokens() != null;
        Set<SaslMechanism> suitable = EnumSet.noneOf(SaslMechanism.class);
        for (SaslMechanism mechanism : byDefault ? EnumSet.allOf(SaslMechanism.class) : settings.allowed()) {
            boolean suits =
                    switch (mechanism) {
                        case SCRAM_SHA_512, SCRAM_SHA_256, SCRAM_SHA_1, PLAIN -> named && (!withToken || !byDefault);
                        case OAUTHBEARER, XOAUTH2 -> withToken;
                        case EXTERNAL ->
                            context.certificateShown() && (settings.user() == null && !withToken || !byDefault);
                        case ANONYMOUS -> settings.user() == null && !withToken || !byDefault;
                    };
            if (suits) {
                suitable.add(mechanism);
            }
        }
        return suitable;
    }

    private boolean plainIsAllowed() {
        return context.encrypted() || context.loopback() || settings.allowPlainWithoutTls();
    }

    SaslFailure failure() {
        List<String> said = new ArrayList<>();
        said.add("no SASL mechanism suits both ends: the peer offers " + offered + ", this client "
                + (settings.tokens() != null
                        ? "has a token and"
                        : settings.user() == null ? "has no user and" : "is user \"" + settings.user() + "\" and")
                + " could use " + candidates());
        if (offered.contains(SaslMechanism.PLAIN.toString()) && suitable().contains(SaslMechanism.PLAIN)) {
            said.add(
                    "PLAIN would send the password in the clear, because the connection has no TLS: use amqps, or allow "
                            + "PLAIN without TLS explicitly");
        }
        if (settings.tokens() != null && !plainIsAllowed()) {
            said.add(
                    "the token would be sent in the clear, because the connection has no TLS: use amqps, or allow PLAIN "
                            + "without TLS explicitly");
        }
        if (settings.tokens() != null) {
            return new SaslFailure(Reason.NO_COMMON_MECHANISM, String.join("; ", said), null, offered);
        }
        if (settings.user() == null && candidates().isEmpty()) {
            said.add("give a user and a password, or a client certificate that the peer asks for");
        } else if (settings.user() == null) {
            said.add("give a user and a password if the peer wants them");
        } else if (settings.password() == null) {
            said.add("the user has no password");
        }
        return new SaslFailure(Reason.NO_COMMON_MECHANISM, String.join("; ", said), null, offered);
    }
}
