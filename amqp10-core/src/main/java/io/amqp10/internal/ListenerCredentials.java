package io.amqp10.internal;

import io.amqp10.CertificateLogin;
import io.amqp10.CertificateVerifier;
import io.amqp10.ListenOptions;
import io.amqp10.Login;
import io.amqp10.PasswordVerifier;
import io.amqp10.ScramStore;
import io.amqp10.engine.sasl.CredentialsVerifier;
import io.amqp10.engine.sasl.SaslMechanism;
import io.amqp10.engine.sasl.ScramCredentials;
import io.amqp10.transport.TransportInfo;
import io.amqp10.types.Binary;
import java.lang.reflect.UndeclaredThrowableException;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * All who know the users of a listener: its map of passwords, and what the application gives. A peer is let in if one of them
 * knows it.
 */
final class ListenerCredentials implements CredentialsVerifier {

    private static final Binary NO_SALT = Binary.copyOf(new byte[16]);

    private final Map<String, String> passwords;
    private final CredentialsVerifier users;
    private final @Nullable ScramStore store;
    private final List<SaslMechanism> stored = new ArrayList<>();
    private final @Nullable PasswordVerifier verifier;
    private final @Nullable CertificateVerifier certificates;
    private final @Nullable Function<String, @Nullable String> tokens;

    /** The connection that this is for, null as long as it is for none. */
    private final @Nullable TransportInfo peer;

    /** Makes what is not for a connection yet. */
    ListenerCredentials(ListenOptions options) {
        passwords = options.users();
        users = passwords.isEmpty() ? CredentialsVerifier.NOBODY : CredentialsVerifier.ofPasswords(passwords);
        store = options.scramStore();
        verifier = options.passwordVerifier();
        certificates = options.certificateVerifier();
        tokens = options.tokenVerifier();
        peer = null;
        if (store != null) {
            stored.addAll(scram(store.mechanisms()));
        }
    }

    private ListenerCredentials(ListenerCredentials like, TransportInfo peer) {
        passwords = like.passwords;
        users = like.users;
        store = like.store;
        stored.addAll(like.stored);
        verifier = like.verifier;
        certificates = like.certificates;
        tokens = like.tokens;
        this.peer = peer;
    }

    /** Returns the strongest first. */
    private static List<SaslMechanism> scram(Set<String> names) {
        List<SaslMechanism> mechanisms =
                SaslMechanism.parse(List.copyOf(names)).stream().sorted().toList();
        if (mechanisms.isEmpty() || !mechanisms.stream().allMatch(SaslMechanism::isScram)) {
            throw new IllegalArgumentException(
                    "the mechanisms of a scramStore must be of the SCRAM family, at least one, not " + names);
        }
        return mechanisms;
    }

    /** Returns the same for one connection. */
    CredentialsVerifier of(TransportInfo connection) {
        return new ListenerCredentials(this, connection);
    }

    @Override
    public Set<SaslMechanism> mechanisms() {
        Set<SaslMechanism> mechanisms = EnumSet.copyOf(users.mechanisms());
        mechanisms.addAll(stored);
        if (verifier != null || store != null) {
            mechanisms.add(SaslMechanism.PLAIN);
        }
        if (tokens != null) {
            mechanisms.add(SaslMechanism.OAUTHBEARER);
            mechanisms.add(SaslMechanism.XOAUTH2);
        }
        return mechanisms;
    }

    @Override
    public @Nullable String verifyToken(String token) {
        return tokens == null ? null : tokens.apply(token);
    }

    @Override
    public @Nullable Principal verifyLogin(
            String user, String password, @Nullable String actAs, @Nullable String hostname) {
        Principal known = CredentialsVerifier.super.verifyLogin(user, password, actAs, hostname);
        PasswordVerifier further = verifier;
        TransportInfo from = peer;
        if (known != null || further == null || from == null) {
            return known;
        }
        try {
            return further.verify(new Login(user, password, actAs, hostname, from.peer(), from.tlsSession()));
        } catch (Exception e) {
            throw unchecked(e);
        }
    }

    /** Asks those who keep passwords, or keys of them. */
    @Override
    public boolean verifyPassword(String user, String password) {
        boolean same = !passwords.isEmpty() && users.verifyPassword(user, password);
        if (same || store == null) {
            return same;
        }
        for (SaslMechanism mechanism : stored) {
            ScramCredentials keys = find(mechanism, user);
            if (keys != null) {
                return keys.isOf(mechanism, password);
            }
        }
        // As much work as for one that there is.
        ScramCredentials.derive(stored.get(0), password, NO_SALT, store.iterations());
        return false;
    }

    @Override
    public @Nullable ScramCredentials scramCredentials(SaslMechanism mechanism, String user) {
        if (passwords.containsKey(user) || !stored.contains(mechanism)) {
            return users.scramCredentials(mechanism, user);
        }
        return find(mechanism, user);
    }

    private @Nullable ScramCredentials find(SaslMechanism mechanism, String user) {
        ScramStore in = store;
        if (in == null) {
            return null;
        }
        try {
            io.amqp10.ScramCredentials found = in.find(mechanism.toString(), user);
            return found == null
                    ? null
                    : new ScramCredentials(found.salt(), found.iterations(), found.storedKey(), found.serverKey());
        } catch (Exception e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(Exception thrown) {
        return thrown instanceof RuntimeException unchecked ? unchecked : new UndeclaredThrowableException(thrown);
    }

    @Override
    public int scramIterations() {
        return store == null ? users.scramIterations() : store.iterations();
    }

    @Override
    public @Nullable Principal verifyExternal(
            Principal certificateOwner, @Nullable String actAs, @Nullable String hostname) {
        CertificateVerifier asked = certificates;
        if (asked == null) {
            return CredentialsVerifier.super.verifyExternal(certificateOwner, actAs, hostname);
        }
        TransportInfo from = peer;
        SSLSession tls = from == null ? null : from.tlsSession();
        try {
            return from != null && tls != null && tls.getPeerCertificates()[0] instanceof X509Certificate shown
                    ? asked.verify(new CertificateLogin(shown, certificateOwner, actAs, hostname, from.peer()))
                    : null;
        } catch (Exception e) {
            throw unchecked(e);
        }
    }
}
