package io.amqp10.engine.sasl;

import java.security.Principal;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows the users of a server. Called from threads that may block, for several connections at a time; so an implementation
 * is safe for any thread. A method that throws makes the server answer {@link io.amqp10.types.sasl.SaslCode#SYS_TEMP}.
 *
 * <p>An implementation should take the same time for a user that it does not know as for a wrong password.
 */
public interface CredentialsVerifier {

    /** Knows nobody: for servers that let peers in anonymously only, or by certificate. */
    CredentialsVerifier NOBODY = new CredentialsVerifier() {
        @Override
        public Set<SaslMechanism> mechanisms() {
            return EnumSet.of(SaslMechanism.EXTERNAL);
        }

        @Override
        public boolean verifyPassword(String user, String password) {
            return false;
        }

        @Override
        public @Nullable ScramCredentials scramCredentials(SaslMechanism mechanism, String user) {
            return null;
        }
    };

    /**
     * Makes a verifier for a fixed set of users.
     *
     * @param passwords the passwords by user
     * @return the verifier, which supports PLAIN, the SCRAM family and EXTERNAL
     * @throws IllegalArgumentException if a name or password holds what SASL prohibits
     */
    static CredentialsVerifier ofPasswords(Map<String, String> passwords) {
        return new PasswordVerifier(passwords);
    }

    /**
     * Tells which mechanisms this verifier can decide. {@link SaslMechanism#ANONYMOUS} does not matter here.
     *
     * @return the mechanisms, by default all but those of OAuth 2
     */
    default Set<SaslMechanism> mechanisms() {
        return EnumSet.complementOf(EnumSet.of(SaslMechanism.OAUTHBEARER, SaslMechanism.XOAUTH2));
    }

    /**
     * Checks a token of OAuth 2: whether it was signed by whom this server trusts, is for this server and has not expired.
     * For {@link SaslMechanism#OAUTHBEARER} and {@link SaslMechanism#XOAUTH2}.
     *
     * @param token the token; not to be logged
     * @return the user whom it names, null to refuse, as is the default
     */
    default @Nullable String verifyToken(String token) {
        return null;
    }

    /**
     * Checks a password, for {@link SaslMechanism#PLAIN}. Compare in constant time.
     *
     * @param user the name, prepared by the rules of SASL
     * @param password the password, prepared by the rules of SASL
     * @return whether this is the user's password
     */
    boolean verifyPassword(String user, String password);

    /**
     * Checks what a client shows by {@link SaslMechanism#PLAIN}. By default {@link #verifyPassword} and {@link #mayActAs}
     * decide.
     *
     * @param user the name, prepared by the rules of SASL, not empty
     * @param password the password, prepared by the rules of SASL, not empty
     * @param actAs whom the client wants to act as, null for none but the user
     * @param hostname the host that the client wants to reach, null if it did not say
     * @return whom the client counts as, null to refuse; also refused if it wants to act as one of another name
     */
    default @Nullable Principal verifyLogin(
            String user, String password, @Nullable String actAs, @Nullable String hostname) {
        if (!verifyPassword(user, password)) {
            return null;
        }
        String name = actAs == null ? user : actAs;
        return name.equals(user) || mayActAs(user, name) ? new SaslIdentity.Named(name) : null;
    }

    /**
     * Returns what is stored of a user's password.
     *
     * @param mechanism one of the SCRAM family
     * @param user the name, prepared by the rules of SASL
     * @return the credentials, null if there is no such user: the dialogue then goes on as with a wrong password
     */
    @Nullable
    ScramCredentials scramCredentials(SaslMechanism mechanism, String user);

    /**
     * Returns the rounds to pretend for users that are not known; the same as for those that are.
     *
     * @return the rounds
     */
    default int scramIterations() {
        return PasswordVerifier.ITERATIONS;
    }

    /**
     * Tells who a certificate's owner is, for {@link SaslMechanism#EXTERNAL}.
     *
     * @param certificateOwner whom the TLS layer has authenticated
     * @return the user, null to refuse; by default the owner's whole distinguished name
     */
    default @Nullable String externalUser(Principal certificateOwner) {
        return certificateOwner.getName();
    }

    /**
     * Decides about the owner of a certificate, for {@link SaslMechanism#EXTERNAL}. By default {@link #externalUser} and
     * {@link #mayActAs} do.
     *
     * @param certificateOwner whom the TLS layer has authenticated
     * @param actAs whom the client wants to act as, null for whom the certificate says
     * @param hostname the host that the client wants to reach, null if it did not say
     * @return whom the client counts as, null to refuse; also refused if it wants to act as one of another name
     */
    default @Nullable Principal verifyExternal(
            Principal certificateOwner, @Nullable String actAs, @Nullable String hostname) {
        String user = externalUser(certificateOwner);
        if (user == null) {
            return null;
        }
        String name = actAs == null ? user : actAs;
        return name.equals(user) || mayActAs(user, name) ? new SaslIdentity.Named(name) : null;
    }

    /**
     * Tells whether a user may act as another.
     *
     * @param user the authenticated user
     * @param other whom the user wants to act as
     * @return whether that is allowed; by default only as themself
     */
    default boolean mayActAs(String user, String other) {
        return user.equals(other);
    }
}
