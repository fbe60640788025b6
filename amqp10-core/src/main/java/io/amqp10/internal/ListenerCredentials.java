package io.amqp10.internal;

import io.amqp10.engine.sasl.CredentialsVerifier;
import io.amqp10.engine.sasl.SaslMechanism;
import io.amqp10.engine.sasl.ScramCredentials;
import java.security.Principal;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Users with passwords, and others with tokens that the application checks. */
final class ListenerCredentials implements CredentialsVerifier {

    private final CredentialsVerifier users;
    private final Function<String, @Nullable String> tokens;

    ListenerCredentials(CredentialsVerifier users, Function<String, @Nullable String> tokens) {
        this.users = users;
        this.tokens = tokens;
    }

    @Override
    public Set<SaslMechanism> mechanisms() {
        Set<SaslMechanism> mechanisms = EnumSet.copyOf(users.mechanisms());
        mechanisms.add(SaslMechanism.OAUTHBEARER);
        mechanisms.add(SaslMechanism.XOAUTH2);
        return mechanisms;
    }

    @Override
    public @Nullable String verifyToken(String token) {
        return tokens.apply(token);
    }

    @Override
    public boolean verifyPassword(String user, String password) {
        return users.verifyPassword(user, password);
    }

    @Override
    public @Nullable ScramCredentials scramCredentials(SaslMechanism mechanism, String user) {
        return users.scramCredentials(mechanism, user);
    }

    @Override
    public int scramIterations() {
        return users.scramIterations();
    }

    @Override
    public @Nullable String externalUser(Principal certificateOwner) {
        return users.externalUser(certificateOwner);
    }
}
